/**
 * Numbers by what rules tell apart. Of the 2^32 addresses the rules of a node name some hundred networks and hosts; what lies between two of their bounds
 * is a class, for which every rule has the same answer. A code is the class's number and, below it, the place in the class: codes are in the order of the
 * values, so an interval of values is one of codes, and a set asks for the few bits of the class where it would have asked for 32.
 *
 * Every code stands for a value: there are as many classes as their number's bits can tell (the largest are halved until it is so), and places behind a
 * class's last value stand for that one. A set of values has all codes of each of its values, which is what makes equal sets equal.
 */
import { InternalError } from '../../base/assert.ts';

export type Wide = number | bigint;

/** Bounds of what is compared; then the classes between them. */
export class Bounds {
  /** First values of classes. */
  private readonly starts: Wide[] = [];
  /** A rule computes with the bits of the number: there must be no classes. */
  needsBits = false;

  constructor(readonly width: number) {}

  /** [low, high] is told apart from what is beside it. Values that do not fit are left out. */
  add(low: Wide, high: Wide): void {
    const limit = this.width > 32 ? 1n << BigInt(this.width) : 2 ** this.width;
    if (low < limit && low > 0) this.starts.push(low);
    if (high < limit && low <= high) {
      const next = typeof high === 'bigint' ? high + 1n : high + 1;
      if (next < limit) this.starts.push(next);
    }
  }

  /** Where the bits of `mask` are those of [low, high]: only the networks of a prefix are an interval, all else needs bits. */
  addMasked(low: Wide, high: Wide, mask: Wide): void {
    const interval = maskedInterval(low, high, mask, this.width);
    if (interval === undefined) this.needsBits = true;
    else if (interval) this.add(this.plain(interval[0]), this.plain(interval[1]));
  }

  private plain(value: bigint): Wide {
    return this.width > 32 ? value : Number(value);
  }

  /** null where rules need the bits. O(n log n). */
  classes(): ValueClasses | null {
    return this.needsBits ? null : new ValueClasses(this.width, this.starts);
  }
}

export class ValueClasses {
  /** Bits of a code. */
  readonly codeWidth: number;
  /** Bits of the place in a class. */
  private readonly placeWidth: number;
  private readonly starts: readonly Wide[];
  private readonly count: number;
  private readonly last: Wide;
  /** Codes are numbers; else bigints. */
  private readonly isNarrow: boolean;

  /** `starts`: in any order, more than once. */
  constructor(
    readonly width: number,
    starts: readonly Wide[],
  ) {
    const isNumber = width <= 32;
    this.last = isNumber ? 2 ** width - 1 : (1n << BigInt(width)) - 1n;
    this.starts = filled(ascending([isNumber ? 0 : 0n, ...starts], width), width);
    this.count = this.starts.length;
    let most = 1n;
    for (let i = 0; i < this.count; i++) {
      const size = BigInt(this.endOf(i)) - BigInt(this.starts[i] as Wide) + 1n;
      if (size > most) most = size;
    }
    this.placeWidth = bitsOf(most - 1n);
    this.codeWidth = Math.max(1, bitsOf(BigInt(this.count - 1)) + this.placeWidth);
    this.isNarrow = isNumber && this.codeWidth <= 53;
  }

  /** The codes of [low, high], both within the width. O(log n). */
  codes(low: Wide, high: Wide): { readonly low: Wide; readonly high: Wide } {
    return { low: this.code(low, false), high: this.code(high, true) };
  }

  /** Any code of the value. */
  codeOf(value: Wide): Wide {
    return this.code(value, false);
  }

  /** What the code stands for. */
  valueOf(code: Wide): Wide {
    if (this.isNarrow) {
      const unit = 2 ** this.placeWidth;
      const at = Math.floor(Number(code) / unit);
      return Math.min((this.starts[at] as number) + (Number(code) - at * unit), this.endOf(at) as number);
    }
    const at = Number(BigInt(code) >> BigInt(this.placeWidth));
    const value = BigInt(this.starts[at] as Wide) + (BigInt(code) & ((1n << BigInt(this.placeWidth)) - 1n));
    const end = BigInt(this.endOf(at));
    const found = value < end ? value : end;
    return this.width > 32 ? found : Number(found);
  }

  /** The first and the last value of the class of a value. */
  classOf(value: Wide): readonly [low: Wide, high: Wide] {
    const at = this.indexOf(value);
    return [this.starts[at] as Wide, this.endOf(at)];
  }

  /** `highest`: of the codes of the value the largest, not the smallest. */
  private code(value: Wide, highest: boolean): Wide {
    if (value < 0 || value > this.last) throw new InternalError(`${value} does not fit ${this.width} bits`);
    const plain = this.width > 32 ? BigInt(value) : Number(value);
    const at = this.indexOf(plain);
    const isLast = highest && plain === this.endOf(at);
    const start = this.starts[at] as Wide;
    if (this.isNarrow) {
      const unit = 2 ** this.placeWidth;
      return at * unit + (isLast ? unit - 1 : Number(plain) - Number(start));
    }
    const shift = BigInt(this.placeWidth);
    return isLast ? (BigInt(at + 1) << shift) - 1n : (BigInt(at) << shift) + (BigInt(plain) - BigInt(start));
  }

  private endOf(at: number): Wide {
    if (at === this.count - 1) return this.last;
    const next = this.starts[at + 1] as Wide;
    return typeof next === 'bigint' ? next - 1n : next - 1;
  }

  private indexOf(value: Wide): number {
    let from = 0;
    let to = this.count - 1;
    while (from < to) {
      const middle = (from + to + 1) >> 1;
      if ((this.starts[middle] as Wide) <= value) from = middle;
      else to = middle - 1;
    }
    return from;
  }
}

/**
 * The values v where v & mask is in [low, high] as one interval: `mask` has to be a prefix's. null where there is none; undefined where they are no
 * interval.
 */
export function maskedInterval(
  low: Wide,
  high: Wide,
  mask: Wide,
  width: number,
): readonly [low: bigint, high: bigint] | null | undefined {
  const all = (1n << BigInt(width)) - 1n;
  const host = all & ~BigInt(mask);
  if ((host & (host + 1n)) !== 0n) return undefined;
  const from = (BigInt(low) + host) & ~host;
  const to = (BigInt(high) > all ? all : BigInt(high)) & ~host;
  return from > all || from > to ? null : [from, to | host];
}

/** Ascending, each once. Numbers are sorted as an array of theirs: there may be a million. */
function ascending(values: readonly Wide[], width: number): readonly Wide[] {
  const sorted =
    width > 32
      ? values.map(BigInt).sort(compare)
      : Array.from(Float64Array.from(values, (each) => Number(each)).sort());
  return (sorted as Wide[]).filter((value, at) => at === 0 || value !== sorted[at - 1]);
}

/** A power of two of them, by halving the largest. */
function filled(starts: readonly Wide[], width: number): readonly Wide[] {
  const limit: Wide = width > 32 ? 1n << BigInt(width) : 2 ** width;
  let all = starts;
  for (let missing = missingIn(all.length); missing > 0; missing = missingIn(all.length)) {
    const before = all;
    const sizes = before.map((start, at) => difference(before[at + 1] ?? limit, start));
    const largest = Uint32Array.from(sizes.keys()).sort((a, b) => compare(sizes[b] as Wide, sizes[a] as Wide));
    const halves: Wide[] = [];
    for (const at of largest.subarray(0, missing)) {
      if ((sizes[at] as Wide) > 1) halves.push(middle(before[at] as Wide, before[at + 1] ?? limit));
    }
    all = ascending([...before, ...halves], width);
  }
  return all;
}

function difference(to: Wide, from: Wide): Wide {
  return typeof to === 'bigint' && typeof from === 'bigint' ? to - from : Number(to) - Number(from);
}

/** Of [from, to), rounded down. */
function middle(from: Wide, to: Wide): Wide {
  return typeof to === 'bigint' && typeof from === 'bigint'
    ? (from + to) / 2n
    : Math.floor((Number(from) + Number(to)) / 2);
}

/** Up to the next power of two. */
function missingIn(count: number): number {
  return 2 ** bitsOf(BigInt(count - 1)) - count;
}

function compare(a: Wide, b: Wide): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Bits that a number needs. */
function bitsOf(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}
