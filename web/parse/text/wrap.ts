/**
 * Joins the lines that a terminal has wrapped and a copy has cut. Only for the line-oriented listings (iptables-save and its kin), and only
 * where a line as long as the longest is followed by one that cannot begin a statement.
 */
import { Edits, type Repair } from './edits.ts';
import type { LineEnds } from './source-text.ts';

const NARROWEST = 40;

/** A line of an iptables listing, or the start of another listing. */
const STATEMENT =
  /^\s*(?:$|#|\*\s*[\w.-]+\s*$|:\S+ (?:ACCEPT|DROP|RETURN|QUEUE|-)(?:\s|$)|\[\d+:\d+\] -[A-Z] |-[A-Z] \S|-t \S+ -[A-Z] |--(?:append|insert|new-chain|policy) |COMMIT\s*$|table |add |create |flush |\}|```)/;
const LISTING = /^(?:\*\s*[\w.-]+\s*$|:\S+ (?:ACCEPT|DROP|-)(?: |$)|(?:\[\d+:\d+\] )?-A \S)/m;

interface Row {
  readonly start: number;
  readonly end: number;
}

export const joinWrappedLines: Repair = {
  code: 'repaired-wrap',
  message: (count) =>
    `${count === 1 ? '1 line break' : `${count} line breaks`} of a terminal's width ${count === 1 ? 'is' : 'are'} undone.`,
  edit({ text, lineEnds }) {
    if (!LISTING.test(text.slice(0, 1 << 16))) return null;
    const slack = lineEndBlanks(text);
    const width = longestLine(lineEnds) - slack;
    if (width < NARROWEST) return null;
    const edits = new Edits(text);
    let at = 0;
    for (let line = 0; line < lineEnds.length; line++) {
      const end = lineEnds[line] as number;
      // Behind rows that were joined the next line is still to come.
      if (end < at) continue;
      if (end < text.length && end - at - slack < width - 1) {
        at = end + 1;
        continue;
      }
      const rows = wrappedRows(text, at, width, slack);
      const last = rows[rows.length - 1] as Row;
      if (rows.length > 1) join(text, rows, width, slack, edits);
      at = last.end + 1;
    }
    return edits;
  },
};

/** Windows line ends have become a blank at the end of every line: 1 then, else 0. */
function lineEndBlanks(text: string): number {
  let at = 0;
  for (let line = 0; line < 20; line++) {
    const end = text.indexOf('\n', at);
    if (end < 0) return line > 0 ? 1 : 0;
    if (text.charCodeAt(end - 1) !== 0x20) return 0;
    at = end + 1;
  }
  return 1;
}

function longestLine(lineEnds: LineEnds): number {
  let longest = 0;
  let start = 0;
  for (let line = 0; line < lineEnds.length; line++) {
    const end = lineEnds[line] as number;
    if (end - start > longest) longest = end - start;
    start = end + 1;
  }
  return longest;
}

/** The rows from `at` on that are one line: each but the last has the full width (one less where the copy has lost a blank), and no other can
 * begin a statement. */
function wrappedRows(text: string, from: number, width: number, slack: number): Row[] {
  const rows: Row[] = [];
  let at = from;
  for (;;) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    rows.push({ start: at, end });
    const mayWrap = end - at - slack >= width - 1 && text.charCodeAt(from) !== 0x23 && end + 1 < text.length;
    if (!mayWrap) return rows;
    let nextEnd = text.indexOf('\n', end + 1);
    if (nextEnd < 0) nextEnd = text.length;
    if (STATEMENT.test(text.slice(end + 1, Math.min(nextEnd, end + 200)))) return rows;
    at = end + 1;
  }
}

/** Behind a full row the rest moves left over the break; behind a shorter one the break becomes the blank that was lost. */
function join(text: string, rows: readonly Row[], width: number, slack: number, edits: Edits): void {
  const first = rows[0] as Row;
  const last = rows[rows.length - 1] as Row;
  let joined = '';
  let pads = 0;
  rows.forEach(({ start, end }, index) => {
    if (index === rows.length - 1) joined += text.slice(start, end);
    else if (end - slack - start === width) {
      joined += text.slice(start, end - slack);
      pads += 1 + slack;
    } else joined += `${text.slice(start, end)} `;
  });
  edits.replace(first.start, last.end, joined + ' '.repeat(pads));
  edits.count += rows.length - 2;
}
