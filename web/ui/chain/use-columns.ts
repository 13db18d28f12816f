/** The columns of the rules table: which there are, how wide they are, and how many lines a rule takes in them. */
import { type CSSProperties, useMemo } from 'react';
import type { ChainDetail, RuleRow } from '../../worker/protocol.ts';
import { useStore } from '../use-store.ts';
import { linesOf, NOTHING_WANTED, shareRoom, type Wanted, widen } from './column-widths.ts';
import { type RowPages, WHOLE } from './row-pages.ts';
import { longestNumber, type Table, WIDEST_NUMBER } from './runs.ts';
import type { RuleOfLine } from './use-table.ts';

/** Pixels: below it a rule takes two lines; below the other there is no column for comments, they follow the match. */
const COMPACT = 470;
const MEDIUM = 760;
/** Of a compact row beside the match: stripe, gaps, the right edge. */
const BESIDE_MATCH = 34;
/** Rows of a table that are asked for their widths; what stands further below may have to be cut. */
const MOST_ROWS = 2 * WHOLE;

export interface ColumnsOfTable {
  readonly compact: boolean;
  readonly medium: boolean;
  readonly hasCounters: boolean;
  /** Widths for chain.css. */
  readonly style: CSSProperties;
  /** 1 to 3. */
  readonly linesOf: (line: RuleOfLine) => number;
  /** Another one where rows may have other heights. */
  readonly key: string;
}

/** @param width of the table in pixels; 0 while it is not known. */
export function useColumns(detail: ChainDetail, table: Table, pages: RowPages, width: number): ColumnsOfTable {
  const anyCounters = useStore((state) => state.overview?.hasCounters ?? false);
  const compact = width > 0 && width < COMPACT;
  const medium = width < MEDIUM && !compact;
  // The table is laid out anew when rows have arrived.
  const seen = useMemo(() => look(table, pages), [table, pages]);
  const counted = detail.packets !== null || (detail.base?.policyPackets ?? null) !== null || seen.counted;
  const hasCounters = anyCounters && counted;
  const number = numberColumn(table, compact || medium);
  return useMemo(() => {
    const wraps = pages.isWhole(detail.chain);
    const columns = shareRoom(seen.wanted, { width, number, counters: hasCounters, medium, wraps });
    const match = compact ? width - number - BESIDE_MATCH : columns.match;
    return {
      compact,
      medium,
      hasCounters,
      style: {
        '--number': `${number}px`,
        '--verdict': `${columns.verdict}px`,
        '--comment': `${columns.comment}px`,
      } as CSSProperties,
      linesOf: ({ chain, index, depth }) => {
        // Of a longer chain rows arrive while it is scrolled: what is above must not become higher then.
        const row = pages.isWhole(chain) ? pages.row(chain, index) : undefined;
        return row && width > 0 ? linesOf(row, depth, match) : 1;
      },
      key: `${match} ${compact}`,
    };
  }, [seen, width, number, hasCounters, medium, compact, pages, detail.chain]);
}

/** The first column is as wide as the numbers are long: six digits, or `1.4.1.7`, do not fit where two do. */
function numberColumn(table: Table, narrow: boolean): number {
  const characters = Math.min(WIDEST_NUMBER, longestNumber(table));
  return characters > 3 ? 12 + 7 * characters : narrow ? 34 : 40;
}

/** What the rows that are there want. O(MOST_ROWS). */
function look(table: Table, pages: RowPages): { readonly wanted: Wanted; readonly counted: boolean } {
  let wanted = NOTHING_WANTED;
  let counted = false;
  let left = MOST_ROWS;
  for (const run of table.runs) {
    if (run.kind !== 'rules') continue;
    for (let at = 0; at < run.count && left > 0; at++, left--) {
      const row: RuleRow | undefined = pages.row(run.chain, run.from + at);
      if (!row) continue;
      wanted = widen(wanted, row, run.depth);
      counted ||= row.packets !== null;
    }
    if (left === 0) break;
  }
  return { wanted, counted };
}
