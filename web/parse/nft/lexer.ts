/**
 * The scanner for nft(8) text: one token at a time, without look-behind. Follows nftables' src/scanner.l, but reads names more freely than nft
 * does (`~log0`, `cali:x`), because the kernel lists names that nft would not accept.
 * Tokens are no objects but fields that `next` overwrites, and are read from the text's bytes: this is the hot path of the parser.
 */
import { parseIpv6, parseMac } from '../../base/address.ts';
import { type Codes, codesOf, OTHER } from '../text/codes.ts';
import { Ipv6Reader } from '../text/ipv6-scan.ts';
import { Words } from './words.ts';

/** Token kinds. A punctuation character is its own char code; all others are below 32 or above 255. Control characters are all CONTROL. */
export const END = 0;
export const NEWLINE = 1;
export const WORD = 2;
export const STRING = 3;
export const NUMBER = 4;
export const IPV4 = 5;
export const IPV6 = 6;
export const MAC = 7;
export const EQ = 256;
export const NE = 257;
export const LE = 258;
export const GE = 259;
export const LSHIFT = 260;
export const RSHIFT = 261;
const CONTROL = 127;

/** Classes of characters: 1 digit, 2 letter or `_`, 4 may follow in a word, 8 hexadecimal digit, 16 blank. */
const CLASSES = new Uint8Array(256).fill(2 | 4, OTHER);
for (let code = 0; code < 128; code++) {
  const char = String.fromCharCode(code);
  let mask = 0;
  if (char >= '0' && char <= '9') mask = 1 | 4 | 8;
  else if ((char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z')) mask = 2 | 4;
  else if (char === '_') mask = 2 | 4;
  else if (char === '.' || char === '-' || char === '/' || char === '*') mask = 4;
  if ('abcdefABCDEF'.includes(char)) mask |= 8;
  if (char === ' ' || char === '\t' || char === '\r' || char === '\f' || char === '\v') mask = 16;
  CLASSES[code] = mask;
}

/** No keyword of nft is longer. */
export const KEYWORD_LENGTH = 28;

/** A blank or one of `;{},"`. */
function endsName(code: number): boolean {
  return code <= 32 || code === 59 || code === 123 || code === 125 || code === 44 || code === 34;
}

function classOf(code: number): number {
  return CLASSES[code] as number;
}

/** Thrown by the readers where the text is not what the grammar wants; caught where a piece of text becomes Opaque. Never leaves parseNft. */
export const MISREAD = new Error('misread nft text');

/** A place to come back to. */
export interface Mark {
  readonly at: number;
  readonly kind: number;
  readonly start: number;
  readonly stop: number;
  readonly word: string;
  readonly previousStop: number;
}

export class Lexer {
  /** The current token: its kind and its span `[start, stop)`. */
  kind = END;
  start = 0;
  stop = 0;
  /** Where the token before the current one ended. */
  previousStop = 0;
  /** The text of a WORD, or a STRING's without its quotes. */
  word = '';
  /** The value of a NUMBER up to 2^53 or IPV4. */
  number = 0;
  /** Whether a NUMBER or IPV4 is written without leading zeros and in decimal, an IPV6 as RFC 5952 asks. */
  plainDigits = false;
  /** The value of an IPV6, MAC, or a NUMBER above 2^53; null for others. */
  big: bigint | null = null;
  /** The last `# handle N` seen, or null; whoever takes it clears it. */
  handle: number | null = null;
  /** Line ends are blanks while positive (inside a set's braces). */
  joined = 0;
  /** Families and names of tables with a `managed by iptables-nft` warning: `ip filter`. */
  readonly managed = new Set<string>();
  protected readonly codes: Codes;
  private readonly words: Words;
  private readonly ipv6 = new Ipv6Reader();
  protected at: number;

  /** `codes`: the text's bytes, for a caller that has them. */
  constructor(
    readonly text: string,
    start: number,
    protected end: number,
    codes: Codes = codesOf(text, start, end),
  ) {
    this.codes = codes;
    this.words = new Words(text, codes);
    this.at = start;
  }

  /** The byte at `at`; 0 behind the text's end. */
  private code(at: number): number {
    return at < this.codes.length ? (this.codes[at] as number) : 0;
  }

  mark(): Mark {
    const { at, kind, start, stop, word, previousStop } = this;
    return { at, kind, start, stop, word, previousStop };
  }

  /** Back to a mark. A number or an address is scanned again: marks do not keep its value. */
  reset(mark: Mark): void {
    if (mark.kind >= NUMBER && mark.kind <= MAC) {
      this.jumpTo(mark.start);
      this.previousStop = mark.previousStop;
      return;
    }
    this.at = mark.at;
    this.kind = mark.kind;
    this.start = mark.start;
    this.stop = mark.stop;
    this.word = mark.word;
    this.previousStop = mark.previousStop;
  }

  /** Scans the token that starts at `offset` anew. */
  jumpTo(offset: number): void {
    this.at = offset;
    this.next();
  }

  /** The kind of the token after the current one, without moving on. */
  peekCode(): number {
    let at = this.at;
    while (at < this.end && classOf(this.codes[at] as number) === 16) at++;
    return at < this.end ? (this.codes[at] as number) : 0;
  }

  next(): void {
    this.previousStop = this.stop;
    this.skipBlanks();
    const { at } = this;
    this.start = at;
    if (at >= this.end) {
      this.kind = END;
      this.stop = at;
      return;
    }
    const code = this.codes[at] as number;
    const kinds = classOf(code);
    if (kinds & 1) this.number_(at);
    else if (kinds & 2) this.letters(at, kinds);
    else if (code === 34) this.string(at);
    else this.punctuation(at, code);
    this.at = this.stop;
  }

  private skipBlanks(): void {
    const { codes, end } = this;
    let at = this.at;
    while (at < end) {
      const code = codes[at] as number;
      if (CLASSES[code] === 16 || (code === 10 && this.joined > 0)) at++;
      else if (code === 35) at = this.skipComment(at);
      else if (code === 92 && this.continues(at)) at = this.text.indexOf('\n', at) + 1;
      else if (code === OTHER && this.text.charCodeAt(at) === 0xfeff) at++;
      else break;
    }
    this.at = Math.min(at, end);
  }

  /** A backslash with only blanks up to the line's end. */
  private continues(at: number): boolean {
    let i = at + 1;
    while (i < this.end && classOf(this.codes[i] as number) === 16) i++;
    return i < this.end && this.codes[i] === 10;
  }

  /** Skips `# ...`, keeping a handle and iptables-nft's warning. Returns the offset of the line's end. */
  private skipComment(at: number): number {
    const { text, codes } = this;
    let lineEnd = text.indexOf('\n', at);
    if (lineEnd === -1 || lineEnd > this.end) lineEnd = this.end;
    if (text.startsWith(' handle ', at + 1)) {
      let number = 0;
      let i = at + 9;
      for (; i < lineEnd && classOf(codes[i] as number) & 1; i++) number = number * 10 + (codes[i] as number) - 48;
      if (i > at + 9 && Number.isSafeInteger(number)) this.handle = number;
    } else if (text.startsWith(' Warning: table ', at + 1)) {
      const line = text.slice(at + 17, lineEnd);
      const tail = line.indexOf(' is managed by iptables-nft');
      if (tail !== -1) this.managed.add(line.slice(0, tail).trim());
    }
    return lineEnd;
  }

  private letters(at: number, first: number): void {
    const { codes, end } = this;
    if (first & 8 && this.address(at)) return;
    let i = at + 1;
    for (;;) {
      while (i < end && (CLASSES[codes[i] as number] as number) & 4) i++;
      // An escaped star.
      if (i + 1 >= end || codes[i] !== 92 || codes[i + 1] !== 42) break;
      i += 2;
    }
    this.kind = WORD;
    this.stop = i;
    // Long words are names, most of which stand two or three times in a text: looking them up costs more than it saves.
    this.word = i - at > KEYWORD_LENGTH ? this.text.slice(at, i) : this.words.get(at, i);
  }

  /** An IPv6 or MAC address at `at`: hexadecimal groups with at least two colons. */
  private address(at: number): boolean {
    const { codes, end } = this;
    let colons = 0;
    let i = at;
    for (; i < end && i - at < 46; i++) {
      const code = codes[i] as number;
      if (code === 58) {
        // Of three in a row the last is a map's separator (`fe80:::drop`).
        if (colons > 1 && codes[i - 1] === 58 && codes[i - 2] === 58) break;
        colons++;
      } else if (!(classOf(code) & 8) && !(code === 46 && colons > 1)) break;
      else if (colons === 0 && i - at > 4) return false;
    }
    if (colons < 2) return false;
    // A map's separator right after an address (`fe80::1: drop`) is not part of it.
    while (i > at && codes[i - 1] === 58 && codes[i - 2] !== 58) i--;
    if (!this.macOrIpv6(at, i, colons)) return false;
    this.stop = i;
    return true;
  }

  private macOrIpv6(start: number, stop: number, colons: number): boolean {
    const mac = colons === 5 ? parseMac(this.text.slice(start, stop)) : null;
    const isPlain = mac === null && this.ipv6.read(this.codes, start, stop);
    const big = mac ?? (isPlain ? this.ipv6.address : parseIpv6(this.text.slice(start, stop)));
    if (big === null) return false;
    this.kind = mac === null ? IPV6 : MAC;
    this.big = big;
    this.plainDigits = isPlain && this.ipv6.isUsual;
    return true;
  }

  /** Numbers, IPv4 addresses, and words that begin with a digit (`10s`, `8021q`). */
  private number_(at: number): void {
    const { codes, end } = this;
    let number = 0;
    let address = 0;
    let dots = 0;
    let first = at;
    let zeros = false;
    let i = at;
    for (; i < end; i++) {
      const code = codes[i] as number;
      if (code >= 48 && code <= 57) number = number * 10 + code - 48;
      else if (code === 46 && i + 1 < end && classOf(codes[i + 1] as number) & 1) {
        if (number > 255 || dots === 3) break;
        address = address * 256 + number;
        number = 0;
        dots++;
        zeros ||= i > first + 1 && codes[first] === 48;
        first = i + 1;
      } else break;
    }
    const code = i < end ? (codes[i] as number) : 0;
    if (dots === 0 && (code === 58 || classOf(code) & 8) && this.address(at)) return;
    if (classOf(code) & 2) {
      this.digitWord(at);
      return;
    }
    this.stop = i;
    this.big = null;
    this.plainDigits = !zeros && (i === first + 1 || codes[first] !== 48);
    if (dots === 3 && number <= 255) {
      this.kind = IPV4;
      this.number = address * 256 + number;
    } else if (dots > 0) this.digitWord(at);
    else {
      this.kind = NUMBER;
      this.number = number;
      if (number > Number.MAX_SAFE_INTEGER) this.big = BigInt(this.text.slice(at, i));
    }
  }

  /** `0x1f` is a number, anything else a word. */
  private digitWord(at: number): void {
    const { codes, end } = this;
    let i = at;
    while (i < end) {
      const code = codes[i] as number;
      if (!(classOf(code) & 3) && code !== 46) break;
      i++;
    }
    this.stop = i;
    if (codes[at] === 48 && (this.code(at + 1) | 32) === 120 && this.hexNumber(at, i)) return;
    this.kind = WORD;
    this.word = this.text.slice(at, i);
  }

  private hexNumber(at: number, stop: number): boolean {
    if (stop - at < 3 || stop - at > 130) return false;
    let number = 0;
    for (let i = at + 2; i < stop; i++) {
      const code = this.codes[i] as number;
      if (!(classOf(code) & 8)) return false;
      number = number * 16 + (code <= 57 ? code - 48 : (code | 32) - 87);
    }
    this.kind = NUMBER;
    this.plainDigits = false;
    this.number = number;
    this.big = number > Number.MAX_SAFE_INTEGER ? BigInt(this.text.slice(at, stop)) : null;
    return true;
  }

  /** nft has no escapes in strings. One that does not end on its line is cut there. */
  private string(at: number): void {
    const { codes, end } = this;
    let close = at + 1;
    while (close < end) {
      const code = codes[close];
      if (code === 34 || code === 10) break;
      close++;
    }
    this.kind = STRING;
    this.word = this.text.slice(at + 1, close);
    this.stop = close < end && codes[close] === 34 ? close + 1 : close;
  }

  private punctuation(at: number, code: number): void {
    const following = at + 1 < this.end ? (this.codes[at + 1] as number) : 0;
    this.stop = at + 1;
    this.kind = code < 32 ? CONTROL : code;
    if (code === 10) this.kind = NEWLINE;
    else if (code === 58 && (following === 58 || classOf(following) & 8) && this.address(at)) return;
    else if (following === 61) {
      const pair = code === 61 ? EQ : code === 33 ? NE : code === 60 ? LE : code === 62 ? GE : 0;
      if (pair !== 0) this.take(pair);
    } else if (code === 60 && following === 60) this.take(LSHIFT);
    else if (code === 62 && following === 62) this.take(RSHIFT);
    else if (code === 92 && following === 42) {
      this.kind = WORD;
      this.word = '\\*';
      this.stop = at + 2;
    }
  }

  private take(kind: number): void {
    this.kind = kind;
    this.stop++;
  }

  /** Reads the current token as a name: everything up to a blank or one of `;{},"#`. Throws MISREAD where there is none. */
  name(): string {
    if (this.kind === STRING) {
      const { word } = this;
      this.next();
      return word;
    }
    const { codes, end, start } = this;
    if (this.kind === WORD && endsName(this.stop < end ? (codes[this.stop] as number) : 0)) {
      const { word } = this;
      this.next();
      return word;
    }
    let i = start;
    for (; i < end; i++) {
      const code = codes[i] as number;
      if (endsName(code)) break;
    }
    if (i === start) throw MISREAD;
    const word = this.text.slice(start, i);
    this.stop = i;
    this.at = i;
    this.next();
    return word;
  }

  /** True, and moves on, where the current token is the word. */
  takeWord(word: string): boolean {
    if (this.kind !== WORD || this.word !== word) return false;
    this.next();
    return true;
  }

  /** True where the current token is of that kind (unlike a comparison, it does not narrow the type over a move). */
  is(kind: number): boolean {
    return this.kind === kind;
  }

  takeKind(kind: number): boolean {
    if (this.kind !== kind) return false;
    this.next();
    return true;
  }

  expect(kind: number): void {
    if (this.kind !== kind) throw MISREAD;
    this.next();
  }

  /** A WORD's text, moving on; throws MISREAD for other tokens. */
  takeAnyWord(): string {
    if (this.kind !== WORD) throw MISREAD;
    const { word } = this;
    this.next();
    return word;
  }

  /** A NUMBER's value, moving on; throws MISREAD for other tokens. */
  takeNumber(): number {
    if (this.kind !== NUMBER) throw MISREAD;
    const { number } = this;
    this.next();
    return number;
  }
}
