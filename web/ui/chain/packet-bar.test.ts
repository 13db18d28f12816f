import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barLength, shortCount } from './packet-bar.ts';

describe('barLength', () => {
  it.each([
    { packets: 0, top: 1000, length: 0 },
    { packets: 1000, top: 1000, length: 1 },
    { packets: 5000, top: 1000, length: 1 },
    { packets: 9, top: 99, length: 0.5 },
    { packets: 99, top: 9999, length: 0.5 },
  ])('$packets of $top', ({ packets, top, length }) => {
    expect(barLength(packets, top)).toBeCloseTo(length, 10);
  });

  it('grows with the packets, and shows a single one', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(1e9), fc.integer({ min: 1, max: 1e9 }), (a, b, top) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        expect(barLength(less, top)).toBeLessThanOrEqual(barLength(more, top));
        expect(barLength(1, top)).toBeGreaterThan(0);
        expect(barLength(more, top)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('shortCount', () => {
  it.each([
    [0, '0'],
    [1204, '1,204'],
    [9_999_999, '9,999,999'],
    [10_000_000, '10.0M'],
    [277_411_565, '277.4M'],
    [999_999_999, '999.9M'],
    [12_190_000_000, '12.1G'],
    [4_000_000_000_000, '4.0T'],
    [2 ** 63, '9.2E'],
    [2 ** 64, '18.4E'],
  ])('%d is %s', (packets, words) => {
    expect(shortCount(packets)).toBe(words);
  });
});
