/**
 * Finds which of many anchored patterns take a name: a tree of their literal prefixes leaves one or two to be tested, so a name costs about as
 * many steps as its longest known prefix has characters. The patterns are the catalogue's: anchored, and without nested quantifiers, so that
 * each test is linear.
 */

interface Entry<T> {
  readonly pattern: RegExp;
  readonly value: T;
  readonly rank: number;
  /** The answer where nothing else is found: most often. */
  readonly alone: readonly T[];
}

interface Node<T> {
  readonly next: Map<number, Node<T>>;
  readonly entries: Entry<T>[];
}

function node<T>(): Node<T> {
  return { next: new Map(), entries: [] };
}

export class PrefixIndex<T> {
  readonly #root = node<T>();

  constructor(patterns: Iterable<readonly [RegExp, T]>) {
    let rank = 0;
    for (const [pattern, value] of patterns) {
      const entry = { pattern, value, rank: rank++, alone: [value] };
      for (const prefix of literalPrefixes(pattern)) this.#add(prefix, entry);
    }
  }

  #add(prefix: string, entry: Entry<T>): void {
    let at = this.#root;
    for (let i = 0; i < prefix.length; i++) {
      const code = prefix.charCodeAt(i);
      let next = at.next.get(code);
      if (!next) {
        next = node();
        at.next.set(code, next);
      }
      at = next;
    }
    at.entries.push(entry);
  }

  /** The values of all patterns that take `text`, in the order in which they were given. */
  find(text: string): readonly T[] {
    let found: Entry<T>[] | null = null;
    let at: Node<T> | undefined = this.#root;
    for (let i = 0; at !== undefined; i++) {
      const { entries } = at;
      for (let k = 0; k < entries.length; k++) {
        const entry = entries[k] as Entry<T>;
        if (!entry.pattern.test(text)) continue;
        if (found === null) found = [entry];
        else found.push(entry);
      }
      at = i < text.length ? at.next.get(text.charCodeAt(i)) : undefined;
    }
    if (found === null) return NONE;
    const first = found[0] as Entry<T>;
    return found.length === 1 ? first.alone : found.sort((a, b) => a.rank - b.rank).map(({ value }) => value);
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
