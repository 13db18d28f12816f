/**
 * What rules decide, over all packets: those that no packet reaches, those whose conditions hold for no packet that comes to them, and who took the packets
 * that they ask for.
 */
import type { Chain, Rule } from '../../model/ruleset.ts';
import { FALSE, not, type Ref } from '../diagram/ref.ts';
import { VariableSet } from '../diagram/transformation.ts';
import type { PacketSpace } from '../packet-space.ts';
import type { FamilySpace } from '../symbolic/execute.ts';
import { MATCHED, OPEN, REACHED } from '../symbolic/reach.ts';
import type { Part } from '../symbolic/space.ts';
import type { View } from '../symbolic/view.ts';

export type RuleStatus =
  /** Some packet matches it. */
  | 'matches'
  /** Packets come to it, and none matches. */
  | 'never-matches'
  /** No packet comes to it. */
  | 'not-reached'
  /** It could not be told, or a run ended early. */
  | 'undecided';

/** The status of every rule, by its number. Executes the node where that is not done yet. Cost: linear in the rules. */
export function ruleStatuses(space: PacketSpace): readonly RuleStatus[] {
  const runs = space.execute();
  const incomplete = new Set(runs.filter(({ undecided }) => undecided !== null).map(({ family }) => family));
  return space.ruleset.rules.map((rule) => {
    const { family } = rule.chain.table;
    // Other stacks are not executed: bridges, ARP.
    if (family === 'bridge' || family === 'arp') return 'undecided';
    let flags = 0;
    let open = false;
    for (const each of space.families) {
      flags |= space.family(each).domain.reach.flags[rule.id] ?? 0;
      if ((family === each || family === 'inet' || family === 'netdev') && incomplete.has(each)) open = true;
    }
    if ((flags & MATCHED) !== 0) return 'matches';
    if (open || (flags & OPEN) !== 0) return 'undecided';
    return (flags & REACHED) !== 0 ? 'never-matches' : 'not-reached';
  });
}

export interface Shadowed {
  readonly rule: Rule;
  readonly status: RuleStatus;
  /**
   * `conditions`: what the rule asks for is never there: no packet at all. `not-entered`: no packet comes into its chain. `taken`: rules before it in its
   * chain took all packets that it asks for. `elsewhere`: packets that it asks for do not come into its chain.
   */
  readonly why: 'conditions' | 'not-entered' | 'taken' | 'elsewhere';
  /** The rules that took the packets, in the order of their first. */
  readonly by: readonly Rule[];
  /** Not all ways into the chain were gone through: there may be more. */
  readonly partly: boolean;
}

/**
 * Who took packets that rules ask for: of rules that never match, and with `all` also of those that match some (partly shadowed: what is left is their
 * reachOf). Cost: the node is gone through once more, for all of them together; chains are then not remembered, so
 * that every way into them is seen.
 */
export function shadowing(space: PacketSpace, rules: readonly Rule[], all = false): Shadowed[] {
  const statuses = ruleStatuses(space);
  const wanted = rules.filter(({ id }) => {
    const status = statuses[id];
    return status === 'never-matches' || status === 'not-reached' || (all && status === 'matches');
  });
  const traces = new Map<Rule, Trace>(wanted.map((rule) => [rule, new Trace(rule)]));
  let partly = false;
  for (const family of space.families) {
    const own = space.family(family);
    for (const origin of ['received', 'sent'] as const) if (!watch(own, origin, traces)) partly = true;
  }
  return wanted.map((rule) => ({
    rule,
    status: statuses[rule.id] as RuleStatus,
    ...(traces.get(rule) as Trace).answer(),
    partly,
  }));
}

/** What is seen of one rule's packets in its chain. */
class Trace {
  private entered = false;
  private asked = false;
  private possible = false;
  private readonly takers = new Set<Rule>();
  /** Of the visit that is going on: the last rule, and the packets that were left when it was reached. */
  private last: { readonly rule: Rule; readonly parts: readonly Part[] } | null = null;

  constructor(readonly rule: Rule) {}

  answer(): { readonly why: Shadowed['why']; readonly by: readonly Rule[] } {
    const by = [...this.takers];
    if (!this.entered) return { why: 'not-entered', by };
    if (by.length > 0) return { why: 'taken', by };
    return { why: this.asked || this.possible ? 'elsewhere' : 'conditions', by };
  }

  /** Packets come to a rule of the chain, up to the rule itself. */
  reaches(own: FamilySpace, parts: readonly Part[], rule: Rule): void {
    if (rule.index === 1) this.ends(own);
    if (rule.index > this.rule.index) return;
    const mine = this.asking(own, parts);
    if (rule.index === 1) {
      this.entered = true;
      this.asked ||= mine.length > 0;
      this.possible ||= mayHold(own, this.rule);
    }
    if (this.last && lost(own, this.last.parts, mine)) this.takers.add(this.last.rule);
    this.last = rule === this.rule ? null : { rule, parts: mine };
  }

  /** The visit is over: what was left was taken by the last rule that was reached. */
  ends(own: FamilySpace): void {
    if (this.last && lost(own, this.last.parts, [])) this.takers.add(this.last.rule);
    this.last = null;
  }

  *roots(): Generator<Ref> {
    for (const { set } of this.last?.parts ?? []) yield set;
  }

  /** The packets that the rule asks for, as far as its first comparisons tell. */
  private asking(own: FamilySpace, parts: readonly Part[]): Part[] {
    return parts.flatMap((each) => {
      const set = own.diagrams.and(each.set, askedFor(own, this.rule, each.view));
      return set === FALSE || own.domain.frames.isEmpty({ ...each, set }) ? [] : [{ ...each, set }];
    });
  }
}

/** Whether any packet at all fits, as it comes: by whatever interface, with whatever mark. */
function mayHold(own: FamilySpace, rule: Rule): boolean {
  const { views } = own.domain;
  return [views.received, views.sent].some((view) => {
    const origin = view.own ? 'sent' : 'received';
    const seen = views.with(view, { iif: 'packet', oif: 'packet' });
    const asked = own.diagrams.diff(askedFor(own, rule, seen), own.impossible(origin));
    return forgetWritten(own, asked) !== FALSE;
  });
}

/** States and marks may be any by then. */
function forgetWritten(own: FamilySpace, set: Ref): Ref {
  return own.diagrams.exists(set, new VariableSet(own.layout.notInputs()));
}

/** Packets that are in `before` and not in `after`. */
function lost(own: FamilySpace, before: readonly Part[], after: readonly Part[]): boolean {
  return before.some((each) => {
    let set = each.set;
    // Views change only by what rules write: what goes on has the same inputs.
    for (const other of after) {
      if (other.frame === each.frame && sameInputs(other.view, each.view)) set = own.diagrams.and(set, not(other.set));
    }
    return set !== FALSE && !own.domain.frames.isEmpty({ ...each, set });
  });
}

function sameInputs(a: View, b: View): boolean {
  return a.daddr === b.daddr && a.saddr === b.saddr && a.dport === b.dport && a.sport === b.sport;
}

/** Where all comparisons of a rule that stand before anything that it does may hold. */
function askedFor(own: FamilySpace, rule: Rule, view: View): Ref {
  const [first] = own.program.rule(rule).instructions;
  if (first?.kind !== 'match') return not(FALSE);
  return own.domain.conditions.decide(first.condition, view).yes;
}

/** False: it ended early. */
function watch(own: FamilySpace, origin: 'received' | 'sent', traces: ReadonlyMap<Rule, Trace>): boolean {
  const byChain = new Map<Chain, Trace[]>();
  for (const trace of traces.values()) {
    const { chain } = trace.rule;
    const known = byChain.get(chain);
    if (known) known.push(trace);
    else byChain.set(chain, [trace]);
  }
  const run = own.run(origin, {
    everyTime: true,
    reaches: (parts, rule) => {
      for (const trace of byChain.get(rule.chain) ?? []) trace.reaches(own, parts, rule);
    },
    *roots() {
      for (const trace of traces.values()) yield* trace.roots();
    },
  });
  for (const trace of traces.values()) trace.ends(own);
  own.release(run);
  return run.undecided === null;
}
