/**
 * Words read from a text, each distinct one kept once. Looking a word up costs no allocation, and equal words are the same object,
 * so that keyword tables find them by their cached hash. Words beyond the limit are made anew each time.
 */
import { type Codes, OTHER } from '../text/codes.ts';

const LIMIT = 1 << 20;
/** Keywords are among the first words of any text. */
const KEYS = 1 << 12;

export class Words {
  private words: string[] = [];
  private starts = new Int32Array(1 << 11);
  private hashes = new Int32Array(1 << 11);
  /** The number of the word in that slot, from 1. */
  private slots = new Int32Array(1 << 12);

  constructor(
    private readonly text: string,
    private readonly codes: Codes,
  ) {}

  /** The word `text[start, end)`. O(length). */
  get(start: number, end: number): string {
    let hash = 0;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (this.codes[at] as number)) | 0;
    const mask = this.slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const entry = (this.slots[slot] as number) - 1;
      if (entry < 0) break;
      if (this.hashes[entry] === hash && this.isWord(entry, start, end)) return this.words[entry] as string;
      slot = (slot + 1) & mask;
    }
    const word = this.text.slice(start, end);
    return this.words.length < LIMIT ? this.insert(word, start, hash, slot) : word;
  }

  private isWord(entry: number, start: number, end: number): boolean {
    const word = this.words[entry] as string;
    const length = end - start;
    if (word.length !== length) return false;
    const { codes } = this;
    const other = this.starts[entry] as number;
    let all = 0;
    for (let i = 0; i < length; i++) {
      const code = codes[start + i] as number;
      if (code !== codes[other + i]) return false;
      all |= code;
    }
    return all < OTHER || word === this.text.slice(start, end);
  }

  private insert(word: string, start: number, hash: number, slot: number): string {
    const entry = this.words.push(this.words.length < KEYS ? asKey(word) : word) - 1;
    if (entry >= this.starts.length) {
      this.starts = doubled(this.starts);
      this.hashes = doubled(this.hashes);
    }
    this.starts[entry] = start;
    this.hashes[entry] = hash;
    this.slots[slot] = entry + 1;
    if (this.words.length * 2 > this.slots.length) this.grow();
    return this.words[entry] as string;
  }

  private grow(): void {
    this.slots = new Int32Array(this.slots.length * 4);
    const mask = this.slots.length - 1;
    for (let entry = 0; entry < this.words.length; entry++) {
      const hash = this.hashes[entry] as number;
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = entry + 1;
    }
  }
}

/** The string in the form in which engines keep property names and literals: those are compared by their address. */
function asKey(word: string): string {
  return Object.keys({ [word]: 0 })[0] as string;
}

function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
