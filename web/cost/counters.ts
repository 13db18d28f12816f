/**
 * How many rules packets were compared with, by the dump's counters. A rule is compared with every packet that is still in its chain when it comes to
 * the rule; packets leave at verdicts, and in chains that a jump leads to. From above: what callers sent. From below: what met the policy.
 *
 * Assumption: of a chain with several callers, each caller's packets come back in the same share. Counters that contradict each other (a program wrote
 * some anew) are cut to what is possible.
 */
import type { JumpGraph } from '../model/graph.ts';
import { ruleCounter, terminalStatement } from '../model/rule.ts';
import type { Chain, Rule, Ruleset } from '../model/ruleset.ts';

export interface CountedChain {
  readonly chain: Chain;
  /** Packets that came into the base chain. */
  readonly packets: number;
  /** Rules that they were compared with, here and below, together. */
  readonly evaluations: number;
}

/** Of one packet that comes into a chain, on average. */
interface Flow {
  /** The share that does not come back. */
  readonly kept: number;
  readonly evaluations: number;
}

/** What a rule does to the packets that it counts. */
interface Passing {
  /** Packets that do not come to the next rule. */
  readonly left: number;
  /** Of those, packets that come back to the caller. */
  readonly back: number;
  /** Evaluations in the chain that it sends packets to. */
  readonly below: number;
}

const NOTHING: Passing = { left: 0, back: 0, below: 0 };

export class CounterReader {
  readonly #flows = new Map<number, Flow | null>();
  /** Chains that are being measured: a loop would not load. */
  readonly #open = new Set<number>();

  constructor(
    private readonly ruleset: Ruleset,
    private readonly graph: JumpGraph,
  ) {}

  /** null: the dump does not tell. Cost: linear in the rules of the chain and below, once for all chains together. */
  baseChain(chain: Chain): CountedChain | null {
    const passed = this.#passed(chain);
    const arrivals = passed && arrivalsOf(chain, passed);
    if (!arrivals || !passed) return null;
    const packets = arrivals[0] as number;
    let evaluations = 0;
    passed.forEach(({ below }, i) => {
      evaluations += (arrivals[i] as number) + below;
    });
    return { chain, packets, evaluations: packets === 0 ? 0 : evaluations };
  }

  /** By rule; null: of one it is not known. */
  #passed(chain: Chain): Passing[] | null {
    const jumps = this.graph.out(chain.id);
    const passed: Passing[] = [];
    let at = 0;
    for (const rule of chain.rules) {
      while (at < jumps.length && (jumps[at]?.rule as number) < rule.id) at++;
      const jump = jumps[at]?.rule === rule.id ? (jumps[at]?.to ?? null) : null;
      const passing = this.#passing(rule, jump);
      if (passing === null) return null;
      passed.push(passing);
    }
    return passed;
  }

  #passing(rule: Rule, target: number | null): Passing | null {
    const last = terminalStatement(rule);
    if (last === null || last.kind === 'xt') return NOTHING;
    if (last.kind === 'vmap') return null;
    const count = countOf(rule);
    if (last.kind !== 'verdict') return count === null ? null : { left: count, back: 0, below: 0 };
    const { kind } = last.verdict;
    if (kind === 'continue') return NOTHING;
    if (count === null || count === 0) return count === null ? null : NOTHING;
    if (kind !== 'jump' && kind !== 'goto') return { left: count, back: kind === 'return' ? count : 0, below: 0 };
    const flow = target === null ? null : this.#flowOf(target);
    if (flow === null) return null;
    const below = count * flow.evaluations;
    const kept = count * flow.kept;
    return kind === 'jump' ? { left: kept, back: 0, below } : { left: count, back: count - kept, below };
  }

  #flowOf(id: number): Flow | null {
    const known = this.#flows.get(id);
    if (known !== undefined) return known;
    if (this.#open.has(id)) return null;
    this.#open.add(id);
    const flow = this.#measure(this.ruleset.chains[id] as Chain);
    this.#open.delete(id);
    this.#flows.set(id, flow);
    return flow;
  }

  #measure(chain: Chain): Flow | null {
    const entered = this.#enteredOf(chain.id);
    const passed = entered === null ? null : this.#passed(chain);
    if (entered === null || passed === null) return null;
    let here = entered;
    let evaluations = 0;
    let back = 0;
    for (const passing of passed) {
      evaluations += here + passing.below;
      back += Math.min(here, passing.back);
      here = Math.max(0, here - passing.left);
    }
    return { kept: Math.min(1, Math.max(0, 1 - (here + back) / entered)), evaluations: evaluations / entered };
  }

  /** Packets that were sent to the chain; null: some caller has no counter, or none has counted any. */
  #enteredOf(id: number): number | null {
    let entered = 0;
    for (const { rule } of this.graph.into(id)) {
      const count = countOf(this.ruleset.rules[rule] as Rule);
      if (count === null) return null;
      entered += count;
    }
    return entered === 0 ? null : entered;
  }
}

/** Packets that came to each rule, and to the policy last: upwards from the policy's counter, or from the first rule that every packet matches. */
function arrivalsOf(chain: Chain, passed: readonly Passing[]): Float64Array | null {
  const { rules } = chain;
  const arrivals = new Float64Array(rules.length + 1);
  const policy = chain.base?.policyPackets ?? null;
  const from = policy === null ? rules.findIndex((rule) => matchesAll(rule) && countOf(rule) !== null) : rules.length;
  if (from === -1) return null;
  arrivals[from] = policy ?? countOf(rules[from] as Rule) ?? 0;
  // A base chain's `return` meets the policy.
  const left = (at: number): number => {
    const { left: gone, back } = passed[at] as Passing;
    return policy === null ? gone : gone - back;
  };
  for (let i = from - 1; i >= 0; i--) arrivals[i] = (arrivals[i + 1] as number) + left(i);
  for (let i = from; i < rules.length; i++) {
    arrivals[i + 1] = Math.max(0, (arrivals[i] as number) - (passed[i] as Passing).left);
  }
  return arrivals;
}

/** Packets that match the rule. Kernel: a counter in front of a condition counts the others too [l1]: it does not tell. */
function countOf(rule: Rule): number | null {
  const counter = ruleCounter(rule);
  if (!counter) return null;
  const behind = rule.body.slice(rule.body.indexOf(counter) + 1);
  return behind.some(({ kind }) => CONDITIONS.has(kind)) ? null : counter.packets;
}

function matchesAll(rule: Rule): boolean {
  return rule.body.every(({ kind }) => !CONDITIONS.has(kind));
}

const CONDITIONS: ReadonlySet<string> = new Set(['match', 'xt', 'limit', 'quota', 'connlimit', 'vmap', 'opaque']);
