/** Walks a field's values in ascending order, together with what sets look like there. */
import type { Diagrams } from './diagrams.ts';
import type { Field, FieldValue } from './field.ts';
import type { Interval } from './intervals.ts';
import type { Ref } from './ref.ts';
import { Action, Transformation } from './transformation.ts';

/** Gets an interval and, for each set, what it is there: a set without the field. Answers whether to go on. */
export type PlaceVisitor = (low: FieldValue, high: FieldValue, sets: readonly Ref[]) => boolean;

/**
 * Calls `visit` for consecutive intervals that together are all values of the field, within each of which every set is one and the same set of
 * the other variables. Neighbouring intervals may agree: they are not joined.
 *
 * Time: O(width) for each interval where the field's variables are ascending and above all others that the sets depend on; one walk of the
 * sets for each bit otherwise.
 */
export function walkField(diagrams: Diagrams, field: Field, sets: readonly Ref[], visit: PlaceVisitor): void {
  new FieldWalk(diagrams, field, visit).place(0, field.width <= 32 ? 0 : 0n, sets);
}

class FieldWalk {
  readonly #diagrams: Diagrams;
  readonly #field: Field;
  readonly #visit: PlaceVisitor;
  readonly #takes: (readonly [Transformation, Transformation])[];

  constructor(diagrams: Diagrams, field: Field, visit: PlaceVisitor) {
    this.#diagrams = diagrams;
    this.#field = field;
    this.#visit = visit;
    this.#takes = Array.from(field.variables, (variable) => [
      new Transformation([[variable, Action.takeLow]]),
      new Transformation([[variable, Action.takeHigh]]),
    ]);
  }

  /** The values that begin with the `depth` bits of `prefix`. False where the visitor has had enough. */
  place(depth: number, prefix: FieldValue, sets: readonly Ref[]): boolean {
    if (sets.every((set) => this.#isFree(set))) {
      const [low, high] = ends(prefix, this.#field.width - depth);
      return this.#visit(low, high, sets);
    }
    return (
      this.place(
        depth + 1,
        extended(prefix, 0),
        sets.map((set) => this.#cofactor(set, depth, 0)),
      ) &&
      this.place(
        depth + 1,
        extended(prefix, 1),
        sets.map((set) => this.#cofactor(set, depth, 1)),
      )
    );
  }

  /** Whether a set no longer depends on the field. */
  #isFree(set: Ref): boolean {
    const top = this.#diagrams.topVariable(set);
    if (top > this.#field.lastVariable) return true;
    if (this.#field.set.has(top)) return false;
    return this.#diagrams.exists(set, this.#field.set) === set;
  }

  #cofactor(set: Ref, depth: number, bit: 0 | 1): Ref {
    const variable = this.#field.variables[depth] as number;
    const top = this.#diagrams.topVariable(set);
    if (top > variable) return set;
    if (top === variable) return bit === 0 ? this.#diagrams.low(set) : this.#diagrams.high(set);
    return this.#diagrams.transform(set, this.#take(depth, bit));
  }

  #take(depth: number, bit: 0 | 1): Transformation {
    return (this.#takes[depth] as readonly [Transformation, Transformation])[bit];
  }
}

function extended(prefix: FieldValue, bit: 0 | 1): FieldValue {
  return typeof prefix === 'number' ? prefix * 2 + bit : prefix * 2n + BigInt(bit);
}

function ends(prefix: FieldValue, open: number): [low: FieldValue, high: FieldValue] {
  if (typeof prefix === 'number') return [prefix * 2 ** open, (prefix + 1) * 2 ** open - 1];
  return [prefix << BigInt(open), ((prefix + 1n) << BigInt(open)) - 1n];
}

/** Adds an interval behind those that are in the list already, joined to the last where they touch. */
export function appendInterval(intervals: Interval[], low: FieldValue, high: FieldValue): void {
  const last = intervals.at(-1);
  if (last && BigInt(last.high) + 1n === BigInt(low)) intervals[intervals.length - 1] = { low: last.low, high };
  else intervals.push({ low, high });
}

/** Whether `low` would only lengthen the list's last interval. */
export function touchesLast(intervals: readonly Interval[], low: FieldValue): boolean {
  const last = intervals.at(-1);
  return last !== undefined && BigInt(last.high) + 1n === BigInt(low);
}
