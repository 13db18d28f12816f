/** What of a jump tree fills the picture, and the ways in and out; where its columns are, and what lies at a point. Pure. */
import type { Cell } from './icicle.ts';

/** What fills the picture. */
export interface Zoom {
  /** Null: the whole chain. */
  readonly segment: number | null;
  /** Numbers of the jumps that lead to it, from the tree's root. */
  readonly path: readonly number[];
  /** The part of it that is shown, of 0 to 1. */
  readonly from: number;
  readonly to: number;
}

/** All of the chain. */
export const WHOLE_TREE: Zoom = { segment: null, path: [], from: 0, to: 1 };

/** The window is never a smaller part: then single rules are far apart. */
export const MIN_WINDOW = 1e-6;

/** Pixels between two cells. */
const GAP = 2;

/**
 * A window of the same focus, `factor` times as wide (below 1: closer), in which what is at `y` of the picture's `height` stays where it is.
 */
export function zoomAt(zoom: Zoom, factor: number, y: number, height: number): Zoom {
  const width = zoom.to - zoom.from;
  const wanted = Math.min(1, Math.max(MIN_WINDOW, width * factor));
  const at = zoom.from + (y / height) * width;
  const from = Math.min(1 - wanted, Math.max(0, at - (y / height) * wanted));
  return { ...zoom, from, to: from + wanted };
}

/** The window moved by `pixels` of a picture of `height`. */
export function panBy(zoom: Zoom, pixels: number, height: number): Zoom {
  const width = zoom.to - zoom.from;
  const from = Math.min(1 - width, Math.max(0, zoom.from + (pixels / height) * width));
  return { ...zoom, from, to: from + width };
}

/** One step out: the whole of what a part is shown of, then who calls it, then the whole chain. Null at the top. */
export function zoomOut(zoom: Zoom): Zoom | null {
  if (zoom.to - zoom.from < 1 - 1e-9) return { ...zoom, from: 0, to: 1 };
  if (zoom.path.length > 0) return { ...zoom, path: zoom.path.slice(0, -1), from: 0, to: 1 };
  return zoom.segment === null ? null : WHOLE_TREE;
}

/** Where each column begins, and the last one ends: columns in which nothing can be written get less. */
export function columnEdges(cells: readonly Cell[], columns: number, width: number, line: number): number[] {
  const weights = Array.from({ length: columns }, (_, column) =>
    cells.some(({ depth, height }) => depth === column && height >= line) ? 1 : 0.3,
  );
  const total = weights.reduce((all, weight) => all + weight, 0);
  const edges = [0];
  for (const weight of weights) edges.push((edges.at(-1) ?? 0) + (weight / total) * width);
  return edges;
}

/** The cell at a point of the picture, or null. */
export function cellAt(cells: readonly Cell[], edges: readonly number[], x: number, y: number): Cell | null {
  const column = edges.findIndex((edge, at) => x >= edge && x < (edges[at + 1] ?? Number.NEGATIVE_INFINITY));
  // A pixel more: the gap between two cells belongs to the upper one.
  return cells.find(({ depth, y: top, height }) => depth === column && y >= top && y < top + height + GAP) ?? null;
}
