/**
 * Where else a chain is reached from: the edges of one jump, drawn on demand. Each place has a dot at its card's right edge, a line goes
 * from it up its column's gap, and all share one line between two rows: no edge crosses a card, and there is one bundle, whatever the number of
 * places. O(places × cards).
 */
import { round } from './hook-map-frame.ts';
import type { HookMapGeometry, Rect, TextItem } from './hook-map-geometry.ts';
import type { RuleLine } from './hook-map-rules.ts';

/** Rules of base chains (indexes from 1) that lead to one chain. */
export interface JumpPlaces {
  readonly name: string;
  readonly places: readonly { readonly chain: number; readonly index: number; readonly direct: boolean }[];
  readonly more: number;
}

export interface EdgesGeometry {
  readonly dots: readonly { readonly id: string; readonly x: number; readonly y: number; readonly direct: boolean }[];
  readonly paths: readonly { readonly id: string; readonly path: string; readonly direct: boolean }[];
  readonly text: TextItem | null;
}

/** Pixels from a card's edge to its column's line: clear of the marks, before the next rail. */
const LANE = 10.5;

/** null where nothing is to be joined: one place, or none on this map. `scale`: of sizes, below 1 where the map is zoomed in far. */
export function layoutEdges(
  geometry: HookMapGeometry,
  lines: readonly RuleLine[],
  from: { readonly chain: number; readonly index: number },
  jumps: JumpPlaces,
): EdgesGeometry | null {
  const ends = endsOf(geometry, lines, jumps);
  const first = ends.find((end) => end.chain === from.chain && end.index === from.index) ?? ends[0];
  if (!first || ends.length < 2) return null;
  const bus = busAbove(geometry, first.rect);
  const scale = geometry.metro.scale;
  const dots = ends.map(({ id, x, y, direct }) => ({ id, x, y, direct }));
  const paths = ends.map(({ id, x, y, direct }) => ({ id, direct, path: `M${x} ${y}H${round(x + LANE)}V${bus}` }));
  const xs = ends.map(({ x }) => x + LANE);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  if (right - left > 1) paths.push({ id: 'bus', direct: true, path: `M${round(left)} ${bus}H${round(right)}` });
  const places = ends.length + jumps.more;
  return {
    dots,
    paths,
    text: {
      x: round(first.x + LANE + 4 * scale),
      y: round(bus - 3.5 * scale),
      text: `${jumps.name} is reached from ${places} rules`,
      anchor: 'start',
      role: 'edge',
      size: round(10.5 * scale),
    },
  };
}

interface End {
  readonly id: string;
  readonly chain: number;
  readonly index: number;
  readonly rect: Rect;
  readonly x: number;
  readonly y: number;
  readonly direct: boolean;
}

/** The line of the rule where its card is open, else the stripe that holds it; one end where several rules share one. */
function endsOf(geometry: HookMapGeometry, lines: readonly RuleLine[], { places }: JumpPlaces): readonly End[] {
  const ends = new Map<string, End>();
  for (const { chain, index, direct } of places) {
    for (const card of geometry.cards) {
      if (card.chain !== chain) continue;
      const line = lines.find(
        (one) => one.card === chain && one.depth === 0 && one.index === index && one.kind === 'rule',
      );
      const stripe = card.stripes.findLast(({ from }) => from <= index);
      const rect = line?.rect ?? stripe?.rect ?? card.rect;
      const id = line?.id ?? stripe?.id ?? card.id;
      const height = card.single && !line ? card.line : rect.height;
      const before = ends.get(id);
      if (before && (before.direct || !direct)) continue;
      const x = round(card.rect.x + card.rect.width);
      ends.set(id, { id, chain, index, rect: card.rect, x, y: round(rect.y + height / 2), direct });
    }
  }
  return [...ends.values()];
}

/** The gap above the row that holds `rect`; it is free of cards from one side of the map to the other. */
function busAbove(geometry: HookMapGeometry, rect: Rect): number {
  const at = geometry.rows.findLastIndex((row) => row.y <= rect.y + 0.1);
  const row = geometry.rows[at];
  const before = geometry.rows[at - 1];
  if (!row) return rect.y;
  return round(before ? (before.y + before.height + row.y) / 2 : row.y - 3);
}
