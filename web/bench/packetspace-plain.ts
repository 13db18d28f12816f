/**
 * The engine of `web/packetspace/diagram/` as it would be without complement edges, as far as the comparison in `packetspace.ts` needs it: the
 * same columns, hash and cache, but a node of its own for each complement, and an operation of its own for union and difference.
 */
const TERMINAL = 1 << 21;
const PENDING = -1;
const FRAME = 6;

export type PlainOperation = 'and' | 'or' | 'diff' | 'xor';

const TAGS: Readonly<Record<PlainOperation, number>> = { and: -1, or: -2, diff: -3, xor: -4 };

/** References are node numbers: 0 is the empty set, 1 the full one. */
export class PlainDiagrams {
  nodes = 2;
  #variable = new Int32Array(1 << 12).fill(TERMINAL, 0, 2);
  #low = new Int32Array(1 << 12);
  #high = new Int32Array(1 << 12);
  #slots = new Int32Array(1 << 13);
  readonly #cache = new Int32Array(4 << 20).fill(PENDING);
  #frames = new Int32Array(1 << 16);

  make(variable: number, low: number, high: number): number {
    if (low === high) return low;
    let slot = hash(variable, low, high) & (this.#slots.length - 1);
    for (let node = this.#slots[slot] as number; node !== 0; node = this.#slots[slot] as number) {
      if (this.#low[node] === low && this.#high[node] === high && this.#variable[node] === variable) return node;
      slot = (slot + 1) & (this.#slots.length - 1);
    }
    if (this.nodes === this.#variable.length) this.#grow();
    const node = this.nodes++;
    this.#variable[node] = variable;
    this.#low[node] = low;
    this.#high[node] = high;
    this.#insert(node);
    return node;
  }

  #insert(node: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash(this.#variable[node] as number, this.#low[node] as number, this.#high[node] as number) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = node;
  }

  #grow(): void {
    const capacity = 2 * this.#variable.length;
    [this.#variable, this.#low, this.#high] = [this.#variable, this.#low, this.#high].map((column) => {
      const larger = new Int32Array(capacity);
      larger.set(column);
      return larger;
    }) as [Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>];
    this.#slots = new Int32Array(2 * capacity);
    for (let node = 2; node < this.nodes; node++) this.#insert(node);
  }

  cube(literals: Int32Array): number {
    let result = 1;
    for (let i = literals.length - 1; i >= 0; i--) {
      const next = literals[i] as number;
      result = next & 1 ? this.make(next >>> 1, 0, result) : this.make(next >>> 1, result, 0);
    }
    return result;
  }

  not(a: number): number {
    return this.apply('xor', a, 1);
  }

  apply(operation: PlainOperation, left: number, right: number): number {
    const tag = TAGS[operation];
    const [variable, low, high] = [this.#variable, this.#low, this.#high];
    let [columns, cells] = [{ variable, low, high }, this.#frames];
    let [a, b, top] = [left, right, 0];
    for (;;) {
      let result = simple(operation, a, b);
      if (result < 0) result = this.#find(a, b, tag);
      if (result < 0) {
        const [variableA, variableB] = [columns.variable[a] as number, columns.variable[b] as number];
        if (top + FRAME > cells.length) {
          cells = new Int32Array(2 * cells.length);
          cells.set(this.#frames);
          this.#frames = cells;
        }
        cells[top] = a;
        cells[top + 1] = b;
        cells[top + 2] = Math.min(variableA, variableB);
        cells[top + 3] = variableA <= variableB ? (columns.high[a] as number) : a;
        cells[top + 4] = variableB <= variableA ? (columns.high[b] as number) : b;
        cells[top + 5] = PENDING;
        top += FRAME;
        if (variableA <= variableB) a = columns.low[a] as number;
        if (variableB <= variableA) b = columns.low[b] as number;
        continue;
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
        result = this.make(cells[top + 2] as number, lowResult, result);
        if (this.#variable !== columns.variable)
          columns = { variable: this.#variable, low: this.#low, high: this.#high };
        this.#store(cells[top] as number, cells[top + 1] as number, tag, result);
      }
    }
  }

  #find(a: number, b: number, tag: number): number {
    const at = (hash(a, b, tag) & ((1 << 20) - 1)) << 2;
    const cache = this.#cache;
    return cache[at] === a && cache[at + 1] === b && cache[at + 2] === tag ? (cache[at + 3] as number) : -1;
  }

  #store(a: number, b: number, tag: number, result: number): void {
    const at = (hash(a, b, tag) & ((1 << 20) - 1)) << 2;
    this.#cache[at] = a;
    this.#cache[at + 1] = b;
    this.#cache[at + 2] = tag;
    this.#cache[at + 3] = result;
  }
}

/** The answer where an operand decides it, or -1. */
function simple(operation: PlainOperation, a: number, b: number): number {
  switch (operation) {
    case 'and':
      return a === b || b === 1 ? a : a === 0 || b === 0 ? 0 : a === 1 ? b : -1;
    case 'or':
      return a === b || b === 0 ? a : a === 1 || b === 1 ? 1 : a === 0 ? b : -1;
    case 'diff':
      return a === b || a === 0 || b === 1 ? 0 : b === 0 ? a : -1;
    case 'xor':
      return a === b ? 0 : a === 0 ? b : b === 0 ? a : a <= 1 && b <= 1 ? 1 : -1;
  }
}

function hash(a: number, b: number, c: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return h ^ (h >>> 13);
}
