/**
 * Why the kernel would not have loaded a ruleset: jumps that make a loop, go too deep, or lead nowhere. Such a text is no dump of a running system, or not
 * a whole one. Kernel: net/netfilter/nf_tables_api.c, nft_chain_validate(); net/ipv4/netfilter/ip_tables.c, mark_source_chains().
 */
import { buildJumpGraph, type Jump, type JumpGraph } from '../model/graph.ts';
import { NFT_LEVELS } from '../model/jump-levels.ts';
import type { Chain, Rule, Ruleset } from '../model/ruleset.ts';

export interface LoadProblem {
  readonly kind: 'missing-chain' | 'base-chain' | 'loop' | 'depth';
  /** The rule with the jump. */
  readonly rule: Rule;
  readonly target: string;
}

/** In the order of the rules. Cost: linear in rules and jumps. */
export function loadProblems(ruleset: Ruleset, graph: JumpGraph = buildJumpGraph(ruleset)): LoadProblem[] {
  const found: LoadProblem[] = graph.dangling.map(({ rule, target }) => ({ kind: 'missing-chain', rule, target }));
  const { looping, order } = traverse(ruleset, graph);
  const add = (kind: LoadProblem['kind'], jump: Jump) => {
    const target = (ruleset.chains[jump.to] as Chain).name;
    found.push({ kind, rule: ruleset.rules[jump.rule] as Rule, target });
  };
  for (const jump of graph.jumps) {
    if ((ruleset.chains[jump.to] as Chain).base) add('base-chain', jump);
    else if (looping.has(jump)) add('loop', jump);
  }
  for (const jump of tooDeep(ruleset, graph, order, looping)) add('depth', jump);
  return found.sort((a, b) => a.rule.id - b.rule.id);
}

/** Why the kernel refuses the jump, in words. */
export function loadProblemText({ kind, target }: Pick<LoadProblem, 'kind' | 'target'>): string {
  switch (kind) {
    case 'missing-chain':
      return `the chain ${target} does not exist`;
    case 'base-chain':
      return `${target} is a base chain`;
    case 'loop':
      return `the jump to ${target} makes a loop`;
    case 'depth':
      return `the jump to ${target} is more than ${NFT_LEVELS} chains deep`;
  }
}

/** Depth first: the jumps that lead back to a chain that is still open, and the chains with callers before callees. */
function traverse(ruleset: Ruleset, graph: JumpGraph): { looping: ReadonlySet<Jump>; order: number[] } {
  const looping = new Set<Jump>();
  const finished: number[] = [];
  const state = new Uint8Array(ruleset.chains.length);
  for (const root of ruleset.chains) {
    if (state[root.id] !== UNSEEN) continue;
    state[root.id] = OPEN;
    const stack = [{ chain: root.id, next: 0 }];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const jump = graph.out(top.chain)[top.next++];
      if (!jump) {
        state[top.chain] = DONE;
        finished.push(top.chain);
        stack.pop();
      } else if (state[jump.to] === OPEN) looping.add(jump);
      else if (state[jump.to] === UNSEEN) {
        state[jump.to] = OPEN;
        stack.push({ chain: jump.to, next: 0 });
      }
    }
  }
  return { looping, order: finished.reverse() };
}

const UNSEEN = 0;
const OPEN = 1;
const DONE = 2;

/** Jumps from chains that a base chain reaches on a way of the greatest length that is allowed. */
function tooDeep(ruleset: Ruleset, graph: JumpGraph, order: readonly number[], looping: ReadonlySet<Jump>): Jump[] {
  const found: Jump[] = [];
  const depth = new Int32Array(ruleset.chains.length);
  for (const id of order) {
    const chain = ruleset.chains[id] as Chain;
    if (chain.base) depth[id] = 1;
    const level = depth[id] as number;
    if (level === 0 || chain.table.backend === 'iptables-legacy') continue;
    for (const jump of graph.out(id)) {
      if (looping.has(jump)) continue;
      if (level >= NFT_LEVELS) found.push(jump);
      else if ((depth[jump.to] as number) <= level) depth[jump.to] = level + 1;
    }
  }
  return found;
}
