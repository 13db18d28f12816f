/** The words of the rows, which stay in view as long as their row does: of a row that is higher than the drawing the priority would be out of sight. */
import type { HookMapGeometry } from '../layout/hook-map-geometry.ts';

interface RowWords {
  readonly elements: readonly Element[];
  /** Pixels of the map: where the words begin, and how far down they may go. */
  readonly top: number;
  readonly most: number;
  /** How far down they are. */
  shift: number;
}

export interface AxisWords {
  /** Moves words down to `top` (pixels of the map) that would be above it. Touches only what has to move. O(rows). */
  readonly stick: (top: number) => void;
}

/** Of what was just drawn into `container`. */
export function axisWords(container: SVGSVGElement, geometry: HookMapGeometry): AxisWords {
  const texts = [...container.querySelectorAll(':scope > g.hm-axis > g.hm-texts > text')];
  const air = 6 * geometry.metro.scale;
  const rows: RowWords[] = [];
  let at = 0;
  for (const { y, height, texts: all } of geometry.rows) {
    // The same that hook-map-ground.ts puts on the axis, in the same order.
    const words = all.filter(({ role }) => role !== 'empty-row');
    if (words.length === 0) continue;
    const elements = texts.slice(at, at + words.length);
    at += words.length;
    const top = Math.min(...words.map((word) => word.y - word.size)) - air;
    const bottom = Math.max(...words.map((word) => word.y)) + air;
    for (const element of elements) element.removeAttribute('transform');
    rows.push({ elements, top, most: Math.max(0, y + height - bottom), shift: 0 });
  }
  return {
    stick: (top) => {
      for (const row of rows) {
        const shift = Math.min(row.most, Math.max(0, top - row.top));
        if (Math.abs(shift - row.shift) < 0.05) continue;
        row.shift = shift;
        for (const element of row.elements) {
          if (shift === 0) element.removeAttribute('transform');
          else element.setAttribute('transform', `translate(0 ${shift})`);
        }
      }
    },
  };
}
