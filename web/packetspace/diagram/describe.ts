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

/** Intervals looked at in all, for each product that is allowed. */
const PLACES_PER_PRODUCT = 1000;

/**
 * Describes a set by fields. Where it is complete, the union of the products is the set, but for what was forgotten; otherwise they lie within
 * it. Cost: a few operations for each interval of each field at which the set changes, within the limits; large sets should get a budget.
 */
export function describeSet(
  diagrams: Diagrams,
  set: Ref,
  fields: readonly Field[],
  limits: DescriptionLimits,
): Description {
  const forgotten = support(diagrams, set).filter((variable) => !fields.some((field) => field.set.has(variable)));
  const known = diagrams.exists(set, new VariableSet(forgotten));
  const sorted = [...fields].sort((a, b) => a.firstVariable - b.firstVariable);
  const cover = new Cover(diagrams, sorted, limits);
  const { terms } = cover.between(known, known, 0);
  const products = terms.slice(0, limits.products).map(({ sides }) => inGivenOrder(sides, fields));
  return { products, complete: cover.complete && terms.length <= limits.products, forgotten };
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
  #placesLeft: number;
  #termsLeft: number;

  constructor(diagrams: Diagrams, fields: readonly Field[], limits: DescriptionLimits) {
    this.#diagrams = diagrams;
    this.#fields = fields;
    this.#limits = limits;
    this.#placesLeft = PLACES_PER_PRODUCT * limits.products;
    this.#termsLeft = PLACES_PER_PRODUCT * limits.products;
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
    const narrow = groups.map((group) => this.between(this.#diagrams.diff(group.lower, anywhere), group.upper, at + 1));
    const missing = groups.map((group, i) => this.#diagrams.diff(group.lower, (narrow[i] as Covered).set));
    const wide = this.between(
      this.#diagrams.orAll(missing.map((set) => this.#diagrams.and(set, anywhere))),
      anywhere,
      at + 1,
    );
    const terms = [...wide.terms, ...this.#join(field, groups, narrow)];
    return { terms, set: this.#diagrams.orAll(terms.map((term) => term.set)) };
  }

  /** The field's values by what they need, in the order of their first interval; `whole` where all values were looked at. */
  #groups(field: Field, lower: Ref, upper: Ref): { readonly groups: readonly Group[]; readonly whole: boolean } {
    const groups = new Map<string, Group>();
    let whole = true;
    walkField(this.#diagrams, field, [lower, upper], (low, high, [ownLower, ownUpper]) => {
      if (--this.#placesLeft < 0) {
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
    this.complete &&= whole;
    return { groups: [...groups.values()], whole };
  }

  /** Puts the field before the groups' terms; equal terms of several groups become one with all their intervals. */
  #join(field: Field, groups: readonly Group[], narrow: readonly Covered[]): Term[] {
    const bySet = new Map<Ref, { readonly sides: Product; readonly intervals: Interval[] }>();
    groups.forEach((group, i) => {
      for (const { sides, set } of (narrow[i] as Covered).terms) {
        const known = bySet.get(set);
        if (known) known.intervals.push(...group.intervals);
        else bySet.set(set, { sides, intervals: [...group.intervals] });
      }
    });
    const terms: Term[] = [];
    for (const [set, { sides, intervals }] of bySet) {
      if (--this.#termsLeft < 0) {
        this.complete = false;
        break;
      }
      const own = this.#limited(joined(intervals));
      const term = this.#diagrams.and(fieldIn(this.#diagrams, field, own), set);
      terms.push({ sides: [{ field, intervals: own }, ...sides], set: term });
    }
    return terms;
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
