/** The sample gallery's data. */
import type { PaletteSlot } from '../../owners/owner.ts';
export interface Sample {
  readonly id: string;
  readonly title: string;
  readonly story: string;
  readonly lookFor: string;
  readonly kind: string;
  readonly rules: number;
  readonly documents: readonly { readonly name: string; readonly load: () => Promise<string> }[];
  readonly stripes: readonly {
    readonly owner: string;
    readonly slot: PaletteSlot;
    readonly initials: string;
    readonly rules: number;
  }[];
  readonly verdict: { readonly severity: 'error' | 'warning' | 'info' | 'benign'; readonly text: string };
}

// TEMPORARY until samples/index.ts exists: becomes an import.
const found = import.meta.glob<{ readonly SAMPLES: readonly Sample[] }>('../../../samples/index.ts', { eager: true });
export const SAMPLES: readonly Sample[] = Object.values(found)[0]?.SAMPLES ?? [];
