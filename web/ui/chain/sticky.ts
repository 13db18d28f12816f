/** Which opened chains the first visible line of the rules table lies in: their calling rules stay in sight above it. Pure. */
import { type Line, lineAt, type Table } from './runs.ts';

export interface StickyLine {
  /** The number of the line that was opened: `7`, `7.2`. */
  readonly number: string;
  /** Of the rule that jumps: the path of its own chain, and its index in it. */
  readonly path: string;
  readonly index: number;
  /** Chain.id of the chain that was opened. */
  readonly chain: number;
}

/**
 * From the outermost in. Each takes one line's height from what is seen, so that the line below them is another one: they are found one by one.
 *
 * @param lineAtOffset the line (from 0) at so many pixels of the table
 */
export function stickyLines(
  table: Table,
  scrolled: number,
  height: number,
  lineAtOffset: (offset: number) => number | null,
): StickyLine[] {
  const found: StickyLine[] = [];
  for (;;) {
    const at = lineAtOffset(scrolled + found.length * height);
    const line = at === null ? null : lineAt(table, at);
    const numbers = line === null ? [] : numbersAbove(line);
    const next = numbers[found.length];
    if (next === undefined || !startsAlike(numbers, found)) return found;
    const chain = chainOf(table, next);
    if (chain === null) return found;
    const cut = next.lastIndexOf('.');
    found.push({
      number: next,
      path: cut === -1 ? '' : next.slice(0, cut),
      index: Number(next.slice(cut + 1)),
      chain,
    });
  }
}

/** `7`, `7.2` for a line of the chain that was opened at `7.2`. */
function numbersAbove(line: Line): string[] {
  if (line.kind === 'boundary' || line.kind === 'end' || line.path === '') return [];
  const parts = line.path.split('.');
  return parts.map((_, at) => parts.slice(0, at + 1).join('.'));
}

function startsAlike(numbers: readonly string[], found: readonly StickyLine[]): boolean {
  return found.every(({ number }, at) => number === numbers[at]);
}

/** The chain that is shown below the line `number`. */
function chainOf({ runs }: Table, number: string): number | null {
  for (const run of runs) if ((run.kind === 'rules' || run.kind === 'fold') && run.path === number) return run.chain;
  return null;
}
