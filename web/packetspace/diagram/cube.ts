/**
 * Cubes: conjunctions of literals, the shape of nearly every rule's match (`-p tcp -d 10.96.0.10/32 --dport 53` is one of 56 literals).
 *
 * A cube is an Int32Array of literals, 2 * variable + (1 where the variable has to be true), ascending, each variable once. The empty cube
 * is the full set; there is no cube for the empty set.
 */
import { InternalError } from '../../base/assert.ts';
import { MAX_VARIABLE } from './ref.ts';

export type Cube = Int32Array;

export function literal(variable: number, positive: boolean): number {
  if (!(variable >= 0 && variable <= MAX_VARIABLE)) throw new InternalError(`no variable ${variable}`);
  return variable * 2 + (positive ? 1 : 0);
}

export function literalVariable(of: number): number {
  return of >>> 1;
}

export function literalIsPositive(of: number): boolean {
  return (of & 1) === 1;
}

/** The cube of literals in any order, repeated or not; null where two contradict each other. O(n log n). */
export function cubeOf(literals: Iterable<number>): Cube | null {
  const sorted = Int32Array.from(literals).sort();
  let length = 0;
  for (const next of sorted) {
    const last = length === 0 ? -1 : (sorted[length - 1] as number);
    if (next === last) continue;
    if (length > 0 && literalVariable(next) === literalVariable(last)) return null;
    sorted[length++] = next;
  }
  return sorted.slice(0, length);
}

/** What is in both cubes; null where nothing is. O(literals). */
export function joinCubes(a: Cube, b: Cube): Cube | null {
  const joined = new Int32Array(a.length + b.length);
  let length = 0;
  for (let i = 0, j = 0; i < a.length || j < b.length; length++) {
    const fromA = i < a.length ? (a[i] as number) : Number.MAX_SAFE_INTEGER;
    const fromB = j < b.length ? (b[j] as number) : Number.MAX_SAFE_INTEGER;
    if (fromA !== fromB && (fromA ^ fromB) === 1) return null;
    joined[length] = Math.min(fromA, fromB);
    if (fromA <= fromB) i++;
    if (fromB <= fromA) j++;
  }
  return joined.slice(0, length);
}
