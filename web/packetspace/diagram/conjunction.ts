/**
 * The intersection of two sets, which with complement edges is also their union and difference: the operation that everything else leans
 * on. And the test whether the intersection is empty, which makes no node.
 */
import { type Core, Frames, PENDING } from './core.ts';
import { CachedOperation, MOST_IDS, tagOf } from './operation-cache.ts';

const AND = tagOf(CachedOperation.and, 0);

/** f, g, variable, f's and g's high cofactor, the low result or PENDING. */
const FRAME = 6;

export class Conjunction {
  readonly #core: Core;
  readonly #frames = new Frames();
  #searches = 0;

  constructor(core: Core) {
    this.#core = core;
  }

  /**
   * f ∧ g. Visits each pair of nodes that one assignment leads to, at most |f| * |g|, and one path only where g is a cube of variables
   * at the top. Throws BudgetExceeded.
   */
  and(f: number, g: number): number {
    const { table, cache, meter } = this.#core;
    let a = f;
    let b = g;
    let top = 0;
    let cells: Int32Array = this.#frames.cells;
    for (;;) {
      let result = simpleAnd(a, b);
      if (result < 0) {
        if (a > b) {
          const other = a;
          a = b;
          b = other;
        }
        result = cache.find(a, b, AND);
        if (result < 0) {
          if (--meter.fuel < 0) meter.refill();
          const { variable, low, high } = table;
          const nodeA = a >>> 1;
          const nodeB = b >>> 1;
          const variableA = variable[nodeA] as number;
          const variableB = variable[nodeB] as number;
          const split = variableA < variableB ? variableA : variableB;
          const splitsA = variableA === split;
          const splitsB = variableB === split;
          if (top + FRAME > cells.length) cells = this.#frames.upTo(top + FRAME);
          cells[top] = a;
          cells[top + 1] = b;
          cells[top + 2] = split;
          cells[top + 3] = splitsA ? (high[nodeA] as number) ^ (a & 1) : a;
          cells[top + 4] = splitsB ? (high[nodeB] as number) ^ (b & 1) : b;
          cells[top + 5] = PENDING;
          top += FRAME;
          if (splitsA) a = (low[nodeA] as number) ^ (a & 1);
          if (splitsB) b = (low[nodeB] as number) ^ (b & 1);
          continue;
        }
      }
      for (;;) {
        if (top === 0) return result;
        const lowResult = cells[top - 1] as number;
        if (lowResult === PENDING) {
          cells[top - 1] = result;
          a = cells[top - 3] as number;
          b = cells[top - 2] as number;
          break;
        }
        top -= FRAME;
        result = table.make(cells[top + 2] as number, lowResult, result);
        cache.store(cells[top] as number, cells[top + 1] as number, AND, result);
      }
    }
  }

  /**
   * Whether f ∧ g is empty, without making it. Stops at the first assignment that is in both; at most |f| * |g| steps. Throws
   * BudgetExceeded.
   */
  disjoint(f: number, g: number): boolean {
    const simple = simpleAnd(f, g);
    if (simple >= 0) return simple === 0;
    const { cache } = this.#core;
    const a = Math.min(f, g);
    const b = Math.max(f, g);
    const known = cache.find(a, b, AND);
    if (known >= 0) return known === 0;
    const disjoint = !this.#findsCommon(a, b);
    if (disjoint) cache.store(a, b, AND, 0);
    return disjoint;
  }

  /**
   * Looks for a path that leads both to true. What was seen in this search is remembered in the cache under the search's number: either it
   * held nothing, or the search is over.
   */
  #findsCommon(f: number, g: number): boolean {
    const { table, cache, meter } = this.#core;
    const { variable, low, high } = table;
    const seen = tagOf(CachedOperation.disjoint, this.#nextSearch());
    let cells: Int32Array = this.#frames.upTo(2);
    cells[0] = f;
    cells[1] = g;
    for (let top = 2; top > 0; ) {
      top -= 2;
      let a = cells[top] as number;
      let b = cells[top + 1] as number;
      const simple = simpleAnd(a, b);
      if (simple > 0) return true;
      if (simple === 0) continue;
      if (a > b) {
        const other = a;
        a = b;
        b = other;
      }
      if (cache.find(a, b, seen) >= 0 || cache.find(a, b, AND) === 0) continue;
      if (--meter.fuel < 0) meter.refill();
      cache.store(a, b, seen, 0);
      const nodeA = a >>> 1;
      const nodeB = b >>> 1;
      const variableA = variable[nodeA] as number;
      const variableB = variable[nodeB] as number;
      if (top + 4 > cells.length) cells = this.#frames.upTo(top + 4);
      cells[top] = variableA <= variableB ? (high[nodeA] as number) ^ (a & 1) : a;
      cells[top + 1] = variableB <= variableA ? (high[nodeB] as number) ^ (b & 1) : b;
      cells[top + 2] = variableA <= variableB ? (low[nodeA] as number) ^ (a & 1) : a;
      cells[top + 3] = variableB <= variableA ? (low[nodeB] as number) ^ (b & 1) : b;
      top += 4;
    }
    return false;
  }

  #nextSearch(): number {
    if (++this.#searches === MOST_IDS) {
      this.#core.cache.clear();
      this.#searches = 1;
    }
    return this.#searches;
  }
}

/** The intersection where it takes no walk, or -1. */
function simpleAnd(a: number, b: number): number {
  if (a === b || b === 1) return a;
  if (a === 0 || b === 0 || (a ^ b) === 1) return 0;
  return a === 1 ? b : -1;
}
