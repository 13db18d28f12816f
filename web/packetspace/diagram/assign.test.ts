import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignAnyOf, assignBits, assignConstant, assignCopy, assignMasked } from './assign.ts';
import type { Cube } from './cube.ts';
import { Diagrams } from './diagrams.ts';
import { Field, fieldAt, fieldCube, interleavedFields } from './field.ts';
import type { Interval } from './intervals.ts';
import { FALSE, type Ref } from './ref.ts';
import { contains, packet, TruthTables } from './testing.ts';
import { nodeCount, support } from './walk.ts';

/** Two fields of four bits, and two more variables that no assignment concerns. */
interface Layout {
  readonly a: Field;
  readonly b: Field;
  readonly others: Field;
}

const [oneA, oneB] = [fieldAt('a', 0, 4), fieldAt('b', 5, 4)];
const [mixedA, mixedB] = interleavedFields(['a', 'b'], 1, 4) as [Field, Field];

const LAYOUTS: readonly [string, Layout][] = [
  ['one below the other', { a: oneA, b: oneB, others: new Field('others', [4, 9]) }],
  ['the other way round', { a: oneB, b: oneA, others: new Field('others', [4, 9]) }],
  ['interleaved', { a: mixedA, b: mixedB, others: new Field('others', [0, 9]) }],
  [
    'permuted',
    { a: new Field('a', [3, 9, 0, 7]), b: new Field('b', [2, 4, 8, 6]), others: new Field('others', [1, 5]) },
  ],
];

const ALL = Array.from({ length: 10 }, (_, variable) => variable);

/** What an assignment makes of one packet's two fields: one new pair, or several. */
type Effect = (a: number, b: number) => readonly (readonly [a: number, b: number])[];

/** Compares a set's image with those of its members, one by one. */
function expectImage(diagrams: Diagrams, layout: Layout, set: Ref, image: Ref, effect: Effect): void {
  const { a, b, others } = layout;
  const isTrue = (values: readonly [number, number, number]) =>
    packet([
      [a, values[0]],
      [b, values[1]],
      [others, values[2]],
    ]);
  const expected = new Set<string>();
  for (let i = 0; i < 1024; i++) {
    const values = [i & 15, (i >> 4) & 15, i >> 8] as const;
    if (!contains(diagrams, set, isTrue([...values]))) continue;
    for (const [newA, newB] of effect(values[0], values[1])) expected.add(`${newA} ${newB} ${values[2]}`);
  }
  for (let i = 0; i < 1024; i++) {
    const values = [i & 15, (i >> 4) & 15, i >> 8] as const;
    expect(contains(diagrams, image, isTrue([...values]))).toBe(expected.has(values.join(' ')));
  }
}

const nibble = fc.nat(15);
const table = fc.bigInt({ min: 0n, max: (1n << 1024n) - 1n });
const sparse = fc
  .array(fc.nat(1023), { maxLength: 12 })
  .map((at) => at.reduce((all, i) => all | (1n << BigInt(i)), 0n));
const sets = fc.oneof(table, sparse);

describe.each(LAYOUTS)('assignments, fields %s', (_, layout) => {
  const { a, b } = layout;
  const diagrams = new Diagrams();
  const tables = new TruthTables(ALL);
  const check = (given: bigint, assign: (set: Ref) => Ref, effect: Effect): void => {
    const set = tables.toSet(diagrams, given);
    expectImage(diagrams, layout, set, assign(set), effect);
  };
  const runs = { numRuns: 40 };

  it('to a constant', () => {
    fc.assert(
      fc.property(sets, nibble, (given, value) => {
        check(
          given,
          (set) => assignConstant(diagrams, set, a, value),
          (_a, oldB) => [[value, oldB]],
        );
      }),
      runs,
    );
  });

  it('to a masked update', () => {
    fc.assert(
      fc.property(sets, nibble, nibble, (given, mask, flip) => {
        check(
          given,
          (set) => assignMasked(diagrams, set, a, mask, flip),
          (oldA, oldB) => [[(oldA & mask) ^ flip, oldB]],
        );
      }),
      runs,
    );
  });

  it('to any value of intervals', () => {
    const interval = fc.tuple(nibble, nibble).map(([x, y]) => ({ low: Math.min(x, y), high: Math.max(x, y) }));
    fc.assert(
      fc.property(sets, fc.array(interval, { maxLength: 3 }), (given, intervals: readonly Interval[]) => {
        const values = Array.from({ length: 16 }, (_v, value) => value).filter((value) =>
          intervals.some(({ low, high }) => low <= value && value <= high),
        );
        check(
          given,
          (set) => assignAnyOf(diagrams, set, a, intervals),
          (_a, oldB) => values.map((value) => [value, oldB]),
        );
      }),
      runs,
    );
  });

  it('to a copy of the other field, masked and shifted', () => {
    fc.assert(
      fc.property(
        sets,
        fc.record({ mask: nibble, shift: fc.integer({ min: -4, max: 4 }), keep: nibble, flip: nibble }),
        (given, options) => {
          const { mask, shift, keep, flip } = options;
          const shifted = (value: number): number => (shift >= 0 ? value << shift : value >> -shift) & 15;
          check(
            given,
            (set) => assignCopy(diagrams, set, a, b, options),
            (oldA, oldB) => [[(oldA & keep) ^ shifted(oldB & mask) ^ flip, oldB]],
          );
        },
      ),
      runs,
    );
  });

  it('to a copy as it is', () => {
    fc.assert(
      fc.property(sets, (given) => {
        check(
          given,
          (set) => assignCopy(diagrams, set, b, a),
          (oldA) => [[oldA, oldA]],
        );
      }),
      runs,
    );
  });

  it('to itself, shifted and rotated', () => {
    fc.assert(
      fc.property(sets, fc.integer({ min: -3, max: 3 }), nibble, (given, shift, keep) => {
        const shifted = (value: number): number => (shift >= 0 ? value << shift : value >> -shift) & 15;
        check(
          given,
          (set) => assignCopy(diagrams, set, a, a, { shift, keep }),
          (oldA, oldB) => [[(oldA & keep) ^ shifted(oldA), oldB]],
        );
      }),
      runs,
    );
  });

  it('of several bits at once, each from the old values of any', () => {
    const bits = [...a.variables, ...b.variables];
    const source = fc.oneof(
      fc.constantFrom(...bits).map((variable) => [variable]),
      fc.subarray(bits, { minLength: 1, maxLength: 3 }),
    );
    fc.assert(
      fc.property(
        sets,
        fc.uniqueArray(fc.constantFrom(...bits)),
        fc.array(source, { minLength: 8, maxLength: 8 }),
        (given, targets, sources) => {
          const readers = targets.map((variable, i) => ({ variable, reads: sources[i] as number[] }));
          const assignments = readers.map(({ variable, reads }) => ({
            variable,
            value: reads.reduce<Ref>((sum, read) => diagrams.xor(sum, diagrams.variable(read)), FALSE),
          }));
          check(
            given,
            (set) => assignBits(diagrams, set, assignments),
            (oldA, oldB) => {
              const isTrue = packet([
                [a, oldA],
                [b, oldB],
              ]);
              const fresh = new Map(
                readers.map(({ variable, reads }) => [variable, reads.filter(isTrue).length % 2 === 1]),
              );
              const valueIn = (field: Field): number =>
                field.variables.reduce((value, v) => value * 2 + ((fresh.get(v) ?? isTrue(v)) ? 1 : 0), 0);
              return [[valueIn(a), valueIn(b)]];
            },
          );
        },
      ),
      runs,
    );
  });
});

describe('assignments of whole marks', () => {
  it('exchanges two fields', () => {
    const diagrams = new Diagrams();
    const [mark, connmark] = [fieldAt('mark', 0, 32), fieldAt('connmark', 40, 32)];
    const set = diagrams.and(
      diagrams.cube(fieldCube(mark, 0x4000, 0xff00) as Cube),
      diagrams.cube(fieldCube(connmark, 0xcafe) as Cube),
    );
    const swapped = assignBits(
      diagrams,
      set,
      [
        [mark, connmark],
        [connmark, mark],
      ].flatMap(([to, from]) =>
        [...(to as Field).variables].map((variable, bit) => ({
          variable,
          value: diagrams.variable((from as Field).variables[bit] as number),
        })),
      ),
    );
    expect(swapped).toBe(
      diagrams.and(
        diagrams.cube(fieldCube(mark, 0xcafe) as Cube),
        diagrams.cube(fieldCube(connmark, 0x4000, 0xff00) as Cube),
      ),
    );
    expect(support(diagrams, swapped).at(-1)).toBeLessThan(72);
  });

  it('copies a free field in linear size and one walk where the two are interleaved', () => {
    const diagrams = new Diagrams();
    const [address, original] = interleavedFields(['address', 'original'], 0, 128) as [Field, Field];
    const sets = Array.from({ length: 50 }, (_, i) =>
      diagrams.cube(fieldCube(address, BigInt(i * 1_000_003) << 90n, 0xfffffffn << 90n) as Cube),
    );
    const set = diagrams.orAll(sets);
    const size = nodeCount(diagrams, set);
    const before = diagrams.statistics.steps;
    const copied = assignCopy(diagrams, set, original, address);
    expect(nodeCount(diagrams, copied)).toBeLessThan(3 * (size + 128));
    expect(diagrams.statistics.steps - before).toBeLessThan(3 * (size + 128) + 2000);
  });

  it('copies a field of few values where it is far below', () => {
    const diagrams = new Diagrams();
    const [mark, connmark] = [fieldAt('mark', 0, 32), fieldAt('connmark', 1000, 32)];
    const values = Array.from({ length: 20 }, (_, i) => diagrams.cube(fieldCube(connmark, i * 0x01234567) as Cube));
    const set = diagrams.orAll(values);
    const before = diagrams.statistics.steps;
    const copied = assignCopy(diagrams, set, mark, connmark, { mask: 0xffffff });
    expect(nodeCount(diagrams, copied)).toBeLessThan(20 * 64);
    expect(diagrams.statistics.steps - before).toBeLessThan(20 * 64 * 24);
  });
});
