/** The values that one field has in a set. */
import type { Diagrams } from './diagrams.ts';
import type { Field } from './field.ts';
import type { Interval } from './intervals.ts';
import { appendInterval, touchesLast, walkField } from './places.ts';
import { FALSE, type Ref } from './ref.ts';
import { VariableSet } from './transformation.ts';
import { support } from './walk.ts';

export interface Projection {
  /** Ascending, neither overlapping nor touching. */
  readonly intervals: readonly Interval[];
  /** True where there are more than asked for. */
  readonly more: boolean;
}

/**
 * The field's values for which the set has a member, as at most `most` intervals. Cost: forgets all other variables (where the field is what the set asks for
 * first: none), then O(width) for each end of an interval.
 */
export function projectField(diagrams: Diagrams, set: Ref, field: Field, most: number): Projection {
  const values = isAtTop(diagrams, set, field) ? set : withoutOthers(diagrams, set, field);
  const intervals: Interval[] = [];
  let more = false;
  walkField(diagrams, field, [values], (low, high, [inside]) => {
    if (inside === FALSE) return true;
    if (intervals.length === most && !touchesLast(intervals, low)) {
      more = true;
      return false;
    }
    appendInterval(intervals, low, high);
    return true;
  });
  return { intervals, more };
}

/** Nothing else is asked for before the field's last bit: a path that has left it leads to a member, or is at the empty set. */
function isAtTop(diagrams: Diagrams, set: Ref, { ascending, firstVariable, lastVariable, width }: Field): boolean {
  return ascending && lastVariable - firstVariable === width - 1 && diagrams.topVariable(set) >= firstVariable;
}

function withoutOthers(diagrams: Diagrams, set: Ref, field: Field): Ref {
  const others = [...support(diagrams, set)].filter((variable) => !field.set.has(variable));
  return diagrams.exists(set, new VariableSet(others));
}
