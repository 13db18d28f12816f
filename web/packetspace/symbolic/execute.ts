/**
 * All packets through all hooks: for each family once those that come in by an interface, and once those that the node sends. What each rule and chain does
 * is the tracer's own (kernel/walk.ts, journey.ts); this runs it and keeps what is asked about afterwards.
 */
import { Journey } from '../../kernel/journey.ts';
import { effectiveOrder, type HookOrder } from '../../kernel/order.ts';
import { Plan } from '../../kernel/plan.ts';
import type { Rule, Ruleset } from '../../model/ruleset.ts';
import { BudgetExceeded } from '../diagram/budget.ts';
import { Diagrams } from '../diagram/diagrams.ts';
import { not, type Ref } from '../diagram/ref.ts';
import { type Family, Layout } from './layout.ts';
import type { MergedProgram } from './merged-program.ts';
import { type FateKind, joinedEvenly, type Outcome } from './outcomes.ts';
import { PacketSets } from './packet-sets.ts';
import { Memory, RememberingWalk } from './remembering-walk.ts';
import type { Part } from './space.ts';
import { SymbolicDomain, type Watcher } from './symbolic-domain.ts';
import { beginning, type Origin, possiblePackets } from './universe.ts';
import { usageOf } from './usage.ts';

export interface ExecuteOptions {
  readonly order?: readonly HookOrder[];
  /** Addresses that are known to be the node's. */
  readonly locals?: readonly (number | bigint)[];
  /** For each of the runs; unlimited where not given. */
  readonly milliseconds?: number;
  readonly maxNodes?: number;
  readonly clock?: () => number;
  /** How many rules packets have come to so far. Called every few hundred rules. */
  readonly onProgress?: (rules: number) => void;
}

/** What one family's packets of one origin do. */
export interface Run {
  readonly family: Family;
  readonly origin: Origin;
  readonly outcomes: readonly Outcome[];
  /** null: all is decided; else why it ended early. What there is, stands. */
  readonly undecided: string | null;
}

/** Packets of one fate. */
export interface Fates {
  readonly kind: FateKind;
  /** As they ended, one by one. */
  readonly ends: readonly Part[];
  readonly parts: readonly Part[];
}

function sameParts(a: readonly Part[], b: readonly Part[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((part, i) => {
    const other = b[i] as Part;
    return part.set === other.set && part.view === other.view && part.frame === other.frame;
  });
}

/** A family's packets: the diagrams and all that stands for. */
export class FamilySpace {
  readonly diagrams: Diagrams;
  readonly layout: Layout;
  readonly sets: PacketSets;
  readonly domain: SymbolicDomain;
  readonly plan: Plan;
  private readonly memory: Memory;
  private readonly kept = new Set<Run>();
  private readonly pinned = new Set<Ref>();
  private readonly joined = new Map<Run, ReadonlyMap<string, Fates>>();

  constructor(
    readonly program: MergedProgram,
    readonly family: Family,
    private readonly options: ExecuteOptions,
  ) {
    const { ruleset } = program;
    this.plan = new Plan(ruleset, options.order ?? effectiveOrder(ruleset));
    const { clock, maxNodes } = options;
    this.diagrams = new Diagrams({
      maxCacheEntries: CACHE_ENTRIES,
      initialNodes: Math.min(NODES_FOR_A_RULE * ruleset.rules.length, MOST_INITIAL_NODES),
      ...(clock ? { clock } : {}),
      ...(maxNodes === undefined ? {} : { maxNodes }),
    });
    this.layout = new Layout(family, usageOf(program, rulesOf(ruleset, family), family), devicesOf(ruleset));
    this.sets = new PacketSets(this.diagrams, this.layout, options.locals ?? []);
    this.domain = new SymbolicDomain(this.sets, this.plan);
    this.memory = new Memory(program);
    this.domain.addRoots(() => this.roots());
  }

  /** Joined, unless there is no room for that any more. */
  private outcomes(): readonly Outcome[] {
    const { outcomes } = this.domain;
    try {
      return outcomes.all(this.diagrams);
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) throw error;
      return outcomes.unjoined();
    }
  }

  /** The ends of a run by what becomes of packets, whoever decides: one part for each view and frame. `like`: a run that mostly ends so. Joined at the first call. */
  fatesOf(run: Run, like?: Run): ReadonlyMap<string, Fates> {
    const known = this.joined.get(run);
    if (known) return known;
    const groups = new Map<string, { readonly kind: FateKind; readonly ends: Part[] }>();
    for (const { kind, how, parts } of run.outcomes) {
      const fate = `${kind} ${how}`;
      const group = groups.get(fate);
      if (group) group.ends.push(...parts);
      else groups.set(fate, { kind, ends: [...parts] });
    }
    const others = like && this.fatesOf(like);
    const made = new Map<string, Fates>();
    for (const [fate, { kind, ends }] of groups) {
      const other = others?.get(fate);
      const parts = other && sameParts(other.ends, ends) ? other.parts : this.oneByView(ends);
      made.set(fate, { kind, ends, parts });
    }
    this.joined.set(run, made);
    return made;
  }

  /** Whether a mark is told by the view or by variables is no difference. */
  private oneByView(parts: readonly Part[]): Part[] {
    const joined = joinedEvenly(this.diagrams, parts).map((part) => this.domain.materialised(part));
    return joinedEvenly(this.diagrams, joined);
  }

  /** The run's sets are not asked for any more. */
  release(run: Run): void {
    this.kept.delete(run);
    this.joined.delete(run);
  }

  /** Sets that later runs may not free. */
  keep(set: Ref): Ref {
    this.pinned.add(set);
    return set;
  }

  /** What no packet of this origin is, as it comes. */
  impossible(origin: Origin): Ref {
    return not(possiblePackets(this.sets, origin, this.plan.conntrack[this.family]));
  }

  private *roots(): Generator<Ref> {
    yield* this.memory.roots();
    yield* this.pinned;
    for (const fates of this.joined.values()) {
      for (const { parts } of fates.values()) for (const { set } of parts) yield set;
    }
    for (const { outcomes } of this.kept) for (const { parts } of outcomes) for (const { set } of parts) yield set;
  }

  /** Sends all packets of one origin on their way. Never throws where a budget runs out. */
  run(origin: Origin, watcher: Watcher = {}, plan: Plan = this.plan): Run {
    const { domain, family, options } = this;
    domain.begin();
    domain.watcher = counted(watcher, options.onProgress);
    domain.collect();
    const walk = new RememberingWalk(this.program, domain, this.memory);
    const journey = new Journey(this.program, plan, domain, { bridgeCallsIp: false }, walk);
    let undecided: string | null = null;
    try {
      const limits = options.milliseconds === undefined ? {} : { milliseconds: options.milliseconds };
      this.diagrams.within(limits, () => {
        const frame = domain.frames.add(possiblePackets(this.sets, origin, plan.conntrack[family]));
        const view = origin === 'received' ? domain.views.received : domain.views.sent;
        const start = domain.space([{ view, frame, set: beginning(this.sets) }]);
        if (origin === 'received') journey.receive(start, family);
        else journey.send(start, family);
      });
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) throw error;
      undecided = error.message;
      domain.abandon();
      this.memory.open.clear();
    }
    domain.reach.settleUnsure();
    const made: Run = { family, origin, outcomes: this.outcomes(), undecided };
    domain.begin();
    this.kept.add(made);
    return made;
  }
}

function counted(watcher: Watcher, onProgress?: (rules: number) => void): Watcher {
  if (!onProgress) return watcher;
  let count = 0;
  return {
    ...watcher,
    reaches: (parts, rule) => {
      if ((++count & 511) === 0) onProgress(count);
      watcher.reaches?.(parts, rule);
    },
  };
}

/** As many as a processor's own cache holds: most sets that rules meet are small, and what was computed before the last rule is rarely needed again. */
const CACHE_ENTRIES = 1 << 16;

/** About what a large node takes. */
const NODES_FOR_A_RULE = 60;
const MOST_INITIAL_NODES = 1 << 23;

/** The rules that packets of a family may meet. */
export function* rulesOf(ruleset: Ruleset, family: Family): Generator<Rule> {
  for (const table of ruleset.tables) {
    if (table.family !== family && table.family !== 'inet' && table.family !== 'netdev') continue;
    for (const chain of table.chains) yield* chain.rules;
  }
}

function* devicesOf(ruleset: Ruleset): Generator<string> {
  for (const { base } of ruleset.chains) for (const device of base?.devices ?? []) yield device;
}
