/**
 * Finds which of many anchored patterns take a name, in about the time of comparing the few literal prefixes that begin with its first
 * character. The patterns are the catalogue's: anchored, and without nested quantifiers, so that each test is linear.
 */

interface Entry<T> {
  readonly prefix: string;
  readonly pattern: RegExp;
  readonly value: T;
  readonly rank: number;
}

export class PrefixIndex<T> {
  readonly #byFirst = new Map<number, Entry<T>[]>();
  readonly #anywhere: Entry<T>[] = [];

  constructor(patterns: Iterable<readonly [RegExp, T]>) {
    let rank = 0;
    for (const [pattern, value] of patterns) {
      const prefixes = literalPrefixes(pattern);
      for (const prefix of prefixes) this.#add({ prefix, pattern, value, rank });
      rank++;
    }
  }

  #add(entry: Entry<T>): void {
    if (entry.prefix === '') {
      this.#anywhere.push(entry);
      return;
    }
    const first = entry.prefix.charCodeAt(0);
    const bucket = this.#byFirst.get(first);
    if (bucket) bucket.push(entry);
    else this.#byFirst.set(first, [entry]);
  }

  /** The values of all patterns that take `text`, in the order in which they were given. */
  find(text: string): readonly T[] {
    const bucket = this.#byFirst.get(text.charCodeAt(0));
    if (bucket === undefined && this.#anywhere.length === 0) return NONE;
    const found: Entry<T>[] = [];
    for (const entry of bucket ?? []) {
      if (text.startsWith(entry.prefix) && found.at(-1)?.pattern !== entry.pattern && entry.pattern.test(text))
        found.push(entry);
    }
    for (const entry of this.#anywhere) if (entry.pattern.test(text)) found.push(entry);
    if (found.length > 1) found.sort((a, b) => a.rank - b.rank);
    return found.length === 0 ? NONE : found.map(({ value }) => value);
  }
}

const NONE: readonly never[] = [];

/**
 * What every text that the pattern takes must begin with: one prefix, or one per alternative where the pattern's first group follows.
 * `['']` where there is none. Understands the part of the regular expression language that the catalogue uses.
 *
 *     /^KUBE-(SVC|SEP)-.+$/  KUBE-SVC KUBE-SEP
 *     /^ufw6?-/              ufw
 */
export function literalPrefixes({ source }: RegExp): string[] {
  if (source[0] !== '^') return [''];
  let prefix = '';
  let at = 1;
  for (;;) {
    const literal = literalAt(source, at);
    if (literal === null) break;
    const next = source[at + literal.length];
    if (next === '?' || next === '*' || next === '{') break;
    prefix += literal.char;
    at += literal.length;
    if (next === '+') break;
  }
  if (source[at] !== '(') return [prefix];
  const group = alternatives(source, at);
  if (group === null || /[?*{]/.test(source[group.end] ?? '')) return [prefix];
  const prefixes = new Set(group.starts.map((start) => prefix + start));
  return [...prefixes].filter((own) => ![...prefixes].some((other) => other !== own && own.startsWith(other)));
}

function literalAt(source: string, at: number): { char: string; length: number } | null {
  const char = source[at];
  if (char === undefined || '()[]{}|.*+?^$'.includes(char)) return null;
  if (char !== '\\') return { char, length: 1 };
  const escaped = source[at + 1] ?? '';
  return /[\w]/.test(escaped) ? null : { char: escaped, length: 2 };
}

/** The literal start of each alternative of the group at `open`, and where the group ends. null: not a plain group. */
function alternatives(source: string, open: number): { starts: string[]; end: number } | null {
  let at = open + 1;
  if (source[at] === '?') {
    if (source[at + 1] !== ':') return null;
    at += 2;
  }
  const starts: string[] = [];
  let start = '';
  let literal = true;
  let depth = 0;
  for (; at < source.length; ) {
    const char = source[at] as string;
    if (depth === 0 && (char === '|' || char === ')')) {
      starts.push(start);
      if (char === ')') return { starts, end: at + 1 };
      start = '';
      literal = true;
      at++;
      continue;
    }
    if (char === '(') depth++;
    else if (char === ')') depth--;
    const here = literal ? literalAt(source, at) : null;
    const next = source[at + (here?.length ?? 1)] ?? '';
    if (here && !'?*{'.includes(next)) start += here.char;
    else literal = false;
    if (next === '+') literal = false;
    at += char === '\\' ? 2 : 1;
  }
  return null;
}
