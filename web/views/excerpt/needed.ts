/** What some chains need to load and to mean the same: the chains that they jump to, and the sets, maps and objects that their rules name. */

import { eachJump } from '../../model/rule.ts';
import type { Chain, NamedSet, Ruleset, Table } from '../../model/ruleset.ts';
import { eachSetReference } from '../../model/walk.ts';

export interface Needed {
  readonly chains: ReadonlySet<Chain>;
  /** Of tables, and ipsets. */
  readonly sets: ReadonlySet<NamedSet>;
}

/** `chains` and all below them. A jump to a chain that is not there needs nothing. Cost: linear in the rules that are kept. */
export function neededBy(ruleset: Ruleset, chains: readonly Chain[]): Needed {
  const kept = new Set<Chain>();
  const sets = new Set<NamedSet>();
  const waiting = [...chains];
  const addChain = (table: Table, name: string): void => {
    const chain = table.chainNamed.get(name);
    if (chain) waiting.push(chain);
  };
  for (let chain = waiting.pop(); chain; chain = waiting.pop()) {
    if (kept.has(chain)) continue;
    kept.add(chain);
    const { table } = chain;
    for (const rule of chain.rules) {
      eachJump(rule, ({ chain: name }) => addChain(table, name));
      eachSetReference(rule, ({ name, ipset }) => {
        const set = ipset ? ruleset.ipsets.get(name) : table.setNamed.get(name);
        if (set) addSet(set);
      });
    }
  }
  return { chains: kept, sets };

  /** A map of verdicts needs its chains, whoever asks it; an ipset of sets its members. */
  function addSet(set: NamedSet): void {
    if (sets.has(set)) return;
    sets.add(set);
    for (const { key, data } of set.elements) {
      if (set.table && data && (data.kind === 'jump' || data.kind === 'goto')) addChain(set.table, data.chain);
      const member = set.table === null && key.kind === 'value' ? ruleset.ipsets.get(String(key.value)) : undefined;
      if (member) addSet(member);
    }
  }
}
