/** Characters that no dump holds: byte order marks, carriage returns, terminal escapes, no-break and zero-width spaces. */
import { Edits, eachLine, type Repair } from './edits.ts';

function times(count: number, one: string, many: string): string {
  return count === 1 ? `1 ${one}` : `${count} ${many}`;
}

const byteOrderMark: Repair = {
  code: 'repaired-bom',
  message: () => 'The byte order mark at the start is ignored.',
  edit({ text }) {
    if (text.charCodeAt(0) !== 0xfeff) return null;
    const edits = new Edits(text);
    edits.blank(0, 1);
    return edits;
  },
};

const carriageReturns: Repair = {
  code: 'repaired-crlf',
  message: (count) => `${times(count, 'carriage return is', 'carriage returns (Windows line ends) are')} ignored.`,
  edit({ text }) {
    if (text.indexOf('\r') < 0) return null;
    // Without any line feed, carriage returns are the line ends.
    const replacement = text.indexOf('\n') < 0 ? '\n' : ' ';
    const edits = new Edits(text);
    for (let at = text.indexOf('\r'); at >= 0; at = text.indexOf('\r', at + 1)) edits.replace(at, at + 1, replacement);
    return edits;
  },
};

const ESCAPE = '\u001b';

/** ECMA-48 control sequences, and operating system commands (titles, links) up to BEL or ST. The end of the one at `at`. */
function escapeEnd(text: string, at: number): number {
  const kind = text.charCodeAt(at + 1);
  if (kind === 0x5b) {
    let end = at + 2;
    while (end < text.length && text.charCodeAt(end) >= 0x20 && text.charCodeAt(end) <= 0x3f) end++;
    const final = text.charCodeAt(end);
    return final >= 0x40 && final <= 0x7e ? end + 1 : end;
  }
  if (kind === 0x5d) {
    for (let end = at + 2; end < text.length && end < at + 2000; end++) {
      const code = text.charCodeAt(end);
      if (code === 0x07) return end + 1;
      if (code === 0x1b) return text.charCodeAt(end + 1) === 0x5c ? end + 2 : end;
      if (code === 0x0a) return end;
    }
    return at + 2;
  }
  return Math.min(text.length, kind >= 0x20 && kind <= 0x7e ? at + 2 : at + 1);
}

/** `grep --color`, `watch` and friends. */
const escapes: Repair = {
  code: 'repaired-ansi',
  message: (count) => `${times(count, 'terminal escape is', 'terminal escapes (colours) are')} ignored.`,
  edit({ text }) {
    if (text.indexOf(ESCAPE) < 0) return null;
    return removeInLines(text, ESCAPE, (given, at) => ({ end: escapeEnd(given, at) }));
  },
};

function isWordAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code > 0x20 && code !== 0x1b;
}

/** What stands for a sequence: its end in the text, and the character that it is (none: it is nothing). */
interface Sequence {
  readonly end: number;
  readonly is?: string;
}

/** The end of a sequence and of those directly behind it, where they are nothing. */
function runEnd(
  text: string,
  at: number,
  first: Sequence,
  lineEnd: number,
  sign: string,
  sequenceAt: (text: string, at: number) => Sequence | null,
): number {
  let end = Math.min(lineEnd, Math.max(at + 1, first.end));
  if (first.is !== undefined) return end;
  while (end < lineEnd && text.startsWith(sign, end)) {
    const next = sequenceAt(text, end);
    if (!next || next.is !== undefined) break;
    end = Math.min(lineEnd, Math.max(end + 1, next.end));
  }
  return end;
}

/**
 * Removes sequences that begin with `sign`. Between words they become blanks; where one cuts a word in two, or stands for a character, the rest of its
 * line moves left and the blanks go to the line's end.
 */
function removeInLines(text: string, sign: string, sequenceAt: (text: string, at: number) => Sequence | null): Edits {
  const edits = new Edits(text);
  let at = text.indexOf(sign);
  while (at >= 0) {
    let lineEnd = text.indexOf('\n', at);
    if (lineEnd < 0) lineEnd = text.length;
    const start = at;
    let count = 0;
    let kept = '';
    let removed = 0;
    let copied = at;
    while (at >= 0 && at < lineEnd) {
      const sequence = sequenceAt(text, at);
      if (!sequence) {
        at = text.indexOf(sign, at + 1);
        continue;
      }
      const end = runEnd(text, at, sequence, lineEnd, sign, sequenceAt);
      kept += text.slice(copied, at);
      const inside = isWordAt(text, at - 1) && end < lineEnd && isWordAt(text, end);
      if (sequence.is !== undefined) {
        kept += sequence.is;
        removed += end - at - sequence.is.length;
      } else if (inside && (kept === '' || kept.charCodeAt(kept.length - 1) !== 0x20)) removed += end - at;
      else kept += ' '.repeat(end - at);
      count++;
      copied = end;
      at = text.indexOf(sign, end);
    }
    kept += text.slice(copied, lineEnd) + ' '.repeat(removed);
    if (count > 0) {
      edits.replace(start, lineEnd, kept);
      edits.count += count - 1;
    }
    if (at >= 0 && at < lineEnd) at = text.indexOf(sign, lineEnd);
  }
  return edits;
}

const BLANKS = ['\u00a0', '\u2007', '\u202f', '\u2002', '\u2003', '\u2009', '\u3000'];
const NOTHINGS = ['\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u200e', '\u200f', '\u00ad'];

const blanks: Repair = {
  code: 'repaired-blanks',
  message: (count) => `${times(count, 'no-break space is', 'no-break spaces are')} read as plain blanks.`,
  edit({ text, isAscii }) {
    if (isAscii) return null;
    const present = BLANKS.filter((blank) => text.includes(blank));
    if (present.length === 0) return null;
    const edits = new Edits(text);
    const pattern = new RegExp(`[${present.join('')}]`, 'g');
    for (const { index } of text.matchAll(pattern)) edits.blank(index, index + 1);
    return edits;
  },
};

const nothings: Repair = {
  code: 'repaired-zero-width',
  message: (count) => `${times(count, 'invisible character is', 'invisible characters are')} ignored.`,
  edit({ text, isAscii }) {
    if (isAscii) return null;
    const present = NOTHINGS.filter((nothing) => text.includes(nothing));
    if (present.length === 0) return null;
    // One kind at a time would need one pass each; they are made one first, which keeps every place.
    const [sign = '\u200b'] = present;
    const others = present.slice(1);
    const plain = others.length === 0 ? text : text.replace(new RegExp(`[${others.join('')}]`, 'g'), sign);
    return removeInLines(plain, sign, (_text, at) => ({ end: at + 1 }));
  },
};

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&quot;', '"'],
  ['&#34;', '"'],
  ['&#39;', "'"],
  ['&apos;', "'"],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&amp;', '&'],
]);
const ENTITY = /&(?:quot|apos|lt|gt|amp|#3[49]);/y;

/** One search for all: a large text is searched once. */
function hasEntity(text: string): boolean {
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) {
    ENTITY.lastIndex = at;
    if (ENTITY.test(text)) return true;
  }
  return false;
}

/** Text copied from the source of a page. `&` alone is an operator of nft. */
const entities: Repair = {
  code: 'repaired-entities',
  message: (count) =>
    `${times(count, 'character is', 'characters are')} written as in HTML (“&quot;”) and read as meant.`,
  edit({ text }) {
    if (!hasEntity(text)) return null;
    return removeInLines(text, '&', (given, at) => {
      ENTITY.lastIndex = at;
      const found = ENTITY.exec(given)?.[0];
      return found === undefined ? null : { end: at + found.length, is: ENTITIES.get(found) ?? '' };
    });
  },
};

const CURLY = ['\u201c', '\u201d', '\u201e', '\u201f', '\u2033'];
const QUOTES = new RegExp(`[${CURLY.join('')}]`);
/** Word processors make pairs of quotes, and dashes of hyphens. A line with plain quotes has its others for itself. */
const quotes: Repair = {
  code: 'repaired-quotes',
  message: (count) => `${times(count, 'curly quote is', 'curly quotes are')} read as plain quotes.`,
  edit({ text, isAscii }) {
    if (isAscii || !CURLY.some((quote) => text.includes(quote))) return null;
    const edits = new Edits(text);
    eachLine(text, (start, end) => {
      const line = text.slice(start, end);
      if (!QUOTES.test(line) || line.includes('"')) return;
      for (const { index } of line.matchAll(new RegExp(QUOTES.source, 'g')))
        edits.replace(start + index, start + index + 1, '"');
    });
    return edits;
  },
};

/** A hyphen that does not break, or a dash in front of an option's letter; `\u2013dport` is read as `--dport` (iptables-save/words.ts). */
const DASHES = /[\u2010\u2011\u2212]|(?<=^|[ \t])[\u2013\u2014](?=[A-Za-z]+)/gm;

const DASH_SIGNS = ['\u2010', '\u2011', '\u2013', '\u2014', '\u2212'];

const dashes: Repair = {
  code: 'repaired-dashes',
  message: (count) => `${times(count, 'dash is', 'dashes are')} read as ${count === 1 ? 'a hyphen' : 'hyphens'}.`,
  edit({ text, isAscii }) {
    if (isAscii || !DASH_SIGNS.some((sign) => text.includes(sign))) return null;
    const edits = new Edits(text);
    for (const { index, 0: sign } of text.matchAll(DASHES)) {
      const dash = sign === '\u2013' || sign === '\u2014';
      const long = dash && /[A-Za-z]/.test(text.charAt(index + 2));
      edits.replace(index, index + 1, long ? '\u2013' : '-');
    }
    return edits;
  },
};

export const repairCharacters: readonly Repair[] = [
  byteOrderMark,
  carriageReturns,
  escapes,
  blanks,
  nothings,
  entities,
  quotes,
  dashes,
];
