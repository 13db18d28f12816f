/** The present theme's colours for the jump tree, as values: a canvas knows no custom properties. */
import type { PaletteSlot } from '../../owners/owner.ts';
import type { IcicleColours } from '../../render/icicle.ts';

export interface SlotColours {
  readonly fill: string;
  readonly tint: string;
  readonly on: string;
  readonly hatch: string;
}

export interface TreeColours extends IcicleColours {
  readonly font: string;
  readonly slot: (slot: PaletteSlot) => SlotColours;
}

/** Reads them from where the picture stands: paper and forced colours have their own. Cost: one style per slot, once. */
export function readColours(host: HTMLElement): TreeColours {
  if (matchMedia('(forced-colors: active)').matches) return forced(host);
  const style = getComputedStyle(host);
  const known = new Map<PaletteSlot, SlotColours>();
  return {
    surface: style.getPropertyValue('--surface'),
    ink: style.getPropertyValue('--ink'),
    quiet: style.getPropertyValue('--ink-2'),
    font: style.fontFamily,
    slot: (slot) => {
      const found = known.get(slot) ?? readSlot(host, slot);
      known.set(slot, found);
      return found;
    },
  };
}

function readSlot(host: HTMLElement, slot: PaletteSlot): SlotColours {
  const probe = document.createElement('i');
  probe.hidden = true;
  probe.dataset['slot'] = slot;
  host.append(probe);
  const style = getComputedStyle(probe);
  const [fill, tint, on, hatch] = ['fill', 'tint', 'on', 'unknown-hatch'].map((name) =>
    style.getPropertyValue(`--owner-${name}`),
  );
  probe.remove();
  return { fill: fill ?? '', tint: tint ?? '', on: on ?? '', hatch: hatch ?? '' };
}

/** Spines become lines, tints nothing; what is told by a hue is told by names. */
function forced(host: HTMLElement): TreeColours {
  const slot = { fill: 'CanvasText', tint: 'ButtonFace', on: 'Canvas', hatch: 'Canvas' };
  return {
    surface: 'Canvas',
    ink: 'CanvasText',
    quiet: 'CanvasText',
    font: getComputedStyle(host).fontFamily,
    slot: () => slot,
  };
}

/** Calls back when the colours may be others. Returns how to stop. */
export function watchColours(changed: () => void): () => void {
  const queries = ['(prefers-color-scheme: dark)', '(forced-colors: active)', 'print'].map((query) =>
    matchMedia(query),
  );
  for (const query of queries) query.addEventListener('change', changed);
  addEventListener('beforeprint', changed);
  addEventListener('afterprint', changed);
  const themes = new MutationObserver(changed);
  themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => {
    for (const query of queries) query.removeEventListener('change', changed);
    removeEventListener('beforeprint', changed);
    removeEventListener('afterprint', changed);
    themes.disconnect();
  };
}
