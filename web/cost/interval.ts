/** Constants that a rule compares a field with, as intervals, and an index over many of them that tells whether another one overlaps. */
import type { Expression, Scalar } from '../model/expression.ts';

/** Both ends belong to it. Of names, an interval is all that begin with a stem. */
export interface Interval {
  readonly from: Scalar;
  readonly to: Scalar;
  /** As the dump has it: a prefix stays a prefix in print. */
  readonly source: Expression;
}

/** The constants that `right` stands for; null where it is no list of constants. */
export function intervalsOf(right: Expression): readonly Interval[] | null {
  switch (right.kind) {
    case 'value':
      return [{ from: right.value, to: right.value, source: right }];
    case 'range':
      return typeof right.from === 'string' || typeof right.to === 'string'
        ? null
        : [{ from: right.from, to: right.to, source: right }];
    case 'prefix':
      return [prefixInterval(right)];
    case 'wildcard':
      return right.stem === '' ? null : [{ from: right.stem, to: `${right.stem}${LAST}`, source: right }];
    case 'set': {
      const parts = right.elements.map(({ key, data, except }) =>
        data !== undefined || except || key.kind === 'set' ? null : intervalsOf(key),
      );
      return parts.every((part) => part !== null) ? parts.flat() : null;
    }
    default:
      return null;
  }
}

/** Behind everything that a name can go on with. */
const LAST = '\uffff';

function prefixInterval(prefix: Extract<Expression, { kind: 'prefix' }>): Interval {
  const { address, length, width } = prefix;
  const size = 1n << BigInt(width - length);
  const from = (BigInt(address) / size) * size;
  const to = from + size - 1n;
  return width > 32
    ? { from, to, source: prefix }
    : {
        from: Number(from),
        to: Number(to),
        source: length === width ? { kind: 'value', value: Number(from) } : prefix,
      };
}

export function isSingle({ from, to }: Interval): boolean {
  return from === to;
}

export function overlaps(a: Interval, b: Interval): boolean {
  return a.from <= b.to && b.from <= a.to;
}

export function contains(outer: Interval, inner: Interval): boolean {
  return outer.from <= inner.from && inner.to <= outer.to;
}

/** An interval over more buckets than this is kept in a list of its own. */
const WIDE = 256;

/**
 * The values of one field that some rules compare with. Single values cost one look-up; intervals are found by buckets of neighbouring values, so that
 * neither a million single values nor thousands of prefixes make it slow. Very wide intervals are compared one by one: there are few of them.
 */
export class FieldIndex {
  readonly #singles = new Set<Scalar>();
  readonly #buckets = new Map<number | bigint, Interval[]>();
  readonly #wide: Interval[] = [];
  readonly #all: Interval[] = [];

  add(interval: Interval): void {
    if (isSingle(interval)) {
      if (this.#singles.has(interval.from)) return;
      this.#singles.add(interval.from);
    }
    this.#all.push(interval);
    const buckets = bucketsOf(interval);
    if (buckets === null) this.#wide.push(interval);
    else {
      for (const bucket of buckets) {
        const list = this.#buckets.get(bucket);
        if (list) list.push(interval);
        else this.#buckets.set(bucket, [interval]);
      }
    }
  }

  overlaps(interval: Interval): boolean {
    if (isSingle(interval) && this.#singles.has(interval.from)) return true;
    // Only intervals are left to be compared with a single value.
    if (isSingle(interval) && this.#all.length === this.#singles.size) return false;
    if (this.#wide.some((other) => overlaps(other, interval))) return true;
    const buckets = bucketsOf(interval);
    if (buckets === null) return this.#all.some((other) => overlaps(other, interval));
    return buckets.some((bucket) => this.#buckets.get(bucket)?.some((other) => overlaps(other, interval)) ?? false);
  }
}

/** null: too many. Single names have none: the set of single values finds them. */
function bucketsOf({ from, to }: Interval): readonly (number | bigint)[] | null {
  if (typeof from === 'string' || typeof to === 'string') return from === to ? [] : null;
  if (typeof from === 'bigint' || typeof to === 'bigint') {
    const [first, last] = [BigInt(from) >> 64n, BigInt(to) >> 64n];
    return last - first >= WIDE ? null : Array.from({ length: Number(last - first) + 1 }, (_, i) => first + BigInt(i));
  }
  const [first, last] = [Math.floor(from / 256), Math.floor(to / 256)];
  return last - first >= WIDE ? null : Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
