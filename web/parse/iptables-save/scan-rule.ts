/**
 * Finds where the units of a rule line begin and end: `-s A`, `! -d B`, `-m comment --comment "x"`, `-j T --option`. This is the hot path of
 * the parser: char codes only, no strings.
 */
import { quoteEnd, takesText } from './words.ts';

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
  return BASIC_LONG.has(text.slice(start, end));
}

/** `-x` alone: a letter (or 4, 6) after one dash, and then a blank or the end. */
function isShort(text: string, at: number, end: number): boolean {
  if (at + 2 < end && !isBlank(text.charCodeAt(at + 2))) return false;
  const code = text.charCodeAt(at + 1);
  const lower = code | 0x20;
  return at + 1 < end && ((lower >= 0x61 && lower <= 0x7a) || code === 0x34 || code === 0x36);
}

/**
 * Writes the unit boundaries of `text[start, end)` to `out`: start and end of each, alternately; returns how many numbers it wrote.
 * `out` is reused by the caller and grows as needed. Blanks at a unit's end do not belong to it.
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
