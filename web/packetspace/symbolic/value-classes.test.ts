import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeSet } from '../diagram/describe.ts';
import { Diagrams } from '../diagram/diagrams.ts';
import type { Field } from '../diagram/field.ts';
import { not, type Ref } from '../diagram/ref.ts';
import { BitField } from './bit-field.ts';
import { Bounds, maskedInterval, ValueClasses } from './value-classes.ts';

const WIDTH = 6;
const value = fc.integer({ min: 0, max: 2 ** WIDTH - 1 });
const interval = fc.tuple(value, value).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
const intervals = fc.array(interval, { maxLength: 6 });

const classesOf = (list: readonly (readonly [number, number])[]): ValueClasses => {
  const bounds = new Bounds(WIDTH);
  for (const [low, high] of list) bounds.add(low, high);
  return bounds.classes() as ValueClasses;
};

const fieldOf = (classes: ValueClasses): BitField =>
  new BitField(
    'number',
    Int32Array.from({ length: classes.codeWidth }, (_, weight) => classes.codeWidth - 1 - weight),
    classes,
  );

describe('codes', () => {
  test('every value has some, in the order of the values, and every code has a value', () => {
    fc.assert(
      fc.property(intervals, (list) => {
        const classes = classesOf(list);
        let next = 0;
        for (let each = 0; each < 2 ** WIDTH; each++) {
          const { low, high } = classes.codes(each, each);
          expect(low).toBe(next);
          for (let code = Number(low); code <= Number(high); code++) expect(classes.valueOf(code)).toBe(each);
          next = Number(high) + 1;
        }
        expect(next).toBe(2 ** classes.codeWidth);
      }),
    );
  });

  test('of a value that is named alone, and of a whole class, are one prefix', () => {
    fc.assert(
      fc.property(intervals, (list) => {
        const classes = classesOf(list);
        const field = fieldOf(classes);
        for (const [low, high] of list) {
          const [from, to] = classes.classOf(low);
          expect(from).toBe(low);
          expect(Number(to)).toBeLessThanOrEqual(high);
          expect(field.intervalCube(from, to)).toBeDefined();
        }
      }),
    );
  });

  test('of IPv6 addresses and of many addresses are bigints', () => {
    const wide = new ValueClasses(128, [1n, 2n, 0xffn << 120n]);
    for (const each of [0n, 1n, 2n, 5n, 0xffn << 120n, (1n << 128n) - 1n]) {
      expect(wide.valueOf(wide.codeOf(each))).toBe(each);
      expect(wide.valueOf(wide.codes(each, each).high)).toBe(each);
    }
    const many = new ValueClasses(
      32,
      Array.from({ length: 1 << 18 }, (_, at) => at * 5),
    );
    for (const each of [0, 4, 5, 1_310_714, 1_310_715, 0xfffffffe, 0xffffffff])
      expect(many.valueOf(many.codeOf(each))).toBe(each);
  });
});

describe('sets of values', () => {
  /** The values in a set, by the words that are made of it. */
  const valuesIn = (diagrams: Diagrams, field: BitField, set: Ref): Set<number> => {
    const { products } = describeSet(diagrams, set, [field.field as Field], { products: 1000, intervals: 1000 });
    const found = new Set<number>();
    for (const product of products)
      for (const each of product[0]?.intervals ?? [{ low: 0, high: 2 ** field.field!.width - 1 }]) {
        const { low, high } = field.valuesOf(each);
        for (let one = Number(low); one <= Number(high); one++) found.add(one);
      }
    return found;
  };

  test('are the same whether the bounds were known before or not', () => {
    fc.assert(
      fc.property(intervals, intervals, (known, asked) => {
        const diagrams = new Diagrams();
        const field = fieldOf(classesOf(known));
        const set = field.in(diagrams, { kind: 'numbers', ranges: asked.flat() }, null);
        const wanted = new Set<number>();
        for (const [low, high] of asked) for (let each = low; each <= high; each++) wanted.add(each);
        expect([...valuesIn(diagrams, field, set)].sort()).toEqual([...wanted].sort());
        const others = Array.from({ length: 2 ** WIDTH }, (_, each) => each).filter((each) => !wanted.has(each));
        expect([...valuesIn(diagrams, field, not(set))].sort()).toEqual(others.sort());
        // Two ways to the same set.
        const alone = diagrams.orAll(
          [...wanted].map((each) => field.in(diagrams, { kind: 'numbers', ranges: [each, each] }, null)),
        );
        expect(alone).toBe(set);
      }),
    );
  });

  test('by the network of an address', () => {
    fc.assert(
      fc.property(value, fc.integer({ min: 0, max: WIDTH }), intervals, (address, length, known) => {
        const mask = (2 ** WIDTH - 1) & ~(2 ** (WIDTH - length) - 1);
        const diagrams = new Diagrams();
        const field = fieldOf(classesOf(known));
        const set = field.in(diagrams, { kind: 'numbers', ranges: [address & mask, address & mask] }, mask);
        const inside = Array.from({ length: 2 ** WIDTH }, (_, each) => each).filter(
          (each) => (each & mask) === (address & mask),
        );
        expect([...valuesIn(diagrams, field, set)].sort()).toEqual(inside.sort());
      }),
    );
  });
});

test('rules that compute with bits leave no classes', () => {
  const bounds = new Bounds(32);
  bounds.addMasked(0, 0, 0xffffff00);
  expect(bounds.classes()).not.toBeNull();
  bounds.addMasked(1, 1, 0x000000ff);
  expect(bounds.classes()).toBeNull();
});

test.each([
  [0x0a010000, 0x0a010000, 0xffff0000, [0x0a010000n, 0x0a01ffffn]],
  [0x0a010001, 0x0a010001, 0xffff0000, null],
  [0x0a010001, 0x0a0300ff, 0xffff0000, [0x0a020000n, 0x0a03ffffn]],
  [0, 0xffffffff, 0, [0n, 0xffffffffn]],
  [1, 1, 0xff, undefined],
] as const)('%i-%i under %i', (low, high, mask, found) => {
  expect(maskedInterval(low, high, mask, 32)).toEqual(found);
});
