import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BoxSide, boxes, fieldBetween, fieldIn } from './boxes.ts';
import { Diagrams } from './diagrams.ts';
import { Field, fieldAt, interleavedFields } from './field.ts';
import { type Interval, intervalColumn, narrowColumn } from './intervals.ts';
import { FALSE, type Ref, TRUE } from './ref.ts';
import { contains, packet } from './testing.ts';
import { nodeCount } from './walk.ts';

const inside = (interval: Interval, value: number): boolean => interval.low <= value && value <= interval.high;

/** Any interval of a field, often a point or all of it. */
function intervalsOf(width: number): fc.Arbitrary<Interval> {
  const value = fc.nat(2 ** width - 1);
  return fc.oneof(
    fc.tuple(value, value).map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) })),
    value.map((point) => ({ low: point, high: point })),
    fc.constant({ low: 0, high: 2 ** width - 1 }),
  );
}

const LAYOUTS: readonly [string, readonly Field[]][] = [
  ['one below the other', [fieldAt('a', 0, 4), fieldAt('b', 4, 3), fieldAt('c', 7, 2)]],
  ['given in another order', [fieldAt('a', 10, 4), fieldAt('b', 0, 3), fieldAt('c', 20, 2)]],
  ['interleaved', interleavedFields(['a', 'b', 'c'], 5, 3)],
  ['permuted', [new Field('a', [7, 3, 5, 1]), new Field('b', [2, 8, 0]), new Field('c', [6, 4])]],
];

describe('boxes', () => {
  it.each(LAYOUTS)('are the union of products of intervals: fields %s', (_, fields) => {
    const diagrams = new Diagrams();
    const row = fc.tuple(...fields.map(({ width }) => intervalsOf(width)));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), (rows) => {
        const union = boxes(diagrams, sidesOf(fields, rows));
        for (const values of valuesOf(fields)) {
          const expected = rows.some((sides) => sides.every((side, at) => inside(side, values[at] as number)));
          const isTrue = packet(fields.map((field, at) => [field, values[at] as number]));
          expect(contains(diagrams, union, isTrue)).toBe(expected);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is the same set as a union of the boxes one by one', () => {
    const diagrams = new Diagrams();
    const fields = [fieldAt('address', 8, 32), fieldAt('protocol', 0, 8), fieldAt('port', 40, 16)];
    const row = fc.tuple(...fields.map(({ width }) => intervalsOf(width)));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 10 }), (rows) => {
        const single = rows.map((sides) =>
          diagrams.andAll(sides.map(({ low, high }, at) => between(diagrams, fields[at] as Field, low, high))),
        );
        expect(boxes(diagrams, sidesOf(fields, rows))).toBe(diagrams.orAll(single));
      }),
    );
  });

  it('are near linear in the rows', () => {
    const diagrams = new Diagrams();
    const fields = [fieldAt('address', 0, 32), fieldAt('protocol', 32, 8), fieldAt('port', 40, 16)];
    const rows = Array.from({ length: 4000 }, (_, i) =>
      [(i * 2_654_435_761) % 2 ** 32, i % 3 === 0 ? 17 : 6, (i * 40_503) % 65_536].map((at) => ({ low: at, high: at })),
    );
    const before = diagrams.statistics.steps;
    boxes(diagrams, sidesOf(fields, rows));
    expect(diagrams.statistics.steps - before).toBeLessThan(56 * rows.length);
  });

  it('do not copy a box that is open in the first field to all the others', () => {
    const diagrams = new Diagrams();
    const fields = [fieldAt('address', 0, 32), fieldAt('port', 32, 16)];
    const rows = Array.from({ length: 1000 }, (_, i) => [
      i % 2 === 0 ? { low: 0, high: 2 ** 32 - 1 } : { low: i * 4099, high: i * 4099 },
      { low: i * 60, high: i * 60 },
    ]);
    const before = diagrams.statistics.steps;
    boxes(diagrams, sidesOf(fields, rows));
    expect(diagrams.statistics.steps - before).toBeLessThan(300 * rows.length);
  });

  it('of nothing are empty, and columns have to fit', () => {
    const diagrams = new Diagrams();
    const field = fieldAt('port', 0, 16);
    expect(boxes(diagrams, [{ field, intervals: intervalColumn(16, []) }])).toBe(FALSE);
    const short = { field, intervals: intervalColumn(16, [{ low: 1, high: 1 }]) };
    expect(() => boxes(diagrams, [short, { field, intervals: intervalColumn(16, []) }])).toThrow('does not fit');
    expect(() => boxes(diagrams, [{ field, intervals: intervalColumn(8, []) }])).toThrow('does not fit');
  });
});

describe('fieldIn', () => {
  it('takes points whose two bounds are one array', () => {
    const diagrams = new Diagrams();
    const field = fieldAt('address', 0, 32);
    const points = Uint32Array.of(0, 2 ** 32 - 1, 0x0a000001);
    const set = fieldIn(diagrams, field, narrowColumn(32, points, points));
    expect(set).toBe(diagrams.orAll([...points].map((point) => fieldBetween(diagrams, field, point, point))));
  });

  it('takes the whole field', () => {
    const diagrams = new Diagrams();
    const field = fieldAt('address', 0, 128);
    expect(fieldBetween(diagrams, field, 0, (1n << 128n) - 1n)).toBe(TRUE);
    const half = [
      { low: 0n, high: (1n << 127n) - 1n },
      { low: 1n << 127n, high: (1n << 128n) - 1n },
    ];
    expect(fieldIn(diagrams, field, half)).toBe(TRUE);
  });

  it.each([33, 48, 64, 128])('takes %i bits', (width) => {
    const diagrams = new Diagrams();
    const field = fieldAt('wide', 3, width);
    const largest = (1n << BigInt(width)) - 1n;
    const value = fc.bigInt({ min: 0n, max: largest });
    const interval = fc.tuple(value, value).map(([a, b]) => (a < b ? { low: a, high: b } : { low: b, high: a }));
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 5 }), value, (list, other) => {
        const set = fieldIn(diagrams, field, list);
        const ends = list.flatMap(({ low, high }) => [low, high, low - 1n, high + 1n]);
        for (const probe of [other, ...ends.filter((end) => end >= 0n && end <= largest)]) {
          const expected = list.some(({ low, high }) => low <= probe && probe <= high);
          expect(contains(diagrams, set, packet([[field, probe]]))).toBe(expected);
        }
      }),
    );
  });

  it('has at most two nodes a bit for an interval', () => {
    const diagrams = new Diagrams();
    const field = fieldAt('address', 0, 32);
    expect(nodeCount(diagrams, fieldBetween(diagrams, field, 0x12345678, 0x9abcdef1))).toBeLessThanOrEqual(64);
  });
});

function between(diagrams: Diagrams, field: Field, low: Interval['low'], high: Interval['high']): Ref {
  return fieldBetween(diagrams, field, low, high);
}

function sidesOf(fields: readonly Field[], rows: readonly (readonly Interval[])[]): BoxSide[] {
  return fields.map((field, at) => ({
    field,
    intervals: intervalColumn(
      field.width,
      rows.map((sides) => sides[at] as Interval),
    ),
  }));
}

/** Every combination of the fields' values. */
function valuesOf(fields: readonly Field[]): number[][] {
  return fields.reduce<number[][]>(
    (rows, { width }) => rows.flatMap((row) => Array.from({ length: 2 ** width }, (_, value) => [...row, value])),
    [[]],
  );
}
