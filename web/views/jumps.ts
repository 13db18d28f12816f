/** The jumps of one rule. */
import type { Jump, JumpGraph } from '../model/graph.ts';
import type { Rule } from '../model/ruleset.ts';

/** Several for a verdict map. The graph's jumps are in the order of their rules: a binary search, then one step for each jump. */
export function jumpsOfRule(graph: JumpGraph, rule: Rule): Jump[] {
  const jumps = graph.out(rule.chain.id);
  let low = 0;
  let high = jumps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((jumps[middle] as Jump).rule < rule.id) low = middle + 1;
    else high = middle;
  }
  const found: Jump[] = [];
  for (; low < jumps.length && (jumps[low] as Jump).rule === rule.id; low++) found.push(jumps[low] as Jump);
  return found;
}
