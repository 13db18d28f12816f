/** The words of a shell script: quotes, variables, substitutions, comments, continued lines. Follows POSIX "Shell Command Language", 2.2 and 2.6. */
import type { Word, WordPart } from './syntax.ts';

const BACKSLASH = 0x5c;
const DOLLAR = 0x24;
const NAME_START = /[A-Za-z_]/;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
/** `${...}` in `${...}` deeper than that is unknown. */
const DEEPEST = 8;
/** A substitution has no more characters than that. */
const LONGEST = 10_000;

export class WordReader {
  at: number;

  constructor(
    readonly text: string,
    start: number,
    readonly end: number,
  ) {
    this.at = start;
  }

  protected code(at = this.at): number {
    return at < this.end ? this.text.charCodeAt(at) : -1;
  }

  /** Past blanks, continued lines, and a comment at a word's place. Does not pass a line's end. */
  skipBlanks(): void {
    for (;;) {
      const code = this.code();
      if (code === 0x20 || code === 0x09 || code === 0x0d) this.at++;
      else if (code === BACKSLASH && this.continues()) this.at = this.text.indexOf('\n', this.at) + 1;
      else if (code === 0x23) this.at = this.lineEnd(this.at);
      else return;
    }
  }

  /** A backslash with at most blanks up to the line's end. */
  private continues(): boolean {
    let at = this.at + 1;
    while (this.code(at) === 0x20 || this.code(at) === 0x09 || this.code(at) === 0x0d) at++;
    return this.code(at) === 0x0a;
  }

  protected lineEnd(from: number): number {
    const eol = this.text.indexOf('\n', from);
    return eol < 0 || eol > this.end ? this.end : eol;
  }

  /** The word at the present place, or null where there is none. */
  word(): Word | null {
    const start = this.at;
    const parts: WordPart[] = [];
    while (this.at < this.end && !this.endsWord()) this.part(parts);
    return this.at > start ? { parts, start, end: this.at } : null;
  }

  private endsWord(): boolean {
    const code = this.code();
    if (code <= 0x20 || code === 0x3b || code === 0x26 || code === 0x7c || code === 0x28 || code === 0x29) return true;
    if (code === 0x3c || code === 0x3e) return true;
    return code === BACKSLASH && this.continues();
  }

  private part(parts: WordPart[]): void {
    const code = this.code();
    if (code === 0x27) this.single(parts);
    else if (code === 0x22) this.double(parts);
    else if (code === DOLLAR) this.dollar(parts, false);
    else if (code === 0x60) this.backticks(parts, false);
    else if (code === BACKSLASH) {
      this.addText(parts, this.text.slice(this.at + 1, Math.min(this.at + 2, this.end)), true, this.at, this.at + 2);
      this.at = Math.min(this.at + 2, this.end);
    } else this.plain(parts);
  }

  private addText(parts: WordPart[], text: string, quoted: boolean, start: number, end: number): void {
    parts.push({ kind: 'text', text, quoted, start, end: Math.min(end, this.end) });
  }

  /** Up to the next character that means something. */
  private plain(parts: WordPart[]): void {
    const start = this.at;
    do this.at++;
    while (this.at < this.end && !this.endsWord() && !SPECIAL.has(this.code()));
    this.addText(parts, this.text.slice(start, this.at), false, start, this.at);
  }

  private single(parts: WordPart[]): void {
    const start = this.at;
    let close = this.text.indexOf("'", start + 1);
    if (close < 0 || close >= this.end) close = this.end;
    // An apostrophe in prose between commands.
    if (close > this.lineEnd(start) && /[A-Za-z]/.test(this.text.charAt(start - 1))) {
      this.at++;
      this.addText(parts, "'", true, start, start + 1);
      return;
    }
    this.addText(parts, this.text.slice(start + 1, close), true, start + 1, close);
    this.at = Math.min(close + 1, this.end);
  }

  private double(parts: WordPart[]): void {
    this.at++;
    const before = parts.length;
    this.quoted(parts, 0x22);
    // `""` is a word too.
    if (parts.length === before) this.addText(parts, '', true, this.at, this.at);
    if (this.code() === 0x22) this.at++;
  }

  /** Text with variables in it, up to `close` (-1: to the end): of double quotes and here-documents. */
  protected quoted(parts: WordPart[], close: number): void {
    let start = this.at;
    const flush = (): void => {
      if (this.at > start) this.addText(parts, this.text.slice(start, this.at), true, start, this.at);
    };
    while (this.at < this.end && this.code() !== close) {
      const code = this.code();
      if (code === BACKSLASH && isEscapable(this.code(this.at + 1), close)) {
        flush();
        const escaped = this.code(this.at + 1) === 0x0a ? '' : this.text.charAt(this.at + 1);
        this.addText(parts, escaped, true, this.at, this.at + 2);
        this.at += 2;
      } else if (code === DOLLAR) {
        flush();
        this.dollar(parts, true);
      } else if (code === 0x60) {
        flush();
        this.backticks(parts, true);
      } else {
        this.at++;
        continue;
      }
      start = this.at;
    }
    flush();
  }

  private backticks(parts: WordPart[], quoted: boolean): void {
    const start = this.at;
    let at = start + 1;
    while (at < this.end && this.code(at) !== 0x60) at += this.code(at) === BACKSLASH ? 2 : 1;
    this.at = Math.min(at + 1, this.end);
    parts.push({ kind: 'unknown', quoted, start, end: this.at });
  }

  private dollar(parts: WordPart[], quoted: boolean, depth = 0): void {
    const start = this.at;
    const next = this.text.charAt(start + 1);
    if (next === '(' && start + 1 < this.end) {
      this.at = this.closing(start + 1, 0x28, 0x29);
      parts.push({ kind: 'unknown', quoted, start, end: this.at });
    } else if (next === '{' && start + 1 < this.end) this.braces(parts, quoted, depth);
    else if (NAME_START.test(next)) {
      NAME.lastIndex = start + 1;
      const name = NAME.exec(this.text)?.[0] ?? next;
      this.at = Math.min(start + 1 + name.length, this.end);
      parts.push({ kind: 'variable', name, fallback: null, quoted, start, end: this.at });
    } else if (/[0-9@*#?$!-]/.test(next) && start + 1 < this.end) {
      this.at = start + 2;
      parts.push({ kind: 'variable', name: next, fallback: null, quoted, start, end: this.at });
    } else {
      this.at++;
      this.addText(parts, '$', quoted, start, this.at);
    }
  }

  /** `${NAME}`, `${NAME:-word}`, `${NAME[@]}`; other forms are unknown. */
  private braces(parts: WordPart[], quoted: boolean, depth: number): void {
    const start = this.at;
    const end = this.closing(start + 1, 0x7b, 0x7d);
    const inside = this.text.slice(start + 2, end - 1);
    const found = /^([A-Za-z_]\w*|[0-9@*])(\[[@*]\])?(?::?[-=](.*))?$/s.exec(inside);
    this.at = end;
    if (!found || depth > DEEPEST) {
      parts.push({ kind: 'unknown', quoted, start, end });
      return;
    }
    const [, name = '', , word] = found;
    const fallback = word === undefined ? null : this.fallback(end - 1 - word.length, end - 1);
    parts.push({ kind: 'variable', name, fallback, quoted, start, end });
  }

  private fallback(start: number, end: number): WordPart[] {
    const inner = new WordReader(this.text, start, end);
    const parts: WordPart[] = [];
    inner.quoted(parts, -1);
    return parts;
  }

  /** After the closing sign that belongs to the opening one at `from`; quotes are passed over. */
  protected closing(from: number, open: number, close: number): number {
    let depth = 0;
    const stop = Math.min(this.end, from + LONGEST);
    for (let at = from; at < stop; at++) {
      const code = this.code(at);
      if (code === BACKSLASH) at++;
      else if (code === 0x27) {
        const close = this.text.indexOf("'", at + 1);
        if (close > at && close < stop) at = close;
      } else if (code === open) depth++;
      else if (code === close && --depth === 0) return at + 1;
    }
    // Without its end, a substitution is the rest of the line.
    return this.lineEnd(from);
  }
}

const SPECIAL: ReadonlySet<number> = new Set([0x22, 0x27, 0x24, 0x60, 0x5c]);

/** What a backslash takes its meaning from inside of double quotes, and in a here-document (which has no quotes). */
function isEscapable(code: number, close: number): boolean {
  return code === 0x24 || code === 0x60 || code === BACKSLASH || code === 0x0a || (code === 0x22 && close === 0x22);
}

/** The parts of a here-document's body, where its delimiter is not quoted. */
export class BodyReader extends WordReader {
  body(): WordPart[] {
    const parts: WordPart[] = [];
    this.quoted(parts, -1);
    return parts;
  }
}
