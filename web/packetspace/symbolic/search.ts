/** Looking for a packet that is in several sets at once, without making their intersection. */
import { type Cube, literal, literalIsPositive, literalVariable } from '../diagram/cube.ts';
import type { Diagrams } from '../diagram/diagrams.ts';
import { FALSE, type Ref, TERMINAL_VARIABLE, TRUE } from '../diagram/ref.ts';

export type Found = 'some' | 'none' | 'unknown';

/** `steps`: after so many the answer is 'unknown'. Makes no node. At most as many steps as there are places in all sets at once. */
export function commonMember(diagrams: Diagrams, sets: readonly Ref[], steps: number): Found {
  const open = different(sets);
  if (open.includes(FALSE)) return 'none';
  if (open.length < 2) return 'some';
  const stack = new Stack(diagrams, open);
  let seen: Places | null = null;
  for (let taken = 0; taken < steps; taken++) {
    if (stack.isEmpty) return 'none';
    const top = stack.pop();
    if (top === TERMINAL_VARIABLE) return 'some';
    // Most searches are over soon.
    if (taken > FEW) {
      seen ??= new Places(open.length);
      if (!seen.add(stack.current)) continue;
    }
    stack.push(top, true);
    stack.push(top, false);
  }
  return stack.isEmpty ? 'none' : 'unknown';
}

const FEW = 500;

/** Without those that say nothing, or nothing more. */
function different(sets: readonly Ref[]): Ref[] {
  return sets.filter((set, i) => set !== TRUE && sets.indexOf(set) === i);
}

/** Cells: most searches look at a few dozen places. */
const AT_FIRST = 128;

/** Places that have been looked at: a hash table of tuples of references. */
class Places {
  private cells: Int32Array;
  private mask: number;
  private count = 0;

  constructor(private readonly size: number) {
    this.mask = AT_FIRST - 1;
    this.cells = new Int32Array(AT_FIRST * size);
  }

  /** False: it is there already. No reference in it is FALSE, whose zero marks a free cell. */
  add(place: Int32Array): boolean {
    if (2 * this.count > this.mask) this.grow();
    const at = this.find(place, 0);
    if (this.cells[at] !== 0) return false;
    for (let i = 0; i < this.size; i++) this.cells[at + i] = place[i] as number;
    this.count++;
    return true;
  }

  /** Where it is, or the free cell where it would be. */
  private find(place: Int32Array, from: number): number {
    const { size, cells } = this;
    let hash = 0;
    for (let i = 0; i < size; i++) hash = Math.imul(hash ^ (place[from + i] as number), 0x9e3779b1) ^ (hash >>> 15);
    for (let slot = (hash ^ (hash >>> 13)) & this.mask; ; slot = (slot + 1) & this.mask) {
      const at = slot * size;
      if (cells[at] === 0) return at;
      let i = 0;
      while (i < size && cells[at + i] === place[from + i]) i++;
      if (i === size) return at;
    }
  }

  private grow(): void {
    const { cells, size } = this;
    this.mask = 4 * this.mask + 3;
    this.cells = new Int32Array((this.mask + 1) * size);
    for (let at = 0; at < cells.length; at += size) {
      if (cells[at] === 0) continue;
      const to = this.find(cells, at);
      for (let i = 0; i < size; i++) this.cells[to + i] = cells[at + i] as number;
    }
  }
}

/** Used by one search after the other. */
let scratch = new Int32Array(4096);

/** Places where a walk through several sets at once still has to go: as many references for each place as there are sets. */
class Stack {
  readonly current: Int32Array;
  private top: number;

  constructor(
    private readonly diagrams: Diagrams,
    sets: readonly Ref[],
  ) {
    this.current = new Int32Array(sets);
    scratch.set(sets);
    this.top = sets.length;
  }

  get isEmpty(): boolean {
    return this.top === 0;
  }

  /** Goes to the last place; the first variable that any set depends on there. */
  pop(): number {
    const { current, diagrams } = this;
    this.top -= current.length;
    let first = TERMINAL_VARIABLE;
    for (let i = 0; i < current.length; i++) {
      const set = scratch[this.top + i] as Ref;
      current[i] = set;
      const variable = diagrams.topVariable(set);
      if (variable < first) first = variable;
    }
    return first;
  }

  /** One side of the variable, where no set is empty there. */
  push(variable: number, high: boolean): boolean {
    const { current, diagrams } = this;
    if (this.top + current.length > scratch.length) {
      const larger = new Int32Array(2 * scratch.length);
      larger.set(scratch);
      scratch = larger;
    }
    for (let i = 0; i < current.length; i++) {
      const set = current[i] as Ref;
      const side = diagrams.topVariable(set) !== variable ? set : high ? diagrams.high(set) : diagrams.low(set);
      if (side === FALSE) return false;
      scratch[this.top + i] = side;
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
  const open = different(sets);
  if (open.includes(FALSE)) return null;
  const wished = new Map<number, boolean>();
  for (const each of values) wished.set(literalVariable(each), literalIsPositive(each));
  const stack = new Stack(diagrams, open);
  /** For each entry of the stack the literal that led there, and how many before it. */
  const trail: { readonly literal: number; readonly depth: number }[] = [{ literal: -1, depth: 0 }];
  const path: number[] = [];
  const seen = new Places(open.length);
  for (let left = steps; trail.length > 0 && left > 0; left--) {
    const step = trail.pop() as { readonly literal: number; readonly depth: number };
    path.length = Math.max(step.depth - 1, 0);
    if (step.literal >= 0) path.push(step.literal);
    const top = open.length === 0 ? TERMINAL_VARIABLE : stack.pop();
    if (top === TERMINAL_VARIABLE) return withWishes(path, wished);
    if (!seen.add(stack.current)) continue;
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
