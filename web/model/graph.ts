/**
 * The jump graph: who calls whom, over all chains of a ruleset, as columns (compressed rows), because a kube-proxy node has 30,000 chains
 * and 60,000 jumps. Loops and missing targets are possible in a dump: every walk here is bounded by a visited mark, and iterative.
 */
import { jumpsTaken } from './jumps-taken.ts';
import { eachJump, type Jumping } from './rule.ts';
import type { Chain, Rule, Ruleset } from './ruleset.ts';

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
  /** All jumps, by rule in listing order. A verdict map gives one per element. Made when they are first asked for. */
  readonly jumps: readonly Jump[];
  /** Jumps to chains that the dump does not have. */
  readonly dangling: readonly DanglingJump[];
  /** Jumps out of a chain, in the order of its rules. A verdict map gives one per element. */
  readonly out: (chain: number) => readonly Jump[];
  /** All jumps as columns, by rule in listing order; and for each chain which of them lead out of it. For who reads many. */
  readonly columns: JumpColumns;
  readonly outgoing: Groups;
  /** Jumps into a chain. */
  readonly into: (chain: number) => readonly Jump[];
  /** 1 for chains that some base chain reaches (base chains included), by Chain.id. */
  readonly reached: Uint8Array;
  /** Rules in the chain and all chains below it, each counted once. Memoised; the first call for a chain costs its subtree. */
  readonly rulesFrom: (chain: number) => number;
  /** Rules in all chains below the rules `from`..`to` (indexes from 1, both included) of a chain, each chain counted once. */
  readonly rulesBelow: (chain: number, from: number, to: number) => number;
  /** Visits (Chain.id) the chain and all chains below it, each once. Must not be nested. Cost: what is visited. */
  readonly visitFrom: (chain: number, visit: (chain: number) => void) => void;
  /** Visits the chains below the rules `from`..`to` of a chain, as `rulesBelow` counts them. Must not be nested. */
  readonly visitBelow: (chain: number, from: number, to: number, visit: (chain: number) => void) => void;
  /** Rules that a packet may have to be tested against, at most: see worstCases below. By Chain.id. */
  readonly worstCase: (chain: number) => number;
}

/** Cost: linear in statements; jumps become objects when somebody asks for them. */
export function buildJumpGraph(ruleset: Ruleset): JumpGraph {
  const { columns, dangling } = collectJumps(ruleset);
  const size = ruleset.chains.length;
  const outgoing = groupBy(columns.from, size);
  const incoming = groupBy(columns.to, size);
  const jumpAt = createJumps(columns);
  const out = createLists(outgoing, jumpAt);
  const walk = createWalk(size, outgoing, columns.to);
  const counts = Int32Array.from(ruleset.chains, ({ rules }) => rules.length);
  const rulesOf = (roots: readonly number[]): number => {
    let rules = 0;
    walk(roots, (chain) => {
      rules += counts[chain] as number;
    });
    return rules;
  };
  const memo = new Map<number, number>();
  let worst: Float64Array | null = null;
  let all: readonly Jump[] | null = null;
  return {
    get jumps() {
      all ??= Array.from(columns.rule, (_, number) => jumpAt(number));
      return all;
    },
    dangling,
    out,
    columns,
    outgoing,
    into: createLists(incoming, jumpAt),
    reached: markReached(ruleset, outgoing, columns.to),
    visitBelow: (chain, from, to, visit) => {
      const first = ruleset.chains[chain]?.rules[from - 1]?.id;
      const last = ruleset.chains[chain]?.rules[to - 1]?.id;
      if (first !== undefined && last !== undefined) walk(targetsBetween(columns, outgoing, chain, first, last), visit);
    },
    visitFrom: (chain, visit) => walk([chain], visit),
    rulesFrom: (chain) => {
      let rules = memo.get(chain);
      if (rules === undefined) {
        rules = rulesOf([chain]);
        memo.set(chain, rules);
      }
      return rules;
    },
    rulesBelow: (chain, from, to) => {
      const first = ruleset.chains[chain]?.rules[from - 1]?.id;
      const last = ruleset.chains[chain]?.rules[to - 1]?.id;
      if (first === undefined || last === undefined) return 0;
      return rulesOf(targetsBetween(columns, outgoing, chain, first, last));
    },
    worstCase: (chain) => {
      worst ??= worstCases(ruleset, out);
      return worst[chain] ?? 0;
    },
  };
}

/** All jumps, by rule in listing order: of each the rule, the two chains, and whether it is a goto. */
export interface JumpColumns {
  readonly rule: Int32Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly goto: Uint8Array;
}

/** The jumps of each chain: `items` from `starts[chain]` up to `starts[chain + 1]` are their numbers, ascending. */
export interface Groups {
  readonly starts: Int32Array;
  readonly items: Int32Array;
}

function collectJumps(ruleset: Ruleset): { columns: JumpColumns; dangling: DanglingJump[] } {
  const collector = new JumpCollector(ruleset.rules.length);
  for (const chain of ruleset.chains) for (const rule of chain.rules) collector.rule(rule);
  return { columns: collector.columns(), dangling: collector.dangling };
}

class JumpCollector {
  readonly dangling: DanglingJump[] = [];
  #count = 0;
  #rules: Int32Array;
  #froms: Int32Array;
  #targets: Int32Array;
  #gotos: Uint8Array;
  /** The chain that was found last, and its table: most jumps in a row lead to one chain. */
  #target: Chain | undefined;

  constructor(capacity: number) {
    this.#rules = new Int32Array(capacity);
    this.#froms = new Int32Array(capacity);
    this.#targets = new Int32Array(capacity);
    this.#gotos = new Uint8Array(capacity);
  }

  rule(rule: Rule): void {
    eachJump(rule, (verdict) => this.#add(rule, verdict));
  }

  columns(): JumpColumns {
    const count = this.#count;
    return {
      rule: this.#rules.subarray(0, count),
      from: this.#froms.subarray(0, count),
      to: this.#targets.subarray(0, count),
      goto: this.#gotos.subarray(0, count),
    };
  }

  #add(rule: Rule, { chain: name, kind }: Jumping): void {
    const { table, id } = rule.chain;
    const last = this.#target;
    const target = last !== undefined && last.table === table && last.name === name ? last : table.chainNamed.get(name);
    if (target === undefined || target.implicit) {
      this.dangling.push({ rule, target: name });
      return;
    }
    this.#target = target;
    const at = this.#count++;
    if (at === this.#rules.length) this.#grow();
    this.#rules[at] = rule.id;
    this.#froms[at] = id;
    this.#targets[at] = target.id;
    this.#gotos[at] = kind === 'goto' ? 1 : 0;
  }

  #grow(): void {
    const capacity = this.#rules.length * 2 + 16;
    const longer = (column: Int32Array): Int32Array => {
      const made = new Int32Array(capacity);
      made.set(column);
      return made;
    };
    this.#rules = longer(this.#rules);
    this.#froms = longer(this.#froms);
    this.#targets = longer(this.#targets);
    const gotos = new Uint8Array(capacity);
    gotos.set(this.#gotos);
    this.#gotos = gotos;
  }
}

/** The numbers of the jumps by their chains `keys`. */
function groupBy(keys: Int32Array, size: number): Groups {
  const starts = new Int32Array(size + 1);
  for (let i = 0; i < keys.length; i++)
    starts[(keys[i] as number) + 1] = (starts[(keys[i] as number) + 1] as number) + 1;
  for (let chain = 0; chain < size; chain++)
    starts[chain + 1] = (starts[chain + 1] as number) + (starts[chain] as number);
  const next = starts.slice();
  const items = new Int32Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number;
    const at = next[key] as number;
    items[at] = i;
    next[key] = at + 1;
  }
  return { starts, items };
}

/** One object for each jump, made when it is asked for. */
function createJumps({ rule, from, to, goto }: JumpColumns): (number: number) => Jump {
  const made: (Jump | undefined)[] = [];
  return (number) => {
    let jump = made[number];
    if (jump === undefined) {
      jump = {
        rule: rule[number] as number,
        from: from[number] as number,
        to: to[number] as number,
        goto: goto[number] === 1,
      };
      made[number] = jump;
    }
    return jump;
  };
}

const NO_JUMPS: readonly Jump[] = [];

/** The jumps of each chain as a list, made when it is asked for. */
function createLists({ starts, items }: Groups, jumpAt: (number: number) => Jump): (chain: number) => readonly Jump[] {
  const made = new Map<number, readonly Jump[]>();
  return (chain) => {
    const start = starts[chain];
    const end = starts[chain + 1];
    if (start === undefined || end === undefined || start === end) return NO_JUMPS;
    let jumps = made.get(chain);
    if (jumps === undefined) {
      jumps = Array.from(items.subarray(start, end), jumpAt);
      made.set(chain, jumps);
    }
    return jumps;
  };
}

/** The chains that the rules `first`..`last` (ids) of a chain jump to. */
function targetsBetween(
  { rule, to }: JumpColumns,
  { starts, items }: Groups,
  chain: number,
  first: number,
  last: number,
): number[] {
  const targets: number[] = [];
  for (let at = starts[chain] as number; at < (starts[chain + 1] as number); at++) {
    const jump = items[at] as number;
    if ((rule[jump] as number) >= first && (rule[jump] as number) <= last) targets.push(to[jump] as number);
  }
  return targets;
}

function markReached(ruleset: Ruleset, { starts, items }: Groups, to: Int32Array): Uint8Array {
  const reached = new Uint8Array(ruleset.chains.length);
  const stack: number[] = [];
  for (const chain of ruleset.chains) {
    if (!chain.base) continue;
    reached[chain.id] = 1;
    stack.push(chain.id);
  }
  for (let chain = stack.pop(); chain !== undefined; chain = stack.pop()) {
    const end = starts[chain + 1] as number;
    for (let at = starts[chain] as number; at < end; at++) {
      const target = to[items[at] as number] as number;
      if (reached[target] === 1) continue;
      reached[target] = 1;
      stack.push(target);
    }
  }
  return reached;
}

/** Visits each chain that `roots` reach once, roots included. Each walk needs one number per chain, made for the first. */
function createWalk(
  size: number,
  { starts, items }: Groups,
  to: Int32Array,
): (roots: readonly number[], visit: (chain: number) => void) => void {
  const stamp = new Uint32Array(size);
  const stack = new Int32Array(size);
  let now = 0;
  return (roots, visit) => {
    now++;
    let depth = 0;
    for (const root of roots) {
      if (stamp[root] === now) continue;
      stamp[root] = now;
      stack[depth++] = root;
    }
    while (depth > 0) {
      const chain = stack[--depth] as number;
      visit(chain);
      const end = starts[chain + 1] as number;
      for (let at = starts[chain] as number; at < end; at++) {
        const target = to[items[at] as number] as number;
        if (stamp[target] === now) continue;
        stamp[target] = now;
        stack[depth++] = target;
      }
    }
  };
}

/**
 * The rules that one packet may be tested against in a chain and below, at most: all of the chain, and what is below the jumps that it can take together
 * (jumps-taken.ts). A loop counts once.
 */
function worstCases(ruleset: Ruleset, out: (chain: number) => readonly Jump[]): Float64Array {
  const cost = new Float64Array(ruleset.chains.length);
  for (const id of calleesFirst(ruleset, out)) {
    const chain = ruleset.chains[id] as Chain;
    const costOf = (to: number): number => cost[to] as number;
    cost[id] = worstJumps(chain, out(id), costOf).reduce((sum, { to }) => sum + costOf(to), chain.rules.length);
  }
  return cost;
}

/** The jumps that make up a chain's worst case, when `costOf` says what each chain below costs. */
export function worstJumps({ rules }: Chain, jumps: readonly Jump[], costOf: (chain: number) => number): Jump[] {
  if (jumps.length === 0) return [];
  const first = rules[0]?.id ?? 0;
  return jumpsTaken(rules, {
    count: jumps.length,
    ruleOf: (jump) => (jumps[jump] as Jump).rule - first,
    costOf: (jump) => costOf((jumps[jump] as Jump).to),
  }).map((jump) => jumps[jump] as Jump);
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
