/**
 * The elements that large sets and maps are made of, read straight from their bytes: addresses, numbers and words that were read before, one or
 * several joined by dots, alone or with a verdict or such a value: `10.0.0.1 . tcp . 80 : goto web`. They give exactly what expressions.ts gives (a
 * property test compares them). Ranges, prefixes, names in quotes, timeouts, counters, comments and all else are for the grammar.
 */
import {
  ACCEPT,
  CONTINUE,
  DROP,
  type Expression,
  RETURN,
  type SetElement,
  type Value,
  type Verdict,
  value,
} from '../../model/expression.ts';
import { type FieldType, hasRoom } from '../../model/field-types.ts';
import { bytesOf, startsWithBytes } from '../text/code-scan.ts';
import type { Codes } from '../text/codes.ts';
import { Ipv6Reader } from '../text/ipv6-scan.ts';
import { hashRegion, RegionMap } from '../text/region-map.ts';
import { addressEnd, plainIpv4 } from './plain.ts';

type Types = readonly FieldType[];

const ZERO = 0x30;
const NINE = 0x39;
const DOT = 0x2e;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const SEMICOLON = 0x3b;
const QUOTE = 0x22;
const SPACE = 0x20;
/** Of decimal digits: no such number needs more than 32 bits. */
const LONGEST_NUMBER = 9;
const LONGEST_WORD = 32;
const LONGEST_ADDRESS = 46;

const SIMPLE_VERDICTS: readonly (readonly [Codes, Verdict])[] = [
  [bytesOf('accept'), ACCEPT],
  [bytesOf('drop'), DROP],
  [bytesOf('return'), RETURN],
  [bytesOf('continue'), CONTINUE],
];
const GOTO = bytesOf('goto ');
const JUMP = bytesOf('jump ');

/** What the parser shares between all that it reads. */
export interface SharedParts {
  readonly number: (number: number) => Value;
  readonly jump: (kind: 'jump' | 'goto', chain: string) => Verdict;
}

export class PlainElements {
  private readonly text: string;
  private readonly codes: Codes;
  private readonly shared: SharedParts;
  /** Words by their text and the type that they were read as. */
  private readonly words: RegionMap<Expression>;
  private readonly ipv6 = new Ipv6Reader();
  private readonly typeNumbers = new Map<FieldType, number>();
  /** Where the piece ends that was read last. */
  private at = 0;
  private end = 0;

  constructor(text: string, codes: Codes, shared: SharedParts) {
    this.text = text;
    this.codes = codes;
    this.shared = shared;
    this.words = new RegionMap(text, codes);
  }

  /** Keeps the constant that was read from the word `[start, stop)`. */
  keepWord(type: FieldType, start: number, stop: number, constant: Expression): void {
    if (stop - start > LONGEST_WORD) return;
    const number = this.typeNumbers.get(type) ?? this.typeNumbers.size;
    this.typeNumbers.set(type, number);
    const hash = hashRegion(this.codes, start, stop, number);
    if (!this.words.get(start, stop, number, hash)) this.words.put(start, stop, number, hash, constant);
  }

  /** Adds the elements from `start` on, up to the first that is not plain: gives where that one begins, or the closing brace. */
  read(elements: SetElement[], start: number, end: number, key: Types, data: Types): number {
    this.end = end;
    let from = start;
    for (;;) {
      const element = this.element(from, key, data);
      if (element === null) return from;
      const code = this.codeBehindBlanks();
      if (code !== COMMA && code !== CLOSE) return from;
      elements.push(element);
      if (code === CLOSE) return this.at;
      this.at++;
      this.codeBehindBlanks();
      from = this.at;
    }
  }

  /** The byte behind the blanks at `at`, which is there then; 0 at the end. Line ends are blanks inside of braces. */
  private codeBehindBlanks(): number {
    const { codes, end } = this;
    let at = this.at;
    let code = 0;
    while (at < end) {
      code = codes[at] as number;
      if (code !== SPACE && code !== 0x09 && code !== 0x0a) break;
      at++;
    }
    this.at = at;
    return at < end ? code : 0;
  }

  private element(start: number, keyTypes: Types, dataTypes: Types): SetElement | null {
    if (keyTypes[0]?.bitmask) return null;
    const key = this.joined(start, keyTypes);
    if (key === null) return null;
    const { codes, at } = this;
    if (codes[at] !== SPACE || codes[at + 1] !== COLON || codes[at + 2] !== SPACE) return { key };
    const data = this.verdict(at + 3) ?? this.joined(at + 3, dataTypes);
    return data === null ? null : { key, data };
  }

  /** One constant, or several with dots between them. */
  private joined(start: number, types: Types): Expression | null {
    const { codes } = this;
    const first = this.constant(start, types[0]);
    if (first === null || codes[this.at] !== SPACE || codes[this.at + 1] !== DOT) return first;
    const parts = [first];
    while (codes[this.at] === SPACE && codes[this.at + 1] === DOT) {
      const part = codes[this.at + 2] === SPACE ? this.constant(this.at + 3, types[parts.length]) : null;
      if (part === null) return null;
      parts.push(part);
    }
    return { kind: 'concat', parts };
  }

  private constant(start: number, type: FieldType | undefined): Expression | null {
    if (type?.form === 'ipv6') return this.address6(start);
    const code = start < this.end ? (this.codes[start] as number) : 0;
    const constant = code >= ZERO && code <= NINE ? this.digits(start, type) : this.word(start, type);
    return constant !== null && this.isWordEnd(this.at) ? constant : null;
  }

  private isWordEnd(at: number): boolean {
    const code = at < this.end ? (this.codes[at] as number) : 0;
    return code === SPACE || code === COMMA || code === 0x0a || code === CLOSE;
  }

  private address6(start: number): Value | null {
    const limit = Math.min(this.end, start + LONGEST_ADDRESS);
    let stop = start;
    while (stop < limit && !this.isWordEnd(stop)) stop++;
    this.at = stop;
    if (!this.isWordEnd(stop) || !this.ipv6.read(this.codes, start, stop) || !this.ipv6.isUsual) return null;
    return value(this.ipv6.address);
  }

  private digits(start: number, type: FieldType | undefined): Expression | null {
    const { codes } = this;
    const stop = addressEnd(codes, start, this.end);
    this.at = stop;
    if (type?.form === 'ipv4') {
      const address = plainIpv4(codes, start, stop);
      return address < 0 ? null : value(address);
    }
    if (type !== undefined && !isPlainNumber(type)) return null;
    if (stop - start > LONGEST_NUMBER || (codes[start] === ZERO && stop > start + 1)) return null;
    let number = 0;
    for (let at = start; at < stop; at++) {
      if (codes[at] === DOT) return null;
      number = number * 10 + (codes[at] as number) - ZERO;
    }
    return type === undefined || hasRoom(type, number) ? this.shared.number(number) : null;
  }

  private word(start: number, type: FieldType | undefined): Expression | null {
    const number = type && this.typeNumbers.get(type);
    if (number === undefined) return null;
    const limit = Math.min(this.end, start + LONGEST_WORD);
    let stop = start;
    while (stop < limit && !this.isWordEnd(stop)) stop++;
    this.at = stop;
    return this.words.get(start, stop, number, hashRegion(this.codes, start, stop, number));
  }

  private verdict(start: number): Verdict | null {
    const { codes, end } = this;
    const isGoto = startsWithBytes(codes, start, end, GOTO);
    if (isGoto || startsWithBytes(codes, start, end, JUMP)) return this.jump(start + GOTO.length, isGoto);
    for (const [word, verdict] of SIMPLE_VERDICTS) {
      if (!startsWithBytes(codes, start, end, word)) continue;
      this.at = start + word.length;
      return this.isWordEnd(this.at) ? verdict : null;
    }
    return null;
  }

  private jump(start: number, isGoto: boolean): Verdict | null {
    const { codes, end } = this;
    if (!isLetter(codes[start] as number)) return null;
    let stop = start;
    while (stop < end && !endsName(codes[stop] as number)) stop++;
    this.at = stop;
    return this.shared.jump(isGoto ? 'goto' : 'jump', this.text.slice(start, stop));
  }
}

function isPlainNumber({ form, width, symbols, symbolic }: FieldType): boolean {
  return form === 'decimal' && width <= 32 && !(symbols && symbolic);
}

function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

function endsName(code: number): boolean {
  return code <= SPACE || code === SEMICOLON || code === OPEN || code === CLOSE || code === COMMA || code === QUOTE;
}
