/** A query as patterns, which match any case without a lower-cased copy of what is searched. */

/** What is looked for, as a pattern: matching any case without a lower-cased copy of what is searched. */
export interface Wanted {
  readonly text: string;
  readonly lower: string;
  readonly pattern: RegExp;
  /** Of several words each one: what has all of them, in any order, is found too. The longest first. */
  readonly words: readonly RegExp[];
  /** Hits of one kind. */
  readonly most: number;
}

export function createWanted(text: string, most: number): Wanted | null {
  if (text === '') return null;
  const words = [...new Set(text.split(/\s+/))];
  return {
    most,
    text,
    lower: text.toLowerCase(),
    pattern: patternOf(text),
    words: words.length > 1 ? words.sort((a, b) => b.length - a.length).map(patternOf) : [],
  };
}

function patternOf(text: string): RegExp {
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), 'i');
}

export function hasAll(text: string, { words }: Wanted): boolean {
  return words.length > 0 && words.every((word) => word.test(text));
}

/** Neither shorter nor longer: `10.96.0.1` is not at its end in `10.96.0.10`. */
export function isWhole(text: string, at: number, length: number): boolean {
  return (
    !isWordCode(text.charCodeAt(at - 1)) && !isWordCode(text.charCodeAt(at + length)) && !continues(text, at + length)
  );
}

export function isWordCode(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f
  );
}

/** `10.96.0` goes on with `.10`. */
function continues(text: string, end: number): boolean {
  const code = text.charCodeAt(end);
  return (code === 0x2e || code === 0x2d) && isWordCode(text.charCodeAt(end + 1));
}
