/** Elements of verdict maps that no packet finds, of rules that packets come to. */
import type { SetElement } from '../../model/expression.ts';
import type { Rule } from '../../model/ruleset.ts';
import type { PacketSpace } from '../packet-space.ts';
import { ruleStatuses } from './rule-status.ts';

export interface LostElements {
  readonly rule: Rule;
  /** Of how many. */
  readonly count: number;
  readonly elements: readonly SetElement[];
}

/** Executes the node where that is not done yet. Rules whose map changes with the packets, or that are not decided, are left out. */
export function lostElements(space: PacketSpace): LostElements[] {
  const statuses = ruleStatuses(space);
  const found: LostElements[] = [];
  for (const rule of space.ruleset.rules) {
    if (statuses[rule.id] === 'undecided' || statuses[rule.id] === 'not-reached') continue;
    for (const instruction of space.instructionsOf(rule)) {
      if (instruction.kind !== 'vmap') continue;
      const { elements, complete } = instruction.set;
      const seen = space.families.map((family) => space.family(family).domain.reach.elements.get(rule.id));
      const isFound = (i: number) => seen.some((flags) => flags?.[i] === 1);
      const lost = elements.filter((_, i) => !isFound(i));
      if (complete && lost.length > 0) found.push({ rule, count: elements.length, elements: lost });
    }
  }
  return found;
}
