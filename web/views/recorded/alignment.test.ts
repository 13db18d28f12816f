import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { align, type Pair } from './alignment.ts';

const rows = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 12 });

function aligned(a: readonly number[], b: readonly number[]): Pair[] {
  return align(a, b, (x, y) => x === y);
}

/** The length of a longest common subsequence, by trying everything. */
function longest(a: readonly number[], b: readonly number[]): number {
  const [x, ...as] = a;
  const [y, ...bs] = b;
  if (x === undefined || y === undefined) return 0;
  return x === y ? 1 + longest(as, bs) : Math.max(longest(as, b), longest(a, bs));
}

describe('align', () => {
  it('keeps both rows whole and in order, and pairs only what is the same', () => {
    fc.assert(
      fc.property(rows, rows, (a, b) => {
        const pairs = aligned(a, b);
        expect(pairs.flatMap((pair) => (pair.a === null ? [] : [a[pair.a]]))).toEqual(a);
        expect(pairs.flatMap((pair) => (pair.b === null ? [] : [b[pair.b]]))).toEqual(b);
        for (const pair of pairs) if (pair.a !== null && pair.b !== null) expect(a[pair.a]).toBe(b[pair.b]);
      }),
    );
  });

  it('pairs as much as can be', () => {
    fc.assert(
      fc.property(rows, rows, (a, b) => {
        const paired = aligned(a, b).filter((pair) => pair.a !== null && pair.b !== null).length;
        expect(paired).toBe(longest(a, b));
      }),
    );
  });

  it('is quick on long rows that differ in one place', () => {
    const long = Array.from({ length: 50_000 }, (_, at) => at % 7);
    const other = [...long.slice(0, 30_000), 9, ...long.slice(30_000)];
    expect(aligned(long, other).filter(({ a }) => a === null)).toEqual([{ a: null, b: 30_000 }]);
  });
});
