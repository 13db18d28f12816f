/**
 * A table's chains by their names. Nothing is done for a chain until somebody asks for a name: a node of a large cluster has 40,000 chains, and a
 * Map of them costs as much as reading a tenth of their rules.
 */
import type { Chain } from './ruleset.ts';

const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;
const HEAD = 8;
const TAIL = 24;

/** After so many chains on one place (names made to collide) a Map takes over. */
const MAX_PROBES = 32;

export class ChainNames {
  readonly #chains: readonly Chain[];
  /** How many of the chains are in the index. */
  #indexed = 0;
  /** Positions in `chains` plus 1, by the names' hashes; 0 where there is none. A power of two, at least twice as many as chains. */
  #slots = new Int32Array(0);
  #map: Map<string, Chain> | null;

  /**
   * `chains`: the table's list, which may grow. Of two chains with one name the first one counts. `asked`: names are asked for while the list grows;
   * a Map is quicker then.
   */
  constructor(chains: readonly Chain[], asked: boolean) {
    this.#chains = chains;
    this.#map = asked ? new Map() : null;
  }

  /** Makes a chain known that is not in the list yet. */
  set(name: string, chain: Chain): void {
    if (this.#map === null) this.#turnToMap(this.#chains.length - 1);
    this.#map?.set(name, chain);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Cost: O(name); the first time also that of all chains that were added since the last. */
  get(name: string): Chain | undefined {
    if (this.#indexed < this.#chains.length) this.#catchUp();
    if (this.#map !== null) return this.#map.get(name);
    const found = this.#find(name);
    return found < 0 ? undefined : this.#chains[found];
  }

  #catchUp(): void {
    if (this.#map === null && this.#chains.length * 2 > this.#slots.length) this.#grow();
    for (; this.#indexed < this.#chains.length; this.#indexed++) this.#add(this.#indexed);
  }

  #grow(): void {
    let size = 16;
    while (size < this.#chains.length * 4) size *= 2;
    this.#slots = new Int32Array(size);
    this.#indexed = 0;
  }

  #add(position: number): void {
    const chain = this.#chains[position] as Chain;
    if (this.#map !== null) {
      if (!this.#map.has(chain.name)) this.#map.set(chain.name, chain);
      return;
    }
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashName(chain.name) & mask;
    for (let probe = 0; slots[slot] !== 0; probe++, slot = (slot + 1) & mask) {
      if (this.#chains[(slots[slot] as number) - 1]?.name === chain.name) return;
      if (probe === MAX_PROBES) {
        this.#turnToMap(position);
        return;
      }
    }
    slots[slot] = position + 1;
  }

  #turnToMap(upTo: number): void {
    this.#map = new Map();
    for (let position = 0; position <= upTo; position++) this.#add(position);
  }

  #find(name: string): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    if (mask < 0) return -1;
    for (let slot = hashName(name) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const position = (slots[slot] as number) - 1;
      if (this.#chains[position]?.name === name) return position;
    }
    return -1;
  }
}

/** Of long names the beginning and the end: what makes them different stands there. */
function hashName(name: string): number {
  const { length } = name;
  let hash = FNV_OFFSET ^ length;
  const head = length > HEAD + TAIL ? HEAD : 0;
  for (let at = 0; at < head; at++) hash = Math.imul(hash ^ name.charCodeAt(at), FNV_PRIME);
  for (let at = head === 0 ? 0 : length - TAIL; at < length; at++)
    hash = Math.imul(hash ^ name.charCodeAt(at), FNV_PRIME);
  return (hash ^ (hash >>> 15)) & 0x3fffffff;
}
