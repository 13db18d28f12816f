/**
 * Names of interfaces as atoms: the classes of names that a ruleset tells apart, and a name for each. Every name that a rule or set writes is a class;
 * so is what begins with a written beginning (`cali+`) but with no longer one; and all other names (in two classes, so that there are two).
 */
import { hasValue, type NameSet } from '../../kernel/value-set.ts';

/** The code of "no interface", whose name is empty. */
export const NO_INTERFACE = 0;
export const LOOPBACK = 1;

/** Kernel: IFNAMSIZ, without the terminating zero. */
const LONGEST_NAME = 15;

interface Atom {
  /** Any name of the class: all others behave alike. */
  readonly name: string;
  /** For people: `cali*`, or null for the class of all other names. */
  readonly words: string | null;
}

export class NameAtoms {
  readonly atoms: readonly Atom[];
  private readonly codes = new WeakMap<NameSet, readonly number[]>();

  /** `stems`: beginnings of names. Cost: quadratic in the beginnings, linear in the names. */
  constructor(exact: Iterable<string>, stems: Iterable<string>) {
    const names = new Set([...exact].filter((name) => name !== '' && name !== 'lo'));
    const beginnings = [...new Set(stems)].filter((stem) => stem !== '');
    const atoms: Atom[] = [
      { name: '', words: 'no interface' },
      { name: 'lo', words: 'lo' },
    ];
    for (const name of names) atoms.push({ name, words: name });
    const isFree = (name: string, own: string): boolean =>
      name !== 'lo' &&
      !names.has(name) &&
      !beginnings.some((stem) => stem.length > own.length && name.startsWith(stem));
    for (const stem of beginnings) {
      const name = nameFrom(stem, (candidate) => isFree(candidate, stem));
      if (name !== null) atoms.push({ name, words: `${stem}*` });
    }
    // Two of the others: packets mostly come in by another interface than they leave by.
    for (let i = 0; i < 2; i++) {
      const taken = atoms.at(-1)?.name;
      const other = nameFrom(
        '',
        (name) => isFree(name, '') && !beginnings.some((stem) => name.startsWith(stem)) && name !== taken,
      );
      if (other !== null) atoms.push({ name: other, words: null });
    }
    this.atoms = atoms;
  }

  /** How many bits tell the atoms apart. */
  get width(): number {
    return Math.max(1, 32 - Math.clz32(this.atoms.length - 1));
  }

  get count(): number {
    return this.atoms.length;
  }

  nameOf(code: number): string {
    return this.atoms[code]?.name ?? '';
  }

  /** For people; all other names are one thing. */
  wordsOf(code: number): string {
    return this.atoms[code]?.words ?? 'an interface that no rule names';
  }

  /** As wordsOf, of several: `cali*` stands for all names that begin so, where all of them are there; all other names are one thing. */
  shortened(codes: readonly number[]): string[] {
    const chosen = new Set(codes);
    const stems = this.atoms.flatMap(({ words }, code) => (words?.endsWith('*') && chosen.has(code) ? [words] : []));
    const whole = stems.filter((stem) =>
      this.atoms.every(({ name }, code) => chosen.has(code) || !name.startsWith(stem.slice(0, -1))),
    );
    const isCovered = (code: number): boolean => {
      const { name, words } = this.atoms[code] as Atom;
      return whole.some((stem) => stem !== words && name.startsWith(stem.slice(0, -1)));
    };
    const wordsOf = (code: number): string => {
      const words = this.wordsOf(code);
      return words.endsWith('*') && !whole.includes(words) ? `other ${words}` : words;
    };
    return [...new Set(codes.filter((code) => !isCovered(code)).map(wordsOf))];
  }

  /** The codes of the names in a set, ascending. */
  codesOf(set: NameSet): readonly number[] {
    const known = this.codes.get(set);
    if (known) return known;
    const found: number[] = [];
    this.atoms.forEach(({ name }, code) => {
      if (hasValue(set, name)) found.push(code);
    });
    this.codes.set(set, found);
    return found;
  }

  /** The code of a name. */
  codeOf(name: string): number {
    const exact = this.atoms.findIndex((atom) => atom.name === name);
    if (exact >= 0) return exact;
    let best = this.atoms.length - 1;
    let length = -1;
    this.atoms.forEach(({ words }, code) => {
      if (!words?.endsWith('*') || words.length <= length || !name.startsWith(words.slice(0, -1))) return;
      best = code;
      length = words.length;
    });
    return best;
  }
}

const ENDINGS = ['0', '1', '2', '12ab', '77', 'x0', 'q', 'zz9', '_', '8f3', 'k1', 'v7'];
const STARTS = ['eth', 'ens', 'enp', 'net', 'if'];

/** A name with this beginning that `fits`; null where none of many does. */
function nameFrom(stem: string, fits: (name: string) => boolean): string | null {
  const starts = stem === '' ? STARTS : [stem];
  for (let number = 0; number < 1000; number++) {
    for (const start of starts) {
      const ending = stem !== '' && number < ENDINGS.length ? ENDINGS[number] : String(number);
      const name = `${start}${ending}`;
      if (name.length <= LONGEST_NAME && fits(name)) return name;
    }
  }
  return stem !== '' && stem.length <= LONGEST_NAME && fits(stem) ? stem : null;
}
