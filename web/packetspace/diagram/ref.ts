/**
 * References to decision diagrams and the numbering of variables.
 *
 * A reference is a node's number and, in bit 0, whether the node's function is negated ("complement edge"). Node 0 is the constant false, so
 * 0 is the empty set and 1 the full one. Two sets are equal exactly if their references are (canonicity): `===` compares them.
 */

declare const refBrand: unique symbol;

/** A set of assignments (of packets), valid in the `Diagrams` that made it until a collection that does not get it as a root. */
export type Ref = number & { readonly [refBrand]: 'Ref' };

export const FALSE = 0 as Ref;
export const TRUE = 1 as Ref;

/** The last variable that a set may use. Smaller numbers stand nearer to the root. */
export const MAX_VARIABLE = 1 << 20;

/** Variables below all others, for temporaries within one operation. */
export const FIRST_SCRATCH_VARIABLE = MAX_VARIABLE + 1;

/** The "variable" of the constants: below every variable. */
export const TERMINAL_VARIABLE = MAX_VARIABLE + 4096;

/** The complement. O(1), makes no node. */
export function not(ref: Ref): Ref {
  return (ref ^ 1) as Ref;
}
