/** Where a click in the jump tree leads, and the way back from it in words. Pure. */
import { type CallTree, chainName } from '../../layout/call-tree.ts';
import type { Cell } from '../../layout/icicle.ts';
import { WHOLE_TREE, type Zoom, zoomAt } from '../../layout/icicle-zoom.ts';

/** Pixels: a comb whose teeth would still be flatter when it fills the picture is entered where the pointer is. */
const SEEN = 6;
/** Pixels: so high its chains are then. */
const READ = 20;

/** What fills the picture after a click on the cell at `y`; null where there is nothing to go into. */
export function zoomInto(cell: Cell, zoom: Zoom, y: number, height: number): Zoom | null {
  if (cell.kind !== 'comb') return cell.calls && !same(cell.zoom, zoom) ? cell.zoom : null;
  const teeth = cell.height / cell.chains;
  if (height / cell.chains >= SEEN && cell.height < height * 0.9) return cell.zoom;
  const closer = zoomAt({ ...cell.zoom, from: zoom.from, to: zoom.to }, teeth / READ, y, height);
  if (sameFocus(cell.zoom, zoom)) return closer;
  // Of a chain that does not fill the picture yet, the part that the comb is.
  const { from, to } = cell.zoom;
  const at = from + ((y - cell.y) / cell.height) * (to - from);
  const part = Math.min(1, ((to - from) * (height / READ)) / cell.chains);
  const start = Math.min(1 - part, Math.max(0, at - part / 2));
  return { ...cell.zoom, from: start, to: start + part };
}

/** Whether both show (a part of) the same chain, called the same way. */
export function sameFocus(a: Zoom, b: Zoom): boolean {
  return a.segment === b.segment && a.path.length === b.path.length && a.path.every((jump, at) => jump === b.path[at]);
}

export function same(a: Zoom, b: Zoom): boolean {
  return sameFocus(a, b) && a.from === b.from && a.to === b.to;
}

export interface Crumb {
  readonly words: string;
  readonly zoom: Zoom;
}

/** Rules of one chain, by what they call. */
export interface SeenRules {
  /** The chain's name, where it is not what fills the picture. */
  readonly chain: string | null;
  readonly from: number;
  readonly to: number;
}

/** The rules whose calls are in the picture, of the deepest chain that nothing else is seen beside; null where there are none. */
export function seenRules(cells: readonly Cell[]): SeenRules | null {
  let within: Cell | undefined;
  for (let depth = 0; ; depth++) {
    const column = cells.filter((cell) => cell.depth === depth);
    const [only] = column;
    if (column.length === 1 && only && only.kind !== 'comb') {
      within = only;
      continue;
    }
    const calls = column.filter(({ at, parent }) => at > 0 && parent === within?.key).map(({ at }) => at);
    if (!within || calls.length === 0) return null;
    const name = within.depth > 0 ? within.name : null;
    return { chain: name, from: Math.min(...calls), to: Math.max(...calls) };
  }
}

/** The way in, from the whole chain to what fills the picture. `seen`: what is in it of the last step, if that is only a part. */
export function crumbsOf(
  tree: CallTree,
  zoom: Zoom,
  words: { readonly root: string; readonly owner: (segment: number) => string },
  seen: SeenRules | null,
): Crumb[] {
  const crumbs: Crumb[] = [{ words: words.root, zoom: WHOLE_TREE }];
  if (zoom.segment !== null) {
    crumbs.push({ words: words.owner(zoom.segment), zoom: { segment: zoom.segment, path: [], from: 0, to: 1 } });
    zoom.path.forEach((jump, step) => {
      crumbs.push({
        words: chainName(tree, tree.targets[jump] as number),
        zoom: { segment: zoom.segment, path: zoom.path.slice(0, step + 1), from: 0, to: 1 },
      });
    });
  }
  if (zoom.to - zoom.from < 1 - 1e-9) crumbs.push({ words: partWords(seen), zoom });
  return crumbs;
}

function partWords(seen: SeenRules | null): string {
  if (seen === null) return 'a part';
  const words = (index: number): string => index.toLocaleString('en-US');
  const rules = seen.from === seen.to ? `rule ${words(seen.from)}` : `rules ${words(seen.from)}–${words(seen.to)}`;
  return seen.chain === null ? rules : `${seen.chain} ${rules}`;
}
