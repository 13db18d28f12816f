/**
 * Budgets: how many steps, nodes and milliseconds operations may take. Whoever runs out gets `BudgetExceeded`; the diagrams stay usable, every
 * reference stays valid, and the nodes made so far are garbage for the next collection.
 */

export interface Limits {
  /** Nodes that may be added to those in use. */
  readonly nodes?: number;
  /** Steps: one for every pair of nodes that an operation visits, and every node that a builder makes. About 10 million a second. */
  readonly steps?: number;
  /** By the clock that was given to the diagrams. Looked at every few thousand steps. */
  readonly milliseconds?: number;
}

export type BudgetKind = keyof Limits;

export class BudgetExceeded extends Error {
  override name = 'BudgetExceeded';
  readonly kind: BudgetKind;

  constructor(kind: BudgetKind) {
    super(`ran out of ${kind}`);
    this.kind = kind;
  }
}

/** Steps between two looks at the clock. */
const CHUNK = 4096;

/** Counts steps. The loops do `if (--meter.fuel < 0) meter.refill()`, which is cheap enough for every step. */
export class Meter {
  /** Steps until `refill` has to be asked. */
  fuel = CHUNK;
  readonly #clock: () => number;
  #chunk = CHUNK;
  #spent = 0;
  #stepLimit = Number.POSITIVE_INFINITY;
  #deadline = Number.POSITIVE_INFINITY;

  /** `beat` is called every few thousand steps. */
  constructor(
    clock: () => number,
    readonly beat: () => void = () => undefined,
  ) {
    this.#clock = clock;
  }

  /** Steps taken since the beginning. */
  get steps(): number {
    return this.#spent + this.#chunk - Math.max(this.fuel, 0);
  }

  /** For the step that found no fuel: throws BudgetExceeded, or lets it go on. */
  refill(): void {
    this.#spent += this.#chunk;
    this.#chunk = 0;
    this.fuel = 0;
    this.beat();
    if (this.#spent >= this.#stepLimit) throw new BudgetExceeded('steps');
    if (this.#deadline !== Number.POSITIVE_INFINITY && this.#clock() >= this.#deadline) {
      throw new BudgetExceeded('milliseconds');
    }
    this.#chunk = Math.min(CHUNK, this.#stepLimit - this.#spent);
    this.fuel = this.#chunk - 1;
  }

  /** Runs `run` with limits that hold beside those in force. */
  within<T>(steps: number, milliseconds: number, run: () => T): T {
    const stepLimit = this.#stepLimit;
    const deadline = this.#deadline;
    this.#settle();
    this.#stepLimit = Math.min(stepLimit, this.#spent + steps);
    if (milliseconds !== Number.POSITIVE_INFINITY) {
      this.#deadline = Math.min(deadline, this.#clock() + milliseconds);
    }
    try {
      return run();
    } finally {
      this.#settle();
      this.#stepLimit = stepLimit;
      this.#deadline = deadline;
    }
  }

  /** Forgets the rest of the chunk, so that the next step looks at the limits. */
  #settle(): void {
    this.#spent = this.steps;
    this.#chunk = 0;
    this.fuel = 0;
  }
}
