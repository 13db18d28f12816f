/** The relational product: intersects and forgets in one walk, so that the intersection itself, often the largest part, is never made. */
import type { Conjunction } from './conjunction.ts';
import { type Core, Frames, highOf, lowOf, PENDING } from './core.ts';
import { CachedOperation, tagOf } from './operation-cache.ts';
import type { Transform } from './transform.ts';
import type { VariableSet } from './transformation.ts';

/** f, g, variable, whether it is forgotten, the low result or PENDING. */
const FRAME = 5;

export class Product {
  readonly #core: Core;
  readonly #conjunction: Conjunction;
  readonly #transform: Transform;
  readonly #frames = new Frames();

  constructor(core: Core, conjunction: Conjunction, transform: Transform) {
    this.#core = core;
    this.#conjunction = conjunction;
    this.#transform = transform;
  }

  /** ∃ variables: f ∧ g. `id` is that of `variables.forget`. Throws BudgetExceeded. */
  andExists(left: number, right: number, variables: VariableSet, id: number): number {
    const { table, cache, meter } = this.#core;
    const tag = tagOf(CachedOperation.product, id);
    let f = left;
    let g = right;
    let top = 0;
    for (;;) {
      if (f > g) {
        const other = f;
        f = g;
        g = other;
      }
      let result = this.#simple(f, g, variables, id);
      if (result < 0) result = cache.find(f, g, tag);
      if (result < 0) {
        if (--meter.fuel < 0) meter.refill();
        const split = Math.min(table.variable[f >>> 1] as number, table.variable[g >>> 1] as number);
        const cells = this.#frames.upTo(top + FRAME);
        cells[top] = f;
        cells[top + 1] = g;
        cells[top + 2] = split;
        cells[top + 3] = variables.has(split) ? 1 : 0;
        cells[top + 4] = PENDING;
        top += FRAME;
        f = lowOf(table, f, split);
        g = lowOf(table, g, split);
        continue;
      }
      const cells = this.#frames.cells;
      for (;;) {
        if (top === 0) return result;
        const lowResult = cells[top - 1] as number;
        const forgets = cells[top - 2] === 1;
        if (lowResult === PENDING && !(forgets && result === 1)) {
          cells[top - 1] = result;
          f = highOf(table, cells[top - 5] as number, cells[top - 3] as number);
          g = highOf(table, cells[top - 4] as number, cells[top - 3] as number);
          break;
        }
        top -= FRAME;
        if (lowResult !== PENDING) {
          result = forgets
            ? this.#conjunction.and(lowResult ^ 1, result ^ 1) ^ 1
            : table.make(cells[top + 2] as number, lowResult, result);
        }
        cache.store(cells[top] as number, cells[top + 1] as number, tag, result);
      }
    }
  }

  /** Where there is nothing to intersect, or nothing left to forget; -1 otherwise. f <= g. */
  #simple(f: number, g: number, variables: VariableSet, id: number): number {
    if (f === 0 || (f ^ g) === 1) return 0;
    if (f === 1 || f === g) return this.#transform.transform(g, variables.forget, id);
    const { variable } = this.#core.table;
    const { last } = variables.forget;
    if ((variable[f >>> 1] as number) > last && (variable[g >>> 1] as number) > last)
      return this.#conjunction.and(f, g);
    return -1;
  }
}
