/**
 * Joins the lines that a terminal has wrapped and a copy has cut. Only for the line-oriented listings (iptables-save and its kin), and only
 * where a line as long as the longest is followed by one that cannot begin a statement.
 */
import type { Repair } from './clean.ts';
import { Edits } from './edits.ts';

const NARROWEST = 40;

/** A line of an iptables listing, or the start of another listing. */
const STATEMENT =
  /^\s*(?:$|#|\*\s*[\w.-]+\s*$|:\S+ |\[\d+:\d+\] -[A-Z] |-[A-Z] \S|-t \S+ -[A-Z] |--(?:append|insert|new-chain|policy) |COMMIT\s*$|table |add |create |flush |\}|```)/;
const LISTING = /^(?:\*\s*[\w.-]+\s*$|:\S+ (?:ACCEPT|DROP|-)(?: |$)|(?:\[\d+:\d+\] )?-A \S)/m;

interface Row {
  readonly start: number;
  readonly end: number;
}

export const joinWrappedLines: Repair = {
  code: 'repaired-wrap',
  message: (count) =>
    `${count === 1 ? '1 line break' : `${count} line breaks`} of a terminal's width ${count === 1 ? 'is' : 'are'} undone.`,
  edit(text) {
    const width = longestLine(text);
    if (width < NARROWEST || !LISTING.test(text.slice(0, 1 << 16))) return null;
    const edits = new Edits(text);
    let at = 0;
    while (at < text.length) {
      const rows = wrappedRows(text, at, width);
      const last = rows[rows.length - 1] as Row;
      if (rows.length > 1) join(text, rows, width, edits);
      at = last.end + 1;
    }
    return edits;
  },
};

function longestLine(text: string): number {
  let longest = 0;
  let at = 0;
  while (at < text.length) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    if (end - at > longest) longest = lengthWithoutBlanks(text, at, end, longest);
    at = end + 1;
  }
  return longest;
}

/** CRLF leaves a blank at the end of every line. */
function lengthWithoutBlanks(text: string, start: number, end: number, least: number): number {
  let stop = end;
  while (stop > start && text.charCodeAt(stop - 1) === 0x20) stop--;
  return Math.max(least, stop - start);
}

/** The rows from `at` on that are one line: each but the last has the full width, and no other can begin a statement. */
function wrappedRows(text: string, from: number, width: number): Row[] {
  const rows: Row[] = [];
  let at = from;
  for (;;) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    rows.push({ start: at, end });
    const length = lengthWithoutBlanks(text, at, end, 0);
    const first = text.charCodeAt(rows[0]?.start ?? at);
    const mayWrap = length >= width - 1 && first !== 0x23 && end + 1 < text.length;
    if (!mayWrap) return rows;
    let nextEnd = text.indexOf('\n', end + 1);
    if (nextEnd < 0) nextEnd = text.length;
    if (STATEMENT.test(text.slice(end + 1, Math.min(nextEnd, end + 200)))) return rows;
    at = end + 1;
  }
}

/** Where a full row ends inside of a word, the rest moves left over the break; elsewhere the break becomes a blank. */
function join(text: string, rows: readonly Row[], width: number, edits: Edits): void {
  const first = rows[0] as Row;
  const last = rows[rows.length - 1] as Row;
  let joined = '';
  let pads = 0;
  rows.forEach(({ start, end }, index) => {
    const next = rows[index + 1];
    const stop = next ? start + lengthWithoutBlanks(text, start, end, 0) : end;
    joined += text.slice(start, stop);
    if (!next) return;
    const blanks = end - stop;
    const inside = stop - start === width && text.charCodeAt(next.start) > 0x20;
    if (inside) pads += blanks + 1;
    else joined += ' '.repeat(blanks + 1);
  });
  edits.replace(first.start, last.end, joined + ' '.repeat(pads));
  edits.count += rows.length - 2;
}
