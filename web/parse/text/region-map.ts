/**
 * A map whose keys are pieces of one text, without cutting strings out of it: most options and statements of a large dump are repeated, and a
 * `Map<string, ...>` would allocate and hash a string for each of its million pieces.
 */
import { type Codes, OTHER } from './codes.ts';

const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

/** Longer units are hashed by their first and last characters: dumps' units differ at their ends (addresses, ports, chain names). */
const HASHED = 16;

/** So many entries of one hash are looked at; a text made to collide is parsed again instead of searched for. */
const MAX_PROBES = 32;

/** Numbers of an entry. */
const WIDTH = 4;

/** Hash of the text at `[start, end)` seen in `context`: 30 bits, which engines keep without an object. O(1). */
export function hashRegion(codes: Codes, start: number, end: number, context: number): number {
  let hash = FNV_OFFSET ^ Math.imul(context + (end - start) * 65599, FNV_PRIME);
  const split = end - start > HASHED ? start + HASHED / 4 : end;
  for (let at = start; at < split; at++) hash = Math.imul(hash ^ (codes[at] as number), FNV_PRIME);
  if (split < end)
    for (let at = end - (HASHED * 3) / 4; at < end; at++) hash = Math.imul(hash ^ (codes[at] as number), FNV_PRIME);
  return (hash ^ (hash >>> 15)) & 0x3fffffff;
}

const HEAD = 24;
const TAIL = 32;

/** As hashRegion, but of nearly all of a name: names of one writer may have much in common at both ends. */
export function hashName(codes: Codes, start: number, end: number): number {
  let hash = FNV_OFFSET ^ (end - start);
  const split = end - start > HEAD + TAIL ? start + HEAD : end;
  for (let at = start; at < split; at++) hash = Math.imul(hash ^ (codes[at] as number), FNV_PRIME);
  if (split < end) for (let at = end - TAIL; at < end; at++) hash = Math.imul(hash ^ (codes[at] as number), FNV_PRIME);
  return (hash ^ (hash >>> 15)) & 0x3fffffff;
}

export class RegionMap<T> {
  private readonly text: string;
  private readonly codes: Codes;
  private slots = new Int32Array(1 << 6);
  /** Hash, start, length and context of each entry, side by side: they are read together. */
  private entries = new Int32Array(WIDTH << 5);
  private readonly values: T[] = [];
  /** Whether all that was put can be found. */
  isComplete = true;

  constructor(text: string, codes: Codes) {
    this.text = text;
    this.codes = codes;
  }

  /** What was put for the same text in the same context; null if nothing. Cost: O(length). */
  get(start: number, end: number, context: number, hash: number): T | null {
    const entry = this.find(start, end, context, hash);
    return entry < 0 ? null : this.at(entry);
  }

  /** The number of that entry (they count from 0 as they are put), or -1. Cost: O(length). */
  find(start: number, end: number, context: number, hash: number): number {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (let probe = 0; probe < MAX_PROBES; probe++, slot = (slot + 1) & mask) {
      const entry = (this.slots[slot] as number) - 1;
      if (entry < 0) return -1;
      if (this.entries[entry * WIDTH] === hash && this.same(entry, start, end, context)) return entry;
    }
    return -1;
  }

  at(entry: number): T {
    return this.values[entry] as T;
  }

  /** Whether there is an entry of that number, put for the same text in the same context. Cost: O(length). */
  isAt(entry: number, start: number, end: number, context: number): boolean {
    return entry < this.values.length && this.same(entry, start, end, context);
  }

  private same(entry: number, start: number, end: number, context: number): boolean {
    const length = end - start;
    const { entries } = this;
    const at = entry * WIDTH;
    if (entries[at + 2] !== length || entries[at + 3] !== context) return false;
    const other = entries[at + 1] as number;
    const codes = this.codes;
    let all = 0;
    for (let i = 0; i < length; i++) {
      const code = codes[start + i] as number;
      if (code !== codes[other + i]) return false;
      all |= code;
    }
    return all < OTHER || this.text.slice(start, end) === this.text.slice(other, other + length);
  }

  /** False: there is no room for it, and it will not be found. */
  put(start: number, end: number, context: number, hash: number, value: T): boolean {
    if (this.values.length * 4 > this.slots.length) this.growSlots();
    const slot = this.freeSlot(hash);
    if (slot < 0) {
      this.isComplete = false;
      return false;
    }
    const entry = this.values.push(value) - 1;
    const at = entry * WIDTH;
    if (at >= this.entries.length) this.growEntries();
    const { entries } = this;
    entries[at] = hash;
    entries[at + 1] = start;
    entries[at + 2] = end - start;
    entries[at + 3] = context;
    this.slots[slot] = entry + 1;
    return true;
  }

  /** -1: the neighbourhood of that hash is full. */
  private freeSlot(hash: number): number {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (let probe = 0; probe < MAX_PROBES; probe++, slot = (slot + 1) & mask) if (this.slots[slot] === 0) return slot;
    return -1;
  }

  private growEntries(): void {
    const larger = new Int32Array(this.entries.length * 2);
    larger.set(this.entries);
    this.entries = larger;
  }

  private growSlots(): void {
    this.slots = new Int32Array(this.slots.length * 4);
    for (let entry = 0; entry < this.values.length; entry++) {
      const slot = this.freeSlot(this.entries[entry * WIDTH] as number);
      if (slot < 0) this.isComplete = false;
      else this.slots[slot] = entry + 1;
    }
  }
}
