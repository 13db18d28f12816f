/** Which rules refer to which set: an index over all rules, built when it is first asked for. */
import type { NamedSet, Rule, Ruleset } from '../model/ruleset.ts';
import { eachSetReference } from '../model/walk.ts';

/** Rules by the set that they name, in listing order, each once. Sets that no rule names are not in it. Cost: one walk over all rules. */
export function indexSetUsers(ruleset: Ruleset): ReadonlyMap<NamedSet, readonly Rule[]> {
  const users = new Map<NamedSet, Rule[]>();
  for (const rule of ruleset.rules) {
    eachSetReference(rule, ({ name, ipset }) => {
      const set = ipset ? ruleset.ipsets.get(name) : rule.chain.table.setNamed.get(name);
      if (!set) return;
      const known = users.get(set);
      if (!known) users.set(set, [rule]);
      else if (known.at(-1) !== rule) known.push(rule);
    });
  }
  return users;
}
