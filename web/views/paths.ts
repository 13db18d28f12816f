/** From which base chains a chain is reached. */
import type { Chain } from '../model/ruleset.ts';
import type { RuleDetail } from './answer.ts';
import type { ViewContext } from './context.ts';

type Path = RuleDetail['paths'][number];

interface Step {
  readonly chain: number;
  /** The rule that jumps on towards the chain asked for; null at that chain. */
  readonly rule: number | null;
  readonly next: Step | null;
}

/** Base chains from which `chain` is reached, each with the jumps that lead there; at most `limit`, breadth first, so the shortest. Linear. */
export function pathsTo(context: ViewContext, chain: Chain, limit: number): Path[] {
  const { graph, ruleset } = context.analysis;
  const paths: Path[] = [];
  const seen = new Set<number>([chain.id]);
  const queue: Step[] = [{ chain: chain.id, rule: null, next: null }];
  for (let at = 0; at < queue.length && paths.length < limit; at++) {
    const step = queue[at] as Step;
    if (ruleset.chains[step.chain]?.base) paths.push(pathFrom(context, step));
    for (const { from, rule } of graph.into(step.chain)) {
      if (seen.has(from)) continue;
      seen.add(from);
      queue.push({ chain: from, rule, next: step });
    }
  }
  return paths;
}

function pathFrom(context: ViewContext, start: Step): Path {
  const path: { chain: number; name: string; rule: number | null }[] = [];
  for (let step: Step | null = start; step; step = step.next) {
    path.push({ chain: step.chain, name: context.analysis.ruleset.chains[step.chain]?.name ?? '', rule: step.rule });
  }
  return path;
}
