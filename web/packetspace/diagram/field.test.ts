import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cube, cubeOf } from './cube.ts';
import { Field, fieldAt, fieldCube, fieldValue, interleavedFields, prefixCube } from './field.ts';
import { boundBit, boundTail, intervalColumn, prefixesOf } from './intervals.ts';
import { packet, satisfies } from './testing.ts';

const FIELDS = [
  fieldAt('plain', 7, 6),
  new Field('backwards', [5, 4, 3, 2, 1, 0]),
  interleavedFields(['first', 'second'], 0, 6)[1] as Field,
];

describe('fields', () => {
  it('have one variable for each bit, the most significant first', () => {
    expect([...fieldAt('port', 40, 4).variables]).toEqual([40, 41, 42, 43]);
    expect(interleavedFields(['a', 'b', 'c'], 10, 3).map(({ variables }) => [...variables])).toEqual([
      [10, 13, 16],
      [11, 14, 17],
      [12, 15, 18],
    ]);
    expect(fieldAt('port', 40, 4).variableOfWeight(0)).toBe(43);
    expect(FIELDS.map(({ ascending }) => ascending)).toEqual([true, false, true]);
    expect(() => new Field('twice', [1, 2, 1])).toThrow('one variable for each bit');
    expect(() => new Field('none', [])).toThrow('one variable for each bit');
  });

  it.each(FIELDS.map((field) => [field.name, field] as const))('compare under a mask: %s', (_, field) => {
    fc.assert(
      fc.property(fc.nat(63), fc.option(fc.nat(63), { nil: undefined }), (value, mask) => {
        const cube = fieldCube(field, value, mask);
        if (cube) expect(cube).toEqual(cubeOf(cube));
        for (let own = 0; own < 64; own++) {
          const isIn = cube !== null && satisfies(cube, packet([[field, own]]));
          expect(isIn).toBe((own & (mask ?? 63)) === value);
        }
      }),
    );
  });

  it.each(FIELDS.map((field) => [field.name, field] as const))('compare by a prefix: %s', (_, field) => {
    for (let length = 0; length <= 6; length++) {
      const cube = prefixCube(field, 0b101100, length);
      expect(cube).toEqual(cubeOf(cube));
      for (let own = 0; own < 64; own++) {
        expect(satisfies(cube, packet([[field, own]]))).toBe(own >> (6 - length) === 0b101100 >> (6 - length));
      }
    }
  });

  it.each([31, 32, 33, 48, 63, 64, 65, 128])('take values of %i bits', (width) => {
    const field = fieldAt('wide', 1, width);
    const largest = (1n << BigInt(width)) - 1n;
    const bits = fc.bigInt({ min: 0n, max: largest });
    fc.assert(
      fc.property(bits, bits, bits, (value, mask, otherwise) => {
        expect(fieldValue(field, fieldCube(field, value) as Cube)).toBe(width <= 32 ? Number(value) : value);
        const masked = fieldCube(field, value & mask, mask) as Cube;
        expect(BigInt(fieldValue(field, masked, otherwise))).toBe((value & mask) | (otherwise & ~mask));
        const length = Number(otherwise % BigInt(width + 1));
        const shift = BigInt(width - length);
        expect(BigInt(fieldValue(field, prefixCube(field, value, length)))).toBe((value >> shift) << shift);
      }),
    );
  });

  it('take numbers where they are whole and fit', () => {
    const mac = fieldAt('mac', 0, 48);
    expect(fieldCube(mac, 0x0242ac110002)).toEqual(fieldCube(mac, 0x0242ac110002n));
    for (const wrong of [-1, 2 ** 48, 1.5, Number.NaN, -1n, 1n << 48n]) {
      expect(() => fieldCube(mac, wrong)).toThrow('does not fit');
    }
    expect(() => prefixCube(mac, 0, 49)).toThrow('prefix length');
  });
});

describe('intervals', () => {
  it('have to be the right way round and fit', () => {
    expect(() => intervalColumn(8, [{ low: 5, high: 4 }])).toThrow('interval 5-4');
    expect(() => intervalColumn(8, [{ low: 5, high: 256 }])).toThrow('does not fit');
  });

  it.each([5, 16, 32, 33, 64, 128])('are read bit by bit from a column of %i bits', (width) => {
    const bound = fc
      .tuple(fc.bigInt({ min: 0n, max: (1n << BigInt(width)) - 1n }), fc.nat(width))
      .map(([value, zeros]) => {
        return (value >> BigInt(zeros)) << BigInt(zeros);
      });
    fc.assert(
      fc.property(fc.array(fc.tuple(bound, bound)), (pairs) => {
        const list = pairs.map(([a, b]) => (a < b ? { low: a, high: b } : { low: b, high: a }));
        const column = intervalColumn(width, list);
        list.forEach(({ low, high }, row) => {
          const bits = (value: bigint): string => value.toString(2).padStart(width, '0');
          const read = (of: Uint32Array): string =>
            Array.from({ length: width }, (_, bit) => boundBit(column, of, row, bit)).join('');
          expect([read(column.low), read(column.high)]).toEqual([bits(low), bits(high)]);
          expect(boundTail(column, column.low, row, 0)).toBe(/0*$/.exec(bits(low))?.[0].length);
          expect(boundTail(column, column.high, row, 1)).toBe(/1*$/.exec(bits(high))?.[0].length);
        });
      }),
    );
  });

  it('are made up of prefixes', () => {
    expect(prefixesOf({ low: 1, high: 6 }, 3)).toEqual([
      { value: 1, length: 3 },
      { value: 2, length: 2 },
      { value: 4, length: 2 },
      { value: 6, length: 3 },
    ]);
    expect(prefixesOf({ low: 0n, high: (1n << 128n) - 1n }, 128)).toEqual([{ value: 0n, length: 0 }]);
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), (a, b) => {
        const interval = { low: Math.min(a, b), high: Math.max(a, b) };
        const prefixes = prefixesOf(interval, 8);
        const values = prefixes.flatMap(({ value, length }) =>
          Array.from({ length: 2 ** (8 - length) }, (_, i) => Number(value) + i),
        );
        expect(values).toEqual(Array.from({ length: interval.high - interval.low + 1 }, (_, i) => interval.low + i));
        expect(prefixes.every(({ value, length }) => Number(value) % 2 ** (8 - length) === 0)).toBe(true);
        expect(prefixes.length).toBeLessThanOrEqual(14);
      }),
    );
  });
});
