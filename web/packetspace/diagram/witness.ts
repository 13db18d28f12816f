/** Single members of a set, chosen to look natural; and its cubes. */
import type { Cube } from './cube.ts';
import { literal, literalIsPositive, literalVariable } from './cube.ts';
import type { Diagrams } from './diagrams.ts';
import { FALSE, type Ref, TRUE } from './ref.ts';

export interface WitnessWishes {
  /** Sets that the member should be in, the most important first. Each is kept to if the set and the wishes before allow it. */
  readonly sets?: readonly Ref[];
  /** Values that variables should have where the sets leave a choice, decided from the first variable down. False where not given. */
  readonly values?: Cube;
}

/**
 * One member of a set, or null where it is empty: the literals of one path, plus all of `values` that it leaves open. The same for the same
 * set and wishes.
 *
 *     witness(d, reach, { sets: [fromPods, portHttp], values: fieldCube(source, 0x0af40107) })
 *
 * Cost: an intersection for each wish, then one path.
 */
export function witness(diagrams: Diagrams, set: Ref, wishes: WitnessWishes = {}): Cube | null {
  if (set === FALSE) return null;
  let narrowed = set;
  for (const wish of wishes.sets ?? []) {
    const both = diagrams.and(narrowed, wish);
    if (both !== FALSE) narrowed = both;
  }
  return preferredPath(diagrams, narrowed, wishes.values ?? new Int32Array());
}

function preferredPath(diagrams: Diagrams, set: Ref, values: Cube): Cube {
  const literals: number[] = [];
  let next = 0;
  let rest = set;
  while (rest !== TRUE) {
    const variable = diagrams.topVariable(rest);
    for (; next < values.length && literalVariable(values[next] as number) < variable; next++) {
      literals.push(values[next] as number);
    }
    const isWished = next < values.length && literalVariable(values[next] as number) === variable;
    const wished = isWished && literalIsPositive(values[next] as number);
    if (isWished) next++;
    const side = wished ? diagrams.high(rest) : diagrams.low(rest);
    const positive = side === FALSE ? !wished : wished;
    literals.push(literal(variable, positive));
    rest = positive ? diagrams.high(rest) : diagrams.low(rest);
  }
  for (; next < values.length; next++) literals.push(values[next] as number);
  return Int32Array.from(literals);
}

export interface Cubes {
  readonly cubes: readonly Cube[];
  /** True where there are more than asked for. */
  readonly more: boolean;
}

/**
 * The cubes of a set's paths: disjoint, and together the set, in ascending order of their assignments; at most `most`.
 * O(cubes * depth of the diagram).
 */
export function cubesOf(diagrams: Diagrams, set: Ref, most: number): Cubes {
  const cubes: Cube[] = [];
  const path: number[] = [];
  const pending: { readonly ref: Ref; readonly depth: number; readonly reached: number }[] = [
    { ref: set, depth: 0, reached: -1 },
  ];
  for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
    if (step.ref === FALSE) continue;
    path.length = step.depth;
    if (step.reached >= 0) path[step.depth - 1] = step.reached;
    if (step.ref === TRUE) {
      if (cubes.length === most) return { cubes, more: true };
      cubes.push(Int32Array.from(path));
      continue;
    }
    const variable = diagrams.topVariable(step.ref);
    const depth = step.depth + 1;
    pending.push({ ref: diagrams.high(step.ref), depth, reached: literal(variable, true) });
    pending.push({ ref: diagrams.low(step.ref), depth, reached: literal(variable, false) });
  }
  return { cubes, more: false };
}
