/**
 * The nodes of all diagrams: three columns of numbers and a hash table over them, so that every node exists once.
 *
 *     node i:  variable[i] ? high[i] : low[i]        low and high are references: 2 * node + complement
 *
 * Canonical form: low !== high, children below the node's variable, and the low edge is never a complement one (so a node that is not
 * negated is false where all variables are).
 *
 * Memory: 12 bytes a node and 8 bytes of hash table, at full columns; both grow by doubling.
 */
import { InternalError } from '../../base/assert.ts';
import { BudgetExceeded } from './budget.ts';
import { TERMINAL_VARIABLE } from './ref.ts';

/** Marks a reached node during a collection. */
const REACHED = 1 << 30;

/** In `variable` of an unused node; its `low` is then the next unused one. */
const UNUSED = -1;

/** Nodes between two beats, less one. */
const BEAT = 0x3ffff;

/** References stay below 2^30: small integers in every engine. */
const MOST_NODES = 1 << 29;

export interface Collected {
  /** Nodes still in use. */
  readonly kept: number;
  readonly freed: number;
}

export class NodeTable {
  variable: Int32Array;
  low: Int32Array;
  high: Int32Array;
  /** Throws BudgetExceeded rather than have more nodes in use. */
  limit: number;
  /** Open addressing with linear probing: a node's number, or 0. Twice as many slots as nodes fit the columns. */
  #slots: Int32Array;
  #mask: number;
  /** Nodes up to here are in use or on the list of unused ones. */
  #end = 1;
  #firstUnused = 0;
  #unusedCount = 0;
  readonly #grown: (capacity: number) => void;

  readonly #beat: () => void;

  /**
   * `limit`: the most nodes ever in use, from 1 to 2^29. `grown` hears how many nodes fit the columns each time they have grown. `beat` is called now and
   * then while all nodes are gone through.
   */
  constructor(limit: number, initial: number, grown: (capacity: number) => void, beat: () => void = () => undefined) {
    this.#beat = beat;
    if (!(limit >= 1 && limit <= MOST_NODES)) throw new InternalError(`node limit ${limit}`);
    this.limit = limit;
    this.#grown = grown;
    const capacity = powerOfTwo(initial);
    this.variable = new Int32Array(capacity);
    this.low = new Int32Array(capacity);
    this.high = new Int32Array(capacity);
    this.#slots = new Int32Array(2 * capacity);
    this.#mask = 2 * capacity - 1;
    this.variable[0] = TERMINAL_VARIABLE;
  }

  /** Nodes in use, the constant among them. */
  get used(): number {
    return this.#end - this.#unusedCount;
  }

  get capacity(): number {
    return this.variable.length;
  }

  get bytes(): number {
    return 12 * this.variable.length + 4 * this.#slots.length;
  }

  /**
   * The reference of `variable ? high : low`, both below `variable` (not checked). O(1). Throws BudgetExceeded where a new node is needed
   * and too many are in use.
   */
  make(variable: number, low: number, high: number): number {
    if (low === high) return low;
    const complement = low & 1;
    const regularLow = low ^ complement;
    const regularHigh = high ^ complement;
    const variables = this.variable;
    const lows = this.low;
    const highs = this.high;
    const slots = this.#slots;
    const mask = this.#mask;
    let slot = hash(variable, regularLow, regularHigh) & mask;
    for (let node = slots[slot] as number; node !== 0; node = slots[slot] as number) {
      if (lows[node] === regularLow && highs[node] === regularHigh && variables[node] === variable) {
        return (node << 1) | complement;
      }
      slot = (slot + 1) & mask;
    }
    return (this.#add(slot, variable, regularLow, regularHigh) << 1) | complement;
  }

  /** A node that no slot holds yet; `slot` is the free one where the search for it ended. */
  #add(slot: number, variable: number, low: number, high: number): number {
    if (this.used >= this.limit) throw new BudgetExceeded('nodes');
    const slots = this.#slots;
    const node = this.#takeNumber();
    this.variable[node] = variable;
    this.low[node] = low;
    this.high[node] = high;
    if (slots === this.#slots) slots[slot] = node;
    else this.#insert(node);
    return node;
  }

  #takeNumber(): number {
    const node = this.#firstUnused;
    if (node !== 0) {
      this.#firstUnused = this.low[node] as number;
      this.#unusedCount--;
      return node;
    }
    if (this.#end === this.variable.length) this.#grow();
    return this.#end++;
  }

  /** Allocates everything before it changes anything: if memory runs out here (RangeError), the table is as it was. */
  #grow(): void {
    const capacity = 2 * this.variable.length;
    const slots = new Int32Array(2 * capacity);
    const variable = enlarged(this.variable, capacity);
    const low = enlarged(this.low, capacity);
    this.high = enlarged(this.high, capacity);
    this.low = low;
    this.variable = variable;
    this.#slots = slots;
    this.#mask = slots.length - 1;
    for (let node = 1; node < this.#end; node++) {
      if ((node & BEAT) === 0) this.#beat();
      this.#insert(node);
    }
    this.#grown(capacity);
  }

  #insert(node: number): void {
    const mask = this.#mask;
    const slots = this.#slots;
    let slot = hash(this.variable[node] as number, this.low[node] as number, this.high[node] as number) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = node;
  }

  /** False for references to nodes that a collection freed (until their numbers are given to new nodes). */
  isUsed(ref: number): boolean {
    return (this.variable[ref >>> 1] as number) >= 0;
  }

  /** Frees every node that no root reaches. References to the others stay as they are. O(nodes in use + slots). */
  collect(roots: Iterable<ArrayLike<number>>): Collected {
    const before = this.used;
    for (const refs of roots) this.#reach(refs);
    this.#sweep();
    return { kept: this.used, freed: before - this.used };
  }

  #reach(refs: ArrayLike<number>): void {
    const { variable, low, high } = this;
    const pending: number[] = [];
    let marked = 0;
    for (let i = 0; i < refs.length; i++) {
      if (!this.isUsed(refs[i] as number)) throw new InternalError('a root was freed by an earlier collection');
      let node: number | undefined = (refs[i] as number) >>> 1;
      while (node !== undefined) {
        const own = variable[node] as number;
        if (own < REACHED && node !== 0) {
          variable[node] = own | REACHED;
          if ((++marked & BEAT) === 0) this.#beat();
          pending.push((high[node] as number) >>> 1);
          node = (low[node] as number) >>> 1;
        } else node = pending.pop();
      }
    }
  }

  #sweep(): void {
    const { variable, low } = this;
    this.#slots.fill(0);
    this.#firstUnused = 0;
    this.#unusedCount = 0;
    let end = this.#end;
    while (end > 1 && (variable[end - 1] as number) < REACHED) variable[--end] = UNUSED;
    this.#end = end;
    for (let node = end - 1; node > 0; node--) {
      if ((node & BEAT) === 0) this.#beat();
      const own = variable[node] as number;
      if (own >= REACHED) {
        variable[node] = own ^ REACHED;
        this.#insert(node);
      } else {
        variable[node] = UNUSED;
        low[node] = this.#firstUnused;
        this.#firstUnused = node;
        this.#unusedCount++;
      }
    }
  }
}

function hash(variable: number, low: number, high: number): number {
  let h = Math.imul(variable, 0x9e3779b1) ^ Math.imul(low, 0x85ebca6b) ^ Math.imul(high, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return h ^ (h >>> 13);
}

function enlarged(column: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length);
  larger.set(column);
  return larger;
}

function powerOfTwo(atLeast: number): number {
  let power = 16;
  while (power < atLeast) power *= 2;
  return power;
}
