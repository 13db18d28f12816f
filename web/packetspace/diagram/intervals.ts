/**
 * Intervals of a field's values, both ends included; few as objects, many as columns.
 *
 * A column holds each bound in `words` 32-bit words, the most significant first, so that a million IPv6 intervals are two typed arrays.
 */

import { InternalError } from '../../base/assert.ts';
import { checkValue, type FieldValue, plainValue, wordOf } from './field.ts';

export interface Interval {
  readonly low: FieldValue;
  readonly high: FieldValue;
}

export interface IntervalColumn {
  /** Bits of a value. */
  readonly width: number;
  readonly count: number;
  /** 32-bit words of a bound: ceil(width / 32). */
  readonly words: number;
  readonly low: Uint32Array;
  readonly high: Uint32Array;
}

/** Intervals in any order, overlapping or not, as a column. Throws InternalError where a bound does not fit or low > high. O(intervals). */
export function intervalColumn(width: number, intervals: Iterable<Interval>): IntervalColumn {
  const list = Array.isArray(intervals) ? (intervals as readonly Interval[]) : [...intervals];
  const words = Math.ceil(width / 32);
  const low = new Uint32Array(words * list.length);
  const high = new Uint32Array(words * list.length);
  for (let row = 0; row < list.length; row++) {
    const interval = list[row] as Interval;
    checkValue(interval.low, width);
    checkValue(interval.high, width);
    if (interval.low > interval.high) throw new InternalError(`interval ${interval.low}-${interval.high}`);
    for (let word = 0; word < words; word++) {
      const weight = 32 * (words - 1 - word);
      low[row * words + word] = wordOf(interval.low, weight);
      high[row * words + word] = wordOf(interval.high, weight);
    }
  }
  return { width, count: list.length, words, low, high };
}

/** A column over arrays that are there already, for fields of up to 32 bits: low[i] <= high[i], not checked, not copied. */
export function narrowColumn(width: number, low: Uint32Array, high: Uint32Array): IntervalColumn {
  if (width > 32 || low.length !== high.length) throw new InternalError('not a column of a narrow field');
  return { width, count: low.length, words: 1, low, high };
}

/** Bit `bit` (0 is the most significant of the field) of a row of one of the column's bounds. */
export function boundBit(column: IntervalColumn, bound: Uint32Array, row: number, bit: number): number {
  const at = 32 * column.words - column.width + bit;
  return ((bound[row * column.words + (at >>> 5)] as number) >>> (31 - (at & 31))) & 1;
}

/** How many of the bound's last bits are all `bit`. */
export function boundTail(column: IntervalColumn, bound: Uint32Array, row: number, bit: 0 | 1): number {
  let tail = 0;
  for (let word = column.words - 1; word >= 0; word--) {
    const value = (bound[row * column.words + word] as number) ^ (bit === 1 ? -1 : 0);
    if (value !== 0) return Math.min(tail + 31 - Math.clz32(value & -value), column.width);
    tail += 32;
  }
  return Math.min(tail, column.width);
}

/** The prefixes that make up an interval, in ascending order: at most 2 * width. `[1, 6]` of 3 bits is 1/3, 2/2, 4/2, 6/3. */
export function prefixesOf(
  { low, high }: Interval,
  width: number,
): { readonly value: FieldValue; readonly length: number }[] {
  const prefixes: { value: FieldValue; length: number }[] = [];
  const last = BigInt(high);
  for (let next = BigInt(low); next <= last; ) {
    let size = 0n;
    while (size < width && (next & ((1n << (size + 1n)) - 1n)) === 0n && next + (1n << (size + 1n)) - 1n <= last)
      size++;
    prefixes.push({ value: plainValue(next, width), length: width - Number(size) });
    next += 1n << size;
  }
  return prefixes;
}
