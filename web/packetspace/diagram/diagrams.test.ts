import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BudgetExceeded } from './budget.ts';
import { type Cube, cubeOf, literal } from './cube.ts';
import { Diagrams } from './diagrams.ts';
import { FALSE, MAX_VARIABLE, not, type Ref, TRUE } from './ref.ts';
import { TruthTables } from './testing.ts';
import { Action, Transformation, VariableSet } from './transformation.ts';
import { support } from './walk.ts';

/** A set and the table that says what is in it. */
interface Known {
  readonly set: Ref;
  readonly table: bigint;
}

/** Numbers that a step picks its operands and details with. */
type Step = readonly [operation: Operation, a: number, b: number, c: number, places: number, values: number];

/** What an operation works on: three known sets, some of the places with a value each, and one place. */
interface Operands {
  readonly x: Known;
  readonly y: Known;
  readonly z: Known;
  readonly chosen: readonly number[];
  readonly isSet: (place: number) => boolean;
  readonly cube: Cube;
  readonly variables: VariableSet;
  readonly place: number;
}

type Operation = keyof typeof OPERATIONS;

/** Each on sets and on tables. */
const OPERATIONS = {
  variable: (d, t, { place }) => [d.variable(t.places[place] as number), t.variable(place)],
  and: (d, _, { x, y }) => [d.and(x.set, y.set), x.table & y.table],
  or: (d, _, { x, y }) => [d.or(x.set, y.set), x.table | y.table],
  diff: (d, t, { x, y }) => [d.diff(x.set, y.set), x.table & t.not(y.table)],
  xor: (d, _, { x, y }) => [d.xor(x.set, y.set), x.table ^ y.table],
  ite: (d, t, { x, y, z }) => [d.ite(x.set, y.set, z.set), t.ite(x.table, y.table, z.table)],
  andAll: (d, _, { x, y, z }) => [d.andAll([x.set, y.set, z.set]), x.table & y.table & z.table],
  orAll: (d, _, { x, y, z }) => [d.orAll([x.set, y.set, z.set]), x.table | y.table | z.table],
  exists: (d, t, { x, variables, chosen }) => [d.exists(x.set, variables), t.exists(x.table, chosen)],
  forall: (d, t, { x, variables, chosen }) => [d.forall(x.set, variables), t.not(t.exists(t.not(x.table), chosen))],
  andExists: (d, t, { x, y, variables, chosen }) => [
    d.andExists(x.set, y.set, variables),
    t.exists(x.table & y.table, chosen),
  ],
  cofactor: (d, t, { x, cube, chosen, isSet }) => [
    d.cofactor(x.set, cube),
    chosen.reduce((rest, place) => t.fixed(rest, place, isSet(place)), x.table),
  ],
  andCube: (d, t, { x, cube }) => [d.andCube(x.set, cube), x.table & t.cube(cube)],
  diffCube: (d, t, { x, cube }) => [d.diffCube(x.set, cube), x.table & t.not(t.cube(cube))],
  branch: (d, t, { x, y, place }) => [
    d.branch(t.places[place] as number, x.set, y.set),
    t.ite(t.variable(place), y.table, x.table),
  ],
  flip: (d, t, { x, chosen }) => transformed(d, t, x, new Map(chosen.map((place) => [place, Action.flip]))),
  transform: (d, t, { x, chosen, isSet }) => {
    const actions = chosen.map((place, i): [number, Action] => [
      place,
      isSet(place) ? Action.flip : ((i % 5) as Action),
    ]);
    return transformed(d, t, x, new Map(actions));
  },
  collect: null,
  runOut: null,
} as const satisfies Record<string, ((d: Diagrams, t: TruthTables, operands: Operands) => [Ref, bigint]) | null>;

function transformed(
  diagrams: Diagrams,
  tables: TruthTables,
  { set, table }: Known,
  actions: ReadonlyMap<number, Action>,
): [Ref, bigint] {
  let image = table;
  for (const [place, action] of actions) {
    const low = tables.fixed(image, place, false);
    const high = tables.fixed(image, place, true);
    if (action === Action.flip) image = tables.ite(tables.variable(place), low, high);
    if (action === Action.forget) image = low | high;
    if (action === Action.takeLow) image = low;
    if (action === Action.takeHigh) image = high;
  }
  const byVariable = [...actions].map(([place, action]): [number, Action] => [tables.places[place] as number, action]);
  return [diagrams.transform(set, new Transformation(byVariable)), image];
}

const steps = fc.array(
  fc.tuple(
    fc.constantFrom(...(Object.keys(OPERATIONS) as Operation[])),
    fc.nat(),
    fc.nat(),
    fc.nat(),
    fc.nat(0xfff),
    fc.nat(0xfff),
  ),
  { minLength: 1, maxLength: 60 },
);

/** Runs steps on sets and on truth tables side by side. */
class Machine {
  readonly diagrams: Diagrams;
  readonly tables: TruthTables;
  known: Known[];

  constructor(places: readonly number[], maxCacheEntries: number) {
    this.diagrams = new Diagrams({ initialNodes: 16, maxCacheEntries });
    this.tables = new TruthTables(places);
    this.known = [
      { set: FALSE, table: 0n },
      { set: TRUE, table: this.tables.all },
    ];
  }

  run(step: Step): void {
    const [operation, a, , , mask] = step;
    const apply = OPERATIONS[operation];
    if (apply) {
      const [set, table] = apply(this.diagrams, this.tables, this.operands(step));
      this.known.push({ set, table });
    } else if (operation === 'collect') this.collect(mask);
    else this.runOut(this.operands(step), a % 20);
  }

  operands([, a, b, c, mask, values]: Step): Operands {
    const { places } = this.tables;
    const chosen = places.map((_, place) => place).filter((place) => (mask >> place) & 1);
    const isSet = (place: number): boolean => ((values >> place) & 1) === 1;
    const cube = cubeOf(chosen.map((place) => literal(places[place] as number, isSet(place))));
    return {
      x: this.pick(a),
      y: this.pick(b),
      z: this.pick(c),
      chosen,
      isSet,
      cube: cube as Cube,
      variables: new VariableSet(chosen.map((place) => places[place] as number)),
      place: c % places.length,
    };
  }

  collect(mask: number): void {
    this.known = this.known.filter(({ set }, i) => set <= 1 || (mask >> (i % 12)) & 1);
    const roots = this.known.map(({ set }) => set);
    const before = this.diagrams.statistics.nodes;
    const { kept, freed } = this.diagrams.collect(Int32Array.from(roots.slice(0, 3)), roots.slice(3));
    expect(kept + freed).toBe(before);
    expect(this.diagrams.statistics.nodes).toBe(kept);
    for (const { set, table } of this.known) expect(this.tables.ofSet(this.diagrams, set)).toBe(table);
  }

  /** Operations that run out of something in the middle change nothing. */
  runOut({ x, y, z, variables }: Operands, amount: number): void {
    const { diagrams } = this;
    const work = (): void => {
      const both = diagrams.ite(x.set, not(y.set), z.set);
      diagrams.andExists(both, diagrams.or(y.set, z.set), variables);
      diagrams.disjoint(both, not(x.set));
    };
    for (const limits of [{ steps: amount }, { nodes: amount }]) {
      try {
        diagrams.within(limits, work);
      } catch (error) {
        expect(error).toBeInstanceOf(BudgetExceeded);
      }
    }
  }

  pick(index: number): Known {
    return this.known[index % this.known.length] as Known;
  }

  /** Every set is what its table says, is the only one with that table, and the tests agree with the tables. */
  check(): void {
    const { diagrams, tables } = this;
    for (const [i, { set, table }] of this.known.entries()) {
      expect(tables.ofSet(diagrams, set)).toBe(table);
      expect(tables.toSet(diagrams, table)).toBe(set);
      expect(tables.ofSet(diagrams, not(set))).toBe(tables.not(table));
      const other = this.pick(i * 7 + 3);
      expect(diagrams.disjoint(set, other.set)).toBe((table & other.table) === 0n);
      expect(diagrams.implies(set, other.set)).toBe((table & tables.not(other.table)) === 0n);
      expect([...support(diagrams, set)]).toEqual(
        tables.places.filter((_, place) => tables.fixed(table, place, true) !== tables.fixed(table, place, false)),
      );
    }
  }
}

describe('operations agree with truth tables', () => {
  const cases: readonly [string, readonly number[], number, number][] = [
    ['5 variables', [0, 1, 2, 3, 4], 1 << 20, 300],
    ['7 variables far apart, a cache of 2 entries', [3, 4, 77, 1000, 65_536, MAX_VARIABLE - 1, MAX_VARIABLE], 2, 150],
    ['12 variables', Array.from({ length: 12 }, (_, i) => 10 + i), 64, 8],
  ];
  it.each(cases)('%s', (_, places, cacheEntries, numRuns) => {
    fc.assert(
      fc.property(steps, (list) => {
        const machine = new Machine(places, cacheEntries);
        // Something to work with: each variable, and a few of their unions.
        places.forEach((_, place) => {
          machine.run(['variable', 0, 0, place, 0, 0]);
        });
        for (const step of list) machine.run(step);
        machine.check();
      }),
      { numRuns },
    );
  });
});

describe('canonicity', () => {
  it('gives equal functions equal references, however they were made', () => {
    const tables = new TruthTables([0, 1, 2, 3]);
    const diagrams = new Diagrams();
    for (let table = 0n; table <= tables.all; table += 7n) {
      const set = tables.toSet(diagrams, table);
      const minterms: Ref[] = [];
      for (let i = 0; i < 16; i++) {
        if (!((table >> BigInt(i)) & 1n)) continue;
        minterms.push(diagrams.cube(Int32Array.from([0, 1, 2, 3], (v) => literal(v, ((i >> v) & 1) === 1))));
      }
      expect(diagrams.orAll(minterms)).toBe(set);
    }
  });

  it('has one node for a function and its complement', () => {
    const diagrams = new Diagrams();
    const [a, b] = [diagrams.variable(0), diagrams.variable(1)];
    const before = diagrams.statistics.nodes;
    const equal = diagrams.xor(a, not(b));
    expect(diagrams.xor(a, b)).toBe(not(equal));
    expect(diagrams.statistics.nodes).toBe(before + 1);
  });

  it('numbers variables from 0 to 2^20', () => {
    const diagrams = new Diagrams();
    expect(diagrams.topVariable(diagrams.variable(MAX_VARIABLE))).toBe(MAX_VARIABLE);
    for (const wrong of [-1, MAX_VARIABLE + 1, 1e9, Number.NaN])
      expect(() => literal(wrong, true)).toThrow('no variable');
    expect(() => diagrams.variable(-1)).toThrow('no variable');
    expect(() => diagrams.variable(2 * MAX_VARIABLE)).toThrow('no variable');
  });

  it('joins none to nothing, and intersects none to everything', () => {
    const diagrams = new Diagrams();
    expect(diagrams.orAll([])).toBe(FALSE);
    expect(diagrams.andAll([])).toBe(TRUE);
  });
});

describe('many named booleans', () => {
  const MANY = 40_000;
  const first = 300;

  it('are conjoined, split, counted on and quantified, 40,000 deep', () => {
    const diagrams = new Diagrams();
    const all = diagrams.cube(Int32Array.from({ length: MANY }, (_, i) => literal(first + i, true)));
    const none = diagrams.cube(Int32Array.from({ length: MANY }, (_, i) => literal(first + i, false)));
    const either = diagrams.or(all, none);
    expect(diagrams.and(either, all)).toBe(all);
    expect(diagrams.disjoint(all, none)).toBe(true);
    expect(diagrams.implies(all, either)).toBe(true);
    expect(diagrams.ite(all, diagrams.variable(first + MANY), none)).not.toBe(FALSE);
    expect(diagrams.xor(all, none)).toBe(either);
    const below = new VariableSet(Array.from({ length: MANY - 1 }, (_, i) => first + 1 + i));
    expect(diagrams.exists(all, below)).toBe(diagrams.variable(first));
    expect(diagrams.andExists(either, all, below)).toBe(diagrams.variable(first));
    expect(diagrams.cofactor(all, Int32Array.of(literal(first + MANY - 1, false)))).toBe(FALSE);
    expect(support(diagrams, either)).toHaveLength(MANY);
    diagrams.collect([either]);
    expect(diagrams.statistics.nodes).toBe(2 * MANY - 1);
  });

  it('cost one step each when the later ones are higher up', () => {
    const diagrams = new Diagrams();
    let passed: Ref = TRUE;
    for (let i = MANY - 1; i >= 0; i--) passed = diagrams.diff(passed, diagrams.variable(first + i));
    expect(diagrams.statistics.steps).toBeLessThan(4 * MANY);
    expect(support(diagrams, passed)).toHaveLength(MANY);
  });
});
