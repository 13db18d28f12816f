/** Characters that no dump holds: byte order marks, carriage returns, terminal escapes, no-break and zero-width spaces. */
import { Edits, type Repair } from './edits.ts';

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
    return removeInLines(text, ESCAPE, escapeEnd);
  },
};

function isWordAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code > 0x20 && code !== 0x1b;
}

/**
 * Removes sequences that begin with `sign`. Between words they become blanks; where one cuts a word in two, the rest of its line moves left and the
 * blanks go to the line's end.
 */
function removeInLines(text: string, sign: string, endOf: (text: string, at: number) => number): Edits {
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
      const end = Math.min(lineEnd, Math.max(at + 1, endOf(text, at)));
      kept += text.slice(copied, at);
      const inside = isWordAt(text, at - 1) && end < lineEnd && isWordAt(text, end);
      if (inside && (kept === '' || kept.charCodeAt(kept.length - 1) !== 0x20)) removed += end - at;
      else kept += ' '.repeat(end - at);
      count++;
      copied = end;
      at = text.indexOf(sign, end);
    }
    kept += text.slice(copied, lineEnd) + ' '.repeat(removed);
    edits.replace(start, lineEnd, kept);
    edits.count += count - 1;
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
    return removeInLines(plain, sign, (_text, at) => at + 1);
  },
};

export const repairCharacters: readonly Repair[] = [byteOrderMark, carriageReturns, escapes, blanks, nothings];
