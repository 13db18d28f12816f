/** One function chosen by another: exclusive or, equality, and nodes whose variable is not above its children are cases of it. */
import type { Conjunction } from './conjunction.ts';
import { type Core, Frames, highOf, PENDING } from './core.ts';

/** f, g, h, their first variable, complement of the result, the three low cofactors, the low result or PENDING. */
const FRAME = 9;

export class IfThenElse {
  readonly #core: Core;
  readonly #conjunction: Conjunction;
  readonly #frames = new Frames();

  constructor(core: Core, conjunction: Conjunction) {
    this.#core = core;
    this.#conjunction = conjunction;
  }

  /** (f ∧ g) ∨ (¬f ∧ h). At most |f| * |g| * |h| steps. Throws BudgetExceeded. */
  ite(condition: number, then: number, otherwise: number): number {
    const { table, cache, meter } = this.#core;
    let f = condition;
    let g = then;
    let h = otherwise;
    let top = 0;
    for (;;) {
      let result = this.#simple(f, g, h);
      if (result < 0) {
        if (f & 1) {
          f ^= 1;
          const other = g;
          g = h;
          h = other;
        }
        const complement = g & 1;
        g ^= complement;
        h ^= complement;
        if (g === (h ^ 1) && f > g) {
          g = f;
          f = h ^ 1;
          h = g ^ 1;
        }
        result = cache.find(f, g, h);
        if (result >= 0) result ^= complement;
        else {
          if (--meter.fuel < 0) meter.refill();
          const cells = this.#frames.upTo(top + FRAME);
          this.#split(cells, top, f, g, h);
          cells[top + 4] = complement;
          top += FRAME;
          f = cells[top - 4] as number;
          g = cells[top - 3] as number;
          h = cells[top - 2] as number;
          continue;
        }
      }
      const cells = this.#frames.cells;
      for (;;) {
        if (top === 0) return result;
        const lowResult = cells[top - 1] as number;
        if (lowResult === PENDING) {
          cells[top - 1] = result;
          const split = cells[top - 6] as number;
          f = highOf(table, cells[top - 9] as number, split);
          g = highOf(table, cells[top - 8] as number, split);
          h = highOf(table, cells[top - 7] as number, split);
          break;
        }
        top -= FRAME;
        result = table.make(cells[top + 3] as number, lowResult, result);
        cache.store(cells[top] as number, cells[top + 1] as number, cells[top + 2] as number, result);
        result ^= cells[top + 4] as number;
      }
    }
  }

  /** Begins a frame at `top`: the operands, their first variable, and their low cofactors. */
  #split(cells: Int32Array, top: number, f: number, g: number, h: number): void {
    const { variable, low } = this.#core.table;
    const [variableF, variableG, variableH] = [
      variable[f >>> 1] as number,
      variable[g >>> 1] as number,
      variable[h >>> 1] as number,
    ];
    const split = Math.min(variableF, variableG, variableH);
    cells[top] = f;
    cells[top + 1] = g;
    cells[top + 2] = h;
    cells[top + 3] = split;
    cells[top + 5] = variableF === split ? (low[f >>> 1] as number) ^ (f & 1) : f;
    cells[top + 6] = variableG === split ? (low[g >>> 1] as number) ^ (g & 1) : g;
    cells[top + 7] = variableH === split ? (low[h >>> 1] as number) ^ (h & 1) : h;
    cells[top + 8] = PENDING;
  }

  /** Where the answer is at hand or an intersection, or -1. */
  #simple(f: number, g: number, h: number): number {
    if (f === 1 || g === h) return g;
    if (f === 0) return h;
    const ifTrue = f === g ? 1 : f === (g ^ 1) ? 0 : g;
    const ifFalse = f === h ? 0 : f === (h ^ 1) ? 1 : h;
    if (ifTrue === 1) return ifFalse === 0 ? f : this.#conjunction.and(f ^ 1, ifFalse ^ 1) ^ 1;
    if (ifTrue === 0) return this.#conjunction.and(f ^ 1, ifFalse);
    if (ifFalse === 0) return this.#conjunction.and(f, ifTrue);
    if (ifFalse === 1) return this.#conjunction.and(f, ifTrue ^ 1) ^ 1;
    return -1;
  }
}
