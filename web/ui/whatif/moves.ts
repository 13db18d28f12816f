/** Where a segment of a base chain may be supposed to stand: at every boundary but its own two. Pure. */
import type { ChainDetail } from '../../worker/protocol.ts';

type Segments = ChainDetail['segments'];

export interface Move {
  /** The boundary: the upper edge of this segment, or (as many as segments) the chain's end. */
  readonly to: number;
  /** Whose rules it would stand before; null: it would be last. */
  readonly before: Segments[number] | null;
}

/** In the order of the chain. */
export function movesOf(segments: Segments, segment: number): Move[] {
  return Array.from({ length: segments.length + 1 }, (_, to) => to)
    .filter((to) => to !== segment && to !== segment + 1)
    .map((to) => ({ to, before: segments[to] ?? null }));
}

/**
 * One segment up (-1) or down (1); null where there is none. `from`: where it is supposed to stand already, or its own number, which is as it is; so is an
 * answer that is its own number.
 */
export function nextMove(segments: Segments, segment: number, from: number, by: -1 | 1): number | null {
  const places = Array.from({ length: segments.length + 1 }, (_, to) => to).filter((to) => to !== segment + 1);
  return places[places.indexOf(from) + by] ?? null;
}

/** The segment that a rule (index from 1) belongs to. */
export function segmentOf(segments: Segments, index: number): number | null {
  const found = segments.findIndex(({ from, to }) => index >= from && index <= to);
  return found < 0 ? null : found;
}

/** The boundary nearest to a height; null: there is none. */
export function nearestBoundary(
  boundaries: readonly { readonly segment: number; readonly top: number }[],
  y: number,
): number | null {
  let best: { readonly segment: number; readonly distance: number } | null = null;
  for (const { segment, top } of boundaries) {
    const distance = Math.abs(top - y);
    if (!best || distance < best.distance) best = { segment, distance };
  }
  return best?.segment ?? null;
}
