/**
 * Large unions at once: sets of addresses, and sets of concatenations (`{ 10.0.0.1 . tcp . 80-90, ... }`), as boxes: one interval in each of
 * several fields. The union grows bottom up along the bits, and at each place only the boxes that are there are looked at; so a million
 * addresses or 40,000 tuples take about as many steps as their diagram has paths, where a union of them one by one walks the whole again
 * and again.
 *
 * At each bit a box goes to the side where it lies. One that fills the place altogether has no say in the rest of the field: it is set
 * aside, and the union of those set aside over the remaining fields is joined to the place as one. (Without that, a box that is open in the
 * first field would be copied to every address of all the others.)
 */
import { InternalError } from '../../base/assert.ts';
import type { Diagrams } from './diagrams.ts';
import type { Field } from './field.ts';
import { boundBit, boundTail, type Interval, type IntervalColumn, intervalColumn } from './intervals.ts';
import { FALSE, type Ref, TRUE } from './ref.ts';

/** One field of the boxes: row i of `intervals` is box i's side. */
export interface BoxSide {
  readonly field: Field;
  readonly intervals: IntervalColumn;
}

/**
 * The union of boxes; rows in any order, overlapping or not. Fields may not share variables.
 *
 * Time: O(boxes * bits) where boxes are points or prefixes and the fields' variables are ascending and one field's below the other's (they
 * are sorted by that here); a range costs up to 2 * width places in its own field and as many times the fields after it.
 */
export function boxes(diagrams: Diagrams, sides: readonly BoxSide[]): Ref {
  const count = sides[0]?.intervals.count ?? 0;
  for (const { field, intervals } of sides) {
    if (intervals.count !== count || intervals.width !== field.width) {
      throw new InternalError(`boxes: the column of ${field.name} does not fit`);
    }
  }
  if (count === 0) return FALSE;
  const sorted = [...sides].sort((a, b) => a.field.firstVariable - b.field.firstVariable);
  return new BoxUnion(diagrams, sorted, count).all();
}

/** The values of one field that are in any of the intervals. As `boxes`: linear in the intervals, sorted or not. */
export function fieldIn(diagrams: Diagrams, field: Field, intervals: IntervalColumn | Iterable<Interval>): Ref {
  const column = 'words' in intervals ? intervals : intervalColumn(field.width, intervals);
  return boxes(diagrams, [{ field, intervals: column }]);
}

/** The values of a field from low to high, both included. O(width). */
export function fieldBetween(diagrams: Diagrams, field: Field, low: Interval['low'], high: Interval['high']): Ref {
  return fieldIn(diagrams, field, [{ low, high }]);
}

/** A box within a place of the field: how it is bound there. */
const LOW_BINDS = 1;
const HIGH_BINDS = 2;

class BoxUnion {
  readonly #diagrams: Diagrams;
  readonly #sides: readonly BoxSide[];
  readonly #count: number;
  /** Lists of boxes of the places being worked on, one after another: 4 * box + how it is bound. */
  #list: Int32Array;
  /** By field and box: the box over that field and those after it; -1 where not made yet. */
  readonly #single: Int32Array;

  constructor(diagrams: Diagrams, sides: readonly BoxSide[], count: number) {
    this.#diagrams = diagrams;
    this.#sides = sides;
    this.#count = count;
    this.#list = new Int32Array(4 * count);
    this.#single = new Int32Array(sides.length * count).fill(-1);
  }

  all(): Ref {
    for (let box = 0; box < this.#count; box++) this.#list[box] = 4 * box;
    return this.#enter(0, 0, this.#count);
  }

  /** The union, over the fields from `side` on, of the boxes in #list[from, to). */
  #enter(side: number, from: number, to: number): Ref {
    const current = this.#sides[side];
    if (!current) return TRUE;
    const list = this.#list;
    for (let at = from; at < to; at++) list[at] = ((list[at] as number) & ~3) | LOW_BINDS | HIGH_BINDS;
    return this.#place(current, side, 0, from, to);
  }

  /** The union of the boxes in #list[from, to) within a place that `depth` bits of the field have led to. */
  #place(current: BoxSide, side: number, depth: number, from: number, to: number): Ref {
    if (from === to) return FALSE;
    if (to - from === 1) return this.#alone(current, side, depth, this.#list[from] as number);
    const end = this.#reserve(to, 3 * (to - from));
    const filling = this.#filling(current, depth, from, to, end);
    const aside = filling > end ? this.#enter(side + 1, end, filling) : FALSE;
    if (aside === TRUE || filling - end === to - from) return aside;
    const lowEnd = this.#side(current, depth, from, to, end, 0);
    const low = this.#place(current, side, depth + 1, end, lowEnd);
    const highEnd = this.#side(current, depth, from, to, end, 1);
    const high = this.#place(current, side, depth + 1, end, highEnd);
    const split = this.#diagrams.branch(current.field.variables[depth] as number, low, high);
    return aside === FALSE ? split : this.#diagrams.or(split, aside);
  }

  #reserve(end: number, more: number): number {
    if (end + more > this.#list.length) {
      const larger = new Int32Array(2 * (end + more));
      larger.set(this.#list);
      this.#list = larger;
    }
    return end;
  }

  /** Copies the boxes that fill the place to #list from `end` on, and drops what no longer binds from the others. */
  #filling({ intervals }: BoxSide, depth: number, from: number, to: number, end: number): number {
    const list = this.#list;
    let filled = end;
    for (let at = from; at < to; at++) {
      let entry = list[at] as number;
      const box = entry >>> 2;
      const left = intervals.width - depth;
      if (entry & LOW_BINDS && boundTail(intervals, intervals.low, box, 0) >= left) entry ^= LOW_BINDS;
      if (entry & HIGH_BINDS && boundTail(intervals, intervals.high, box, 1) >= left) entry ^= HIGH_BINDS;
      list[at] = entry;
      if ((entry & (LOW_BINDS | HIGH_BINDS)) === 0) list[filled++] = entry;
    }
    return filled;
  }

  /** Copies the boxes that are on one side of the bit at `depth`, and do not fill the place, to #list from `end` on. */
  #side({ intervals }: BoxSide, depth: number, from: number, to: number, end: number, bit: number): number {
    const list = this.#list;
    let copied = end;
    for (let at = from; at < to; at++) {
      let entry = list[at] as number;
      if ((entry & (LOW_BINDS | HIGH_BINDS)) === 0) continue;
      const box = entry >>> 2;
      if (entry & LOW_BINDS) {
        const own = boundBit(intervals, intervals.low, box, depth);
        if (own > bit) continue;
        if (own < bit) entry ^= LOW_BINDS;
      }
      if (entry & HIGH_BINDS) {
        const own = boundBit(intervals, intervals.high, box, depth);
        if (own < bit) continue;
        if (own > bit) entry ^= HIGH_BINDS;
      }
      list[copied++] = entry;
    }
    return copied;
  }

  /** One box within a place: the bits that its bounds share, then a chain for each bound. */
  #alone(current: BoxSide, side: number, depth: number, entry: number): Ref {
    const { field, intervals } = current;
    const box = entry >>> 2;
    const inside = this.#rest(side + 1, box);
    const bound = entry & (LOW_BINDS | HIGH_BINDS);
    if (bound === 0) return inside;
    if (bound === LOW_BINDS) return this.#chain(current, box, LOW_BINDS, depth, inside);
    if (bound === HIGH_BINDS) return this.#chain(current, box, HIGH_BINDS, depth, inside);
    let parting = depth;
    while (
      parting < field.width &&
      boundBit(intervals, intervals.low, box, parting) === boundBit(intervals, intervals.high, box, parting)
    ) {
      parting++;
    }
    let result = inside;
    if (parting < field.width) {
      const low = this.#chain(current, box, LOW_BINDS, parting + 1, inside);
      const high = this.#chain(current, box, HIGH_BINDS, parting + 1, inside);
      result = this.#diagrams.branch(field.variables[parting] as number, low, high);
    }
    for (let bit = parting - 1; bit >= depth; bit--) {
      const own = boundBit(intervals, intervals.low, box, bit);
      result = this.#towards(field.variables[bit] as number, own, FALSE, result);
    }
    return result;
  }

  /** What is inside one bound as far as the bits from `depth` on tell. */
  #chain({ field, intervals }: BoxSide, box: number, which: number, depth: number, inside: Ref): Ref {
    const bound = which === LOW_BINDS ? intervals.low : intervals.high;
    const inwards = which === LOW_BINDS ? 1 : 0;
    let result = inside;
    for (let bit = field.width - 1; bit >= depth; bit--) {
      const own = boundBit(intervals, bound, box, bit);
      result = this.#towards(field.variables[bit] as number, own, own === inwards ? FALSE : inside, result);
    }
    return result;
  }

  /** `along` where the variable has the value `bit`, `other` where not. */
  #towards(variable: number, bit: number, other: Ref, along: Ref): Ref {
    return bit === 1 ? this.#diagrams.branch(variable, other, along) : this.#diagrams.branch(variable, along, other);
  }

  #rest(side: number, box: number): Ref {
    const current = this.#sides[side];
    if (!current) return TRUE;
    const at = side * this.#count + box;
    const known = this.#single[at] as number;
    if (known >= 0) return known as Ref;
    const made = this.#alone(current, side, 0, (4 * box) | LOW_BINDS | HIGH_BINDS);
    this.#single[at] = made;
    return made;
  }
}
