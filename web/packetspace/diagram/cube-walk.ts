/**
 * Intersection and difference with a cube, without building the cube's diagram or asking the cache: one path down and up again. This is what
 * `reach = reach ∧ ¬match` costs for each of 150,000 rules.
 */
import type { Conjunction } from './conjunction.ts';
import { type Core, Frames } from './core.ts';
import { type Cube, literalIsPositive, literalVariable } from './cube.ts';

export class CubeWalk {
  readonly #core: Core;
  readonly #conjunction: Conjunction;
  /** Of each literal passed: what its result's other branch is. */
  readonly #others = new Frames();

  constructor(core: Core, conjunction: Conjunction) {
    this.#core = core;
    this.#conjunction = conjunction;
  }

  /** The cube's own diagram. O(literals). */
  diagram(cube: Cube, from = 0): number {
    const { table, meter } = this.#core;
    let result = 1;
    for (let i = cube.length - 1; i >= from; i--) {
      if (--meter.fuel < 0) meter.refill();
      const next = cube[i] as number;
      const variable = literalVariable(next);
      result = literalIsPositive(next) ? table.make(variable, 0, result) : table.make(variable, result, 0);
    }
    return result;
  }

  /**
   * f ∧ cube. O(literals) as long as `f` asks for no variable that the cube leaves open; from the first such variable on, an ordinary
   * intersection with the rest. Throws BudgetExceeded.
   */
  and(f: number, cube: Cube): number {
    return this.#walk(f, cube, false);
  }

  /** f ∧ ¬cube. Costs as `and`. */
  diff(f: number, cube: Cube): number {
    return this.#walk(f, cube, true);
  }

  #walk(f: number, cube: Cube, outside: boolean): number {
    const { table, meter } = this.#core;
    const { variable, low, high } = table;
    const others = this.#others.upTo(cube.length);
    let rest = f;
    let depth = 0;
    for (; depth < cube.length && rest !== 0; depth++) {
      if (--meter.fuel < 0) meter.refill();
      const next = cube[depth] as number;
      const node = rest >>> 1;
      const own = variable[node] as number;
      if (own < literalVariable(next)) break;
      if (own > literalVariable(next)) {
        others[depth] = outside ? rest : 0;
        continue;
      }
      const complement = rest & 1;
      const positive = literalIsPositive(next);
      const other = ((positive ? low[node] : high[node]) as number) ^ complement;
      others[depth] = outside ? other : 0;
      rest = ((positive ? high[node] : low[node]) as number) ^ complement;
    }
    return this.#rebuild(cube, depth, this.#end(rest, cube, depth, outside));
  }

  /** The result below the literals that were passed. */
  #end(rest: number, cube: Cube, depth: number, outside: boolean): number {
    if (rest === 0) return 0;
    if (depth === cube.length) return outside ? 0 : rest;
    return this.#conjunction.and(rest, this.diagram(cube, depth) ^ (outside ? 1 : 0));
  }

  #rebuild(cube: Cube, depth: number, below: number): number {
    const { table } = this.#core;
    const others = this.#others.cells;
    let result = below;
    for (let i = depth - 1; i >= 0; i--) {
      const passed = cube[i] as number;
      const variable = literalVariable(passed);
      const other = others[i] as number;
      result = literalIsPositive(passed) ? table.make(variable, other, result) : table.make(variable, result, other);
    }
    return result;
  }
}
