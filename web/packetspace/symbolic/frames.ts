/**
 * Frames: what happened to packets so far, set aside. After the nat chains of a node with ten thousand Services, the packets that are left are "all but
 * those of 10,000 addresses", and those that were translated are a relation of 40,000 lines: every later rule that asks for something else would have to go
 * through all of it. So that is kept as a set of its own, the frame, and the rules get packets of which only little is known: all that could be there. A
 * packet is where the rules have it exactly if it is in the frame, too, because nothing of what a frame speaks of is written afterwards: of marks and
 * states, which are, it has the values that they had at the frame (`stage`), in variables of their own.
 */

import { BudgetExceeded } from '../diagram/budget.ts';
import type { Diagrams } from '../diagram/diagrams.ts';
import { FALSE, type Ref, TRUE } from '../diagram/ref.ts';
import { VariableSet } from '../diagram/transformation.ts';
import type { BitField } from './bit-field.ts';
import type { PacketSets } from './packet-sets.ts';
import { type Part, part } from './space.ts';
import { andBottomUp, same } from './universe.ts';

/** Sets with more nodes than that are framed. */
const LARGE = 5000;
/** Steps that may be spent on what is common to a frame's packets. */
const SUMMARY_STEPS = 3_000_000;

export class Frames {
  /** By number; the first is that of packets without one. */
  private readonly sets: Ref[] = [TRUE];
  private readonly values: VariableSet;

  constructor(private readonly packets: PacketSets) {
    const { layout } = packets;
    const fields = [layout.daddr, layout.saddr, layout.dport, layout.sport].flatMap(({ input, moved }) => [
      input,
      moved,
    ]);
    this.values = new VariableSet(fields.flatMap((field) => variablesOf(field)));
  }

  roots(): readonly Ref[] {
    return this.sets;
  }

  of(frame: number): Ref {
    return this.sets[frame] ?? TRUE;
  }

  /** The packets of a part, whatever its frame. */
  whole({ frame, set }: Part): Ref {
    return frame === 0 ? set : this.packets.diagrams.and(set, this.of(frame));
  }

  /** Whether there are any: the set alone may have more than there are. */
  isEmpty({ frame, set }: Part): boolean {
    return frame !== 0 && this.packets.diagrams.disjoint(set, this.of(frame));
  }

  /** Sets a large part's past aside. */
  frame(given: Part): Part {
    if (given.frame !== 0 || !isLarge(this.packets.diagrams, given.set)) return given;
    const { diagrams, layout } = this.packets;
    const stage = this.packets.once('stage', () =>
      andBottomUp(
        diagrams,
        [...layout.writtenVariables()].map((pair) => same(diagrams, pair.now, pair.stage)),
      ),
    );
    this.sets.push(diagrams.andExists(given.set, stage, layout.now));
    return part(given.view, this.sets.length - 1, diagrams.and(this.summary(given.set), stage));
  }

  /** What the packets have in common beside addresses and ports. */
  private summary(set: Ref): Ref {
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
function isLarge(diagrams: Diagrams, set: Ref): boolean {
  const seen = new Set<number>();
  const pending: Ref[] = [set];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const node = (next & ~1) as Ref;
    if (node === FALSE || seen.has(node)) continue;
    seen.add(node);
    if (seen.size > LARGE) return true;
    pending.push(diagrams.low(node), diagrams.high(node));
  }
  return false;
}
