/** Which hooks lead to a chain, and which chains lead to a translation: columns by Chain.id, each linear in chains and jumps. */
import type { JumpGraph } from '../model/graph.ts';
import type { Hook } from '../model/hook.ts';
import type { Rule, Ruleset } from '../model/ruleset.ts';

const HOOK_BIT: Readonly<Record<Hook, number>> = {
  ingress: 1,
  prerouting: 2,
  input: 4,
  forward: 8,
  output: 16,
  postrouting: 32,
  egress: 64,
};

/** By Chain.id the bits (`hookBit`) of the hooks from which a base chain leads to it. */
export function hooksReaching(ruleset: Ruleset, graph: JumpGraph): Uint8Array {
  const hooks = new Uint8Array(ruleset.chains.length);
  const stack: number[] = [];
  for (const chain of ruleset.chains) {
    if (!chain.base) continue;
    hooks[chain.id] = HOOK_BIT[chain.base.hook];
    stack.push(chain.id);
  }
  for (let from = stack.pop(); from !== undefined; from = stack.pop()) {
    const bits = hooks[from] as number;
    for (const { to } of graph.out(from)) {
      const known = hooks[to] as number;
      if ((known | bits) === known) continue;
      hooks[to] = known | bits;
      stack.push(to);
    }
  }
  return hooks;
}

export function hookBit(hook: Hook): number {
  return HOOK_BIT[hook];
}

/** 1 for chains in which, or below which, one of `rules` stands. */
export function leadingTo(ruleset: Ruleset, graph: JumpGraph, rules: readonly Rule[]): Uint8Array {
  const marked = new Uint8Array(ruleset.chains.length);
  const stack: number[] = [];
  const mark = (chain: number): void => {
    if (marked[chain]) return;
    marked[chain] = 1;
    stack.push(chain);
  };
  for (const rule of rules) mark(rule.chain.id);
  for (let to = stack.pop(); to !== undefined; to = stack.pop()) for (const { from } of graph.into(to)) mark(from);
  return marked;
}
