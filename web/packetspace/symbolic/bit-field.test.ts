import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Diagrams } from '../diagram/diagrams.ts';
import type { Ref } from '../diagram/ref.ts';
import { BitField, prefixLength } from './bit-field.ts';

const WIDTH = 6;

/** The field's value for each assignment of its variables, and whether it is in the set. */
function members(diagrams: Diagrams, field: BitField, set: Ref): number[] {
  const found: number[] = [];
  for (let value = 0; value < 1 << WIDTH; value++) {
    if ((BigInt(value) & ~field.mask) !== 0n) continue;
    const cube = field.cube(value, null);
    if (cube && diagrams.andCube(set, cube) !== 0) found.push(value);
  }
  return found;
}

describe('a number of which some bits are variables', () => {
  it('is in a set of values exactly where its value is, or the bits of it that are asked for', () => {
    const number = fc.integer({ min: 0, max: (1 << WIDTH) - 1 });
    fc.assert(
      fc.property(number, number, number, number, (allocated, mask, a, b) => {
        const diagrams = new Diagrams();
        const variables = Int32Array.from({ length: WIDTH }, (_, weight) =>
          (allocated >> weight) & 1 ? WIDTH - weight : -1,
        );
        const field = new BitField('number', variables);
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const set = field.in(diagrams, { kind: 'numbers', ranges: [low, high] }, mask);
        const all = Array.from({ length: 1 << WIDTH }, (_, value) => value).filter(
          (value) => (value & ~allocated) === 0,
        );
        expect(members(diagrams, field, set)).toEqual(
          all.filter((value) => (value & mask) >= low && (value & mask) <= high),
        );
      }),
    );
  });

  it('knows prefixes', () => {
    expect(prefixLength(0x0a000000, 0x0affffff, 32)).toBe(8);
    expect(prefixLength(5, 5, 16)).toBe(16);
    expect(prefixLength(1, 2, 16)).toBeNull();
    expect(prefixLength(0n, (1n << 64n) - 1n, 128)).toBe(64);
    expect(prefixLength(1n, 1n << 64n, 128)).toBeNull();
  });
});
