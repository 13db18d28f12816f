import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldBetween, fieldIn } from './boxes.ts';
import { countOf, shareOf } from './count.ts';
import { type Cube, cubeOf, literal } from './cube.ts';
import { Diagrams } from './diagrams.ts';
import { Field, fieldAt, fieldCube, fieldValue, interleavedFields } from './field.ts';
import { projectField } from './project.ts';
import { FALSE, not, TRUE } from './ref.ts';
import { satisfies, TruthTables } from './testing.ts';
import { nodeCount, support } from './walk.ts';
import { cubesOf, witness } from './witness.ts';

const places = [2, 3, 5, 8, 13, 21];
const tables = new TruthTables(places);
const anyTable = fc.bigInt({ min: 0n, max: tables.all });

const isTrueIn = (i: number) => (variable: number) => ((i >> places.indexOf(variable)) & 1) === 1;
const members = (table: bigint): number[] =>
  Array.from({ length: 64 }, (_, i) => i).filter((i) => (table >> BigInt(i)) & 1n);

describe('counting', () => {
  const diagrams = new Diagrams();

  it('counts members', () => {
    fc.assert(
      fc.property(anyTable, (table) => {
        const set = tables.toSet(diagrams, table);
        const count = members(table).length;
        expect(countOf(diagrams, set, places)).toBe(BigInt(count));
        expect(countOf(diagrams, set, [0, ...places, 30, 31])).toBe(BigInt(8 * count));
        expect(shareOf(diagrams, set)).toBe(count / 64);
      }),
    );
  });

  it('tells tiny shares, and shares next to all', () => {
    const zero = diagrams.cube(Int32Array.from({ length: 200 }, (_, v) => literal(v, false)));
    const some = diagrams.cube(Int32Array.from({ length: 200 }, (_, v) => literal(v, v % 3 === 0)));
    expect(shareOf(diagrams, zero)).toBe(2 ** -200);
    expect(shareOf(diagrams, some)).toBe(2 ** -200);
    expect(shareOf(diagrams, not(some))).toBe(1);
    const variables = Array.from({ length: 200 }, (_, v) => v);
    expect(countOf(diagrams, diagrams.or(zero, some), variables)).toBe(2n);
    expect(countOf(diagrams, not(zero), variables)).toBe((1n << 200n) - 1n);
    expect([shareOf(diagrams, FALSE), shareOf(diagrams, TRUE)]).toEqual([0, 1]);
    expect([countOf(diagrams, FALSE, [1]), countOf(diagrams, TRUE, [1])]).toEqual([0n, 2n]);
  });

  it('refuses to count what depends on more', () => {
    expect(() => countOf(diagrams, diagrams.variable(7), places)).toThrow('variable 7 is not counted');
  });

  it('counts nodes once over several sets', () => {
    const both = diagrams.and(diagrams.variable(1), diagrams.variable(2));
    expect(nodeCount(diagrams, both)).toBe(2);
    expect(nodeCount(diagrams, both, not(both), diagrams.variable(2), TRUE)).toBe(2);
  });

  it('goes 40,000 deep', () => {
    const deep = diagrams.cube(Int32Array.from({ length: 40_000 }, (_, v) => literal(v, true)));
    expect(nodeCount(diagrams, deep)).toBe(40_000);
    expect(shareOf(diagrams, deep)).toBe(0);
    expect(shareOf(diagrams, not(deep))).toBe(1);
    expect(witness(diagrams, deep)).toHaveLength(40_000);
    expect(cubesOf(diagrams, not(deep), 3)).toMatchObject({
      cubes: [{ length: 1 }, { length: 2 }, { length: 3 }],
      more: true,
    });
  });
});

describe('witness', () => {
  const diagrams = new Diagrams();
  const literals = fc.array(
    fc
      .tuple(fc.constantFrom(...places, 4, 99), fc.boolean())
      .map(([variable, positive]) => literal(variable, positive)),
  );

  it('is a member, with each wished value that the ones above it allow', () => {
    fc.assert(
      fc.property(anyTable, literals, (table, wished) => {
        const values = cubeOf(wished);
        fc.pre(values !== null);
        const found = witness(diagrams, tables.toSet(diagrams, table), { values: values as Cube });
        if (table === 0n) {
          expect(found).toBeNull();
          return;
        }
        const cube = found as Cube;
        expect(cubeOf(cube)).toEqual(cube);
        const isPositive = (variable: number): boolean =>
          satisfies(Int32Array.of(literal(variable, true)), (v) => cube.includes(literal(v, true)));
        let left = members(table);
        for (const variable of places) {
          const wish = (values as Cube).includes(literal(variable, true));
          const wanted = left.filter((i) => isTrueIn(i)(variable) === wish);
          if (wanted.length > 0) left = wanted;
        }
        // Exactly one member is as near to the wishes as that: it is the one.
        expect(left).toHaveLength(1);
        expect(places.map(isPositive)).toEqual(places.map(isTrueIn(left[0] as number)));
      }),
    );
  });

  it('keeps to the sets that it can, the first ones first', () => {
    const [address, port] = [fieldAt('address', 0, 32), fieldAt('port', 32, 16)];
    const pods = diagrams.cube(fieldCube(address, 0x0af40000, 0xffff0000) as Cube);
    const services = fieldIn(diagrams, port, [
      { low: 80, high: 80 },
      { low: 1024, high: 2047 },
    ]);
    const set = diagrams.and(services, not(fieldBetween(diagrams, port, 80, 80)));
    const http = fieldBetween(diagrams, port, 80, 80);
    const found = witness(diagrams, set, {
      sets: [http, pods, not(pods)],
      values: cubeOf([...(fieldCube(address, 0x0af40107) as Cube), ...(fieldCube(port, 40_000) as Cube)]) as Cube,
    }) as Cube;
    expect(fieldValue(address, found)).toBe(0x0af40107);
    expect(fieldValue(port, found)).toBe(1024 + (40_000 % 1024));
  });

  it('is null for the empty set and nothing in particular for the full one', () => {
    expect(witness(diagrams, FALSE)).toBeNull();
    expect(witness(diagrams, TRUE)).toEqual(new Int32Array());
  });
});

describe('cubes of a set', () => {
  it('are disjoint and together the set, as many as asked for', () => {
    const diagrams = new Diagrams();
    fc.assert(
      fc.property(anyTable, fc.nat(10), (table, most) => {
        const set = tables.toSet(diagrams, table);
        const { cubes, more } = cubesOf(diagrams, set, 64);
        expect(more).toBe(false);
        for (let i = 0; i < 64; i++) {
          const times = cubes.filter((cube) => satisfies(cube, isTrueIn(i))).length;
          expect(times).toBe(Number((table >> BigInt(i)) & 1n));
        }
        const some = cubesOf(diagrams, set, most);
        expect(some.cubes).toEqual(cubes.slice(0, most));
        expect(some.more).toBe(cubes.length > most);
      }),
    );
  });
});

describe('support', () => {
  it('is where a change of the variable changes the answer', () => {
    const diagrams = new Diagrams();
    fc.assert(
      fc.property(anyTable, (table) => {
        const expected = places.filter((_, at) => tables.fixed(table, at, true) !== tables.fixed(table, at, false));
        expect([...support(diagrams, tables.toSet(diagrams, table))]).toEqual(expected);
      }),
    );
  });
});

describe('projection on a field', () => {
  const layouts: readonly [string, Field, Field][] = [
    ['above the other', fieldAt('a', 0, 4), fieldAt('b', 4, 3)],
    ['below the other', fieldAt('a', 5, 4), fieldAt('b', 0, 3)],
    ['interleaved', ...(interleavedFields(['a', 'b'], 0, 4) as [Field, Field])],
    ['permuted', new Field('a', [4, 0, 6, 2]), new Field('b', [3, 1, 5])],
  ];
  it.each(layouts)('is the intervals of its values: %s', (_, a, b) => {
    const diagrams = new Diagrams();
    const both = new TruthTables([...a.variables, ...b.variables].sort((x, y) => x - y));
    const size = 2 ** both.places.length;
    const sparse = fc.array(fc.nat(size - 1), { maxLength: 9 });
    fc.assert(
      fc.property(sparse, fc.nat(4), (at, most) => {
        const set = both.toSet(
          diagrams,
          at.reduce((all, i) => all | (1n << BigInt(i)), 0n),
        );
        const isMember = (i: number) => (variable: number) => ((i >> both.places.indexOf(variable)) & 1) === 1;
        const values = new Set(
          at.map((i) => a.variables.reduce((v, variable) => v * 2 + Number(isMember(i)(variable)), 0)),
        );
        const { intervals, more } = projectField(diagrams, set, a, 16);
        expect(more).toBe(false);
        const covered = intervals.flatMap(({ low, high }) =>
          Array.from({ length: Number(high) - Number(low) + 1 }, (_v, i) => Number(low) + i),
        );
        expect(covered).toEqual([...values].sort((x, y) => x - y));
        const apart = intervals.every(({ low }, i) => i === 0 || Number(low) > Number(intervals[i - 1]?.high) + 1);
        expect(apart).toBe(true);
        const some = projectField(diagrams, set, a, most);
        expect(some.intervals).toEqual(intervals.slice(0, most));
        expect(some.more).toBe(intervals.length > most);
      }),
      { numRuns: 60 },
    );
  });

  it('gives back wide values as bigints', () => {
    const diagrams = new Diagrams();
    const field = fieldAt('address', 10, 128);
    const list = [
      { low: 1n << 64n, high: (1n << 65n) + 5n },
      { low: (1n << 127n) + 1n, high: (1n << 128n) - 1n },
    ];
    const set = diagrams.and(fieldIn(diagrams, field, list), diagrams.or(diagrams.variable(3), diagrams.variable(500)));
    expect(projectField(diagrams, set, field, 10)).toEqual({ intervals: list, more: false });
    expect(projectField(diagrams, FALSE, field, 10)).toEqual({ intervals: [], more: false });
    expect(projectField(diagrams, TRUE, fieldAt('port', 0, 16), 1)).toEqual({
      intervals: [{ low: 0, high: 65_535 }],
      more: false,
    });
  });

  it('does not walk what it will not tell', () => {
    const diagrams = new Diagrams();
    const field = fieldAt('address', 0, 32);
    // 2^31 intervals.
    const odd = projectField(diagrams, diagrams.variable(31), field, 3);
    expect(odd).toEqual({ intervals: [1, 3, 5].map((value) => ({ low: value, high: value })), more: true });
  });
});
