/** Sends sets of packets on their way through the node as it is, or with its chains in another order; whole journeys, or from some station on. */
import type { Plan, Station } from '../../kernel/plan.ts';
import type { Chain } from '../../model/ruleset.ts';
import { BudgetExceeded, type Limits } from '../diagram/budget.ts';
import type { Ref } from '../diagram/ref.ts';
import type { Change } from './divergence.ts';
import type { Run } from './execute.ts';
import { Journal, type Left, SymbolicJourney } from './journal.ts';
import type { Family } from './layout.ts';
import { addressMarkBits } from './mark-use.ts';
import type { MergedProgram } from './merged-program.ts';
import type { Outcome } from './outcomes.ts';
import { Memory, RememberingWalk } from './remembering-walk.ts';
import type { Part } from './space.ts';
import type { SymbolicDomain, Watcher } from './symbolic-domain.ts';
import { beginning, type Origin, possiblePackets } from './universe.ts';

export interface Passed {
  readonly passed: readonly Part[];
  readonly left: readonly Left[];
}

export class Runner {
  private readonly memory: Memory;
  /** What is remembered of another order, while it is gone through. */
  private scope: Memory | null = null;
  private readonly journals = new WeakMap<Run, Journal>();
  /** Those of the node as it is. */
  private readonly kept = new Set<Journal>();
  private current: Journal | null = null;
  /** Those that are to be sent on their way again. */
  private held: readonly Part[] = [];

  constructor(
    private readonly program: MergedProgram,
    private readonly domain: SymbolicDomain,
    /** The order as it is. */
    private readonly plan: Plan,
    private readonly family: Family,
    private readonly limits: Limits,
  ) {
    this.memory = new Memory(program);
  }

  *roots(): Generator<Ref> {
    yield* this.memory.roots();
    if (this.scope) yield* this.scope.roots();
    if (this.current) yield* this.current.roots();
    for (const journal of this.kept) yield* journal.roots();
    for (const { set } of this.held) yield set;
  }

  journalOf(run: Run): Journal | null {
    return this.journals.get(run) ?? null;
  }

  /** Rules that packets meet below a chain, as often as they do. */
  rulesBelow(chain: Chain): number {
    return this.memory.traits.of(chain).size;
  }

  /** The bits of the mark that can make a difference to addresses behind a change, in both orders (mark-use.ts). */
  addressMarkBits(plan: Plan, change: Change): number {
    return addressMarkBits(plan, change, this.family, this.memory.traits);
  }

  /** All packets of an origin. */
  whole(origin: Origin, watcher: Watcher, plan: Plan): Run {
    const { domain, family } = this;
    const journal = new Journal();
    const isAsIs = plan === this.plan;
    const run = this.finished(origin, watcher, isAsIs, (walk) => {
      this.current = journal;
      const { sets } = domain;
      const frame = domain.frames.add(possiblePackets(sets, origin, plan.conntrack[family]));
      const view = origin === 'received' ? domain.views.received : domain.views.sent;
      const start = domain.space([{ view, frame, set: beginning(sets) }]);
      const journey = new SymbolicJourney(this.program, plan, domain, walk, journal);
      if (origin === 'received') journey.receive(start, family);
      else journey.send(start, family);
    });
    this.current = null;
    if (isAsIs && watcher.everyTime === undefined) {
      this.kept.add(journal);
      this.journals.set(run, journal);
    }
    return run;
  }

  /** Some packets that came to a change, to their end; kept until what is remembered of another order is not needed any more. */
  resumed(origin: Origin, plan: Plan, { visit, from, stations }: Change, parts: readonly Part[]): Run {
    this.held = parts;
    return this.finished(origin, {}, false, (walk) => {
      const journey = new SymbolicJourney(this.program, plan, this.domain, walk);
      const all = plan === this.plan ? visit.stations : stations;
      journey.resume(this.domain.space(parts), visit.site, all, from, this.family);
    });
  }

  /** The packets that come to a change, through the changed stations alone. Throws BudgetExceeded. */
  changed(plan: Plan, { visit, instead }: Change, entered: readonly Part[]): Passed {
    return this.elsewhere((walk) => {
      const journey = new SymbolicJourney(this.program, plan, this.domain, walk);
      return journey.only(this.domain.space(entered), instead, visit.site);
    });
  }

  /** The packets that came to some stations in a run, through each of these alone, before somebody's eyes. Throws BudgetExceeded. */
  watched(run: Run, isWatched: (station: Station) => boolean, watcher: Watcher): void {
    const { domain } = this;
    domain.watcher = watcher;
    try {
      for (const { site, stations, visits } of this.journalOf(run)?.hooks ?? []) {
        for (const [i, { entered }] of visits.entries()) {
          const station = stations[i];
          if (!station || !isWatched(station)) continue;
          this.elsewhere((walk) => {
            const journey = new SymbolicJourney(this.program, this.plan, domain, walk);
            journey.only(domain.space(entered), [station], site);
          });
        }
      }
    } finally {
      domain.watcher = {};
      domain.begin();
    }
  }

  /** What is remembered of another order holds as long as `run` takes. */
  scoped<T>(run: () => T): T {
    const { scope } = this;
    this.scope = new Memory(this.program, this.memory);
    try {
      return run();
    } finally {
      this.scope = scope;
      this.held = [];
    }
  }

  /** Never throws where a budget runs out. */
  private finished(origin: Origin, watcher: Watcher, isAsIs: boolean, go: (walk: RememberingWalk) => void): Run {
    const { domain } = this;
    let undecided: string | null = null;
    domain.watcher = watcher;
    try {
      if (isAsIs) this.withWalk(this.memory, go);
      else this.elsewhere(go);
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) throw error;
      undecided = undecidedText(error, this.family, origin);
    }
    if (isAsIs) domain.reach.settleUnsure();
    const outcomes = this.outcomes();
    domain.watcher = {};
    domain.begin();
    return { family: this.family, origin, outcomes, undecided };
  }

  /** Joined, unless there is no room for that any more. */
  private outcomes(): readonly Outcome[] {
    const { outcomes, sets } = this.domain;
    try {
      return outcomes.all(sets.diagrams);
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) throw error;
      return outcomes.unjoined();
    }
  }

  /** In another order, or with some packets only: rules that these meet are not noted as met. */
  private elsewhere<T>(go: (walk: RememberingWalk) => T): T {
    const { reach } = this.domain;
    reach.paused = true;
    try {
      const run = () => this.withWalk(this.scope as Memory, go);
      return this.scope ? run() : this.scoped(run);
    } finally {
      reach.paused = false;
    }
  }

  private withWalk<T>(memory: Memory, go: (walk: RememberingWalk) => T): T {
    const { domain } = this;
    domain.begin();
    domain.collect();
    try {
      return domain.sets.diagrams.within(this.limits, () => go(new RememberingWalk(this.program, domain, memory)));
    } catch (error) {
      domain.abandon();
      memory.open.clear();
      throw error;
    }
  }
}

/** In words: what was not followed to its end, and why. */
function undecidedText({ kind }: BudgetExceeded, family: Family, origin: Origin): string {
  const packets = `${family === 'ip' ? 'IPv4' : 'IPv6'} packets that ${origin === 'received' ? 'come in' : 'the node sends'}`;
  const why = { milliseconds: 'the time', nodes: 'the memory', steps: 'the number of steps' } as const;
  return `not all ${packets} could be followed to their end: ${why[kind]} that was allowed for them ran out`;
}
