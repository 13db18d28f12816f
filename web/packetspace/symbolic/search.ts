/** Looking for a packet that is in several sets at once, without making their intersection. */
import { type Cube, literal, literalIsPositive, literalVariable } from '../diagram/cube.ts';
import type { Diagrams } from '../diagram/diagrams.ts';
import { FALSE, type Ref, TERMINAL_VARIABLE, TRUE } from '../diagram/ref.ts';

export type Found = 'some' | 'none' | 'unknown';

/** `steps`: after so many the answer is 'unknown'. Makes no node. */
export function commonMember(diagrams: Diagrams, sets: readonly Ref[], steps: number): Found {
  const open = sets.filter((set) => set !== TRUE);
  if (open.includes(FALSE)) return 'none';
  if (open.length < 2) return 'some';
  const stack: Ref[] = [...open];
  const width = open.length;
  const current: Ref[] = new Array<Ref>(width);
  for (let left = steps; stack.length > 0; left--) {
    if (left === 0) return 'unknown';
    const top = popped(diagrams, stack, current);
    if (top === TERMINAL_VARIABLE) return 'some';
    pushSide(diagrams, stack, current, top, true);
    pushSide(diagrams, stack, current, top, false);
  }
  return 'none';
}

/** Takes the topmost sets off the stack; the first variable that any of them depends on. */
function popped(diagrams: Diagrams, stack: Ref[], current: Ref[]): number {
  const base = stack.length - current.length;
  let top = TERMINAL_VARIABLE;
  for (let i = 0; i < current.length; i++) {
    const set = stack[base + i] as Ref;
    current[i] = set;
    const variable = diagrams.topVariable(set);
    if (variable < top) top = variable;
  }
  stack.length = base;
  return top;
}

/** One side of the topmost variable, where no set is empty there. */
function pushSide(diagrams: Diagrams, stack: Ref[], sets: readonly Ref[], top: number, high: boolean): boolean {
  const base = stack.length;
  for (const set of sets) {
    const side = diagrams.topVariable(set) !== top ? set : high ? diagrams.high(set) : diagrams.low(set);
    if (side === FALSE) {
      stack.length = base;
      return false;
    }
    stack.push(side);
  }
  return true;
}

/**
 * A packet that is in all of the sets, as a cube of what they ask for; variables have the wished `values` where the sets leave a choice. null: there is
 * none, or none was found in so many steps. Makes no node.
 */
export function findMember(diagrams: Diagrams, sets: readonly Ref[], values: Cube, steps: number): Cube | null {
  const open = sets.filter((set) => set !== TRUE);
  if (open.includes(FALSE)) return null;
  const wished = new Map<number, boolean>();
  for (const each of values) wished.set(literalVariable(each), literalIsPositive(each));
  const stack: Ref[] = [...open];
  const current: Ref[] = new Array<Ref>(open.length);
  /** For each entry of the stack the literal that led there, and how many before it. */
  const trail: { readonly literal: number; readonly depth: number }[] = [{ literal: -1, depth: 0 }];
  const path: number[] = [];
  for (let left = steps; trail.length > 0 && left > 0; left--) {
    const step = trail.pop() as { readonly literal: number; readonly depth: number };
    path.length = Math.max(step.depth - 1, 0);
    if (step.literal >= 0) path.push(step.literal);
    const top = open.length === 0 ? TERMINAL_VARIABLE : popped(diagrams, stack, current);
    if (top === TERMINAL_VARIABLE) return withWishes(path, wished);
    const first = wished.get(top) ?? false;
    const depth = path.length + 1;
    // What is pushed last is tried first.
    for (const high of [!first, first]) {
      if (pushSide(diagrams, stack, current, top, high)) trail.push({ literal: literal(top, high), depth });
    }
  }
  return null;
}

function withWishes(path: readonly number[], wished: ReadonlyMap<number, boolean>): Cube {
  const decided = new Set(path.map(literalVariable));
  const literals = [...path];
  for (const [variable, positive] of wished) if (!decided.has(variable)) literals.push(literal(variable, positive));
  return Int32Array.from(literals).sort();
}
