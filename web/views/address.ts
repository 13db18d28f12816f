/** Addresses: names that survive an edit and fit a link, and the way back to ids. */
import { chainPath } from '../model/rule.ts';
import type { Chain, NamedSet, Rule, Ruleset, Table } from '../model/ruleset.ts';
import type { Address } from './answer.ts';

function addressOfTable(table: Table): Address {
  return { family: table.family, table: table.name, backend: table.backend };
}

export function addressOfChain(chain: Chain): Address {
  return { ...addressOfTable(chain.table), chain: chain.name };
}

export function addressOfRule(rule: Rule): Address {
  return { ...addressOfChain(rule.chain), rule: rule.index };
}

/** An ipset has no table: its address has the table's name empty. */
export function addressOfSet(set: NamedSet): Address {
  return set.table
    ? { ...addressOfTable(set.table), set: set.name }
    : { family: 'ip', table: '', backend: 'nft', set: set.name };
}

/** Ids of an address in a ruleset; nulls where it is gone. A table is found by name when only its backend differs. */
export function resolveAddress(
  ruleset: Ruleset,
  address: Address,
): { chain: number | null; rule: number | null; set: number | null } {
  const nothing = { chain: null, rule: null, set: null };
  if (address.set !== undefined && address.table === '')
    return { ...nothing, set: ruleset.ipsets.get(address.set)?.id ?? null };
  const named = ruleset.tables.filter((table) => table.family === address.family && table.name === address.table);
  const table = named.find(({ backend }) => backend === address.backend) ?? named[0];
  if (!table) return nothing;
  if (address.set !== undefined) return { ...nothing, set: table.setNamed.get(address.set)?.id ?? null };
  const chain = address.chain === undefined ? undefined : table.chainNamed.get(address.chain);
  if (!chain) return nothing;
  const rule = address.rule === undefined ? undefined : chain.rules[address.rule - 1];
  return { chain: chain.id, rule: rule?.id ?? null, set: null };
}

/** `ip filter FORWARD rule 3`. */
export function rulePath(rule: Rule): string {
  return `${chainPath(rule.chain)} rule ${rule.index}`;
}
