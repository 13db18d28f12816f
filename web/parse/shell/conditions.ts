/** What the text of a script alone decides: comparisons of strings and numbers, patterns of `case`. Follows POSIX, test and 2.13. */
import type { Field } from './expand.ts';

/** `[ A = B ]`, `[[ A == B ]]`, `test -n A`: true, false, or null where only the machine can tell. `fields` begin with the program. */
export function evaluateTest(fields: readonly Field[]): boolean | null {
  const bracket = fields[0]?.text.startsWith('[') === true;
  const inside = fields.slice(1, bracket ? -1 : undefined);
  const negated = inside[0]?.text === '!';
  const result = simpleTest(negated ? inside.slice(1) : inside);
  return result === null || !negated ? result : !result;
}

function simpleTest(fields: readonly Field[]): boolean | null {
  if (fields.some(({ unknown }) => unknown)) return null;
  const [first, second, third] = fields.map(({ text }) => text);
  switch (fields.length) {
    case 0:
      return false;
    case 1:
      return first !== '';
    case 2:
      if (first === '-n') return second !== '';
      return first === '-z' ? second === '' : null;
    case 3:
      return compare(first ?? '', second ?? '', third ?? '');
    default:
      return null;
  }
}

function compare(left: string, operator: string, right: string): boolean | null {
  const numbers = /^-?\d+$/.test(left) && /^-?\d+$/.test(right);
  const [a, b] = [Number(left), Number(right)];
  switch (operator) {
    case '=':
    case '==':
      return matchesPattern(left, right);
    case '!=':
      return !matchesPattern(left, right);
    case '-eq':
      return numbers ? a === b : null;
    case '-ne':
      return numbers ? a !== b : null;
    case '-lt':
      return numbers ? a < b : null;
    case '-le':
      return numbers ? a <= b : null;
    case '-gt':
      return numbers ? a > b : null;
    case '-ge':
      return numbers ? a >= b : null;
    default:
      return null;
  }
}

/** `*`, `?` and `[...]` in `pattern`. Cost: the text's length times the pattern's, at most. */
export function matchesPattern(text: string, pattern: string): boolean {
  const signs = signsOf(pattern);
  let at = 0;
  let sign = 0;
  // The last star, and where the text behind it was taken up.
  let star = -1;
  let taken = 0;
  while (at < text.length) {
    const next = signs[sign];
    if (next === '*') {
      star = sign++;
      taken = at;
    } else if (next !== undefined && fits(text.charAt(at), next)) {
      at++;
      sign++;
    } else if (star >= 0) {
      sign = star + 1;
      at = ++taken;
    } else return false;
  }
  while (signs[sign] === '*') sign++;
  return sign === signs.length;
}

/** `*`, `?`, `[a-z]`, or one character behind a backslash. */
function signsOf(pattern: string): string[] {
  return (pattern.match(/\[!?[^\]]+\]|[\s\S]/g) ?? []).map((sign) => (/^[*?]$|^\[./.test(sign) ? sign : `\\${sign}`));
}

function fits(character: string, sign: string): boolean {
  if (sign === '?') return true;
  if (sign.startsWith('\\')) return sign.slice(1) === character;
  const negated = sign.startsWith('[!');
  const inside = sign.slice(negated ? 2 : 1, -1);
  let found = false;
  for (let i = 0; i < inside.length; i++) {
    const to = inside.charAt(i + 1) === '-' && i + 2 < inside.length ? inside.charAt(i + 2) : null;
    if (to !== null) {
      found ||= character >= inside.charAt(i) && character <= to;
      i += 2;
    } else found ||= character === inside.charAt(i);
  }
  return found !== negated;
}
