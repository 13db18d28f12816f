/** Maps a set by a Transformation in one walk: exists, cofactor, negated variables. */
import type { Conjunction } from './conjunction.ts';
import { type Core, Frames, highOf, lowOf, PENDING } from './core.ts';
import { CachedOperation, tagOf } from './operation-cache.ts';
import { Action, type Transformation } from './transformation.ts';

/** f, variable, action, complement of the result, the low result or PENDING. */
const FRAME = 5;

export class Transform {
  readonly #core: Core;
  readonly #conjunction: Conjunction;
  readonly #frames = new Frames();

  constructor(core: Core, conjunction: Conjunction) {
    this.#core = core;
    this.#conjunction = conjunction;
  }

  /**
   * The image of `f`. `id` tells one transformation from another in the cache. Visits each node of `f` above the last variable with an
   * action once; every forgotten variable costs a union of its two sides. Throws BudgetExceeded.
   */
  transform(set: number, transformation: Transformation, id: number): number {
    const { table, cache, meter } = this.#core;
    const { first, last, actions, commutesWithNot } = transformation;
    const tag = tagOf(CachedOperation.transform, id);
    let f = set;
    let top = 0;
    for (;;) {
      const variable = table.variable[f >>> 1] as number;
      let result = f;
      if (variable <= last) {
        const action = variable < first ? Action.keep : (actions[variable - first] as number);
        if (action === Action.takeLow || action === Action.takeHigh) {
          f = action === Action.takeLow ? lowOf(table, f, variable) : highOf(table, f, variable);
          continue;
        }
        const complement = commutesWithNot ? f & 1 : 0;
        f ^= complement;
        result = cache.find(f, 0, tag);
        if (result >= 0) result ^= complement;
        else {
          if (--meter.fuel < 0) meter.refill();
          const cells = this.#frames.upTo(top + FRAME);
          cells[top] = f;
          cells[top + 1] = variable;
          cells[top + 2] = action;
          cells[top + 3] = complement;
          cells[top + 4] = PENDING;
          top += FRAME;
          f = lowOf(table, f, variable);
          continue;
        }
      }
      const cells = this.#frames.cells;
      for (;;) {
        if (top === 0) return result;
        const lowResult = cells[top - 1] as number;
        const forgets = cells[top - 3] === Action.forget;
        if (lowResult === PENDING && !(forgets && result === 1)) {
          cells[top - 1] = result;
          f = highOf(table, cells[top - 5] as number, cells[top - 4] as number);
          break;
        }
        top -= FRAME;
        if (lowResult !== PENDING) result = this.#combine(cells, top, lowResult, result);
        cache.store(cells[top] as number, 0, tag, result);
        result ^= cells[top + 3] as number;
      }
    }
  }

  #combine(cells: Int32Array, at: number, low: number, high: number): number {
    if (cells[at + 2] === Action.forget) return this.#conjunction.and(low ^ 1, high ^ 1) ^ 1;
    const { table } = this.#core;
    const variable = cells[at + 1] as number;
    return cells[at + 2] === Action.flip ? table.make(variable, high, low) : table.make(variable, low, high);
  }
}
