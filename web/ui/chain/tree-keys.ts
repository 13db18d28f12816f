/** Where an arrow key leads in the jump tree: down and up within a column, right to what is below a chain, left to who calls it. Pure. */
import type { Cell } from '../../layout/icicle.ts';

/** Null: not a key of the tree, or nothing there. Cells of one column come in order of `y`. */
export function treeKey(key: string, cells: readonly Cell[], at: Cell): Cell | null {
  const column = cells.filter(({ depth }) => depth === at.depth);
  const place = column.findIndex(({ key: own }) => own === at.key);
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

/** Where a key leads that goes in or out; null: no such key. `in` fills the picture with the cell. */
export function zoomKey(key: string): 'in' | 'out' | 'whole' | 'open' | 'closer' | 'farther' | null {
  switch (key) {
    case 'Enter':
      return 'open';
    case ' ':
      return 'in';
    case 'Escape':
    case 'Backspace':
      return 'out';
    case '0':
      return 'whole';
    case '+':
    case '=':
      return 'closer';
    case '-':
      return 'farther';
    default:
      return null;
  }
}
