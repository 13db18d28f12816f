/**
 * What packets cost in a part of the jump tree, by the dump's counters: how often one of its rules matched, here and below. Where several rules
 * jump to a chain, each path gets the share of its rule's packets: a dump counts a chain once, whoever called it.
 */
import type { Jump } from '../model/graph.ts';
import { ruleCounter } from '../model/rule.ts';
import type { Rule } from '../model/ruleset.ts';
import type { ViewContext } from './context.ts';

export interface PacketCounts {
  /** Matches of the rules of a chain and of all below it. Memoised. */
  readonly from: (chain: number) => number;
  /** The part of a chain's packets that a jump to it brought. */
  readonly share: (jump: Jump) => number;
}

/** Cost: each chain once, whatever is asked. */
export function countPackets(context: ViewContext): PacketCounts {
  const { graph, ruleset } = context.analysis;
  const known = new Map<number, number>();
  const entering = new Map<number, number>();
  const packetsOf = (rule: Rule | undefined): number => (rule ? (ruleCounter(rule)?.packets ?? 0) : 0);

  const enteringOf = (chain: number): number => {
    const found = entering.get(chain);
    if (found !== undefined) return found;
    let sum = 0;
    for (const { rule } of graph.into(chain)) sum += packetsOf(ruleset.rules[rule]);
    entering.set(chain, sum);
    return sum;
  };
  const share = (jump: Jump): number => {
    const all = enteringOf(jump.to);
    return all === 0 ? 1 / graph.into(jump.to).length : packetsOf(ruleset.rules[jump.rule]) / all;
  };
  const from = (root: number): number => {
    // Depth first without recursion; a chain on the way to itself (a loop, which no kernel loads) counts nothing again.
    const stack = [root];
    const open = new Set<number>();
    while (stack.length > 0) {
      const chain = stack.at(-1) as number;
      const jumps = graph.out(chain);
      if (known.has(chain) || open.has(chain)) {
        stack.pop();
        if (known.has(chain)) continue;
        open.delete(chain);
        let sum = 0;
        for (const rule of ruleset.chains[chain]?.rules ?? []) sum += packetsOf(rule);
        for (const jump of jumps) sum += (known.get(jump.to) ?? 0) * share(jump);
        known.set(chain, sum);
        continue;
      }
      open.add(chain);
      for (const { to } of jumps) if (!known.has(to) && !open.has(to)) stack.push(to);
    }
    return known.get(root) ?? 0;
  };
  return { from, share };
}
