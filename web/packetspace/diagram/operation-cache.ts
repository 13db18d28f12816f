/**
 * Results of operations on pairs and triples of nodes: a direct-mapped table that forgets. An entry is four numbers, one cache line's
 * quarter: the operands, what was done with them, and the result.
 *
 * The third number is a reference for if-then-else, and a negative tag for everything else. Forgetting costs time only.
 */
import type { NodeTable } from './node-table.ts';

/** What an entry's tag says was done. Those with an id do it with one of many variable sets or transformations. */
export const CachedOperation = { and: 0, disjoint: 1, transform: 2, product: 3 } as const;

export type CachedOperation = (typeof CachedOperation)[keyof typeof CachedOperation];

/** Ids below this fit a tag. */
export const MOST_IDS = 1 << 28;

export function tagOf(operation: CachedOperation, id: number): number {
  return ~((id << 2) | operation);
}

/** No reference, so no entry. */
const EMPTY = -1;

export class OperationCache {
  readonly #most: number;
  #entries: Int32Array;
  #mask: number;

  /** `most`: the most entries, of 16 bytes each; a power of two. */
  constructor(most: number) {
    this.#most = most;
    this.#entries = new Int32Array(4 * Math.min(most, 1024)).fill(EMPTY);
    this.#mask = this.#entries.length / 4 - 1;
  }

  get bytes(): number {
    return 4 * this.#entries.length;
  }

  /** The result, or -1 where it is not known. */
  find(a: number, b: number, c: number): number {
    const entries = this.#entries;
    const at = (hash(a, b, c) & this.#mask) << 2;
    return entries[at] === a && entries[at + 1] === b && entries[at + 2] === c ? (entries[at + 3] as number) : -1;
  }

  store(a: number, b: number, c: number, result: number): void {
    const entries = this.#entries;
    const at = (hash(a, b, c) & this.#mask) << 2;
    entries[at] = a;
    entries[at + 1] = b;
    entries[at + 2] = c;
    entries[at + 3] = result;
  }

  /** Grows towards one entry for every two nodes; what is known is kept. */
  fit(nodes: number): void {
    let count = this.#mask + 1;
    while (count < this.#most && 2 * count < nodes) count *= 2;
    if (count === this.#mask + 1) return;
    const old = this.#entries;
    this.#entries = new Int32Array(4 * count).fill(EMPTY);
    this.#mask = count - 1;
    for (let at = 0; at < old.length; at += 4) {
      if (old[at] !== EMPTY) {
        this.store(old[at] as number, old[at + 1] as number, old[at + 2] as number, old[at + 3] as number);
      }
    }
  }

  clear(): void {
    this.#entries.fill(EMPTY);
  }

  /** Drops what names a freed node, before its number is given to another. */
  dropFreed(table: NodeTable): void {
    const entries = this.#entries;
    for (let at = 0; at < entries.length; at += 4) {
      if (entries[at] === EMPTY) continue;
      const third = entries[at + 2] as number;
      if (
        !table.isUsed(entries[at] as number) ||
        !table.isUsed(entries[at + 1] as number) ||
        !table.isUsed(entries[at + 3] as number) ||
        (third >= 0 && !table.isUsed(third))
      ) {
        entries[at] = EMPTY;
      }
    }
  }
}

function hash(a: number, b: number, c: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return h ^ (h >>> 13);
}
