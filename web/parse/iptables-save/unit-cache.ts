/**
 * Remembers the units of a dump by their text, without cutting strings out of it: most units of a large dump are repeated, and a
 * `Map<string, Unit>` would allocate and hash a string for each of its million units.
 */
import type { Unit } from './unit.ts';

const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

/** Hash of `text[start, end)` seen in `context`: a 32-bit integer. */
export function hashUnit(text: string, start: number, end: number, context: number): number {
  let hash = FNV_OFFSET ^ context;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
  return hash ^ (hash >>> 15);
}

export class UnitCache {
  readonly #text: string;
  #slots = new Int32Array(1 << 12);
  #hashes = new Int32Array(1 << 11);
  #starts = new Int32Array(1 << 11);
  #lengths = new Int32Array(1 << 11);
  #contexts = new Int32Array(1 << 11);
  readonly #units: Unit[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** The unit with this text in this context, if one was put. Cost: O(length). */
  get(start: number, end: number, context: number, hash: number): Unit | null {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = (this.#slots[slot] as number) - 1;
      if (entry < 0) return null;
      if (this.#hashes[entry] === hash && this.#same(entry, start, end, context)) return this.#units[entry] as Unit;
    }
  }

  #same(entry: number, start: number, end: number, context: number): boolean {
    const length = end - start;
    if (this.#lengths[entry] !== length || this.#contexts[entry] !== context) return false;
    const other = this.#starts[entry] as number;
    const text = this.#text;
    for (let i = 0; i < length; i++) if (text.charCodeAt(start + i) !== text.charCodeAt(other + i)) return false;
    return true;
  }

  put(start: number, end: number, context: number, hash: number, unit: Unit): void {
    const entry = this.#units.push(unit) - 1;
    if (entry >= this.#hashes.length) this.#growEntries();
    this.#hashes[entry] = hash;
    this.#starts[entry] = start;
    this.#lengths[entry] = end - start;
    this.#contexts[entry] = context;
    if (this.#units.length * 2 > this.#slots.length) this.#growSlots();
    else this.#place(entry);
  }

  #place(entry: number): void {
    const mask = this.#slots.length - 1;
    let slot = (this.#hashes[entry] as number) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = entry + 1;
  }

  #growEntries(): void {
    this.#hashes = doubled(this.#hashes);
    this.#starts = doubled(this.#starts);
    this.#lengths = doubled(this.#lengths);
    this.#contexts = doubled(this.#contexts);
  }

  #growSlots(): void {
    this.#slots = new Int32Array(this.#slots.length * 4);
    for (let entry = 0; entry < this.#units.length; entry++) this.#place(entry);
  }
}

function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
