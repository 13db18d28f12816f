/** How far a run is: by the rules that packets have come to, of all that there are. Chains that are used again are not gone through: it ends early. */
import type { Rule } from '../../model/ruleset.ts';
import type { ExecuteOptions } from './execute.ts';
import type { Watcher } from './symbolic-domain.ts';

/** Milliseconds between two calls. */
const INTERVAL = 50;

export class Progress {
  private readonly onProgress: ExecuteOptions['onProgress'];
  private readonly clock: () => number;
  private met = new Uint8Array();
  private different = 0;
  private count = 0;
  private told = Number.NEGATIVE_INFINITY;
  private running = false;

  constructor(
    private readonly rules: number,
    { onProgress, clock }: ExecuteOptions,
  ) {
    this.onProgress = onProgress;
    this.clock = clock ?? Date.now;
  }

  /** A run from its beginning to its end. */
  during<T>(run: () => T): T {
    if (!this.onProgress) return run();
    this.met = new Uint8Array(this.rules);
    this.different = 0;
    this.count = 0;
    this.running = true;
    try {
      return run();
    } finally {
      this.running = false;
      this.onProgress(this.count, 1);
    }
  }

  watched(watcher: Watcher): Watcher {
    if (!this.onProgress) return watcher;
    return {
      ...watcher,
      reaches: (parts, rule) => {
        this.meets(rule);
        watcher.reaches?.(parts, rule);
      },
    };
  }

  private meets({ id }: Rule): void {
    this.count++;
    if (this.met[id] === 0) {
      this.met[id] = 1;
      this.different++;
    }
    if ((this.count & 255) === 0) this.beat();
  }

  /** Rules that are prepared, before any run. */
  *over(rules: Iterable<Rule>): Generator<Rule> {
    let count = 0;
    for (const rule of rules) {
      if ((++count & 1023) === 0) this.tell(0);
      yield rule;
    }
  }

  /** Something is done. */
  beat(): void {
    if (this.running) this.tell(this.rules === 0 ? 1 : this.different / this.rules);
  }

  private tell(fraction: number): void {
    if (!this.onProgress) return;
    const now = this.clock();
    if (now - this.told < INTERVAL) return;
    this.told = now;
    this.onProgress(this.count, fraction);
  }
}
