import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FieldIndex, type Interval, overlaps } from './interval.ts';

const NO_SOURCE = { kind: 'value', value: 0 } as const;
const numbers = fc
  .tuple(
    fc.integer({ min: 0, max: 2000 }),
    fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 900 }), fc.constant(200_000)),
  )
  .map(([from, size]): Interval => ({ from, to: from + size, source: NO_SOURCE }));
const bigs = fc
  .tuple(fc.bigInt({ min: 0n, max: 40n }), fc.constantFrom(0n, 1n, 5n, 400n))
  .map(([from, size]): Interval => ({ from: from << 63n, to: (from + size) << 63n, source: NO_SOURCE }));
const names = fc
  .tuple(fc.constantFrom('eth0', 'eth1', 'cali', 'cali1', 'cali12'), fc.boolean())
  .map(([name, stem]): Interval => ({ from: name, to: stem ? `${name}\uffff` : name, source: NO_SOURCE }));

it.each([
  ['numbers', numbers],
  ['wide numbers', bigs],
  ['names', names],
])('finds an overlap where there is one: %s', (_, intervals) => {
  fc.assert(
    fc.property(fc.array(intervals, { maxLength: 30 }), intervals, (all, asked) => {
      const index = new FieldIndex();
      for (const interval of all) index.add(interval);
      expect(index.overlaps(asked)).toBe(all.some((one) => overlaps(one, asked)));
    }),
    { seed: 1 },
  );
});
