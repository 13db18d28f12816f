/**
 * Joins the lines that a terminal has wrapped and a copy has cut. Only for listings whose lines begin in known ways, and only where a line as long as
 * the longest is followed by one that cannot begin one.
 */
import { detectShell } from '../shell/detect.ts';
import { bytesOf, startsWithBytes } from './code-scan.ts';
import type { CodedText } from './coded-text.ts';
import type { Codes } from './codes.ts';
import { Edits, type Repair } from './edits.ts';

const NARROWEST = 40;
const TAB = 8;
const TAB_CODE = 0x09;
const HEAD = 1 << 16;

interface Wrappable {
  /** The head of a text of that kind. */
  readonly listing: RegExp;
  /** The beginning of a line that is not the rest of the one before. */
  readonly begins: RegExp;
  /** Its lines have wide gaps, of which a copy loses all that is before the cut. */
  readonly loose?: true;
  /** Whether a line that begins there may be the rest of the one before: no text of that kind is wrapped without one. A cheap look. */
  readonly mayGoOn?: (codes: Codes, start: number) => boolean;
}

const KINDS: readonly Wrappable[] = [
  // iptables-save and its kin
  {
    listing: /^(?:\*[ \t]*[\w.-]+[ \t\r]*$|:\S+ (?:ACCEPT|DROP|-)(?: |$)|(?:\[\d+:\d+\] )?-A \S)/m,
    begins:
      /^\s*(?:$|#|\*\s*[\w.-]+\s*$|:\S+ (?:ACCEPT|DROP|RETURN|QUEUE|-)(?:\s|$)|\[\d+:\d+\] -[A-Z] |-[A-Z] \S|-t \S+ -[A-Z] |--(?:append|insert|new-chain|policy) |COMMIT\s*$|table |add |create |flush |\}|```)/,
  },
  // nft monitor trace, xtables-monitor
  { listing: /^trace id [0-9a-f]+ \w/m, begins: /^\s*(?:$|trace id |#)/ },
  { listing: /^PACKET: \d+ [0-9a-f]+ /m, begins: /^\s*(?:$|PACKET: |TRACE: |EVENT: |#)/ },
  // dmesg, journalctl
  {
    listing:
      /^[ \t]*(?:<\d+>|\[ *[\d.]+\] |\[?[A-Z][a-z]{2} |\d{4}-\d\d-\d\dT|kernel: )[^\n]{0,80}TRACE: [^\s:]+:[^\s:]+:(?:rule|policy|return):\d/m,
    begins:
      /^\s*(?:$|<\d+>|\[ *[\d.]+\] |\[[A-Z][a-z]{2} |[A-Z][a-z]{2} [ \d]\d \d\d:|\d{4}-\d\d-\d\dT|kernel: |TRACE: )/,
  },
  // nft list ruleset: inside of its blocks every line is indented.
  {
    listing: /^table (?:ip|ip6|inet|arp|bridge|netdev) \S+ \{/m,
    mayGoOn: isNotOfNft,
    begins:
      /^(?:\s*$|\t|\s\s|\}|#|(?:table|add|create|insert|replace|delete|destroy|flush|rename|define|redefine|undefine|include|list|reset) )/,
  },
  // iptables -L
  {
    listing: /^Chain \S+ \((?:policy|\d+ references)/m,
    loose: true,
    begins:
      /^\s*(?:$|-|Chain |(?:num +)?(?:pkts +bytes +)?target +prot|(?:\d+ +)?(?:\d+[KMGTP]? +\d+[KMGTP]? +)?(?:\S+ +)?!?[\w.-]+ +(?:--|-f|!f|----) )/,
  },
  { listing: /^create \S+ (?:hash|bitmap|list):/m, begins: /^\s*(?:$|create |add |#|COMMIT)/ },
];

/** Begins a line in any listing: there may be several in a text. */
const ALWAYS =
  /^\s*(?:trace id |PACKET: |TRACE: |table \S+ \S+ \{|Chain \S+ \(|create \S+ \S+:|\*[a-z]+\s*$|Name: |Type: |Members:|Bridge (?:table|chain): |# )/;

const SPACE = 0x20;
const TABLE = bytesOf('table ');

/** Neither indented by two, nor `}`, `#` or `table `. */
function isNotOfNft(codes: Codes, start: number): boolean {
  const code = codes[start] as number;
  if (code === SPACE) return start + 1 < codes.length && (codes[start + 1] as number) > SPACE;
  if (code < SPACE || code === 0x7d || code === 0x23) return false;
  return code !== 0x74 || !startsWithBytes(codes, start, codes.length, TABLE);
}

interface Row {
  readonly start: number;
  readonly end: number;
}

export const joinWrappedLines: Repair = {
  code: 'repaired-wrap',
  message: (count) =>
    `${count === 1 ? '1 line break' : `${count} line breaks`} of a terminal's width ${count === 1 ? 'is' : 'are'} undone.`,
  edit(source) {
    const { text, codes, lineEnds } = source;
    const head = text.slice(0, HEAD);
    const [kind, ...others] = KINDS.filter(({ listing }) => listing.test(head));
    if (!kind || detectShell(head) > 0 || !mayBeWrapped(source, kind)) return null;
    const slack = lineEndBlanks(text);
    const width = longestLine(source, slack);
    if (width < NARROWEST) return null;
    const edits = new Edits(text);
    const least = kind.loose ? width / 2 : width - 1;
    const indentedByOne = kind.mayGoOn !== undefined && isIndentedByOne(source, least + slack);
    const lines: WrappedLines = { text, width, slack, kind, others, indentedByOne };
    let at = 0;
    for (let line = 0; line < lineEnds.length; line++) {
      const end = lineEnds[line] as number;
      // Behind rows that were joined the next line is still to come.
      if (end < at) continue;
      if (end < text.length && mostColumns(codes, at, end) - slack < least) {
        at = end + 1;
        continue;
      }
      const rows = wrappedRows(lines, at);
      const last = rows[rows.length - 1] as Row;
      if (rows.length > 1) join(lines, rows, edits);
      at = last.end + 1;
    }
    return edits;
  },
};

interface WrappedLines {
  readonly text: string;
  /** In columns. */
  readonly width: number;
  readonly slack: number;
  readonly kind: Wrappable;
  /** Of other listings in the text. */
  readonly others: readonly Wrappable[];
  /** One blank begins a line like any other: somebody has written the text so. */
  readonly indentedByOne: boolean;
}

/** Behind a row that is not full no rest comes. Cost: linear. */
function isIndentedByOne({ codes, lineEnds }: CodedText, least: number): boolean {
  let start = 0;
  for (let line = 0; line + 1 < lineEnds.length; line++) {
    const end = lineEnds[line] as number;
    const next = end + 1;
    if (codes[next] === SPACE && (codes[next + 1] ?? 0) > SPACE && mostColumns(codes, start, end) < least) return true;
    start = next;
  }
  return false;
}

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

/** The columns of `text[start, end)`: a tab goes to the next multiple of eight. Cost: linear in them. */
function columns(text: string, start: number, end: number): number {
  const pieces = text.slice(start, end).split('\t');
  let column = 0;
  for (const [index, piece] of pieces.entries()) {
    column += piece.length;
    if (index < pieces.length - 1) column += TAB - (column % TAB);
  }
  return column;
}

/** Not less than the columns of a line whose tabs are all at its beginning. Few lines need to be measured exactly. */
function mostColumns(codes: Codes, start: number, end: number): number {
  let at = start;
  while (codes[at] === TAB_CODE) at++;
  return end - start + (at - start) * (TAB - 1);
}

/** Cost: linear. Lines are measured where they may be the longest. */
function longestLine({ text, codes, lineEnds }: CodedText, slack: number): number {
  let longest = 0;
  let start = 0;
  for (let line = 0; line < lineEnds.length; line++) {
    const end = lineEnds[line] as number;
    if (mostColumns(codes, start, end) - slack > longest)
      longest = Math.max(longest, columns(text, start, end - slack));
    start = end + 1;
  }
  return longest;
}

function mayBeWrapped({ codes, lineEnds }: CodedText, { mayGoOn }: Wrappable): boolean {
  if (mayGoOn === undefined) return true;
  for (let line = 0; line + 1 < lineEnds.length; line++)
    if (mayGoOn(codes, (lineEnds[line] as number) + 1)) return true;
  return false;
}

/** The rows from `from` on that are one line: each but the last has the full width (one less where the copy has lost a blank), and no other can
 * begin a line. */
function wrappedRows(lines: WrappedLines, from: number): Row[] {
  const { text, width, slack, kind } = lines;
  const least = kind.loose ? width / 2 : width - 1;
  const rows: Row[] = [];
  let at = from;
  for (;;) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    rows.push({ start: at, end });
    const full = end + 1 < text.length && columns(text, at, end - slack) >= least;
    if (!full || text.charCodeAt(from) === 0x23) return rows;
    let nextEnd = text.indexOf('\n', end + 1);
    if (nextEnd < 0) nextEnd = text.length;
    if (isBeginning(lines, text.slice(end + 1, Math.min(nextEnd, end + 200)))) return rows;
    at = end + 1;
  }
}

function isBeginning({ kind, others, indentedByOne }: WrappedLines, line: string): boolean {
  if (indentedByOne && /^ \S/.test(line)) return true;
  return kind.begins.test(line) || ALWAYS.test(line) || others.some(({ begins }) => begins.test(line));
}

/** Behind a full row the rest moves left over the break; behind a shorter one the break becomes the blank that was lost. */
function join({ text, width, slack }: WrappedLines, rows: readonly Row[], edits: Edits): void {
  const first = rows[0] as Row;
  const last = rows[rows.length - 1] as Row;
  let joined = '';
  let pads = 0;
  rows.forEach(({ start, end }, index) => {
    if (index === rows.length - 1) joined += text.slice(start, end);
    else if (columns(text, start, end - slack) === width) {
      joined += text.slice(start, end - slack);
      pads += 1 + slack;
    } else joined += `${text.slice(start, end)} `;
  });
  edits.replace(first.start, last.end, joined + ' '.repeat(pads));
  edits.count += rows.length - 2;
}
