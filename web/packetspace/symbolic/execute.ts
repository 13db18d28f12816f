/**
 * All packets through all hooks: for each family once those that come in by an interface, and once those that the node sends. What each rule and chain does
 * is the tracer's own (kernel/walk.ts, journey.ts); this runs it and keeps what is asked about afterwards.
 */
import { pushAll } from '../../base/lists.ts';
import { effectiveOrder, type HookOrder } from '../../kernel/order.ts';
import { Plan, type Station } from '../../kernel/plan.ts';
import type { Chain, Rule, Ruleset } from '../../model/ruleset.ts';
import { BudgetExceeded } from '../diagram/budget.ts';
import { Diagrams } from '../diagram/diagrams.ts';
import { not, type Ref } from '../diagram/ref.ts';
import { asBefore, type Change, changesOf, concerned, differing, passingOtherwise } from './divergence.ts';
import type { StationVisit } from './journal.ts';
import { type Family, Layout } from './layout.ts';
import type { LikelyAddresses } from './likely-addresses.ts';
import type { MergedProgram } from './merged-program.ts';
import { type FateKind, joinedEvenly, type Outcome } from './outcomes.ts';
import { PacketSets } from './packet-sets.ts';
import { Progress } from './progress.ts';
import { Runner } from './runner.ts';
import type { Part } from './space.ts';
import { SymbolicDomain, type Watcher } from './symbolic-domain.ts';
import { type Origin, possiblePackets } from './universe.ts';
import { usageOf } from './usage.ts';

export interface ExecuteOptions {
  readonly order?: readonly HookOrder[];
  /** Addresses that are known to be the node's. */
  readonly locals?: readonly (number | bigint)[];
  /** For each of the runs; unlimited where not given. */
  readonly milliseconds?: number;
  readonly maxNodes?: number;
  readonly clock?: () => number;
  /** What packets are rather taken for where sets leave a choice. Asked when the first one is chosen. */
  readonly likely?: (family: Family) => LikelyAddresses;
  /**
   * How many times packets have come to a rule so far, in a run; and about how much of all runs is done: from 0 to 1, never less than before. Called several
   * times a second.
   */
  readonly onProgress?: (rules: number, fraction: number) => void;
}

/** What one family's packets of one origin do. */
export interface Run {
  readonly family: Family;
  readonly origin: Origin;
  readonly outcomes: readonly Outcome[];
  /** null: all is decided; else why it ended early. What there is, stands. */
  readonly undecided: string | null;
}

/** Of two runs the packets that may have another fate in one than in the other, with all their fates. */
export interface Divergence {
  readonly before: Run;
  readonly after: Run;
}

/**
 * What is asked about packets that a change makes something else of. `forms`: to and from which addresses they go on, and with which mark, of those that pass it
 * in both orders (divergence.ts, passingOtherwise); `addresses`: that without their marks at the end.
 */
export type Concern = 'fates' | 'forms' | 'addresses';

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
  private readonly progress: Progress;
  private readonly runner: Runner;
  private readonly kept = new Set<Run>();
  private readonly pinned = new Set<Ref>();
  private likelyOnes: LikelyAddresses | null = null;
  private readonly joined = new Map<Run, ReadonlyMap<string, Fates>>();

  constructor(
    readonly program: MergedProgram,
    readonly family: Family,
    private readonly options: ExecuteOptions,
  ) {
    const { ruleset } = program;
    this.plan = new Plan(ruleset, options.order ?? effectiveOrder(ruleset));
    const { clock, maxNodes } = options;
    this.progress = new Progress(ruleset.rules.length, options);
    const initialNodes = Math.min(LEAST_INITIAL_NODES + NODES_FOR_A_RULE * ruleset.rules.length, MOST_INITIAL_NODES);
    this.diagrams = new Diagrams({
      maxCacheEntries: cacheEntriesFor(ruleset.rules.length),
      firstCollection: Math.max(FIRST_COLLECTION, initialNodes / 4),
      initialNodes,
      ...(clock ? { clock } : {}),
      beat: () => this.progress.beat(),
      ...(maxNodes === undefined ? {} : { maxNodes }),
    });
    this.layout = new Layout(
      family,
      usageOf(program, this.progress.over(rulesOf(ruleset, family)), family),
      devicesOf(ruleset),
      options.locals,
    );
    this.sets = new PacketSets(this.diagrams, this.layout, options.locals ?? []);
    this.domain = new SymbolicDomain(this.sets, this.plan);
    const { milliseconds } = options;
    this.runner = new Runner(
      program,
      this.domain,
      this.plan,
      family,
      milliseconds === undefined ? {} : { milliseconds },
    );
    this.domain.addRoots(() => this.roots());
  }

  /** null: nothing is known of the node beside its rules. */
  get likely(): LikelyAddresses | null {
    this.likelyOnes ??= this.options.likely?.(this.family) ?? null;
    return this.likelyOnes;
  }

  /** The ends of a run by what becomes of packets, whoever decides: one part for each view and frame. `like`: a run that mostly ends so. Joined at the first call. */
  fatesOf(run: Run, like?: Run): ReadonlyMap<string, Fates> {
    const known = this.joined.get(run);
    if (known) return known;
    const made = this.fatesIn(run.outcomes, like && this.fatesOf(like));
    this.joined.set(run, made);
    return made;
  }

  /** As fatesOf, not remembered. */
  fatesIn(outcomes: readonly Outcome[], others?: ReadonlyMap<string, Fates>): Map<string, Fates> {
    const groups = new Map<string, { readonly kind: FateKind; readonly ends: Part[] }>();
    for (const { kind, how, parts } of outcomes) {
      const fate = `${kind} ${how}`;
      const group = groups.get(fate);
      if (group) pushAll(group.ends, parts);
      else groups.set(fate, { kind, ends: [...parts] });
    }
    const made = new Map<string, Fates>();
    for (const [fate, { kind, ends }] of groups) {
      const other = others?.get(fate);
      const parts = other && sameParts(other.ends, ends) ? other.parts : this.oneByView(ends);
      made.set(fate, { kind, ends, parts });
    }
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
    yield* this.runner.roots();
    yield* this.pinned;
    for (const fates of this.joined.values()) {
      for (const { parts } of fates.values()) for (const { set } of parts) yield set;
    }
    for (const { outcomes } of this.kept) for (const { parts } of outcomes) for (const { set } of parts) yield set;
  }

  /** Sends all packets of one origin on their way. Never throws where a budget runs out. */
  run(origin: Origin, watcher: Watcher = {}, plan: Plan = this.plan): Run {
    const made = this.progress.during(() => this.runner.whole(origin, this.progress.watched(watcher), plan));
    this.kept.add(made);
    return made;
  }

  /** Rules below a base chain, as often as packets may come to them: what watchChains goes through. */
  rulesBelow(chain: Chain): number {
    return this.runner.rulesBelow(chain);
  }

  /** Shows the packets that came to some base chains in a run on their way through these. Cost: that of the chains. Throws BudgetExceeded. */
  watchChains(run: Run, chains: ReadonlySet<Chain>, watcher: Watcher): void {
    const isWatched = (station: Station) => station.kind === 'chain' && chains.has(station.chain.chain);
    this.progress.during(() => this.runner.watched(run, isWatched, this.progress.watched(watcher)));
  }

  /**
   * What becomes of the packets of a run in another order of chains: null where it is the same for all. Cost: from the first station on that is another
   * one, with the packets of which it makes something else. Both runs are to be released. Never throws where a budget runs out.
   *
   * `seen` gets packets of which the change makes something else, as they leave it, for each way in which they do, and says what is still asked: null
   * ends it there, with null. They are sets of the moment.
   */
  divergence(
    run: Run,
    plan: Plan,
    asked: Concern = 'fates',
    seen: (parts: readonly Part[]) => Concern | null = () => asked,
  ): Divergence | null {
    return this.runner.scoped(() => {
      const journal = this.runner.journalOf(run);
      const changes = journal && run.undecided === null ? changesOf(journal, this.plan, plan) : null;
      if (changes === null || changes.length > 1) return { before: run, after: this.run(run.origin, {}, plan) };
      const [change] = changes;
      const met = change && asBefore(change);
      if (!change || !met) return null;
      const parts = this.diverging(plan, change, met, asked, seen);
      if (parts.length === 0) return null;
      const resumed = (order: Plan) => {
        const made = this.runner.resumed(run.origin, order, change, parts);
        this.kept.add(made);
        return made;
      };
      return { before: resumed(this.plan), after: resumed(plan) };
    });
  }

  /** The packets that come to a change and of which it makes something else; none, where enough is known of them. */
  private diverging(
    plan: Plan,
    change: Change,
    met: StationVisit,
    asked: Concern,
    seen: (parts: readonly Part[]) => Concern | null,
  ): readonly Part[] {
    try {
      const now = this.runner.changed(plan, change, met.entered);
      const lists = (concern: Concern) => {
        if (concern === 'fates') return differing(this, met.entered, met, now);
        const ignored = concern === 'forms' ? 0 : ~this.runner.addressMarkBits(plan, change);
        return [passingOtherwise(this, met.entered, met, now, ignored)];
      };
      const suspicious = this.diagrams.within(TELLING, () => suspects(lists, asked, seen));
      return suspicious.length === 0 ? [] : concerned(this, met.entered, suspicious);
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) throw error;
      return met.entered;
    }
  }
}

/** All packets in the lists of what is asked; what they tell may be that less is to be asked. None: enough is known. */
function suspects(
  lists: (concern: Concern) => Iterable<readonly Part[]>,
  asked: Concern,
  seen: (parts: readonly Part[]) => Concern | null,
): readonly Part[] {
  const found: Part[] = [];
  for (const parts of lists(asked)) {
    pushAll(found, parts);
    if (parts.length === 0) continue;
    const next = seen(parts);
    if (next === null) return [];
    if (next !== asked) return suspects(lists, next, seen);
  }
  return found;
}

/** What telling packets apart may take. */
const TELLING = { steps: 5_000_000, nodes: 2_000_000 };

/**
 * Remembered results: as many as a processor's own cache holds at most, because most sets that rules meet are small, and what was computed before the last
 * rule is rarely needed again; of a small node no more than it has use for.
 */
const LEAST_CACHE_ENTRIES = 1 << 13;
const MOST_CACHE_ENTRIES = 1 << 16;
const CACHE_ENTRIES_FOR_A_RULE = 16;

function cacheEntriesFor(rules: number): number {
  let entries = LEAST_CACHE_ENTRIES;
  while (entries < MOST_CACHE_ENTRIES && entries < CACHE_ENTRIES_FOR_A_RULE * rules) entries *= 2;
  return entries;
}

/** Nodes that a processor's cache holds, more or less. */
const FIRST_COLLECTION = 1 << 17;

/** About what a large node takes. */
const NODES_FOR_A_RULE = 60;
const LEAST_INITIAL_NODES = 1 << 14;
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
