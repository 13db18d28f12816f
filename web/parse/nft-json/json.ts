/**
 * A JSON scanner (RFC 8259) that knows where everything stands: JSON.parse tells no offsets, and a ruleset of 20 MB is read item by item instead
 * of as one tree. Small values become trees; large ones are walked with `skip` and read piece by piece. Accepts what RFC 8259 accepts and, in
 * strings, control characters (nft does not escape all of them).
 */

/** Thrown where the text is no JSON; `Scanner.at` is where. Never leaves this folder. */
export const NO_JSON = new Error('not JSON');

/** Deeper nesting than any ruleset has. */
const MAX_DEPTH = 96;

export class JsonList {
  constructor(
    readonly items: readonly Json[],
    readonly start: number,
    readonly end: number,
  ) {}
}

/** An object as its pairs: keys come from dumps, and there are few of them. */
export class JsonObject {
  constructor(
    readonly keys: readonly string[],
    readonly values: readonly Json[],
    readonly start: number,
    readonly end: number,
  ) {}

  /** The last value of that key, or undefined. O(keys). */
  get(key: string): Json | undefined {
    const at = this.keys.lastIndexOf(key);
    return at < 0 ? undefined : this.values[at];
  }
}

/** Integers that a double cannot hold are bigints. */
export type Json = null | boolean | number | bigint | string | JsonList | JsonObject;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;
const LIST = 91;
const LIST_END = 93;

export class JsonScanner {
  at: number;

  constructor(
    readonly text: string,
    start: number,
    readonly end: number,
  ) {
    this.at = start;
  }

  /** The next character that is not blank, without passing it; -1 at the end. */
  peek(): number {
    const { text, end } = this;
    let { at } = this;
    while (at < end) {
      const code = text.charCodeAt(at);
      // Cleaning turns noise into blanks, a byte order mark and no-break spaces among it.
      if (code > 32) break;
      at++;
    }
    this.at = at;
    return at < end ? text.charCodeAt(at) : -1;
  }

  /** Passes that character if it is the next one. */
  take(code: number): boolean {
    if (this.peek() !== code) return false;
    this.at++;
    return true;
  }

  expect(code: number): void {
    if (!this.take(code)) throw NO_JSON;
  }

  /** The next string, unescaped. */
  string(): string {
    this.expect(QUOTE);
    const { text, at } = this;
    const close = this.closingQuote(at);
    this.at = close + 1;
    for (let i = at; i < close; i++) if (text.charCodeAt(i) === BACKSLASH) return unescaped(text, at, close);
    return text.slice(at, close);
  }

  /** The offset of the quote that ends the string whose content begins at `from`. */
  private closingQuote(from: number): number {
    const { text, end } = this;
    for (let i = from; i < end; i++) {
      const code = text.charCodeAt(i);
      if (code === QUOTE) return i;
      if (code === BACKSLASH) i++;
    }
    this.at = end;
    throw NO_JSON;
  }

  /** The next value as a tree. */
  value(depth = 0): Json {
    if (depth > MAX_DEPTH) throw NO_JSON;
    switch (this.peek()) {
      case QUOTE:
        return this.string();
      case OPEN:
        return this.object(depth);
      case LIST:
        return this.list(depth);
      default:
        return this.plain();
    }
  }

  private object(depth: number): JsonObject {
    const start = this.at;
    const keys: string[] = [];
    const values: Json[] = [];
    this.pairs((key) => {
      keys.push(key);
      values.push(this.value(depth + 1));
    });
    return new JsonObject(keys, values, start, this.at);
  }

  private list(depth: number): JsonList {
    const start = this.at;
    const items: Json[] = [];
    this.items(() => items.push(this.value(depth + 1)));
    return new JsonList(items, start, this.at);
  }

  /** Walks an object: `read` is called at each value and must pass it. */
  pairs(read: (key: string) => void): void {
    this.expect(OPEN);
    if (this.take(CLOSE)) return;
    do {
      const key = this.string();
      this.expect(COLON);
      read(key);
    } while (this.take(COMMA));
    this.expect(CLOSE);
  }

  /** Walks a list: `read` is called at each item and must pass it. */
  items(read: () => void): void {
    this.expect(LIST);
    if (this.take(LIST_END)) return;
    do read();
    while (this.take(COMMA));
    this.expect(LIST_END);
  }

  /** A number, true, false or null. */
  private plain(): Json {
    const { text, end, at } = this;
    let i = at;
    while (i < end && isWordCode(text.charCodeAt(i))) i++;
    const word = text.slice(at, Math.min(i, at + 400));
    const value = plainValue(word);
    if (value === undefined) throw NO_JSON;
    this.at = i;
    return value;
  }

  /** Past the next value, without reading it: brackets are counted, strings passed over. Linear, no recursion. */
  skip(): void {
    const { text, end } = this;
    const first = this.peek();
    if (first === QUOTE) {
      this.at = this.closingQuote(this.at + 1) + 1;
      return;
    }
    if (first !== OPEN && first !== LIST) {
      this.plain();
      return;
    }
    let depth = 0;
    for (let i = this.at; i < end; i++) {
      switch (text.charCodeAt(i)) {
        case QUOTE:
          i = this.closingQuote(i + 1);
          break;
        case OPEN:
        case LIST:
          depth++;
          break;
        case CLOSE:
        case LIST_END:
          if (--depth === 0) {
            this.at = i + 1;
            return;
          }
      }
    }
    this.at = end;
    throw NO_JSON;
  }
}

/** Letters, digits, `+`, `-` and `.`. */
function isWordCode(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    code === 43 ||
    code === 45 ||
    code === 46
  );
}

const NUMBER = /^-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

function plainValue(word: string): null | boolean | number | bigint | undefined {
  if (word === 'null') return null;
  if (word === 'true') return true;
  if (word === 'false') return false;
  const match = NUMBER.exec(word);
  if (!match) return undefined;
  const number = Number(word);
  if (Number.isSafeInteger(number) || match[1] !== undefined || match[2] !== undefined) return number;
  return BigInt(word);
}

const ESCAPES = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
]);

function unescaped(text: string, start: number, end: number): string {
  let result = '';
  let from = start;
  for (let at = text.indexOf('\\', start); at !== -1 && at < end; at = text.indexOf('\\', from)) {
    result += text.slice(from, at);
    const letter = text[at + 1] as string;
    const code = letter === 'u' ? text.slice(at + 2, at + 6) : '';
    if (/^[0-9a-fA-F]{4}$/.test(code)) {
      result += String.fromCharCode(Number.parseInt(code, 16));
      from = at + 6;
    } else {
      result += ESCAPES.get(letter) ?? letter;
      from = at + 2;
    }
  }
  return from < end ? result + text.slice(from, end) : result;
}
