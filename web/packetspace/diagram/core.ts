/** What every operation works on, and the stack that it walks with. */
import type { Meter } from './budget.ts';
import type { NodeTable } from './node-table.ts';
import type { OperationCache } from './operation-cache.ts';

export interface Core {
  readonly table: NodeTable;
  readonly cache: OperationCache;
  readonly meter: Meter;
}

/** In a frame's place for the low result: it is still being worked on. No reference. */
export const PENDING = -1;

/**
 * The frames of one operation. A diagram may be 40,000 nodes deep (a chain of that many named booleans), where recursive calls would
 * overflow; so operations keep their own frames. The top is a local variable of the operation: an exception leaves nothing to clean up.
 */
export class Frames {
  cells = new Int32Array(1024);

  /** `cells`, after making sure that they reach to `length`. */
  upTo(length: number): Int32Array {
    if (length > this.cells.length) {
      const larger = new Int32Array(2 * length);
      larger.set(this.cells);
      this.cells = larger;
    }
    return this.cells;
  }
}

/** `ref` with `variable` true; `variable` is at or above its first one. */
export function highOf(table: NodeTable, ref: number, variable: number): number {
  const node = ref >>> 1;
  return table.variable[node] === variable ? (table.high[node] as number) ^ (ref & 1) : ref;
}

/** `ref` with `variable` false; `variable` is at or above its first one. */
export function lowOf(table: NodeTable, ref: number, variable: number): number {
  const node = ref >>> 1;
  return table.variable[node] === variable ? (table.low[node] as number) ^ (ref & 1) : ref;
}
