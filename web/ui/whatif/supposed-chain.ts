/** What a supposed order means for one base chain as it is drawn: which segments would stand elsewhere, and where. */
import { assertNever } from '../../base/assert.ts';
import type { OrderChange } from '../../findings/finding.ts';
import { supposedNow } from '../../state/asked.ts';
import type { ChainDetail, OwnerOverview } from '../../worker/protocol.ts';
import { useStore } from '../use-store.ts';
import { rangeWords } from './change-words.ts';

export interface SupposedChain {
  /** Segments that would stand elsewhere, or be gone. */
  readonly moved: readonly number[];
  /** The boundary where they would stand; null: nowhere. */
  readonly to: number | null;
  /** A rule that would not be there. */
  readonly rule: number | null;
  /** `What if: rules 3 to 5 here`. */
  readonly words: string;
}

/** null: nothing is supposed of this chain. Pure. */
export function supposedChain(
  { chain, segments, base }: Pick<ChainDetail, 'chain' | 'segments' | 'base'>,
  owners: readonly OwnerOverview[],
  change: OrderChange,
): SupposedChain | null {
  if (!base) return null;
  const isOf = (program: string) => (owner: string) => owners.find(({ id }) => id === owner)?.program === program;
  const those = (test: (owner: string) => boolean) =>
    segments.flatMap(({ owner }, segment) => (test(owner) ? [segment] : []));
  switch (change.kind) {
    case 'move': {
      const own = segments[change.segment];
      if (change.chain !== chain || !own) return null;
      return { moved: [change.segment], to: change.to, rule: null, words: `What if: ${rangeWords(own)} here` };
    }
    case 'place': {
      if (change.chain !== null && change.chain !== chain) return null;
      const moved = those(isOf(change.program));
      const name = owners.find(({ program }) => program === change.program)?.programName ?? change.program;
      const to = change.at === 'top' ? 0 : segments.length;
      return moved.length === 0 ? null : { moved, to, rule: null, words: `What if: ${name}’s rules here` };
    }
    case 'without': {
      const moved = those(isOf(change.program));
      return moved.length === 0 ? null : { moved, to: null, rule: null, words: '' };
    }
    case 'without-rule':
      return change.chain === chain ? { moved: [], to: null, rule: change.rule, words: '' } : null;
    case 'in-chain':
    case 'on-hook':
      return null;
    default:
      return assertNever(change, 'change');
  }
}

export function useSupposedChain(detail: ChainDetail): SupposedChain | null {
  const change = useStore((state) => supposedNow(state.supposed)?.question ?? null);
  const owners = useStore((state) => state.overview?.owners ?? null);
  return change && owners ? supposedChain(detail, owners, change) : null;
}
