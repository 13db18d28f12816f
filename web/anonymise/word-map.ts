/**
 * Replaces words (runs of letters and digits) by others of the same length and kinds of characters. Two words that begin alike are replaced by two that
 * begin alike, so that `veth+` still stands for the same interfaces; one-to-one, so that no two names become one.
 *
 * Not one-to-one: letters outside of ASCII, which become letters of ASCII.
 */
import type { KeyedHash } from './keyed-hash.ts';
import { STEMS } from './stems.ts';
import { isHarmless } from './vocabulary.ts';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const DIGITS = '0123456789';

/** What may follow a stem in a name that a program or the kernel made up: `0`, `3s0f1`, `1a2b3c4d`, `100i0`. */
const GENERATED = /^[0-9a-f]*\d[0-9a-fipsnuv]*$/;
/** Programs that name an interface by a hash; a wildcard may hold the first letters of it. */
const HASHED = /^(?:cali|veth|lxc|eni|azv)(?:[a-f]{1,2}|[0-9a-f]{8,})$/;
const HEX = /^(?:(?=.*\d)(?:[0-9a-f]{6,}|[0-9A-F]{6,})|[0-9a-f]{8})$/;
/** A letter in front of hex digits: `i1a2b3c4d` in names of Neutron. */
const LETTER_HEX = /^(?:[g-z](?=.*\d)[0-9a-f]{7,}|[ios][0-9a-f]{8})$/;
const HEX_PART = /^[0-9a-f]+$/;

const ASCII = /^[0-9A-Za-z]+$/;

type Shape = { readonly kind: 'plain' | 'hex'; readonly from: number };
const PLAIN: Shape = { kind: 'plain', from: 0 };

/** How a word is replaced: which characters stay in front, and whether the others are hexadecimal digits. */
function shapeOf(word: string): Shape {
  if (HEX.test(word)) return { kind: 'hex', from: 0 };
  if (LETTER_HEX.test(word)) return { kind: 'hex', from: 1 };
  const stem = STEMS.find((one) => word.startsWith(one));
  if (stem !== undefined && (GENERATED.test(word.slice(stem.length)) || HASHED.test(word)))
    return { kind: 'hex', from: stem.length };
  return PLAIN;
}

export class WordMap {
  private readonly known = new Map<string, string>();

  /** `stays`: words that are not replaced, in addition to the harmless ones. */
  constructor(
    private readonly keyed: KeyedHash,
    private readonly stays: ReadonlySet<string> = new Set(),
  ) {}

  /** Cost: a hash for each character of a word that is met for the first time. */
  map(word: string): string {
    let image = this.known.get(word);
    if (image === undefined) {
      image = this.isKept(word) ? word : this.replaced(word);
      this.known.set(word, image);
    }
    return image;
  }

  isKept(word: string): boolean {
    return isHarmless(word) || this.stays.has(word);
  }

  /** Digits in a name: `12` of `node-12`, where a number alone would stay. */
  digits(number: string): string {
    return this.through(number, PLAIN, 'digits');
  }

  /** A further part of a hexadecimal number, as in a UUID; null: it is none. */
  hexPart(before: string, word: string): string | null {
    if (!HEX_PART.test(word) || (!HEX.test(before) && !LETTER_HEX.test(before))) return null;
    return this.through(word, { kind: 'hex', from: 0 }, 'hex part');
  }

  /** What is no word but a hash in an alphabet of its own, of which no part stays: Calico's, with `-` and `_`. */
  ruleHash(text: string): string {
    return this.through(text, PLAIN, 'hash');
  }

  /** Goes on until the image may be somebody's: a walk along a cycle of a one-to-one map is one-to-one itself, and comes back at the latest. */
  private replaced(word: string): string {
    const shape = shapeOf(word);
    // What is not one-to-one need not come back.
    if (!ASCII.test(word)) return this.through(word, shape, 'other');
    let image = word;
    do image = this.through(image, shape, shape.kind);
    while (this.isKept(image) || !isSameShape(shapeOf(image), shape));
    return image;
  }

  private through(word: string, { kind, from }: Shape, domain: string): string {
    let image = word.slice(0, from);
    for (let at = from; at < word.length; at++) {
      const letter = word[at] as string;
      const alphabet = kind === 'hex' ? hexAlphabet(letter) : alphabetOf(letter);
      if (alphabet === null) image += letter;
      else image += permuted(letter, alphabet, this.keyed(`word ${domain}`, word.slice(0, at)));
    }
    return image;
  }
}

function isSameShape(a: Shape, b: Shape): boolean {
  return a.kind === b.kind && a.from === b.from;
}

/** null: the character stays (the letters in `enp3s0`). */
function hexAlphabet(letter: string): string | null {
  if (DIGITS.includes(letter)) return DIGITS;
  if (letter >= 'a' && letter <= 'f') return 'abcdef';
  if (letter >= 'A' && letter <= 'F') return 'ABCDEF';
  return null;
}

function alphabetOf(letter: string): string | null {
  if (DIGITS.includes(letter)) return DIGITS;
  if (letter === '-' || letter === '_') return null;
  return letter >= 'A' && letter <= 'Z' ? UPPER : LOWER;
}

/** Where `letter` goes as `bytes` shuffle the alphabet into one cycle (Sattolo), so that none stays. There are more bytes than letters. */
function permuted(letter: string, alphabet: string, bytes: Uint8Array): string {
  const letters = [...alphabet];
  for (let i = letters.length - 1; i > 0; i--) {
    const j = (bytes[i] as number) % i;
    [letters[i], letters[j]] = [letters[j] as string, letters[i] as string];
  }
  const at = alphabet.indexOf(letter);
  return letters[at === -1 ? letter.charCodeAt(0) % letters.length : at] as string;
}
