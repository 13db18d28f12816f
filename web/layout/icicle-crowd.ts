/** Chains that the icicle draws as one, put together without an object for each. Pure. */
import { type CallTree, chainName } from './call-tree.ts';

/** Chains by number, each once: how often (by share), and over how many paths. */
export interface Members {
  readonly numbers: readonly number[];
  readonly shares: readonly number[];
  readonly paths: readonly number[];
}

/** Puts the same chain together, tens of thousands of them in a frame. One at a time: they share the slots. */
export class Gathering {
  readonly #slots: Int32Array;
  readonly #numbers: number[] = [];
  readonly #shares: number[] = [];
  readonly #paths: number[] = [];

  /** @param slots -1 for every chain; is so again when it is done */
  constructor(slots: Int32Array) {
    this.#slots = slots;
  }

  add(number: number, share: number, paths: number): void {
    const slot = this.#slots[number] as number;
    if (slot === -1) {
      this.#slots[number] = this.#numbers.length;
      this.#numbers.push(number);
      this.#shares.push(share);
      this.#paths.push(paths);
    } else {
      this.#shares[slot] = (this.#shares[slot] as number) + share;
      this.#paths[slot] = (this.#paths[slot] as number) + paths;
    }
  }

  done(): Members {
    for (const number of this.#numbers) this.#slots[number] = -1;
    return { numbers: this.#numbers, shares: this.#shares, paths: this.#paths };
  }
}

/** Another chain of the same owner, to see what the names have in common. */
export function otherOf(tree: CallTree, numbers: readonly number[], largest: number): string {
  const other = numbers.findLast((one) => one !== largest && tree.owners[one] === tree.owners[largest]);
  return chainName(tree, other ?? largest);
}
