/**
 * The jump graph: who calls whom, over all chains of a ruleset, as columns (compressed rows), because a kube-proxy node has 30,000 chains
 * and 60,000 jumps. Loops and missing targets are possible in a dump: every walk here is bounded by a visited mark, and iterative.
 */
import type { Expression } from './expression.ts';
import { jumpsOf } from './rule.ts';
import type { Chain, Rule, Ruleset } from './ruleset.ts';
import type { Statement } from './statement.ts';

export interface Jump {
  /** Rule.id of the rule that jumps. */
  readonly rule: number;
  /** Chain.id of the rule's chain. */
  readonly from: number;
  /** Chain.id of the target. */
  readonly to: number;
  readonly goto: boolean;
}

export interface DanglingJump {
  readonly rule: Rule;
  readonly target: string;
}

export interface JumpGraph {
  /** All jumps, by rule in listing order. A verdict map gives one per element. */
  readonly jumps: readonly Jump[];
  /** Jumps to chains that the dump does not have. */
  readonly dangling: readonly DanglingJump[];
  /** Jumps out of a chain. */
  readonly out: (chain: number) => readonly Jump[];
  /** Jumps into a chain. */
  readonly into: (chain: number) => readonly Jump[];
  /** 1 for chains that some base chain reaches (base chains included), by Chain.id. */
  readonly reached: Uint8Array;
  /** Rules in the chain and all chains below it, each counted once. Memoised; the first call for a chain costs its subtree. */
  readonly rulesFrom: (chain: number) => number;
  /** Rules in all chains below the rules `from`..`to` (indexes from 1, both included) of a chain, each chain counted once. */
  readonly rulesBelow: (chain: number, from: number, to: number) => number;
  /** Rules that a packet may have to be tested against, at most: see worstCase below. By Chain.id. */
  readonly worstCase: (chain: number) => number;
}

export function buildJumpGraph(ruleset: Ruleset): JumpGraph {
  const { jumps, dangling } = collectJumps(ruleset);
  const count = ruleset.chains.length;
  const out = groupBy(jumps, count, (jump) => jump.from);
  const into = groupBy(jumps, count, (jump) => jump.to);
  const reached = markReached(ruleset, out);
  const walk = createWalk(ruleset, out);
  const memo = new Map<number, number>();
  let worst: Float64Array | null = null;
  return {
    jumps,
    dangling,
    out,
    into,
    reached,
    rulesFrom: (chain) => {
      let rules = memo.get(chain);
      if (rules === undefined) {
        rules = walk([chain]);
        memo.set(chain, rules);
      }
      return rules;
    },
    rulesBelow: (chain, from, to) => {
      const first = ruleset.chains[chain]?.rules[from - 1]?.id;
      const last = ruleset.chains[chain]?.rules[to - 1]?.id;
      if (first === undefined || last === undefined) return 0;
      return walk(
        out(chain)
          .filter((jump) => jump.rule >= first && jump.rule <= last)
          .map((jump) => jump.to),
      );
    },
    worstCase: (chain) => {
      worst ??= worstCases(ruleset, out);
      return worst[chain] ?? 0;
    },
  };
}

function collectJumps(ruleset: Ruleset): { jumps: Jump[]; dangling: DanglingJump[] } {
  const jumps: Jump[] = [];
  const dangling: DanglingJump[] = [];
  for (const rule of ruleset.rules) {
    if (!rule.body.some(mayJump)) continue;
    for (const verdict of jumpsOf(rule)) {
      const target = rule.chain.table.chainNamed.get(verdict.chain);
      if (target && !target.implicit) {
        jumps.push({ rule: rule.id, from: rule.chain.id, to: target.id, goto: verdict.kind === 'goto' });
      } else dangling.push({ rule, target: verdict.chain });
    }
  }
  return { jumps, dangling };
}

/** Most rules do not jump: they are passed over without a generator. */
function mayJump({ kind }: Statement): boolean {
  return kind === 'verdict' || kind === 'vmap';
}

/** The jumps of each chain, by `key`. */
function groupBy(
  jumps: readonly Jump[],
  count: number,
  key: (jump: Jump) => number,
): (chain: number) => readonly Jump[] {
  const groups: Jump[][] = new Array<Jump[]>(count);
  for (const jump of jumps) {
    const group = groups[key(jump)];
    if (group) group.push(jump);
    else groups[key(jump)] = [jump];
  }
  return (chain) => groups[chain] ?? NO_JUMPS;
}

const NO_JUMPS: readonly Jump[] = [];

function markReached(ruleset: Ruleset, out: (chain: number) => readonly Jump[]): Uint8Array {
  const reached = new Uint8Array(ruleset.chains.length);
  const stack: number[] = [];
  for (const chain of ruleset.chains) {
    if (!chain.base) continue;
    reached[chain.id] = 1;
    stack.push(chain.id);
  }
  for (let chain = stack.pop(); chain !== undefined; chain = stack.pop()) {
    for (const { to } of out(chain)) {
      if (reached[to]) continue;
      reached[to] = 1;
      stack.push(to);
    }
  }
  return reached;
}

/** Sums the rules of all chains that `roots` reach, roots included. */
function createWalk(ruleset: Ruleset, out: (chain: number) => readonly Jump[]): (roots: readonly number[]) => number {
  const stamp = new Uint32Array(ruleset.chains.length);
  let now = 0;
  return (roots) => {
    now++;
    let rules = 0;
    const stack: number[] = [];
    const push = (chain: number): void => {
      if (stamp[chain] === now) return;
      stamp[chain] = now;
      stack.push(chain);
    };
    for (const root of roots) push(root);
    for (let chain = stack.pop(); chain !== undefined; chain = stack.pop()) {
      rules += ruleset.chains[chain]?.rules.length ?? 0;
      for (const { to } of out(chain)) push(to);
    }
    return rules;
  };
}

/**
 * The rules that one packet may be tested against in a chain and below, at most.
 * Assumption: neighbouring rules that compare one field for equality with different values exclude each other (a dispatch by address, port or
 * interface), so of a run of such rules only the costliest jump counts; other jumps add up. Verdicts that would end the walk earlier are not
 * considered. A loop counts once.
 */
function worstCases(ruleset: Ruleset, out: (chain: number) => readonly Jump[]): Float64Array {
  const cost = new Float64Array(ruleset.chains.length).fill(-1);
  const order = calleesFirst(ruleset, out);
  for (const id of order) cost[id] = chainCost(ruleset.chains[id] as Chain, out(id), cost);
  return cost;
}

function chainCost(chain: Chain, jumps: readonly Jump[], cost: Float64Array): number {
  let total = chain.rules.length;
  let runKey: Expression | null = null;
  let runMax = 0;
  let at = 0;
  for (const rule of chain.rules) {
    const key = dispatchKey(rule);
    if (key === null || key !== runKey) {
      total += runMax;
      runMax = 0;
      runKey = key;
    }
    for (; at < jumps.length && (jumps[at] as Jump).rule === rule.id; at++) {
      runMax = Math.max(runMax, cost[(jumps[at] as Jump).to] as number, 0);
    }
  }
  return total + runMax;
}

/** The field that the rule compares with one value (fields are interned, so `===` compares them), or null. */
function dispatchKey(rule: Rule): Expression | null {
  for (const statement of rule.body) {
    if (statement.kind !== 'match' || statement.op !== '==' || statement.left.kind !== 'field') continue;
    const { kind } = statement.right;
    if (kind !== 'value' && kind !== 'prefix' && kind !== 'wildcard') continue;
    if (/ (saddr|daddr|dport|iifname|oifname|iif|oif)$/.test(statement.left.name)) return statement.left;
  }
  return null;
}

/** Chain ids so that a chain comes after all it calls, loops cut anywhere. */
function calleesFirst(ruleset: Ruleset, out: (chain: number) => readonly Jump[]): number[] {
  const state = new Uint8Array(ruleset.chains.length);
  const order: number[] = [];
  for (const { id: root } of ruleset.chains) {
    if (state[root]) continue;
    const stack: { id: number; jumps: readonly Jump[]; next: number }[] = [{ id: root, jumps: out(root), next: 0 }];
    state[root] = 1;
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const jump = top.jumps[top.next++];
      if (!jump) {
        order.push(top.id);
        stack.pop();
      } else if (!state[jump.to]) {
        state[jump.to] = 1;
        stack.push({ id: jump.to, jumps: out(jump.to), next: 0 });
      }
    }
  }
  return order;
}
