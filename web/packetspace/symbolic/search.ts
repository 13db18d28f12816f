/** Looking for a packet that is in several sets at once, without making their intersection. */
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
    const base = stack.length - width;
    let top = TERMINAL_VARIABLE;
    for (let i = 0; i < width; i++) {
      const set = stack[base + i] as Ref;
      current[i] = set;
      const variable = diagrams.topVariable(set);
      if (variable < top) top = variable;
    }
    stack.length = base;
    if (top === TERMINAL_VARIABLE) return 'some';
    pushSide(diagrams, stack, current, top, true);
    pushSide(diagrams, stack, current, top, false);
  }
  return 'none';
}

/** One side of the topmost variable, where no set is empty there. */
function pushSide(diagrams: Diagrams, stack: Ref[], sets: readonly Ref[], top: number, high: boolean): void {
  const base = stack.length;
  for (const set of sets) {
    const side = diagrams.topVariable(set) !== top ? set : high ? diagrams.high(set) : diagrams.low(set);
    if (side === FALSE) {
      stack.length = base;
      return;
    }
    stack.push(side);
  }
}
