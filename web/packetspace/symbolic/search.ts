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
  const stack = new Stack(diagrams, open);
  for (let left = steps; left > 0; left--) {
    const top = stack.pop();
    if (top === TERMINAL_VARIABLE) return 'some';
    stack.push(top, true);
    stack.push(top, false);
    if (stack.isEmpty) return 'none';
  }
  return 'unknown';
}

/** Places where a walk through several sets at once still has to go: as many references for each place as there are sets. */
class Stack {
  private readonly current: Int32Array;
  private places: Int32Array;
  private top: number;

  constructor(
    private readonly diagrams: Diagrams,
    sets: readonly Ref[],
  ) {
    this.current = Int32Array.from(sets);
    this.places = new Int32Array(256 * sets.length);
    this.places.set(sets);
    this.top = sets.length;
  }

  get isEmpty(): boolean {
    return this.top === 0;
  }

  /** Goes to the last place; the first variable that any set depends on there. */
  pop(): number {
    const { current, places, diagrams } = this;
    this.top -= current.length;
    let first = TERMINAL_VARIABLE;
    for (let i = 0; i < current.length; i++) {
      const set = places[this.top + i] as Ref;
      current[i] = set;
      const variable = diagrams.topVariable(set);
      if (variable < first) first = variable;
    }
    return first;
  }

  /** One side of the variable, where no set is empty there. */
  push(variable: number, high: boolean): boolean {
    const { current, diagrams } = this;
    if (this.top + current.length > this.places.length) {
      const larger = new Int32Array(2 * this.places.length);
      larger.set(this.places);
      this.places = larger;
    }
    for (let i = 0; i < current.length; i++) {
      const set = current[i] as Ref;
      const side = diagrams.topVariable(set) !== variable ? set : high ? diagrams.high(set) : diagrams.low(set);
      if (side === FALSE) return false;
      this.places[this.top + i] = side;
    }
    this.top += current.length;
    return true;
  }
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
  const stack = new Stack(diagrams, open);
  /** For each entry of the stack the literal that led there, and how many before it. */
  const trail: { readonly literal: number; readonly depth: number }[] = [{ literal: -1, depth: 0 }];
  const path: number[] = [];
  for (let left = steps; trail.length > 0 && left > 0; left--) {
    const step = trail.pop() as { readonly literal: number; readonly depth: number };
    path.length = Math.max(step.depth - 1, 0);
    if (step.literal >= 0) path.push(step.literal);
    const top = open.length === 0 ? TERMINAL_VARIABLE : stack.pop();
    if (top === TERMINAL_VARIABLE) return withWishes(path, wished);
    const first = wished.get(top) ?? false;
    const depth = path.length + 1;
    // What is pushed last is tried first.
    for (const high of [!first, first]) {
      if (stack.push(top, high)) trail.push({ literal: literal(top, high), depth });
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
