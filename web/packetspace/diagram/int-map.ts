/** A map from numbers >= 0 to numbers >= 0 on typed arrays: what readers remember about nodes. 8 bytes for each of at least twice as many slots. */
export class IntMap {
  #keys = new Int32Array(64).fill(-1);
  #values = new Int32Array(64);
  #count = 0;

  get size(): number {
    return this.#count;
  }

  /** The value, or -1. */
  get(key: number): number {
    const slot = this.#slotOf(key);
    return this.#keys[slot] === key ? (this.#values[slot] as number) : -1;
  }

  set(key: number, value: number): void {
    let slot = this.#slotOf(key);
    if (this.#keys[slot] !== key) {
      if (2 * (this.#count + 1) > this.#keys.length) {
        this.#grow();
        slot = this.#slotOf(key);
      }
      this.#keys[slot] = key;
      this.#count++;
    }
    this.#values[slot] = value;
  }

  #slotOf(key: number): number {
    const mask = this.#keys.length - 1;
    const mixed = Math.imul(key, 0x9e3779b1);
    let slot = (mixed ^ (mixed >>> 15)) & mask;
    while (this.#keys[slot] !== -1 && this.#keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#keys = new Int32Array(2 * keys.length).fill(-1);
    this.#values = new Int32Array(2 * keys.length);
    this.#count = 0;
    for (let slot = 0; slot < keys.length; slot++) {
      if (keys[slot] !== -1) this.set(keys[slot] as number, values[slot] as number);
    }
  }
}
