/** Which packets come to a rule, and which it matches: as sets of packets as they came to the node. set-words.ts says them in words. */
import { pushAll } from '../../base/lists.ts';
import type { Rule } from '../../model/ruleset.ts';
import { FALSE, type Ref } from '../diagram/ref.ts';
import { VariableSet } from '../diagram/transformation.ts';
import type { PacketSpace } from '../packet-space.ts';
import type { FamilySpace } from '../symbolic/execute.ts';
import type { Family } from '../symbolic/layout.ts';
import type { Part } from '../symbolic/space.ts';
import type { Origin } from '../symbolic/universe.ts';

export interface ReachOf {
  readonly family: Family;
  readonly origin: Origin;
  /** As packets came to the node. */
  readonly reached: Ref;
  readonly matched: Ref;
}

/**
 * For each family and origin with packets that come to the rule. Cost: the node is gone through once more, every way into its chain. The sets are kept
 * until `forget`.
 */
export function reachOf(space: PacketSpace, rule: Rule): ReachOf[] {
  return space.families.flatMap((family) => {
    const own = space.family(family);
    return (['received', 'sent'] as const).flatMap((origin): ReachOf[] => {
      const reached: Part[] = [];
      const matched: Part[] = [];
      const run = own.run(origin, {
        everyTime: true,
        reaches: (parts, at) => {
          if (at === rule) pushAll(reached, parts);
        },
        steps: (parts, step) => {
          if (step.type === 'rule' && step.rule === rule) pushAll(matched, parts);
        },
        *roots() {
          for (const { set } of reached) yield set;
          for (const { set } of matched) yield set;
        },
      });
      own.release(run);
      const made = { family, origin, reached: inputsOf(own, reached), matched: inputsOf(own, matched) };
      return made.reached === FALSE ? [] : [made];
    });
  });
}

/** The packets of some parts as they came; kept for later runs. */
export function inputsOf(own: FamilySpace, parts: readonly Part[]): Ref {
  return own.keep(inputSet(own, parts));
}

/** As inputsOf, of use until the next run. */
export function inputSet({ diagrams, domain, layout }: FamilySpace, parts: readonly Part[]): Ref {
  const others = new VariableSet(layout.notInputs());
  return diagrams.orAll(parts.map((part) => diagrams.exists(domain.frames.whole(part), others)));
}
