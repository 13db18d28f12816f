/**
 * A set in words: a short union of products, each a list of intervals for some of the fields ("from 10.244.0.0/16 to TCP port 80 or 443; from
 * anywhere to port 22").
 *
 * What holds whatever the field's value is said once, without the field; only what remains is said value by value, and values of which the
 * same remains share a product. This is the irredundant cover of Minato and Morreale, with a field's intervals in place of a variable's two
 * sides: each step covers at least `lower` (what must still be said) and at most `upper` (what may be said). Products may overlap.
 */
import { fieldIn } from './boxes.ts';
import type { Diagrams } from './diagrams.ts';
import type { Field } from './field.ts';
import type { Interval } from './intervals.ts';
import { appendInterval, walkField } from './places.ts';
import { FALSE, type Ref, TRUE } from './ref.ts';
import { VariableSet } from './transformation.ts';
import { support } from './walk.ts';

/** One field's part in a product: any of the intervals, ascending and apart. */
export interface Side {
  readonly field: Field;
  readonly intervals: readonly Interval[];
}

/** Fields that are not named may have any value. Sides are in the order in which the fields were given. */
export type Product = readonly Side[];

export interface Description {
  readonly products: readonly Product[];
  /** False: a limit was reached, and the products are only a part of the set. */
  readonly complete: boolean;
  /** Variables outside the fields that the set depends on: they were forgotten, so "for some value of these". */
  readonly forgotten: Int32Array;
}

export interface DescriptionLimits {
  readonly products: number;
  /** In one side of one product. */
  readonly intervals: number;
}

/** Intervals looked at in one walk along a field, and in all. */
const PLACES_IN_A_WALK = 1 << 16;
const PLACES_IN_ALL = 1 << 18;

/**
 * Describes a set by fields. Where it is complete, the union of the products is the set, but for what was forgotten; otherwise they lie within
 * it. Cost: a few operations for each interval of each field at which the set changes, within the limits; large sets should get a budget.
 *
 * `dontCare`: members that may be said to be in the set or not, whichever is shorter: assignments that there are none of, or that nobody asks for. A set
 * of nothing else is told all the same.
 */
export function describeSet(
  diagrams: Diagrams,
  set: Ref,
  fields: readonly Field[],
  limits: DescriptionLimits,
  dontCare: Ref = FALSE,
): Description {
  const forgotten = support(diagrams, set).filter((variable) => !fields.some((field) => field.set.has(variable)));
  const others = new VariableSet(forgotten);
  const whole = diagrams.exists(set, others);
  const needed = dontCare === FALSE ? whole : diagrams.exists(diagrams.diff(set, dontCare), others);
  const known = needed === FALSE ? whole : needed;
  const sorted = [...fields].sort((a, b) => a.firstVariable - b.firstVariable);
  const cover = new Cover(diagrams, sorted, limits);
  const { terms } = cover.between(known, upperOf(diagrams, whole, dontCare, fields), 0);
  const products = terms.slice(0, limits.products).map(({ sides }) => inGivenOrder(sides, fields));
  return { products, complete: cover.complete && terms.length <= limits.products, forgotten };
}

/** What may be said: the set, and whatever is not cared for wherever all else is. */
function upperOf(diagrams: Diagrams, known: Ref, dontCare: Ref, fields: readonly Field[]): Ref {
  if (dontCare === FALSE) return known;
  const others = support(diagrams, dontCare).filter((variable) => !fields.some((field) => field.set.has(variable)));
  return diagrams.or(known, diagrams.forall(dontCare, new VariableSet(others)));
}

function inGivenOrder(sides: Product, fields: readonly Field[]): Product {
  return [...sides].sort((a, b) => fields.indexOf(a.field) - fields.indexOf(b.field));
}

/** A product and its set. */
interface Term {
  readonly sides: Product;
  readonly set: Ref;
}

/** Values of a field that need the same: what must and what may be said there. */
interface Group {
  readonly lower: Ref;
  readonly upper: Ref;
  readonly intervals: Interval[];
}

/** A term of the fields behind, and the values of the field for which it is needed. */
interface NarrowTerm extends Term {
  readonly intervals: Interval[];
}

function addTo(terms: Map<Ref, NarrowTerm>, { sides, set }: Term, { intervals }: Group): void {
  let known = terms.get(set);
  if (!known) {
    known = { sides, set, intervals: [] };
    terms.set(set, known);
  }
  for (const interval of intervals) known.intervals.push(interval);
}

interface Covered {
  readonly terms: readonly Term[];
  /** The union of the terms. */
  readonly set: Ref;
}

const NOTHING: Covered = { terms: [], set: FALSE };

class Cover {
  complete = true;
  readonly #diagrams: Diagrams;
  readonly #fields: readonly Field[];
  readonly #limits: DescriptionLimits;
  #placesLeft = PLACES_IN_ALL;

  constructor(diagrams: Diagrams, fields: readonly Field[], limits: DescriptionLimits) {
    this.#diagrams = diagrams;
    this.#fields = fields;
    this.#limits = limits;
  }

  /** Terms over the fields from `at` on whose union has all of `lower` and nothing outside `upper`. */
  between(lower: Ref, upper: Ref, at: number): Covered {
    if (lower === FALSE) return NOTHING;
    if (upper === TRUE) return { terms: [{ sides: [], set: TRUE }], set: TRUE };
    const field = this.#fields[at] as Field;
    const { groups, whole } = this.#groups(field, lower, upper);
    const [only] = groups;
    if (only && groups.length === 1 && whole) return this.between(only.lower, only.upper, at + 1);
    const anywhere = whole ? this.#diagrams.andAll(groups.map((group) => group.upper)) : FALSE;
    const missing: Ref[] = [];
    const narrow = new Map<Ref, NarrowTerm>();
    for (const group of groups) {
      const covered = this.between(this.#diagrams.diff(group.lower, anywhere), group.upper, at + 1);
      missing.push(this.#diagrams.and(this.#diagrams.diff(group.lower, covered.set), anywhere));
      for (const term of covered.terms) addTo(narrow, term, group);
      if (narrow.size <= this.#limits.products) continue;
      this.complete = false;
      break;
    }
    const wide = this.between(this.#diagrams.orAll(missing), anywhere, at + 1);
    const terms = [...wide.terms, ...[...narrow.values()].map((term) => this.#before(field, term))];
    return { terms, set: this.#diagrams.orAll(terms.map((term) => term.set)) };
  }

  /** The field's values by what they need, in the order of their first interval; `whole` where all values were looked at. */
  #groups(field: Field, lower: Ref, upper: Ref): { readonly groups: readonly Group[]; readonly whole: boolean } {
    const groups = new Map<string, Group>();
    let whole = true;
    let left = Math.min(this.#placesLeft, PLACES_IN_A_WALK);
    const before = left;
    walkField(this.#diagrams, field, [lower, upper], (low, high, [ownLower, ownUpper]) => {
      if (--left < 0) {
        whole = false;
        return false;
      }
      const key = `${ownLower} ${ownUpper}`;
      let group = groups.get(key);
      if (!group) {
        group = { lower: ownLower as Ref, upper: ownUpper as Ref, intervals: [] };
        groups.set(key, group);
      }
      appendInterval(group.intervals, low, high);
      return true;
    });
    this.#placesLeft -= before - Math.max(left, 0);
    this.complete &&= whole;
    return { groups: [...groups.values()], whole };
  }

  /** Puts the field before a term. */
  #before(field: Field, { sides, set, intervals }: NarrowTerm): Term {
    const own = this.#limited(joined(intervals));
    const inBoth = this.#diagrams.and(fieldIn(this.#diagrams, field, own), set);
    return { sides: [{ field, intervals: own }, ...sides], set: inBoth };
  }

  #limited(intervals: readonly Interval[]): readonly Interval[] {
    if (intervals.length <= this.#limits.intervals) return intervals;
    this.complete = false;
    return intervals.slice(0, this.#limits.intervals);
  }
}

/** Disjoint intervals in ascending order, those that touch as one. */
function joined(intervals: readonly Interval[]): Interval[] {
  const result: Interval[] = [];
  const sorted = [...intervals].sort((a, b) => (a.low < b.low ? -1 : 1));
  for (const { low, high } of sorted) appendInterval(result, low, high);
  return result;
}
