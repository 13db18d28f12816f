/** Finds the rules, policies and ends of chains that a trace tells of in a ruleset. */

import { normalBodyText } from './normal-rule.ts';
import type { Chain, Rule, Ruleset, Table } from './ruleset.ts';
import type { Statement } from './statement.ts';
import type { TracedNumber, TracedRule, TraceEvent, TracePlace } from './trace.ts';

export type TracedStep =
  /** Several rules where the trace tells only what the rule says, and several say the same. */
  | { readonly kind: 'rules'; readonly chain: Chain; readonly rules: readonly Rule[] }
  | { readonly kind: 'policy'; readonly chain: Chain }
  | { readonly kind: 'return'; readonly chain: Chain };

/** The tables of that family and name that may be meant: of iptables, nft's listing and iptables-save's are one. */
function tablesOf({ tables }: Ruleset, { family, table }: TracePlace): Table[] {
  return tables.filter((each) => each.family === family && each.name === table);
}

function isLegacy({ backend }: Table): boolean {
  return backend === 'iptables-legacy';
}

/** What each rule of a chain says, for the traces that tell no handle. */
const TEXTS = new WeakMap<Chain, ReadonlyMap<string, readonly Rule[]>>();

function textsOf(chain: Chain): ReadonlyMap<string, readonly Rule[]> {
  const known = TEXTS.get(chain);
  if (known) return known;
  const texts = new Map<string, Rule[]>();
  for (const rule of chain.rules) {
    const text = textOf(rule.body, chain);
    const same = texts.get(text);
    if (same) same.push(rule);
    else texts.set(text, [rule]);
  }
  TEXTS.set(chain, texts);
  return texts;
}

/** A jump to a chain looks like an extension's target where the rule is read alone. */
function textOf(body: readonly Statement[], { table }: Chain): string {
  const settled = body.map((each): Statement => {
    if (each.kind !== 'xt' || each.role !== 'target' || each.options !== '' || !table.chainNamed.has(each.name))
      return each;
    return { kind: 'verdict', verdict: { kind: 'jump', chain: each.name } };
  });
  return normalBodyText(settled, table.family);
}

/**
 * What an event of a trace was in the ruleset; null for events that are no step (packets, connections), and for what the ruleset does not have: it may
 * have changed. Cost: the chain's rules at the first event of a chain, then constant.
 */
export function tracedStep(ruleset: Ruleset, event: TraceEvent): TracedStep | null {
  switch (event.kind) {
    case 'packet':
    case 'connection':
    case 'log':
      return null;
    case 'rule':
      return ruleStep(ruleset, event);
    case 'number':
      return numberStep(ruleset, event);
    case 'policy':
    case 'return': {
      const chain = chainsOf(ruleset, event.place, false)[0];
      return chain ? { kind: event.kind, chain } : null;
    }
  }
}

function chainsOf(ruleset: Ruleset, place: TracePlace, legacy: boolean): Chain[] {
  const chains: Chain[] = [];
  for (const table of tablesOf(ruleset, place)) {
    const chain = isLegacy(table) === legacy ? table.chainNamed.get(place.chain) : undefined;
    if (chain) chains.push(chain);
  }
  return chains;
}

function ruleStep(ruleset: Ruleset, { place, handle, body }: TracedRule): TracedStep | null {
  for (const chain of chainsOf(ruleset, place, false)) {
    const byHandle = handle === null ? [] : chain.rules.filter((rule) => rule.handle === handle);
    const rules = byHandle.length > 0 || !body ? byHandle : (textsOf(chain).get(textOf(body, chain)) ?? []);
    if (rules.length > 0) return { kind: 'rules', chain, rules };
  }
  return null;
}

/** Kernel logs are of legacy tables; where the ruleset does not tell which engine a table is of, that one. */
function numberStep(ruleset: Ruleset, { place, comment, number }: TracedNumber): TracedStep | null {
  const [chain] = [...chainsOf(ruleset, place, true), ...chainsOf(ruleset, place, false)];
  if (!chain) return null;
  const rule = chain.rules[number - 1];
  if (rule) return { kind: 'rules', chain, rules: [rule] };
  if (comment === 'rule') return null;
  return { kind: comment, chain };
}
