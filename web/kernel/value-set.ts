/**
 * Sets of the values that a variable can have: sorted, disjoint intervals of numbers (up to 32 bits) or of bigints (wider), or names with
 * beginnings (`cali*`). Pure data: the tracer asks whether a value is inside, the symbolic executor turns the same intervals into bits.
 */
import { pushAll } from '../base/lists.ts';
import type { Scalar } from '../model/expression.ts';

export interface NumberSet {
  readonly kind: 'numbers';
  /** `from, to, from, to, ...`: sorted, disjoint, both ends inside. */
  readonly ranges: readonly number[];
}

export interface WideSet {
  readonly kind: 'wides';
  readonly ranges: readonly bigint[];
}

/** Names: those listed and those that begin with a stem; with `complement` all others. An empty name is that of no interface. */
export interface NameSet {
  readonly kind: 'names';
  readonly exact: ReadonlySet<string>;
  readonly stems: readonly string[];
  readonly complement: boolean;
}

export type ValueSet = NumberSet | WideSet | NameSet;

/** A set of one number or of one range. */
export function numberRange(from: number, to: number): NumberSet {
  return { kind: 'numbers', ranges: from <= to ? [from, to] : [] };
}

/** Whether `value` is inside. A value of another sort never is. Cost: O(log intervals). */
export function hasValue(set: ValueSet, value: Scalar): boolean {
  switch (set.kind) {
    case 'numbers':
      return typeof value === 'number' && inRanges(set.ranges, value);
    case 'wides':
      return typeof value === 'bigint' && inRanges(set.ranges, value);
    case 'names':
      return typeof value === 'string' && hasName(set, value);
  }
}

function hasName(set: NameSet, name: string): boolean {
  const listed = set.exact.has(name) || set.stems.some((stem) => name.startsWith(stem));
  return listed !== set.complement;
}

function inRanges<T extends number | bigint>(ranges: readonly T[], value: T): boolean {
  if (ranges.length === 2) return value >= (ranges[0] as T) && value <= (ranges[1] as T);
  let low = 0;
  let high = ranges.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value > (ranges[2 * middle + 1] as T)) low = middle + 1;
    else high = middle;
  }
  return 2 * low < ranges.length && value >= (ranges[2 * low] as T);
}

/** No value is inside. A set of names with a complement always has one. */
export function isEmptySet(set: ValueSet): boolean {
  if (set.kind === 'names') return !set.complement && set.exact.size === 0 && set.stems.length === 0;
  return set.ranges.length === 0;
}

/** The values of `width` bits that are not inside. */
export function complementOf(set: ValueSet, width: number): ValueSet {
  switch (set.kind) {
    case 'numbers':
      return { kind: 'numbers', ranges: gaps(set.ranges, 0, 2 ** width - 1, 1) };
    case 'wides':
      return { kind: 'wides', ranges: gaps(set.ranges, 0n, (1n << BigInt(width)) - 1n, 1n) };
    case 'names':
      return { ...set, complement: !set.complement };
  }
}

function gaps<T extends number | bigint>(ranges: readonly T[], lowest: T, highest: T, one: T): T[] {
  const found: T[] = [];
  let next = lowest;
  for (let i = 0; i < ranges.length; i += 2) {
    const from = ranges[i] as T;
    if (from > next) found.push(next, minus(from, one));
    next = plus(ranges[i + 1] as T, one);
  }
  if (next <= highest) found.push(next, highest);
  return found;
}

function plus<T extends number | bigint>(a: T, b: T): T {
  return ((a as number) + (b as number)) as T;
}

function minus<T extends number | bigint>(a: T, b: T): T {
  return ((a as number) - (b as number)) as T;
}

/** All values of any of `sets`, which are of one sort; null where they are not, or where names with complements meet. */
export function unionOf(sets: readonly ValueSet[]): ValueSet | null {
  const [first] = sets;
  if (!first) return { kind: 'numbers', ranges: [] };
  if (sets.length === 1) return first;
  if (first.kind === 'numbers') {
    const all = sets.flatMap((set) => (set.kind === 'numbers' ? pairs(set.ranges) : [null]));
    return all.includes(null) ? null : { kind: 'numbers', ranges: merged(all as [number, number][], 1) };
  }
  if (first.kind === 'wides') {
    const all = sets.flatMap((set) => (set.kind === 'wides' ? pairs(set.ranges) : [null]));
    return all.includes(null) ? null : { kind: 'wides', ranges: merged(all as [bigint, bigint][], 1n) };
  }
  return unionOfNames(sets);
}

function unionOfNames(sets: readonly ValueSet[]): NameSet | null {
  const exact = new Set<string>();
  const stems: string[] = [];
  for (const set of sets) {
    if (set.kind !== 'names' || set.complement) return null;
    for (const name of set.exact) exact.add(name);
    pushAll(stems, set.stems);
  }
  return { kind: 'names', exact, stems, complement: false };
}

function pairs<T>(ranges: readonly T[]): [T, T][] {
  const found: [T, T][] = [];
  for (let i = 0; i < ranges.length; i += 2) found.push([ranges[i] as T, ranges[i + 1] as T]);
  return found;
}

function merged<T extends number | bigint>(all: [T, T][], one: T): T[] {
  const ranges: T[] = [];
  for (const [from, to] of all.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) {
    const last = ranges.length - 1;
    if (last > 0 && from <= plus(ranges[last] as T, one)) {
      if (to > (ranges[last] as T)) ranges[last] = to;
    } else ranges.push(from, to);
  }
  return ranges;
}

/** The values in both; null for names, which are not intersected. */
export function intersectionOf(a: ValueSet, b: ValueSet): ValueSet | null {
  if (a.kind === 'numbers' && b.kind === 'numbers') return { kind: 'numbers', ranges: common(a.ranges, b.ranges) };
  if (a.kind === 'wides' && b.kind === 'wides') return { kind: 'wides', ranges: common(a.ranges, b.ranges) };
  return null;
}

function common<T extends number | bigint>(a: readonly T[], b: readonly T[]): T[] {
  const found: T[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const from = (a[i] as T) > (b[j] as T) ? (a[i] as T) : (b[j] as T);
    const [endA, endB] = [a[i + 1] as T, b[j + 1] as T];
    const to = endA < endB ? endA : endB;
    if (from <= to) found.push(from, to);
    if (endA < endB) i += 2;
    else j += 2;
  }
  return found;
}

/** The only value inside; null where there are more, or none. */
export function onlyValue(set: ValueSet): Scalar | null {
  if (set.kind === 'names') {
    const [name] = set.exact;
    return !set.complement && set.stems.length === 0 && set.exact.size === 1 && name !== undefined ? name : null;
  }
  return set.ranges.length === 2 && set.ranges[0] === set.ranges[1] ? (set.ranges[0] as Scalar) : null;
}

/** How many values are inside, as a number; Infinity for names. */
export function sizeOf(set: ValueSet): number {
  if (set.kind === 'names') return Number.POSITIVE_INFINITY;
  let size = 0;
  for (let i = 0; i < set.ranges.length; i += 2) {
    size += Number(set.ranges[i + 1] as number | bigint) - Number(set.ranges[i] as number | bigint) + 1;
  }
  return size;
}

/** The same set has the same text. */
export function setText(set: ValueSet): string {
  if (set.kind !== 'names') return set.ranges.join(',');
  return `${[...set.exact].sort().join(',')};${[...set.stems].sort().join(',')}`;
}
