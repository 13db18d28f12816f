import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxes, fieldBetween, fieldIn } from './boxes.ts';
import { type Cube, literal } from './cube.ts';
import { describeSet, type Product } from './describe.ts';
import { Diagrams } from './diagrams.ts';
import { Field, fieldAt, fieldCube, interleavedFields } from './field.ts';
import { intervalColumn } from './intervals.ts';
import { FALSE, not, type Ref, TRUE } from './ref.ts';
import { TruthTables } from './testing.ts';
import { VariableSet } from './transformation.ts';

const MANY = { products: 1000, intervals: 1000 };

function setOf(diagrams: Diagrams, products: readonly Product[]): Ref {
  return diagrams.orAll(
    products.map((product) =>
      diagrams.andAll(product.map(({ field, intervals }) => fieldIn(diagrams, field, intervals))),
    ),
  );
}

/** `address 1-4,9 port 80`, or `any`. */
function words(product: Product): string {
  const sides = product.map(({ field, intervals }) => {
    const list = intervals.map(({ low, high }) => (low === high ? `${low}` : `${low}-${high}`));
    return `${field.name} ${list.join(',')}`;
  });
  return sides.join(' ') || 'any';
}

describe('description of a set', () => {
  const layouts: readonly [string, readonly Field[]][] = [
    ['one below the other', [fieldAt('a', 0, 4), fieldAt('b', 4, 3), fieldAt('c', 7, 1)]],
    ['given in another order', [fieldAt('a', 6, 4), fieldAt('b', 0, 3), fieldAt('c', 4, 2)]],
    ['interleaved', interleavedFields(['a', 'b'], 0, 4)],
    ['permuted', [new Field('a', [4, 0, 6, 2]), new Field('b', [3, 1, 5]), new Field('c', [7])]],
  ];
  it.each(layouts)('is the set: fields %s', (_, fields) => {
    const diagrams = new Diagrams();
    const tables = new TruthTables(fields.flatMap(({ variables }) => [...variables]).sort((x, y) => x - y));
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: tables.all }), fc.integer({ min: 1, max: 6 }), (table, limit) => {
        const set = tables.toSet(diagrams, table);
        const whole = describeSet(diagrams, set, fields, MANY);
        expect([whole.complete, [...whole.forgotten]]).toEqual([true, []]);
        expect(setOf(diagrams, whole.products)).toBe(set);
        const part = describeSet(diagrams, set, fields, { products: limit, intervals: limit });
        expect(part.products.length).toBeLessThanOrEqual(limit);
        const partly = setOf(diagrams, part.products);
        expect(diagrams.implies(partly, set)).toBe(true);
        if (part.complete) expect(partly).toBe(set);
        for (const product of part.products) {
          expect(product.every(({ intervals }) => intervals.length <= limit)).toBe(true);
          const order = product.map(({ field }) => fields.indexOf(field));
          expect(order).toEqual([...order].sort((x, y) => x - y));
        }
      }),
      { numRuns: 60 },
    );
  });

  const [address, port, protocol] = [fieldAt('address', 10, 32), fieldAt('port', 50, 16), fieldAt('protocol', 0, 8)];
  const fields = [protocol, address, port];
  const tcp = (d: Diagrams): Ref => d.cube(fieldCube(protocol, 6) as Cube);

  it.each<[string, (d: Diagrams) => Ref, readonly string[]]>([
    ['nothing', () => FALSE, []],
    ['everything', () => TRUE, ['any']],
    [
      'one product',
      (d) => d.andAll([tcp(d), fieldBetween(d, address, 10, 20), fieldIn(d, port, [pair(80), pair(443)])]),
      ['protocol 6 address 10-20 port 80,443'],
    ],
    [
      'a product and what holds for every address',
      (d) =>
        d.or(fieldBetween(d, port, 22, 22), d.and(fieldBetween(d, address, 10, 20), fieldBetween(d, port, 80, 80))),
      ['port 22', 'address 10-20 port 80'],
    ],
    ['all but one address', (d) => not(fieldBetween(d, address, 7, 7)), ['address 0-6,8-4294967295']],
    [
      'addresses with the same ports together',
      (d) =>
        d.orAll(
          [
            [1, 80],
            [5, 443],
            [9, 80],
          ].map(([a, p]) =>
            d.and(fieldBetween(d, address, a as number, a as number), fieldBetween(d, port, p as number, p as number)),
          ),
        ),
      ['address 1,9 port 80', 'address 5 port 443'],
    ],
    [
      'a policy: two services, and everything from one network but ssh',
      (d) =>
        d.or(
          d.andAll([tcp(d), fieldIn(d, port, [pair(80), pair(443)])]),
          d.diff(fieldBetween(d, address, 256, 511), fieldBetween(d, port, 22, 22)),
        ),
      ['address 256-511 port 0-21,23-65535', 'protocol 6 port 80,443'],
    ],
  ])('is short: %s', (_, make, expected) => {
    const diagrams = new Diagrams();
    const set = make(diagrams);
    const { products, complete } = describeSet(diagrams, set, fields, MANY);
    expect(complete).toBe(true);
    expect(products.map(words)).toEqual(expected);
    expect(setOf(diagrams, products)).toBe(set);
  });

  it('says which variables it forgot', () => {
    const diagrams = new Diagrams();
    const set = diagrams.and(fieldBetween(diagrams, port, 80, 90), diagrams.cube(Int32Array.of(literal(5000, true))));
    const { products, complete, forgotten } = describeSet(diagrams, set, [port], MANY);
    expect([products.map(words), complete, [...forgotten]]).toEqual([['port 80-90'], true, [5000]]);
    const named = new Field('limit', [5000]);
    expect(describeSet(diagrams, set, [port, named], MANY).products.map(words)).toEqual(['port 80-90 limit 1']);
  });

  it('stops early in a set of many pieces, and says so', () => {
    const diagrams = new Diagrams();
    const rows = Array.from({ length: 20_000 }, (_, i) => i);
    const set = boxes(diagrams, [
      {
        field: address,
        intervals: intervalColumn(
          32,
          rows.map((i) => pair((i * 2_654_435_761) % 2 ** 32)),
        ),
      },
      {
        field: port,
        intervals: intervalColumn(
          16,
          rows.map((i) => pair((i * 40_503) % 65_536)),
        ),
      },
    ]);
    const { products, complete } = describeSet(diagrams, set, fields, { products: 5, intervals: 3 });
    expect(complete).toBe(false);
    expect(products).toHaveLength(5);
    expect(diagrams.implies(setOf(diagrams, products), set)).toBe(true);
    const values = diagrams.exists(setOf(diagrams, products), new VariableSet(port.variables));
    expect(values).not.toBe(FALSE);
  });
});

function pair(value: number): { low: number; high: number } {
  return { low: value, high: value };
}
