/** What changing commands need to know of a table: who jumps to a chain, and which elements are the same. */
import { isVerdict, type SetElement, type SetReference, type Verdict } from '../../model/expression.ts';
import type { Chain, NamedSet, Rule, Table } from '../../model/ruleset.ts';
import type { Statement } from '../../model/statement.ts';
import { eachSetReference } from '../../model/walk.ts';

type Open<T> = { -readonly [K in keyof T]: T[K] };

/** Equal for elements that nft takes for the same: their keys. */
export function elementKey({ key }: SetElement): string {
  if (key.kind === 'value') return `${typeof key.value} ${key.value}`;
  return JSON.stringify(key, (name, value: unknown) => {
    if (name === 'spelled') return undefined;
    return typeof value === 'bigint' ? `${value}n` : value;
  });
}

/** The chain that a verdict leads to, or null. */
function targetOf(verdict: Verdict): string | null {
  return verdict.kind === 'jump' || verdict.kind === 'goto' ? verdict.chain : null;
}

/** Whether a rule or a map of the table leads to the chain. Cost: linear in the table. */
export function isReferred(table: Table, chain: Chain, rulesOf: (chain: Chain) => readonly Rule[]): boolean {
  const leads = ({ data }: SetElement): boolean =>
    data !== undefined && isVerdict(data) && targetOf(data) === chain.name;
  if (table.sets.some(({ elements }) => elements.some(leads))) return true;
  const says = (statement: Statement): boolean => {
    if (statement.kind === 'verdict') return targetOf(statement.verdict) === chain.name;
    return statement.kind === 'vmap' && statement.map.kind === 'set' && statement.map.elements.some(leads);
  };
  return table.chains.some((each) => each !== chain && rulesOf(each).some(({ body }) => body.some(says)));
}

/** Whether a rule of the table looks into the set. Cost: linear in the table. */
export function isSetUsed(table: Table, name: string, rulesOf: (chain: Chain) => readonly Rule[]): boolean {
  let used = false;
  const look = (reference: SetReference): void => {
    if (reference.name === name) used = true;
  };
  for (const chain of table.chains) for (const rule of rulesOf(chain)) eachSetReference(rule, look);
  return used;
}

/** All jumps to `from` lead to `to`. Cost: linear in the table. */
export function redirectJumps(table: Table, from: string, to: string): void {
  const verdict = (old: Verdict): Verdict =>
    (old.kind === 'jump' || old.kind === 'goto') && old.chain === from ? { kind: old.kind, chain: to } : old;
  const element = (old: SetElement): SetElement =>
    old.data && isVerdict(old.data) && targetOf(old.data) === from ? { ...old, data: verdict(old.data) } : old;
  const statement = (old: Statement): Statement => {
    if (old.kind === 'verdict') return targetOf(old.verdict) === from ? { ...old, verdict: verdict(old.verdict) } : old;
    if (old.kind !== 'vmap' || old.map.kind !== 'set') return old;
    return { ...old, map: { ...old.map, elements: old.map.elements.map(element) } };
  };
  for (const { rules } of table.chains) for (const rule of rules as Open<Rule>[]) rule.body = rule.body.map(statement);
  for (const set of table.sets as Open<NamedSet>[])
    if (set.data?.types[0] === 'verdict') set.elements = set.elements.map(element);
}
