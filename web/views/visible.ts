/**
 * Characters that nobody sees and that change how others are read: in a comment or a name of a dump they make a rule look like another one (a right-to-left
 * override turns words around). Answers for the screen show them, and are cut where a text is longer than a browser lays out in time; texts to save and names
 * that are sent back stay as they are.
 */
import type { Requests } from './question.ts';

/** C0 and C1 controls but for tab and line feed, marks and overrides of direction, zero-width characters, line and paragraph separators. */
const ONE =
  '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff9-\\ufffb';
/** One of these, or half of a pair, which may be a tag or stand alone: a first look that costs little. */
const SUSPICIOUS = new RegExp(`${ONE}\\ud800-\\udfff]`);
const HIDDEN = new RegExp(
  `${ONE}]|[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]|\\udb40[\\udc00-\\udfff]`,
  'g',
);

/** Answers that are saved, or name things to the worker again. */
const AS_THEY_ARE: ReadonlySet<keyof Requests> = new Set<keyof Requests>([
  'print',
  'excerpt',
  'document',
  'costText',
  'address',
  'resolve',
  'lineOwners',
]);

/** Of one text in an answer for the screen: a comment of ten million characters takes a browser seconds to lay out, and nobody reads it. */
const MOST_SHOWN = 4000;

/** Whether there may be any such character, or a line to be cut: most texts have none. Linear, about a millisecond for each megabyte. */
export function mayHide(text: string): boolean {
  return SUSPICIOUS.test(text) || hasLongLine(text);
}

function hasLongLine(text: string): boolean {
  let start = 0;
  while (text.length - start > MOST_SHOWN) {
    const end = text.lastIndexOf('\n', start + MOST_SHOWN);
    if (end < start) return true;
    start = end + 1;
  }
  return false;
}

/** With each such character written out, as `‹U+202E›`; control characters as their pictures, as `␇`. */
export function visibleText(text: string): string {
  return text.replace(HIDDEN, (found) => {
    const code = found.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
  });
}

/** An answer of that kind for the screen. Buffers stay. Cost: linear in the answer. */
export function visibleAnswer<T>(kind: keyof Requests, answer: T): T {
  return AS_THEY_ARE.has(kind) ? answer : (visible(answer, 0) as T);
}

function shown(text: string): string {
  const more = text.length - MOST_SHOWN;
  const seen = more > 0 ? text.slice(0, MOST_SHOWN) : text;
  const visible = SUSPICIOUS.test(seen) ? visibleText(seen) : seen;
  return more > 0 ? `${visible}… (${more} more characters)` : visible;
}

/** Answers are trees; deeper than this there are none. */
const DEEPEST = 64;

function visible(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return shown(value);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((each) => visible(each, depth + 1));
  if (value instanceof Map)
    return new Map([...value].map(([key, each]) => [visible(key, depth + 1), visible(each, depth + 1)]));
  if (value instanceof Set) return new Set([...value].map((each) => visible(each, depth + 1)));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, visible(each, depth + 1)]));
}
