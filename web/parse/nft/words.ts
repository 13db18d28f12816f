/**
 * Words read from a text, each distinct one kept once. Looking a word up costs no allocation, and equal words are the same object,
 * so that keyword tables find them by their cached hash. Words beyond the limit are made anew each time.
 */
const LIMIT = 1 << 20;

export class Words {
  private slots: (string | undefined)[] = new Array(1 << 12);
  private hashes = new Int32Array(1 << 12);
  private count = 0;

  /** The word `text[start, end)`, whose `hash` the scanner has computed with `hashStep`. O(length). */
  get(text: string, start: number, end: number, hash: number): string {
    let slot = hash & (this.slots.length - 1);
    for (;;) {
      const found = this.slots[slot];
      if (found === undefined) break;
      if (this.hashes[slot] === hash && sameText(found, text, start, end)) return found;
      slot = (slot + 1) & (this.slots.length - 1);
    }
    const word = text.slice(start, end);
    if (this.count < LIMIT) this.insert(word, hash, slot);
    return word;
  }

  private insert(word: string, hash: number, slot: number): void {
    this.slots[slot] = word;
    this.hashes[slot] = hash;
    if (++this.count * 2 > this.slots.length) this.grow();
  }

  private grow(): void {
    const { slots, hashes } = this;
    this.slots = new Array(slots.length * 2);
    this.hashes = new Int32Array(slots.length * 2);
    for (let i = 0; i < slots.length; i++) {
      const word = slots[i];
      if (word === undefined) continue;
      const hash = hashes[i] as number;
      let slot = hash & (this.slots.length - 1);
      while (this.slots[slot] !== undefined) slot = (slot + 1) & (this.slots.length - 1);
      this.slots[slot] = word;
      this.hashes[slot] = hash;
    }
  }
}

function sameText(word: string, text: string, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let i = 0; i < word.length; i++) if (word.charCodeAt(i) !== text.charCodeAt(start + i)) return false;
  return true;
}

/** The next state of a word's hash. */
export function hashStep(hash: number, code: number): number {
  return (Math.imul(hash, 31) + code) | 0;
}
