/** What test-kernel.ts found: failures, and what is known and counted instead. */
export class Checks {
  passed = 0;
  readonly failures: string[] = [];
  private refusals = 0;
  private readonly known = new Map<string, number>();
  private readonly placeholders = new Set<string>();
  private readonly show: boolean;

  constructor(show: boolean) {
    this.show = show;
  }

  /** `problem` null: it passed. */
  check(name: string, problem: string | null): void {
    if (problem === null) this.passed++;
    else this.failures.push(`${name}\n    ${problem}`);
  }

  /** The tools here do not take it: no failure of nfscope's. */
  refused(name: string, why: string): void {
    this.refusals++;
    if (this.show) console.log(`refused  ${name}: ${why.split('\n')[0]}`);
  }

  /** A difference that web/dev/explained.ts explains. */
  explained(what: string): void {
    this.known.set(what, (this.known.get(what) ?? 0) + 1);
  }

  /** An extension of which nft lists the name only. */
  lost(name: string): void {
    this.placeholders.add(name);
  }

  report(): void {
    for (const failure of this.failures) console.log(`FAIL ${failure}`);
    console.log(`nft keeps only the names of: ${[...this.placeholders].sort().join(', ') || 'nothing'}`);
    const told = [...this.known].sort(([, a], [, b]) => b - a).map(([what, count]) => `${what} ${count}`);
    console.log(`differences that are explained: ${told.join('; ') || 'none'}`);
    console.log(`refused by the tools here: ${this.refusals}`);
    console.log(`${this.passed} passed, ${this.failures.length} failed`);
  }
}
