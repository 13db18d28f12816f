/**
 * The nearest of many rules or sets, each with its best reason. Columns over all of them and no objects: a network as large as a cluster's fits tens of
 * thousands of rules.
 */

/** Ranks are whole numbers below this; lower is nearer. */
export const RANKS = 4096;
const NONE = RANKS;

/** What made a holder fit: an index that the caller knows, 0 or more. */
export interface Nearby {
  readonly holder: number;
  readonly rank: number;
  readonly reason: number;
}

export class Nearest {
  readonly #ranks: Uint16Array;
  readonly #reasons: Uint32Array;
  #count = 0;

  /** @param holders how many there can be: their ids are below it. */
  constructor(holders: number) {
    this.#ranks = new Uint16Array(holders).fill(NONE);
    this.#reasons = new Uint32Array(holders);
  }

  /** How many fit. */
  get count(): number {
    return this.#count;
  }

  offer(holder: number, rank: number, reason: number): void {
    const known = this.#ranks[holder] as number;
    if (known <= rank) return;
    if (known === NONE) this.#count++;
    this.#ranks[holder] = rank;
    this.#reasons[holder] = reason;
  }

  has(holder: number): boolean {
    return (this.#ranks[holder] ?? NONE) < NONE;
  }

  get(holder: number): Nearby | null {
    const rank = this.#ranks[holder] ?? NONE;
    return rank === NONE ? null : { holder, rank, reason: this.#reasons[holder] as number };
  }

  delete(holder: number): void {
    if (!this.has(holder)) return;
    this.#ranks[holder] = NONE;
    this.#count--;
  }

  /** The `most` nearest, by rank and then by id. Cost: two looks at all holders. */
  take(most: number): Nearby[] {
    const ranks = this.#ranks;
    const perRank = new Uint32Array(RANKS + 1);
    for (const rank of ranks) perRank[rank] = (perRank[rank] as number) + 1;
    let last = 0;
    let sum = perRank[0] as number;
    while (sum < most && last < RANKS - 1) sum += perRank[++last] as number;
    // Of the last rank only those in front.
    let room = most - (sum - (perRank[last] as number));
    const found: Nearby[] = [];
    for (let holder = 0; holder < ranks.length; holder++) {
      const rank = ranks[holder] as number;
      if (rank > last || rank === NONE || (rank === last && room-- <= 0)) continue;
      found.push({ holder, rank, reason: this.#reasons[holder] as number });
    }
    return found.sort((a, b) => a.rank - b.rank || a.holder - b.holder);
  }
}
