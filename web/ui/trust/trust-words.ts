/** The generated facts in words. */

interface Run {
  readonly generator: string;
  readonly seed: number;
  readonly cases: number;
  readonly agree: number;
  readonly linux: string | null;
  readonly nft: string | null;
  readonly iptables: string | null;
}

const RECORDED: Readonly<Record<string, string>> = {
  golden: 'Recorded by hand, one for each claim about the kernel',
  random: 'Recorded from random rulesets',
  replayed: 'Recorded from packets that proofs found',
};

export function recordedWords(name: string): string {
  return RECORDED[name] ?? `Recorded: ${name}`;
}

const GENERATORS: Readonly<Record<string, string>> = {
  second: 'Fresh random rulesets of a generator that knows nothing of the tracer',
  own: 'Fresh random rulesets of the tracer’s own generator, with what is rare',
};

/** Runs of one generator together. */
export function freshTotals(
  runs: readonly Run[],
): readonly { readonly words: string; readonly cases: number; readonly agree: number }[] {
  return Object.entries(GENERATORS).flatMap(([generator, words]) => {
    const own = runs.filter((run) => run.generator === generator);
    if (own.length === 0) return [];
    const sum = (of: (run: Run) => number) => own.reduce((all, run) => all + of(run), 0);
    const seeds = own.map(({ seed }) => seed).sort((a, b) => a - b);
    return [
      {
        words: `${words} (seeds ${seeds.join(', ')})`,
        cases: sum(({ cases }) => cases),
        agree: sum(({ agree }) => agree),
      },
    ];
  });
}

/** One sentence. */
export function versionsWords(runs: readonly Run[]): string {
  const all = (of: (run: Run) => string | null) =>
    [...new Set(runs.map(of).filter((version) => version !== null))].sort().join(' and ') || 'unknown';
  return `Linux ${all(({ linux }) => linux)}, nft ${all(({ nft }) => nft)}, iptables ${all(({ iptables }) => iptables)} (nft and legacy).`;
}
