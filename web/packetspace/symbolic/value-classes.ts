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
  private readonly starts: readonly Wide[] | Float64Array;
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
    this.starts = isNumber ? filledNumbers(sortedNumbers(starts), width) : filledWide(sortedWide(starts), width);
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

function sortedNumbers(starts: readonly Wide[]): Float64Array {
  const sorted = Float64Array.from([0, ...(starts as readonly number[]).map(Number)]).sort();
  return sorted.filter((value, at) => at === 0 || value !== sorted[at - 1]);
}

function sortedWide(starts: readonly Wide[]): bigint[] {
  const sorted = [0n, ...starts.map(BigInt)].sort(compare);
  return sorted.filter((value, at) => at === 0 || value !== sorted[at - 1]);
}

/** A power of two of them, by halving the largest. */
function filledNumbers(starts: Float64Array, width: number): Float64Array {
  let filled = starts;
  for (let missing = missingIn(filled.length); missing > 0; missing = missingIn(filled.length)) {
    const all = filled;
    const sizes = all.map((start, at) => (at + 1 < all.length ? (all[at + 1] as number) : 2 ** width) - start);
    const largest = Uint32Array.from(sizes.keys()).sort((a, b) => (sizes[b] as number) - (sizes[a] as number));
    const halves: number[] = [];
    for (const at of largest.subarray(0, missing)) {
      const half = Math.floor((sizes[at] as number) / 2);
      if (half > 0) halves.push((all[at] as number) + half);
    }
    filled = Float64Array.from([...all, ...halves]).sort();
  }
  return filled;
}

function filledWide(starts: readonly bigint[], width: number): readonly bigint[] {
  let filled = starts;
  for (let missing = missingIn(filled.length); missing > 0; missing = missingIn(filled.length)) {
    const all = filled;
    const sizes = all.map((start, at) => (all[at + 1] ?? 1n << BigInt(width)) - start);
    const largest = [...sizes.keys()].sort((a, b) => compare(sizes[b] as bigint, sizes[a] as bigint));
    const halves = largest.slice(0, missing).flatMap((at) => {
      const half = (sizes[at] as bigint) / 2n;
      return half > 0n ? [(all[at] as bigint) + half] : [];
    });
    filled = [...all, ...halves].sort(compare);
  }
  return filled;
}

/** Up to the next power of two. */
function missingIn(count: number): number {
  return 2 ** bitsOf(BigInt(count - 1)) - count;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Bits that a number needs. */
function bitsOf(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}
