/**
 * Names in the text of a rule or a set. Names may hold nearly anything (`service-ABC-ns/name/tcp/http`, `a:b`, `x,y`), and stand between
 * quotes, commas and braces: so the word under the cursor is tried as it stands first, then without what may be punctuation.
 */

/** A word is at most so long on either side of the cursor: the kernel's longest name. */
const MAX_WORD = 256;

export interface FoundName {
  readonly word: string;
  /** What the words before it say it must be: `@x` and `meter x` are sets, `--match-set x` is an ipset, `jump x` and `-j x` a chain. */
  readonly before: 'chain' | 'set' | 'ipset' | null;
}

/** The candidates for a name at `offset`, widest first. */
export function namesAt(text: string, offset: number): FoundName[] {
  let start = offset;
  let end = offset;
  while (start > 0 && offset - start < MAX_WORD && !isBreak(text.charCodeAt(start - 1))) start--;
  while (end < text.length && end - offset < MAX_WORD && !isBreak(text.charCodeAt(end))) end++;
  const found: FoundName[] = [];
  const add = (from: number, to: number): void => {
    const word = text.slice(from, to);
    if (to > from && !found.some((one) => one.word === word)) found.push({ word, before: kindBefore(text, from) });
  };
  add(start, end);
  while (start < offset && isOpening(text.charCodeAt(start))) start++;
  while (end > offset && isClosing(text.charCodeAt(end - 1))) end--;
  add(start, end);
  let left = offset;
  let right = offset;
  while (left > start && isWordCode(text.charCodeAt(left - 1))) left--;
  while (right < end && isWordCode(text.charCodeAt(right))) right++;
  add(left, right);
  return found;
}

/** Blanks and quotes. */
function isBreak(code: number): boolean {
  return code <= 0x20 || code === 0x22;
}

/** `: @ { ( ! $` and a quote. */
function isOpening(code: number): boolean {
  return (
    code === 0x3a || code === 0x40 || code === 0x7b || code === 0x28 || code === 0x21 || code === 0x24 || code === 0x27
  );
}

/** `, ; } ) :` and a quote. */
function isClosing(code: number): boolean {
  return code === 0x2c || code === 0x3b || code === 0x7d || code === 0x29 || code === 0x3a || code === 0x27;
}

/** Letters, digits and `_ . - /`. */
function isWordCode(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x2d && code <= 0x2f) ||
    code === 0x5f ||
    code > 0x7f
  );
}

const BEFORE: ReadonlyMap<string, FoundName['before']> = new Map([
  ['jump', 'chain'],
  ['goto', 'chain'],
  ['-j', 'chain'],
  ['-g', 'chain'],
  ['--jump', 'chain'],
  ['--goto', 'chain'],
  ['-A', 'chain'],
  ['--match-set', 'ipset'],
  ['--add-set', 'ipset'],
  ['--del-set', 'ipset'],
  ['--map-set', 'ipset'],
  ['meter', 'set'],
]);

function kindBefore(text: string, start: number): FoundName['before'] {
  if (text.charCodeAt(start - 1) === 0x40) return 'set';
  return BEFORE.get(wordBefore(text, start)) ?? null;
}

/** The word that ends before `start`, up to 16 characters; blanks and a quote between are passed over. */
function wordBefore(text: string, start: number): string {
  let end = start;
  while (end > 0 && start - end < 16 && isBreak(text.charCodeAt(end - 1))) end--;
  let from = end;
  while (from > 0 && end - from < 16 && !isBreak(text.charCodeAt(from - 1))) from--;
  return text.slice(from, end);
}

/** Whether the name that starts there is a jump's target, by the word before it. */
export function isNameAt(text: string, start: number): boolean {
  const word = wordBefore(text, start);
  return word !== '-A' && BEFORE.get(word) === 'chain';
}

/** Where `name` stands as a whole name in `[start, end)`: `web` is not in `web-2`. */
export function occurrences(text: string, name: string, start: number, end: number): number[] {
  const found: number[] = [];
  if (name === '') return found;
  const part = text.slice(start, end);
  for (let at = part.indexOf(name); at !== -1; at = part.indexOf(name, at + 1)) {
    const before = at === 0 ? 0 : part.charCodeAt(at - 1);
    const after = at + name.length;
    if (!isWordCode(before) && !(after < part.length && isWordCode(part.charCodeAt(after)))) found.push(start + at);
  }
  return found;
}
