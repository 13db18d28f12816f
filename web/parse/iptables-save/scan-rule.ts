/**
 * Finds where the units of a rule line begin and end: `-s A`, `! -d B`, `-m comment --comment "x"`, `-j T --option`. This is the hot path of
 * the parser: char codes only, no strings.
 */
import { quoteEnd, takesText } from './words.ts';

const SPACE = 0x20;
const BACKSLASH = 0x5c;
const DASH = 0x2d;
const NOT = 0x21;
const QUOTE = 0x22;

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Long spellings of the basic options; they begin a unit as the short ones do. */
const BASIC_LONG: ReadonlySet<string> = new Set(
  'source src destination dst in-interface out-interface protocol proto match jump goto fragment fragments set-counters table'
    .split(' ')
    .map((name) => `--${name}`),
);

/** By first letter: the lengths (with `--`) that BASIC_LONG has, as bits. So that `--dport` costs no string. */
const LONG_LENGTHS = new Uint32Array(128);
for (const name of BASIC_LONG) {
  const first = name.charCodeAt(2);
  LONG_LENGTHS[first] = (LONG_LENGTHS[first] as number) | (1 << name.length);
}

function isBasicLong(text: string, start: number, end: number): boolean {
  const first = text.charCodeAt(start + 2);
  const length = end - start;
  if (first > 127 || length > 16 || ((LONG_LENGTHS[first] as number) & (1 << length)) === 0) return false;
  const name = text.slice(start, end);
  return BASIC_LONG.has(name) && !(name === '--proto' && isOfPolicy(text, start));
}

/** `-m policy ... --proto esp`: the policy match has an option of that name. Looks back at most 500 characters. */
function isOfPolicy(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 500), at);
  const policy = before.lastIndexOf('-m policy ');
  return policy >= 0 && !/[\n"]| -[a-zA-Z] /.test(before.slice(policy + 2));
}

/** `-x` alone: a letter (or 4, 6) after one dash, and then a blank or the end. */
function isShort(text: string, at: number, end: number): boolean {
  if (at + 2 < end && !isBlank(text.charCodeAt(at + 2))) return false;
  const code = text.charCodeAt(at + 1);
  const lower = code | 0x20;
  return at + 1 < end && ((lower >= 0x61 && lower <= 0x7a) || code === 0x34 || code === 0x36);
}

/** Finds one character again and again: the native search is asked only when the place it found last is behind. */
class NextPlace {
  readonly #text: string;
  readonly #sought: string;
  readonly #end: number;
  #at = -1;
  #from = 0;

  constructor(text: string, sought: string, end: number) {
    this.#text = text;
    this.#sought = sought;
    this.#end = end;
  }

  /** The first place at or after `from`; `end` where there is none before it. Amortised linear over calls that go forward. */
  after(from: number): number {
    if (this.#at < from || from < this.#from) {
      // The slice keeps the search inside of this listing: a document may hold many.
      const found = this.#text.slice(from, this.#end).indexOf(this.#sought);
      this.#at = found < 0 ? this.#end : from + found;
      this.#from = from;
    }
    return this.#at;
  }
}

/** Splits the rule lines of one text. */
export class UnitScanner {
  /** Start and end of each unit, alternately. */
  readonly bounds: number[] = [];
  readonly #text: string;
  readonly #quote: NextPlace;
  readonly #tab: NextPlace;
  readonly #backslash: NextPlace;

  /** For rule lines before `end`. */
  constructor(text: string, end: number) {
    this.#text = text;
    this.#quote = new NextPlace(text, '"', end);
    this.#tab = new NextPlace(text, '\t', end);
    this.#backslash = new NextPlace(text, '\\', end);
  }

  hasBackslash(start: number, end: number): boolean {
    return this.#backslash.after(start) < end;
  }

  hasQuote(start: number, end: number): boolean {
    return this.#quote.after(start) < end;
  }

  /**
   * Writes the boundaries of the units of `[start, end)` to `bounds`; returns how many numbers. Blanks at a unit's end do not belong to it.
   * The common line has single blanks and starts with one: there every unit follows a ` -` outside of quotes, which native search finds several
   * times faster than a loop over the characters.
   */
  scan(start: number, end: number): number {
    const text = this.#text;
    if (text.charCodeAt(start) !== SPACE || this.#tab.after(start) < end)
      return scanUnits(text, start, end, this.bounds);
    const bounds = this.bounds;
    let count = 0;
    let long = -1;
    let at = start;
    // The first unit may begin with something that is no option: then the exact scan decides.
    let first = start;
    while (first < end && text.charCodeAt(first) === SPACE) first++;
    if (first === end) return 0;
    const opens = text.charCodeAt(first);
    if (opens !== DASH && opens !== NOT) return scanUnits(text, start, end, bounds);
    for (;;) {
      let found = text.indexOf(' -', at);
      if (found < 0 || found >= end) break;
      const quote = this.#quote.after(at);
      if (quote < found) {
        at = quoteClose(text, quote, end);
        continue;
      }
      found++;
      at = found + 1;
      const begins = this.#begins(found, end, long);
      if (begins) {
        const negated = text.charCodeAt(found - 2) === NOT && text.charCodeAt(found - 3) === SPACE;
        let unitStart = negated ? found - 2 : found;
        if (count === 0) unitStart = first;
        else bounds[count++] = trimEnd(text, unitStart);
        bounds[count++] = unitStart;
        long = -1;
      } else if (text.charCodeAt(found + 1) === DASH) {
        if (count === 0) {
          bounds[count++] = first;
        }
        long = found;
      }
    }
    if (count === 0) return scanUnits(text, start, end, bounds);
    bounds[count++] = end;
    return count;
  }

  #begins(at: number, end: number, long: number): boolean {
    const text = this.#text;
    if (text.charCodeAt(at + 1) === DASH) {
      if (!mayBeBasicLong(text.charCodeAt(at + 2), text.charCodeAt(at + 3))) return false;
      const stop = text.indexOf(' ', at);
      return isBasicLong(text, at, stop < 0 || stop > end ? end : stop);
    }
    if (!isShort(text, at, end)) return false;
    // `--comment -j`: the value of an option that takes any text.
    if (long < 0 || text.indexOf(' ', long) !== at - 1) return true;
    return !takesText(text.slice(long, at - 1));
  }
}

function trimEnd(text: string, end: number): number {
  let at = end;
  while (text.charCodeAt(at - 1) === SPACE) at--;
  return at;
}

/** As quoteEnd, with native search; a backslash before the quote needs the exact count. */
function quoteClose(text: string, start: number, end: number): number {
  const close = text.indexOf('"', start + 1);
  if (close < 0 || close >= end) return end;
  return text.charCodeAt(close - 1) === BACKSLASH ? quoteEnd(text, start, end) : close + 1;
}

/** The first two letters of BASIC_LONG's names. */
const LONG_STARTS: ReadonlySet<number> = new Set(
  [...BASIC_LONG].map((name) => name.charCodeAt(2) * 256 + name.charCodeAt(3)),
);

function mayBeBasicLong(first: number, second: number): boolean {
  return LONG_STARTS.has(first * 256 + second);
}

/**
 * The same for any line, word by word: writes to `out` and returns how many numbers it wrote.
 */
export function scanUnits(text: string, start: number, end: number, out: number[]): number {
  let count = 0;
  let unitEnd = start;
  let open = false;
  let afterNot = false;
  let optionStart = -1;
  let optionEnd = -1;
  let at = start;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (isBlank(code)) {
      at++;
      continue;
    }
    const wordStart = at;
    while (at < end) {
      const c = text.charCodeAt(at);
      if (isBlank(c)) break;
      at = c === QUOTE ? quoteEnd(text, at, end) : at + 1;
    }
    let begins = false;
    if (code === DASH && !(optionStart >= 0 && takesText(text.slice(optionStart, optionEnd)))) {
      if (text.charCodeAt(wordStart + 1) === DASH && at - wordStart > 2) {
        begins = isBasicLong(text, wordStart, at);
        optionStart = begins ? -1 : wordStart;
        optionEnd = at;
      } else {
        begins = at - wordStart === 2 && isShort(text, wordStart, end);
        optionStart = -1;
      }
      if (begins && afterNot) begins = false;
      afterNot = false;
    } else if (code === NOT && at - wordStart === 1) {
      begins = nextBegins(text, at, end);
      afterNot = begins;
      optionStart = -1;
    } else {
      optionStart = -1;
      afterNot = false;
    }
    if (begins || !open) {
      if (open) out[count++] = unitEnd;
      out[count++] = wordStart;
      open = true;
    }
    unitEnd = at;
  }
  if (open) out[count++] = unitEnd;
  return count;
}

/** Whether the word after a `!` begins a unit. */
function nextBegins(text: string, from: number, end: number): boolean {
  let at = from;
  while (at < end && isBlank(text.charCodeAt(at))) at++;
  if (at >= end || text.charCodeAt(at) !== DASH) return false;
  let stop = at;
  while (stop < end && !isBlank(text.charCodeAt(stop))) stop++;
  if (text.charCodeAt(at + 1) === DASH) return isBasicLong(text, at, stop);
  return stop - at === 2 && isShort(text, at, end);
}
