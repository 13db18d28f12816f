/** Which rules of base chains lead to a chain, at once or over other chains: the map's edges. */
import type { Chain } from '../model/ruleset.ts';
import type { JumpsInto } from './answer.ts';
import type { ViewContext } from './context.ts';

/** At most `limit` rules, those that jump there at once first; linear in the jumps that lead there. */
export function buildJumpsInto(context: ViewContext, chain: Chain, limit: number): JumpsInto {
  const { graph, ruleset } = context.analysis;
  const seen = new Set<number>([chain.id]);
  const queue = [chain.id];
  const jumps: JumpsInto['jumps'][number][] = [];
  const told = new Set<number>();
  for (let at = 0; at < queue.length; at++) {
    const to = queue[at] as number;
    for (const { from, rule } of graph.into(to)) {
      if (ruleset.chains[from]?.base && !told.has(rule)) {
        told.add(rule);
        jumps.push({ chain: from, index: ruleset.rules[rule]?.index ?? 0, direct: to === chain.id });
      }
      if (!seen.has(from)) {
        seen.add(from);
        queue.push(from);
      }
    }
  }
  return { name: chain.name, jumps: jumps.slice(0, limit), more: Math.max(0, jumps.length - limit) };
}
