import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cubeOf, joinCubes, literal, literalIsPositive, literalVariable } from './cube.ts';
import { Diagrams } from './diagrams.ts';
import { FALSE, TRUE } from './ref.ts';

const literals = fc.array(
  fc.tuple(fc.nat(9), fc.boolean()).map(([variable, positive]) => literal(variable, positive)),
  { maxLength: 8 },
);

describe('cubes', () => {
  it('are literals in order, once each', () => {
    expect(cubeOf([literal(5, true), literal(2, false), literal(5, true)])).toEqual(Int32Array.of(4, 11));
    expect(cubeOf([literal(5, true), literal(5, false)])).toBeNull();
    expect(cubeOf([])).toEqual(new Int32Array());
    expect([literalVariable(11), literalIsPositive(11), literalIsPositive(4)]).toEqual([5, true, false]);
  });

  it('join to what is in both', () => {
    const diagrams = new Diagrams();
    fc.assert(
      fc.property(literals, literals, (a, b) => {
        const [left, right] = [cubeOf(a), cubeOf(b)];
        fc.pre(left !== null && right !== null);
        if (left === null || right === null) return;
        const joined = joinCubes(left, right);
        expect(joined).toEqual(cubeOf([...a, ...b]));
        const both = diagrams.and(diagrams.cube(left), diagrams.cube(right));
        expect(joined === null ? FALSE : diagrams.cube(joined)).toBe(both);
      }),
    );
  });

  it('leave a set along one path, whatever its size', () => {
    const diagrams = new Diagrams();
    const width = 60;
    const cubes = Array.from({ length: 500 }, (_, i) =>
      Int32Array.from({ length: width }, (_, v) => literal(v, ((i * 2_654_435_761) / 2 ** (v % 32)) % 2 >= 1)),
    );
    let left = TRUE;
    for (const cube of cubes) left = diagrams.diffCube(left, cube);
    const before = diagrams.statistics.steps;
    for (const cube of cubes) expect(diagrams.andCube(left, cube)).toBe(FALSE);
    expect(diagrams.statistics.steps - before).toBeLessThanOrEqual(width * cubes.length);
  });
});
