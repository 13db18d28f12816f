/** What facts are found from. */
import type { JumpGraph } from '../model/graph.ts';
import type { Rule, Ruleset } from '../model/ruleset.ts';
import type { OwnerId } from '../owners/owner.ts';

export interface FactContext {
  readonly analysis: { readonly ruleset: Ruleset; readonly graph: JumpGraph };
  readonly ownerOfRule: (rule: Rule) => OwnerId;
}
