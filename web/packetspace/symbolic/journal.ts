/**
 * What a run met, station by station: which packets came to it, what it let pass, and who left there. So a run through the same rules in another order
 * begins where the order is another one, and ends there if nothing else becomes of the packets.
 */
import type { End, HookSite } from '../../kernel/domain.ts';
import { Journey } from '../../kernel/journey.ts';
import type { Plan, Station } from '../../kernel/plan.ts';
import type { Ref } from '../diagram/ref.ts';
import type { MergedProgram } from './merged-program.ts';
import type { RememberingWalk } from './remembering-walk.ts';
import type { Part, Space } from './space.ts';
import type { SymbolicDomain } from './symbolic-domain.ts';

/** Packets that left, and how. */
export interface Left {
  readonly parts: readonly Part[];
  readonly end: End;
}

export interface StationVisit {
  readonly entered: readonly Part[];
  /** With mappings that are not yet written to the packets. */
  readonly passed: readonly Part[];
  readonly left: readonly Left[];
}

export interface HookVisit {
  readonly site: HookSite;
  /** Whose chains these are; null: of no device. */
  readonly device: string | null;
  readonly stations: readonly Station[];
  /** Of the stations that packets came to. */
  readonly visits: StationVisit[];
}

/** All hooks that packets came to, in the order of their coming. */
export class Journal {
  readonly hooks: HookVisit[] = [];

  *roots(): Generator<Ref> {
    for (const { visits } of this.hooks) for (const visit of visits) yield* rootsOf(visit);
  }
}

function* rootsOf({ entered, passed, left }: StationVisit): Generator<Ref> {
  for (const { set } of entered) yield set;
  for (const { set } of passed) yield set;
  for (const { parts } of left) for (const { set } of parts) yield set;
}

/** A journey of sets. */
export class SymbolicJourney extends Journey<Space> {
  /** `journal`: null where nobody wants to know. */
  constructor(
    program: MergedProgram,
    plan: Plan,
    private readonly symbolic: SymbolicDomain,
    walk: RememberingWalk,
    private readonly journal: Journal | null = null,
  ) {
    super(program, plan, symbolic, { bridgeCallsIp: false }, walk);
  }

  protected override hook(
    set: Space,
    site: HookSite,
    stations: readonly Station[],
    device: string | null = null,
  ): Space | null {
    this.journal?.hooks.push({ site, device, stations, visits: [] });
    return super.hook(set, site, stations, device);
  }

  protected override station(set: Space, station: Station, site: HookSite): Space | null {
    const visits = this.journal?.hooks.at(-1)?.visits;
    if (!visits) return super.station(set, station, site);
    const entered = set.parts;
    const at = visits.length;
    // What entered is kept from now on: collections come while it is on its way.
    visits.push({ entered, passed: [], left: [] });
    const { passed, left } = this.recorded(() => super.station(set, station, site));
    visits[at] = { entered, passed: passed?.parts ?? [], left };
    return passed;
  }

  private recorded(run: () => Space | null): { readonly passed: Space | null; readonly left: readonly Left[] } {
    const { symbolic } = this;
    const outer = symbolic.recorder;
    const left: Left[] = [];
    symbolic.recorder = {
      left: (parts, end) => {
        left.push({ parts, end });
        outer?.left(parts, end);
      },
      pending: (one) => outer?.pending(one),
    };
    const passed = run();
    symbolic.recorder = outer;
    return { passed, left };
  }

  /** Some stations of a hook, one after the other: what the last one lets pass, and all that left at any. */
  only(set: Space, stations: readonly Station[], site: HookSite): { passed: readonly Part[]; left: readonly Left[] } {
    const { passed, left } = this.recorded(() => {
      let at: Space | null = set;
      for (const [i, station] of stations.entries()) {
        if (at === null) return null;
        at = this.station(at, station, site);
        if (i < stations.length - 1) at = this.written(at, station);
      }
      return at;
    });
    return { passed: passed ? this.symbolic.use(passed) : [], left };
  }
}
