import { describe, expect, it } from 'vitest';
import { BudgetExceeded, type BudgetKind, type Limits } from './budget.ts';
import { literal } from './cube.ts';
import { Diagrams } from './diagrams.ts';
import { FALSE, type Ref, TRUE } from './ref.ts';
import { nodeCount } from './walk.ts';

/** Which limit ended `run`; null where none did. */
function exceeded(run: () => unknown): BudgetKind | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof BudgetExceeded) return error.kind;
    throw error;
  }
}

/** (x0 ∧ x50) ∨ (x1 ∧ x51) ∨ ...: doubles with each pair. */
function pairs(diagrams: Diagrams, count: number): Ref {
  let set: Ref = FALSE;
  for (let i = 0; i < count; i++) {
    set = diagrams.or(set, diagrams.cube(Int32Array.of(literal(i, true), literal(i + 50, true))));
  }
  return set;
}

describe('budgets', () => {
  it.each<[BudgetKind, Limits]>([
    ['steps', { steps: 20_000 }],
    ['nodes', { nodes: 20_000 }],
    ['milliseconds', { milliseconds: 5 }],
  ])('end what needs too many %s', (kind, limits) => {
    let now = 0;
    const diagrams = new Diagrams({ clock: () => now++ });
    const small = pairs(diagrams, 6);
    expect(exceeded(() => diagrams.within(limits, () => pairs(diagrams, 24)))).toBe(kind);
    expect(pairs(diagrams, 6)).toBe(small);
    const { freed } = diagrams.collect([small]);
    expect(freed).toBeGreaterThan(1000);
    expect(nodeCount(diagrams, small)).toBe(126);
    expect(exceeded(() => pairs(diagrams, 12))).toBeNull();
  });

  it('allow exactly so many steps', () => {
    const cost = new Diagrams();
    pairs(cost, 10);
    const { steps } = cost.statistics;
    expect(steps).toBeGreaterThan(100);
    for (const [limit, ends] of [
      [steps - 1, 'steps'],
      [steps, null],
    ] as const) {
      const diagrams = new Diagrams();
      expect(exceeded(() => diagrams.within({ steps: limit }, () => pairs(diagrams, 10)))).toBe(ends);
      expect(diagrams.statistics.steps).toBe(limit);
    }
  });

  it('allow exactly so many nodes', () => {
    const cost = new Diagrams();
    pairs(cost, 10);
    const made = cost.statistics.nodes - 1;
    for (const [limit, ends] of [
      [made - 1, 'nodes'],
      [made, null],
    ] as const) {
      const diagrams = new Diagrams();
      expect(exceeded(() => diagrams.within({ nodes: limit }, () => pairs(diagrams, 10)))).toBe(ends);
    }
    expect(exceeded(() => pairs(new Diagrams({ maxNodes: made }), 10))).toBe('nodes');
    expect(exceeded(() => pairs(new Diagrams({ maxNodes: made + 1 }), 10))).toBeNull();
  });

  it('find room again after a collection', () => {
    const diagrams = new Diagrams({ maxNodes: 3000 });
    const small = pairs(diagrams, 6);
    expect(exceeded(() => pairs(diagrams, 11))).toBe('nodes');
    expect(diagrams.collectionDue).toBe(true);
    diagrams.collect([small]);
    expect(diagrams.collectionDue).toBe(false);
    expect(exceeded(() => pairs(diagrams, 8))).toBeNull();
  });

  it('hold together when nested: the tighter one ends', () => {
    const diagrams = new Diagrams();
    let inner: BudgetKind | null = null;
    const outer = exceeded(() =>
      diagrams.within({ steps: 30_000 }, () => {
        inner = exceeded(() => diagrams.within({ steps: 5000 }, () => pairs(diagrams, 20)));
        expect(diagrams.statistics.steps).toBe(5000);
        diagrams.within({ steps: 1e9 }, () => pairs(diagrams, 24));
      }),
    );
    expect([inner, outer]).toEqual(['steps', 'steps']);
    expect(diagrams.statistics.steps).toBe(30_000);
    expect(exceeded(() => pairs(diagrams, 10))).toBeNull();
  });

  it('end builders, disjointness tests and walks along cubes as well', () => {
    const diagrams = new Diagrams();
    const cube = Int32Array.from({ length: 10_000 }, (_, v) => literal(v, v % 2 === 0));
    expect(exceeded(() => diagrams.within({ steps: 9999 }, () => diagrams.cube(cube)))).toBe('steps');
    expect(exceeded(() => diagrams.within({ steps: 9999 }, () => diagrams.andCube(TRUE, cube)))).toBe('steps');
    const odd = diagrams.cube(Int32Array.from({ length: 5000 }, (_, v) => literal(2 * v + 1, true)));
    const even = diagrams.cube(Int32Array.from({ length: 5000 }, (_, v) => literal(2 * v, true)));
    expect(exceeded(() => diagrams.within({ steps: 9990 }, () => diagrams.disjoint(odd, even)))).toBe('steps');
    expect(diagrams.disjoint(odd, even)).toBe(false);
  });
});
