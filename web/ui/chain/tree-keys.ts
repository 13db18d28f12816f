/** Where an arrow key leads in the jump tree: down and up within a column, right to what is below a chain, left to who calls it. Pure. */
import type { Cell } from './icicle.ts';

/** Null: not a key of the tree, or nothing there. Cells of one column come in order of `y`. */
export function treeKey(key: string, cells: readonly Cell[], at: Cell): Cell | null {
  const column = cells.filter(({ depth }) => depth === at.depth).sort((a, b) => a.y - b.y);
  const place = column.indexOf(at);
  switch (key) {
    case 'ArrowDown':
      return column[place + 1] ?? null;
    case 'ArrowUp':
      return column[place - 1] ?? null;
    case 'ArrowRight':
      return cells.find(({ parent }) => parent === at.key) ?? null;
    case 'ArrowLeft':
      return cells.find(({ key: own }) => own === at.parent) ?? null;
    case 'Home':
      return column[0] ?? null;
    case 'End':
      return column.at(-1) ?? null;
    default:
      return null;
  }
}
