/**
 * The course of a packet as hits and misses: the tracer tells which rules matched; those that were compared before them are counted here. Follows
 * jumps, gotos and returns as the steps tell them.
 */
import type { PacketView, TraceStep } from '../../kernel/branch.ts';
import type { TracePacket } from '../../kernel/packet.ts';
import type { Course } from '../../kernel/trace.ts';
import type { Chain, Rule } from '../../model/ruleset.ts';

/** A rule that matched. */
export interface Hit {
  readonly kind: 'hit';
  /** Of Course.steps. */
  readonly step: number;
  readonly rule: Rule;
  readonly verdict: string;
  /** The jumps that led here, from the base chain on. */
  readonly way: readonly Rule[];
  readonly before: PacketView;
  readonly after: PacketView;
}

/** Rules of one chain that were compared and did not match: `from`..`to`, counted from 1. */
export interface Miss {
  readonly kind: 'miss';
  readonly chain: Chain;
  readonly from: number;
  readonly to: number;
}

export interface PolicyMet {
  readonly kind: 'policy';
  readonly step: number;
  readonly verdict: 'accept' | 'drop';
}

export type Event = Hit | Miss | PolicyMet;

/** One base chain that the packet met. */
export interface Visit {
  readonly site: TraceStep['site'];
  readonly round: number;
  readonly events: readonly Event[];
  /** Of Course.steps: the first and the last of the visit. */
  readonly first: number;
  readonly last: number;
}

interface Frame {
  readonly chain: Chain;
  /** The last rule that was compared. */
  at: number;
}

/** The course of the packet itself: steps of copies that a rule sent stand between its own. */
export function withoutCopies(course: Course): Course {
  if (course.copies.length === 0) return course;
  return { ...course, steps: course.steps.filter(({ copy }) => copy === 0) };
}

/** Of a course without copies. `start`: the packet before the first step; null: as it is behind that. Cost: linear in the steps. */
export function visitsOf(course: Course, start: PacketView | null): Visit[] {
  const visits: Visit[] = [];
  let open: Walk | null = null;
  let before = start;
  course.steps.forEach((step, index) => {
    if (!open || open.ended || !open.continues(step)) {
      if (open) visits.push(open.close(index - 1));
      open = new Walk(step, index);
    }
    const after = viewAfter(step, course.steps[index + 1]?.view ?? course.last);
    open.take(step, index, before ?? step.view, after);
    before = after;
  });
  const last = open as Walk | null;
  if (last) visits.push(last.close(course.steps.length - 1));
  return visits;
}

/** The packet before its first step. */
export function startOf(
  { src, dst, sport, dport, mark, ttl, dscp, ecn }: TracePacket,
  { steps }: Course,
): PacketView | null {
  const [first] = steps;
  return first ? { ...first.view, src, dst, sport, dport, mark, ttl, tos: dscp * 4 + ecn } : null;
}

/** Rules that were compared with the packet. */
export function countEvaluated(visits: readonly Visit[]): number {
  let count = 0;
  for (const { events } of visits) {
    for (const event of events)
      count += event.kind === 'hit' ? 1 : event.kind === 'miss' ? event.to - event.from + 1 : 0;
  }
  return count;
}

/** A step shows the packet behind its rule, but a translation only afterwards: addresses and ports are those of the next view. */
function viewAfter(step: TraceStep, { src, dst, sport, dport }: PacketView): PacketView {
  const translates = step.type === 'rule' && step.rule.body.some(({ kind }) => kind === 'nat');
  return translates ? { ...step.view, src, dst, sport, dport } : step.view;
}

class Walk {
  ended = false;
  readonly #events: Event[] = [];
  readonly #frames: Frame[];
  #way: Rule[] = [];

  constructor(
    private readonly start: TraceStep,
    private readonly first: number,
  ) {
    this.#frames = [{ chain: start.site.base.chain, at: 0 }];
  }

  continues({ site, round }: TraceStep): boolean {
    return (
      site.base.chain === this.start.site.base.chain && site.hook === this.start.site.hook && round === this.start.round
    );
  }

  close(last: number): Visit {
    return { site: this.start.site, round: this.start.round, events: this.#events, first: this.first, last };
  }

  take(step: TraceStep, index: number, before: PacketView, after: PacketView): void {
    switch (step.type) {
      case 'rule':
        this.#rule(step.rule, step.verdict, index, before, after);
        return;
      case 'return':
        this.#missRest();
        this.#pop();
        return;
      case 'policy':
        this.#endChains(this.#frames[0]?.chain ?? null);
        this.#missRest();
        this.#events.push({ kind: 'policy', step: index, verdict: step.verdict === 'drop' ? 'drop' : 'accept' });
        this.ended = true;
        return;
    }
  }

  #rule(rule: Rule, verdict: string, index: number, before: PacketView, after: PacketView): void {
    this.#endChains(rule.chain);
    const top = this.#top();
    this.#miss(top, rule.index - 1);
    top.at = rule.index;
    this.#events.push({ kind: 'hit', step: index, rule, verdict, way: [...this.#way], before, after });
    const [word = '', name = ''] = verdict.split(' ');
    const target = rule.chain.table.chainNamed.get(name);
    if ((word === 'jump' || word === 'goto') && target) {
      // A goto's chain returns to whoever jumped: its own frame is left behind.
      if (word === 'goto') this.#leaveFrame(rule, target);
      else this.#enter(rule, target);
    } else if (word === 'return') {
      // From the base chain to its policy.
      top.at = top.chain.rules.length;
      this.#pop();
    } else if (word !== 'continue') this.ended = true;
  }

  #enter(rule: Rule, chain: Chain): void {
    this.#way = [...this.#way, rule];
    this.#frames.push({ chain, at: 0 });
  }

  #leaveFrame(rule: Rule, chain: Chain): void {
    this.#way = [...this.#way, rule];
    const [base] = this.#frames;
    // The way keeps the rules of all frames: it is cut where the frame that comes back is.
    if (this.#frames.length === 1 && base) {
      base.at = base.chain.rules.length;
      this.#frames.push({ chain, at: 0 });
    } else this.#frames[this.#frames.length - 1] = { chain, at: 0 };
  }

  /** Kernel: nft does not tell where a chain ends by itself, though the tracer does: the packet is back in `chain`. */
  #endChains(chain: Chain | null): void {
    while (this.#frames.length > 1 && this.#top().chain !== chain) {
      this.#missRest();
      this.#pop();
    }
  }

  #pop(): void {
    if (this.#frames.length === 1) return;
    this.#frames.pop();
    const { chain } = this.#top();
    const back = this.#way.findIndex((rule) => rule.chain === chain);
    this.#way = back < 0 ? [] : this.#way.slice(0, back);
  }

  #top(): Frame {
    return this.#frames[this.#frames.length - 1] as Frame;
  }

  #missRest(): void {
    const top = this.#top();
    this.#miss(top, top.chain.rules.length);
  }

  #miss(frame: Frame, to: number): void {
    const from = frame.at + 1;
    if (from <= to) this.#events.push({ kind: 'miss', chain: frame.chain, from, to });
    frame.at = Math.max(frame.at, to);
  }
}
