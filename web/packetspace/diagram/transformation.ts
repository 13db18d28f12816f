/**
 * What to do with each variable when a set is mapped to another: leave it, negate it, fix it, or forget it. Quantification, cofactors and
 * masked updates are all cases of one walk (`transform.ts`).
 */
import { InternalError } from '../../base/assert.ts';
import { literalIsPositive, literalVariable } from './cube.ts';
import { TERMINAL_VARIABLE } from './ref.ts';

/**
 * - `keep`: the variable stays.
 * - `flip`: its value is negated.
 * - `takeLow`, `takeHigh`: only assignments where it is false (true), and then it is forgotten: a cofactor.
 * - `forget`: existential quantification: any value it could have.
 */
export const Action = { keep: 0, flip: 1, takeLow: 2, takeHigh: 3, forget: 4 } as const;

export type Action = (typeof Action)[keyof typeof Action];

/** An immutable table of actions by variable. Make it once and use it often: results are remembered by the object's identity. */
export class Transformation {
  /** The first and the last variable with an action; first > last where there is none. */
  readonly first: number;
  readonly last: number;
  /** Actions from `first` to `last`. */
  readonly actions: Uint8Array;
  /** True without `forget`: negating before or after makes no difference then. */
  readonly commutesWithNot: boolean;

  /** O(last variable - first variable). Of two actions for one variable the later holds. */
  constructor(actions: Iterable<readonly [variable: number, action: Action]>) {
    const list = [...actions].filter(([, action]) => action !== Action.keep);
    let first = TERMINAL_VARIABLE;
    let last = -1;
    for (const [variable] of list) {
      if (!(variable >= 0)) throw new InternalError(`no variable ${variable}`);
      first = Math.min(first, variable);
      last = Math.max(last, variable);
    }
    this.first = first;
    this.last = last;
    this.actions = new Uint8Array(Math.max(last - first + 1, 0));
    for (const [variable, action] of list) this.actions[variable - first] = action;
    this.commutesWithNot = !list.some(([, action]) => action === Action.forget);
  }
}

/** Variables to quantify over: immutable, and to be made once, as transformations are. */
export class VariableSet {
  /** Ascending, each once. */
  readonly variables: Int32Array;
  readonly forget: Transformation;

  constructor(variables: Iterable<number>) {
    this.variables = Int32Array.from(new Set(variables)).sort();
    this.forget = new Transformation(Array.from(this.variables, (variable) => [variable, Action.forget]));
  }

  has(variable: number): boolean {
    const { first, last, actions } = this.forget;
    return variable >= first && variable <= last && actions[variable - first] === Action.forget;
  }
}

/** Fixes the variables of a cube and forgets them: `transform` with it is the cofactor by the cube. */
export function cofactorBy(cube: Int32Array): Transformation {
  return new Transformation(
    Array.from(cube, (literal) => [
      literalVariable(literal),
      literalIsPositive(literal) ? Action.takeHigh : Action.takeLow,
    ]),
  );
}
