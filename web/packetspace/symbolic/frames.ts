/**
 * Frames: what happened to packets so far, set aside. After the nat chains of a node with ten thousand Services, the packets that are left are "all but
 * those of 10,000 addresses", and those that were translated are a relation of 40,000 lines: every later rule that asks for something else would have to go
 * through all of it. So that is kept as a set of its own, the frame, and the rules get packets of which only little is known: all that could be there. A
 * packet is where the rules have it exactly if it is in the frame, too, because nothing of what a frame speaks of is written afterwards: marks and states,
 * which are, have other variables behind it.
 */

import { BudgetExceeded } from '../diagram/budget.ts';
import type { Diagrams } from '../diagram/diagrams.ts';
import { FALSE, type Ref, TRUE } from '../diagram/ref.ts';
import { VariableSet } from '../diagram/transformation.ts';
import type { BitField } from './bit-field.ts';
import type { PacketSets } from './packet-sets.ts';
import { commonMember, type Found } from './search.ts';
import { type Part, part } from './space.ts';
import { andBottomUp, same } from './universe.ts';
import type { Views } from './view.ts';

/** Sets with more nodes than that are framed. */
const LARGE = 5000;
/** Steps of looking for a packet before an intersection is made. */
const SEARCH_STEPS = 20_000;
/** Of looking in earnest. */
const EARNEST_STEPS = 600_000;
/** What an intersection may take, where the search has not found any. */
const INTERSECTION = { steps: 1_000_000, nodes: 500_000 };
/** Steps that may be spent on what is common to a frame's packets. */
const SUMMARY_STEPS = 5_000_000;

interface Frame {
  readonly set: Ref;
  readonly around: number;
  /** It speaks of what may still be written: to be joined with the packets before that happens. */
  readonly loose: boolean;
}

export class Frames {
  /** By number: a set, and the frame around it. The first is that of packets without one. */
  private readonly list: Frame[] = [{ set: TRUE, around: 0, loose: false }];
  private readonly byKey = new Map<string, number>();
  /** Of sets that are frames. */
  private readonly summaries = new Map<Ref, Ref>();
  private readonly values: VariableSet;

  constructor(
    private readonly packets: PacketSets,
    private readonly views: Views,
  ) {
    const { layout } = packets;
    const fields = [layout.daddr, layout.saddr, layout.dport, layout.sport].flatMap(({ input, moved }) => [
      input,
      moved,
    ]);
    this.values = new VariableSet(fields.flatMap((field) => variablesOf(field)));
  }

  *roots(): Generator<Ref> {
    for (const { set } of this.list) yield set;
    yield* this.summaries.values();
  }

  /** A frame within another one (0: none). */
  add(set: Ref, around = 0, loose = false): number {
    const key = `${set} ${around} ${loose}`;
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    this.list.push({ set, around, loose });
    this.byKey.set(key, this.list.length - 1);
    return this.list.length - 1;
  }

  /** The frame that a part is, for packets of which nothing else is known. */
  within({ set, frame }: Part): number {
    return this.add(set, frame, true);
  }

  isLoose({ frame }: Part): boolean {
    return this.list[frame]?.loose ?? false;
  }

  /** The part without loose frames: cut down to them. */
  tight(given: Part): Part {
    let { frame, set } = given;
    for (let own = this.list[frame]; own?.loose; own = this.list[frame]) {
      set = this.packets.diagrams.and(set, own.set);
      frame = own.around;
    }
    return { ...given, frame, set };
  }

  /** The part cut down to all of its frames that are within one of `bases`; within none, only to the loose ones. */
  upTo(given: Part, bases: ReadonlySet<number>): Part {
    const { diagrams } = this.packets;
    let { frame, set } = this.tight(given);
    const inner: Ref[] = [];
    while (frame !== 0 && !bases.has(frame)) {
      const own = this.list[frame] as Frame;
      inner.push(own.set);
      frame = own.around;
    }
    if (!bases.has(frame)) return this.tight(given);
    for (const each of inner) set = diagrams.and(set, each);
    return { ...given, frame, set };
  }

  /** The frame that a part stays in, whatever is written. */
  base({ frame }: Part): number {
    let at = frame;
    for (let own = this.list[at]; own?.loose; own = this.list[at]) at = own.around;
    return at;
  }

  /** Whether it is of packets that have been written to already: not of what they were at the beginning. */
  isPast(frame: number): boolean {
    return frame !== 0 && (this.list[frame] as Frame).around !== 0;
  }

  /** The sets of a frame and of those around it. */
  private setsOf(frame: number): Ref[] {
    const found: Ref[] = [];
    for (let at = frame; at !== 0; ) {
      const { set, around } = this.list[at] as Frame;
      found.push(set);
      at = around;
    }
    return found;
  }

  /** A frame within `from` as it would be within `to`; null where it is not within it. */
  moved(frame: number, from: number, to: number): number | null {
    const inner: Frame[] = [];
    for (let at = frame; at !== from; ) {
      if (at === 0) return null;
      const own = this.list[at] as Frame;
      inner.push(own);
      at = own.around;
    }
    return inner.reduceRight((around, { set, loose }) => this.add(set, around, loose), to);
  }

  /** The packets of a part, whatever its frame. */
  whole({ frame, set }: Part): Ref {
    let inside = set;
    for (const own of this.setsOf(frame)) inside = this.packets.diagrams.and(inside, own);
    return inside;
  }

  /** Whether there are any: the set alone may have more than there are. */
  isEmpty(given: Part): boolean {
    const found = this.look(given, SEARCH_STEPS);
    return found === 'unknown' ? this.whole(given) === FALSE : found === 'none';
  }

  /** As look, in earnest: by the intersection, where that is not too large. */
  search(given: Part): Found {
    const found = this.look(given, EARNEST_STEPS);
    if (found !== 'unknown') return found;
    const { diagrams } = this.packets;
    try {
      return diagrams.within(INTERSECTION, () => (this.whole(given) === FALSE ? 'none' : 'some'));
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) throw error;
      return 'unknown';
    }
  }

  /** The part's set, and those that its packets are in, too. */
  sets({ frame, set }: Part): readonly Ref[] {
    return [set, ...this.setsOf(frame)];
  }

  look({ frame, set }: Part, steps: number): Found {
    return commonMember(this.packets.diagrams, [set, ...this.setsOf(frame)], steps);
  }

  /** Sets a large part's past aside. What the frame speaks of is not written any more: from now on it is the second variables that are. */
  frame(given: Part): Part {
    const { view, set } = given;
    if (view.framed || view.saddr || view.sport) return this.tight(given);
    if (!isLargerThan(this.packets.diagrams, set, LARGE)) return this.tight(given);
    const { diagrams } = this.packets;
    const frame = this.add(set, given.frame);
    const framed = this.views.with(view, { framed: true });
    return part(framed, frame, diagrams.and(this.summary(set), this.sameAsBefore()));
  }

  private sameAsBefore(): Ref {
    const { diagrams, layout } = this.packets;
    return this.packets.once('behind the frame', () =>
      andBottomUp(
        diagrams,
        [...layout.writtenVariables()].map(({ now, later }) => same(diagrams, now, later)),
      ),
    );
  }

  /** The part with all that its frame says of it, where that speaks of what is to be written. */
  unframed(given: Part): Part {
    return !given.view.framed ? given : { ...given, frame: 0, set: this.whole(given) };
  }

  /** What the packets have in common beside addresses and ports. */
  private summary(set: Ref): Ref {
    const known = this.summaries.get(set);
    if (known !== undefined) return known;
    const made = this.summaryOf(set);
    this.summaries.set(set, made);
    return made;
  }

  private summaryOf(set: Ref): Ref {
    const { diagrams } = this.packets;
    try {
      return diagrams.within({ steps: SUMMARY_STEPS }, () => diagrams.exists(set, this.values));
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) throw error;
      return TRUE;
    }
  }
}

function variablesOf(field: BitField): number[] {
  return [...field.variables].filter((variable) => variable >= 0);
}

/** Whether a set has many nodes, without counting all of them. */
export function isLargerThan(diagrams: Diagrams, set: Ref, nodes: number): boolean {
  const seen = new Set<number>();
  const pending: Ref[] = [set];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const node = (next & ~1) as Ref;
    if (node === FALSE || seen.has(node)) continue;
    seen.add(node);
    if (seen.size > nodes) return true;
    pending.push(diagrams.low(node), diagrams.high(node));
  }
  return false;
}
