/**
 * For tests: truth tables. A function of n variables is a number of 2^n bits; bit i is its value where variable v is true exactly if bit v of
 * i is 1.
 */
import type { Cube } from './cube.ts';
import { literalIsPositive, literalVariable } from './cube.ts';
import type { Diagrams } from './diagrams.ts';
import type { Field, FieldValue } from './field.ts';
import { FALSE, type Ref, TRUE } from './ref.ts';

/** Whether an assignment (all variables that `isTrue` holds for are true) is in a set. */
export function contains(diagrams: Diagrams, set: Ref, isTrue: (variable: number) => boolean): boolean {
  let rest = set;
  while (rest > TRUE) rest = isTrue(diagrams.topVariable(rest)) ? diagrams.high(rest) : diagrams.low(rest);
  return rest === TRUE;
}

export function satisfies(cube: Cube, isTrue: (variable: number) => boolean): boolean {
  return cube.every((literal) => isTrue(literalVariable(literal)) === literalIsPositive(literal));
}

/** Reads the value of fields out of packets, and asks whether these are in a set. */
export function packet(values: readonly (readonly [Field, FieldValue])[]): (variable: number) => boolean {
  const isTrue = new Map<number, boolean>();
  for (const [field, value] of values) {
    for (let weight = 0; weight < field.width; weight++) {
      isTrue.set(field.variableOfWeight(weight), ((BigInt(value) >> BigInt(weight)) & 1n) === 1n);
    }
  }
  return (variable) => isTrue.get(variable) ?? false;
}

/** Truth tables over the variables `places`, which are ascending; place v stands for variable `places[v]`. */
export class TruthTables {
  readonly places: readonly number[];
  readonly all: bigint;

  constructor(places: readonly number[]) {
    this.places = places;
    this.all = (1n << BigInt(2 ** places.length)) - 1n;
  }

  /** Assignments where the place is false. */
  #whereLow(place: number): bigint {
    const period = BigInt(2 ** place);
    return this.all / ((1n << period) + 1n);
  }

  variable(place: number): bigint {
    return this.all ^ this.#whereLow(place);
  }

  not(table: bigint): bigint {
    return this.all ^ table;
  }

  ite(condition: bigint, a: bigint, b: bigint): bigint {
    return (condition & a) | (this.not(condition) & b);
  }

  /** The table with the place fixed (it does not matter any more). */
  fixed(table: bigint, place: number, value: boolean): bigint {
    const period = BigInt(2 ** place);
    const half = (value ? table >> period : table) & this.#whereLow(place);
    return half | (half << period);
  }

  exists(table: bigint, places: readonly number[]): bigint {
    return places.reduce((rest, place) => this.fixed(rest, place, false) | this.fixed(rest, place, true), table);
  }

  cube(cube: Cube): bigint {
    return [...cube].reduce((rest, literal) => {
      const variable = this.variable(this.places.indexOf(literalVariable(literal)));
      return rest & (literalIsPositive(literal) ? variable : this.not(variable));
    }, this.all);
  }

  /** The set of a table, by halving it from the last place down: another way than by operations on sets. */
  toSet(diagrams: Diagrams, table: bigint): Ref {
    const build = (place: number, rest: bigint): Ref => {
      if (place === this.places.length) return rest === 0n ? FALSE : TRUE;
      const low = build(place + 1, this.fixed(rest, place, false));
      const high = build(place + 1, this.fixed(rest, place, true));
      return diagrams.branch(this.places[place] as number, low, high);
    };
    return build(0, table);
  }

  /** The table of a set that depends on the places only. */
  ofSet(diagrams: Diagrams, set: Ref): bigint {
    let table = 0n;
    for (let i = 2 ** this.places.length - 1; i >= 0; i--) {
      const isIn = contains(diagrams, set, (variable) => ((i >> this.places.indexOf(variable)) & 1) === 1);
      table = (table << 1n) | (isIn ? 1n : 0n);
    }
    return table;
  }
}
