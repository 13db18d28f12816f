/** What a key does in the rules table. Pure. */
import { nextRuleLine, type Table } from './runs.ts';

export type TableAction =
  | { readonly kind: 'move'; readonly line: number }
  | { readonly kind: 'expand' | 'collapse' | 'enter' | 'back' | 'trace' | 'reach' };

/**
 * Null: not a key of the table, or nowhere to go.
 * @param at the line of the cursor; null without one.
 * @param page lines that are seen at once.
 */
export function tableKey(key: string, table: Table, at: number | null, page: number): TableAction | null {
  switch (key) {
    case 'ArrowDown':
      return move(nextRuleLine(table, at === null ? 0 : at + 1, 1));
    case 'ArrowUp':
      return move(nextRuleLine(table, at === null ? 0 : at - 1, -1));
    case 'PageDown':
      return move(nextRuleLine(table, Math.min((at ?? 0) + page, table.lines - 1), -1));
    case 'PageUp':
      return move(nextRuleLine(table, Math.max((at ?? 0) - page, 0), 1));
    case 'Home':
      return move(nextRuleLine(table, 0, 1));
    case 'End':
      return move(nextRuleLine(table, table.lines - 1, -1));
    case 'ArrowRight':
      return { kind: 'expand' };
    case 'ArrowLeft':
      return { kind: 'collapse' };
    case 'Enter':
      return { kind: 'enter' };
    case 'Backspace':
      return { kind: 'back' };
    case 't':
      return { kind: 'trace' };
    case 'w':
      return { kind: 'reach' };
    default:
      return null;
  }
}

function move(line: number | null): TableAction | null {
  return line === null ? null : { kind: 'move', line };
}
