/**
 * A table's chains by their names. Parsers find chains by where their names stand; the names are indexed when somebody asks for one, which is
 * mostly once all chains are there.
 */
import type { Chain } from './ruleset.ts';

export class ChainNames {
  readonly #chains: readonly Chain[];
  readonly #named = new Map<string, Chain>();
  /** How many of the chains are in the index. */
  #indexed = 0;

  /** `chains`: the table's list, which may grow. Of two chains with one name the first one counts. */
  constructor(chains: readonly Chain[]) {
    this.#chains = chains;
  }

  /** Makes a chain known that is not in the list yet. */
  set(name: string, chain: Chain): void {
    this.#catchUp();
    this.#named.set(name, chain);
  }

  /** Forgets a name, whose chain has another one or is not in the list any more. */
  delete(name: string): void {
    this.#named.delete(name);
    this.#indexed = this.#chains.length;
  }

  /** Indexes all chains now, so that nobody waits for it who asks for one. Cost: linear in those that were added since the last time. */
  index(): void {
    this.#catchUp();
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Cost: O(name); the first time also that of all chains that were added since the last. */
  get(name: string): Chain | undefined {
    if (this.#indexed < this.#chains.length) this.#catchUp();
    return this.#named.get(name);
  }

  #catchUp(): void {
    for (; this.#indexed < this.#chains.length; this.#indexed++) {
      const chain = this.#chains[this.#indexed] as Chain;
      if (!this.#named.has(chain.name)) this.#named.set(chain.name, chain);
    }
  }
}
