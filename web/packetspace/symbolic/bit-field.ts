/**
 * A number of which only some bits are variables: of a mark those that rules ask for. Values and masks are given in the number's own width; bits without
 * a variable are taken to be zero. Of an address or a port the variables may be those of codes instead (value-classes.ts): then there are no bits to compute with.
 */
import { InternalError } from '../../base/assert.ts';
import type { ValueSet } from '../../kernel/value-set.ts';
import { boxes, fieldIn } from '../diagram/boxes.ts';
import { type Cube, literal } from '../diagram/cube.ts';
import type { Diagrams } from '../diagram/diagrams.ts';
import { Field, fieldCube, prefixCube } from '../diagram/field.ts';
import { type Interval, intervalColumn } from '../diagram/intervals.ts';
import { FALSE, type Ref, TRUE } from '../diagram/ref.ts';
import { maskedInterval, type ValueClasses, type Wide } from './value-classes.ts';

export type { Wide } from './value-classes.ts';

export class BitField {
  readonly name: string;
  /** Bits of the number. */
  readonly width: number;
  /** The bits that have a variable. */
  readonly mask: bigint;
  /** By weight; -1: none. With classes by the weight in the code. */
  readonly variables: Int32Array;
  /** The bits of the mask as one number, null where there are none. With classes the code. */
  readonly field: Field | null;
  readonly classes: ValueClasses | null;
  private readonly parts = new Map<bigint, Field>();

  /** `variables`: by weight, -1 for bits that have none; with classes those of the code. */
  constructor(name: string, variables: Int32Array, classes: ValueClasses | null = null) {
    this.name = name;
    this.variables = variables;
    this.classes = classes;
    if (classes) {
      this.width = classes.width;
      this.mask = (1n << BigInt(this.width)) - 1n;
      this.field = new Field(name, variables.slice().reverse());
      return;
    }
    this.width = variables.length;
    let mask = 0n;
    variables.forEach((variable, weight) => {
      if (variable >= 0) mask |= 1n << BigInt(weight);
    });
    this.mask = mask;
    this.field = mask === 0n ? null : this.part(mask);
  }

  get isFull(): boolean {
    return this.mask === (1n << BigInt(this.width)) - 1n;
  }

  /** The bits of a mask as a number of their own. */
  private part(mask: bigint): Field {
    const known = this.parts.get(mask);
    if (known) return known;
    const bits: number[] = [];
    for (let weight = this.width - 1; weight >= 0; weight--) {
      if ((mask >> BigInt(weight)) & 1n) bits.push(this.variables[weight] as number);
    }
    const made = new Field(this.name, bits);
    this.parts.set(mask, made);
    return made;
  }

  /**
   * The cube where the bits of `mask` are those of `value`; null where a bit without a variable would have to be set. With classes that of one code of a value
   * that nobody compares with.
   */
  cube(value: Wide, mask: Wide | null): Cube | null {
    if (this.classes) return this.classCube(this.classes, value, mask);
    if (this.field && this.isFull && mask === null) return value > this.mask ? null : fieldCube(this.field, value);
    const asked = mask === null ? (1n << BigInt(this.width)) - 1n : BigInt(mask);
    const wanted = BigInt(value);
    if ((wanted & ~asked) !== 0n || (wanted & asked & ~this.mask) !== 0n) return null;
    const literals: number[] = [];
    for (let weight = 0; weight < this.width; weight++) {
      const variable = this.variables[weight] as number;
      const at = BigInt(weight);
      if (variable >= 0 && (asked >> at) & 1n) literals.push(literal(variable, ((wanted >> at) & 1n) === 1n));
    }
    return Int32Array.from(literals).sort();
  }

  private classCube(classes: ValueClasses, value: Wide, mask: Wide | null): Cube | null {
    const interval = maskedInterval(value, value, mask ?? this.mask, this.width);
    if (interval === undefined) throw new InternalError(`${this.name} has no bits`);
    if (interval === null) return null;
    const codes = classes.codes(interval[0], interval[1]);
    return this.codesCube(codes) ?? fieldCube(this.field as Field, codes.low);
  }

  private codesCube({ low, high }: Interval): Cube | undefined {
    const field = this.field as Field;
    const length = prefixLength(low, high, field.width);
    return length === null ? undefined : prefixCube(field, low, length);
  }

  /** The interval of the field that stands for [low, high]. */
  interval(low: Wide, high: Wide): Interval {
    return this.classes ? this.classes.codes(low, high) : { low, high };
  }

  /** What an interval of the field stands for. */
  valuesOf({ low, high }: Interval): Interval {
    return this.classes ? { low: this.classes.valueOf(low), high: this.classes.valueOf(high) } : { low, high };
  }

  /** All values that no rule tells from this one. */
  alike(diagrams: Diagrams, value: Wide): Ref {
    const [low, high] = this.classes?.classOf(value) ?? [value, value];
    return fieldIn(diagrams, this.field as Field, [this.interval(low, high)]);
  }

  /** The cube of an interval that is one value or one prefix; undefined for another; null where no value is inside. Of whole numbers only. */
  intervalCube(low: Wide, high: Wide): Cube | null | undefined {
    if (this.classes)
      return low > this.mask ? null : this.codesCube(this.classes.codes(low, high > this.mask ? this.mask : high));
    if (low === high) return this.cube(low, null);
    if (!this.isFull || !this.field) return undefined;
    if (low > this.mask) return null;
    const last = high > this.mask ? this.mask : high;
    const length = prefixLength(low, last, this.width);
    return length === null ? undefined : prefixCube(this.field, low, length);
  }

  /** The set where the number, or the bits of it in `mask`, is one of `values`. */
  in(diagrams: Diagrams, values: ValueSet, mask: Wide | null): Ref {
    if (values.kind === 'names') throw new InternalError(`${this.name} is no name`);
    if (this.classes) return this.classesIn(diagrams, this.classes, values.ranges, mask ?? this.mask);
    const all = (1n << BigInt(this.width)) - 1n;
    const asked = mask === null ? all : BigInt(mask) & all;
    const mine = asked & this.mask;
    const intervals: Interval[] = [];
    for (let i = 0; i < values.ranges.length; i += 2) {
      const interval = this.dense(BigInt(values.ranges[i] as Wide), BigInt(values.ranges[i + 1] as Wide), mine, all);
      if (interval) intervals.push(interval);
    }
    if (mine === 0n) return intervals.length > 0 ? TRUE : FALSE;
    const field = this.part(mine);
    return boxes(diagrams, [{ field, intervals: intervalColumn(field.width, intervals) }]);
  }

  private classesIn(diagrams: Diagrams, classes: ValueClasses, ranges: readonly Wide[], mask: Wide): Ref {
    const intervals: Interval[] = [];
    for (let i = 0; i < ranges.length; i += 2) {
      const interval = maskedInterval(ranges[i] as Wide, ranges[i + 1] as Wide, mask, this.width);
      if (interval === undefined) throw new InternalError(`${this.name} has no bits`);
      if (interval) intervals.push(classes.codes(interval[0], interval[1]));
    }
    return fieldIn(diagrams, this.field as Field, intervals);
  }

  /** The numbers of [low, high] with bits in `mask` only, as numbers of those bits; null for none. */
  private dense(low: bigint, high: bigint, mask: bigint, all: bigint): Interval | null {
    if (mask === all) return low > all ? null : { low, high: high > all ? all : high };
    const from = nextWithin(low, mask, this.width);
    const to = lastWithin(high > all ? all : high, mask, this.width);
    if (from === null || from > to) return null;
    return { low: packed(from, mask, this.width), high: packed(to, mask, this.width) };
  }

  /** The value in an assignment of the variables. */
  valueIn(isSet: (variable: number) => boolean): Wide {
    let value = 0n;
    for (let weight = 0; weight < this.variables.length; weight++) {
      const variable = this.variables[weight] as number;
      if (variable >= 0 && isSet(variable)) value |= 1n << BigInt(weight);
    }
    if (this.classes) return this.classes.valueOf(value);
    return this.width > 32 ? value : Number(value);
  }
}

/** The length of the prefix that [low, high] is; null where it is none. */
export function prefixLength(low: Wide, high: Wide, width: number): number | null {
  if (typeof low === 'number' && typeof high === 'number') {
    const size = high - low + 1;
    const bits = Math.round(Math.log2(size));
    return 2 ** bits === size && low % size === 0 ? width - bits : null;
  }
  const size = BigInt(high) - BigInt(low) + 1n;
  if ((size & (size - 1n)) !== 0n || BigInt(low) % size !== 0n) return null;
  return width - (size.toString(2).length - 1);
}

/** The smallest number of bits in `mask` that is not below `low`. */
function nextWithin(low: bigint, mask: bigint, width: number): bigint | null {
  if ((low & ~mask) === 0n) return low;
  const highest = (low & ~mask).toString(2).length - 1;
  for (let weight = highest + 1; weight < width; weight++) {
    const bit = 1n << BigInt(weight);
    if ((low & bit) === 0n && (mask & bit) !== 0n) return ((low | (bit - 1n)) ^ (bit - 1n)) | bit;
  }
  return null;
}

/** The largest number of bits in `mask` that is not above `high`. */
function lastWithin(high: bigint, mask: bigint, width: number): bigint {
  const outside = high & ~mask & ((1n << BigInt(width)) - 1n);
  if (outside === 0n) return high;
  const highest = BigInt(outside.toString(2).length - 1);
  const above = (high >> (highest + 1n)) << (highest + 1n);
  return above | (mask & ((1n << highest) - 1n));
}

/** The bits of the mask pushed together. */
function packed(value: bigint, mask: bigint, width: number): bigint {
  let result = 0n;
  let at = 0n;
  for (let weight = 0n; weight < BigInt(width); weight++) {
    if (((mask >> weight) & 1n) === 0n) continue;
    result |= ((value >> weight) & 1n) << at++;
  }
  return result;
}
