/**
 * Finds where the units of a rule line begin and end: `-s A`, `! -d B`, `-m comment --comment "x"`, `-j T --option`. This is the hot path of
 * the parser: UnitScanner reads each byte of a line once (text/codes.ts) and makes no strings; scanUnits is the exact reader of any line.
 */
import type { Codes } from '../text/codes.ts';
import { quoteEnd, takesText } from './words.ts';

const SPACE = 0x20;
const TAB = 0x09;
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

function isLongLength(first: number, length: number): boolean {
  return first < 128 && length <= 16 && ((LONG_LENGTHS[first] as number) & (1 << length)) !== 0;
}

function isBasicLong(text: string, start: number, end: number): boolean {
  if (!isLongLength(text.charCodeAt(start + 2), end - start)) return false;
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

/** Splits the rule lines of one text. */
export class UnitScanner {
  /** Start and end of each unit, alternately. */
  readonly bounds: number[] = [];
  /** Where the unit ends of which `next` has looked for the next one. */
  stop = 0;
  private readonly text: string;
  private readonly codes: Codes;

  constructor(text: string, codes: Codes) {
    this.text = text;
    this.codes = codes;
  }

  /**
   * Writes the boundaries of the units of `[start, end)` to `bounds`; returns how many numbers. Blanks at a unit's end do not belong to it.
   * The common line has no tabs and starts with a blank: there every unit but the first follows a ` -` outside of quotes.
   */
  scan(start: number, end: number): number {
    const codes = this.codes;
    let first = start;
    while (first < end && codes[first] === SPACE) first++;
    if (first === end) return 0;
    // The first unit may begin with something that is no option: then the exact scan decides.
    if (first === start || (codes[first] !== DASH && (codes[first] !== NOT || codes[first + 1] !== SPACE)))
      return scanUnits(this.text, start, end, this.bounds);
    const bounds = this.bounds;
    let count = 0;
    let long = -1;
    for (let at = start; at < end; ) {
      const code = codes[at] as number;
      if (code > QUOTE) at++;
      else if (code === QUOTE) at = closeOf(codes, at, end);
      else if (code === TAB) return scanUnits(this.text, start, end, bounds);
      else if (code !== SPACE || codes[at + 1] !== DASH) at++;
      else {
        const dash = at + 1;
        at = dash + 1;
        if (this.begins(dash, end, long)) {
          const unitStart = negated(codes, dash, first);
          if (count > 0) bounds[count++] = trimEnd(codes, unitStart);
          else if (unitStart !== first) return scanUnits(this.text, start, end, bounds);
          bounds[count++] = unitStart;
          long = -1;
        } else if (codes[at] === DASH) {
          if (count === 0) bounds[count++] = first;
          long = dash;
        }
      }
    }
    if (count === 0) return scanUnits(this.text, start, end, bounds);
    bounds[count++] = end;
    return count;
  }

  /** Where the first unit of `[start, end)` begins, if the line is one that `next` can walk through: one that begins with ` -x ` or ` ! -x `, and has
   * no tabs. -1 for other lines. `end` where there is no unit. */
  first(start: number, end: number): number {
    const codes = this.codes;
    let at = start;
    while (at < end && codes[at] === SPACE) at++;
    if (at === end) return end;
    return at > start && nextUnit(codes, at - 1, end) === at ? at : -1;
  }

  /**
   * The start of the unit after the one at `unitStart`, or `end`. Gives what `scan` gives, unit by unit.
   */
  next(unitStart: number, end: number): number {
    const codes = this.codes;
    let long = -1;
    let from = unitStart + 1;
    if (codes[unitStart] === NOT) {
      while (codes[from] === SPACE) from++;
      from++;
    }
    for (let at = from; at < end; ) {
      const code = codes[at] as number;
      if (code > QUOTE) at++;
      else if (code === QUOTE) at = closeOf(codes, at, end);
      else if (code !== SPACE || codes[at + 1] !== DASH) at++;
      else {
        const dash = at + 1;
        at = dash + 1;
        if (this.begins(dash, end, long)) {
          const start = negated(codes, dash, unitStart);
          this.stop = trimEnd(codes, start);
          return start;
        }
        if (codes[at] === DASH) long = dash;
      }
    }
    this.stop = end;
    return end;
  }

  private begins(at: number, end: number, long: number): boolean {
    const codes = this.codes;
    const first = codes[at + 1] as number;
    if (first === DASH) {
      if (!mayBeBasicLong(codes[at + 2] as number, codes[at + 3] as number)) return false;
      const length = nextSpace(codes, at, end) - at;
      return isLongLength(codes[at + 2] as number, length) && isBasicLong(this.text, at, at + length);
    }
    if (at + 1 >= end || (at + 2 < end && codes[at + 2] !== SPACE)) return false;
    const lower = first | 0x20;
    if ((lower < 0x61 || lower > 0x7a) && first !== 0x34 && first !== 0x36) return false;
    // `--comment -j`: the value of an option that takes any text.
    if (long < 0) return true;
    const longEnd = nextSpace(codes, long, end);
    let value = longEnd;
    while (codes[value] === SPACE) value++;
    return value !== at || !takesText(this.text.slice(long, longEnd));
  }
}

/**
 * The start of the next unit where a unit's last word ends at `stop`: `end`, or the offset behind one blank if ` -x ` or ` ! -x ` stands there. -1 where
 * it takes a closer look. For words that are no `!` and no name of an option.
 */
export function nextUnit(codes: Codes, stop: number, end: number): number {
  if (stop === end) return end;
  if (codes[stop] !== SPACE) return -1;
  let dash = stop + 1;
  if (codes[dash] === NOT && codes[dash + 1] === SPACE) dash += 2;
  if (dash + 2 >= end || codes[dash] !== DASH || codes[dash + 2] !== SPACE) return -1;
  const letter = codes[dash + 1] as number;
  const lower = letter | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || letter === 0x34 || letter === 0x36 ? stop + 1 : -1;
}

/** Where the unit whose option is at `dash` begins: at its `!`, if one stands between it and `after`. */
function negated(codes: Codes, dash: number, after: number): number {
  for (let at = dash - 2; at > after; at--) {
    if (codes[at] === SPACE) continue;
    return codes[at] === NOT && codes[at - 1] === SPACE ? at : dash;
  }
  return dash;
}

function nextSpace(codes: Codes, from: number, end: number): number {
  let at = from;
  while (at < end && codes[at] !== SPACE) at++;
  return at;
}

function trimEnd(codes: Codes, end: number): number {
  let at = end;
  while (codes[at - 1] === SPACE) at--;
  return at;
}

/** As quoteEnd. */
function closeOf(codes: Codes, start: number, end: number): number {
  for (let at = start + 1; at < end; at++) {
    const code = codes[at];
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH) at++;
  }
  return end;
}

/** By the first letter of BASIC_LONG's names: the second letters, as bits. */
const LONG_SECONDS = new Uint32Array(256);
for (const name of BASIC_LONG) {
  const first = name.charCodeAt(2);
  LONG_SECONDS[first] = (LONG_SECONDS[first] as number) | (1 << (name.charCodeAt(3) & 31));
}

function mayBeBasicLong(first: number, second: number): boolean {
  return ((LONG_SECONDS[first] as number) & (1 << (second & 31))) !== 0;
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
