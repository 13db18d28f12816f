/** What a reading of a text amounts to: errors, what stayed text, and whether printing it and reading that gives the same rules. For web/dev. */
import { linkRuleset } from '../model/link.ts';
import { normalRuleText } from '../model/normal-rule.ts';
import type { Ruleset, Table } from '../model/ruleset.ts';
import type { Statement } from '../model/statement.ts';
import { printIpsetSave } from '../parse/ipset-save/print.ts';
import { printIptablesSave } from '../parse/iptables-save/print.ts';
import { printNft } from '../parse/nft/print.ts';
import { readDocument } from '../parse/read.ts';

export interface Reading {
  readonly ruleset: Ruleset;
  readonly rules: number;
  /** Messages of diagnostics of severity error, and of warnings that say that something was not understood. */
  readonly problems: readonly string[];
  /** What is kept as text and says nothing to the program. */
  readonly opaque: readonly string[];
  /** Extensions of iptables that are kept as text and have a typed reading. */
  readonly typed: readonly string[];
  /** `xt match "name"`, of which nft lists no more. */
  readonly placeholders: readonly string[];
}

export function readText(name: string, text: string): Reading {
  const dumps = readDocument(0, name, text);
  const ruleset = linkRuleset(dumps);
  const problems: string[] = [];
  for (const { diagnostics } of dumps) {
    for (const { severity, code, message } of diagnostics) {
      if (severity === 'error' || NOT_UNDERSTOOD.test(code)) problems.push(`${code}: ${message}`);
    }
  }
  const kept = { opaque: [] as string[], typed: [] as string[], placeholders: [] as string[] };
  for (const { body, chain } of ruleset.rules) {
    for (const statement of body) {
      const text = keptAsText(statement);
      if (text === null) continue;
      if (statement.kind !== 'xt') kept.opaque.push(text);
      else if (chain.table.listing === 'nft') kept.placeholders.push(text);
      else (statement.reading ? kept.typed : kept.opaque).push(text);
    }
  }
  return { ruleset, rules: ruleset.rules.length, problems, ...kept };
}

const NOT_UNDERSTOOD = /not-understood$|^unknown-(?:target|match)$/;

/** The words that are not modelled; null for a statement that is. `-m tcp` is known to say nothing. */
export function keptAsText(statement: Statement): string | null {
  if (statement.kind === 'opaque') return statement.text;
  if (statement.kind !== 'xt' || statement.known) return null;
  return `${statement.role === 'match' ? '-m' : '-j'} ${statement.name} ${statement.options}`.trim();
}

/** The ruleset printed in its own format. */
export function printOwn(ruleset: Ruleset): string {
  let text = '';
  if (ruleset.ipsets.size > 0) text += printIpsetSave(ruleset);
  const saved = ruleset.tables.filter(({ listing }) => listing === 'iptables');
  if (saved.length > 0) text += printIptablesSave({ ...ruleset, tables: saved }).text;
  const nft = ruleset.tables.filter(({ listing }) => listing === 'nft');
  return nft.length > 0 ? text + printNft({ tables: nft }).text : text;
}

/** One line for each rule and set: what a print and a second reading must give again. */
export function meaning(tables: readonly Table[]): string[] {
  const lines: string[] = [];
  for (const table of tables) {
    const name = `${table.family} ${table.name}`;
    for (const { name: set, elements } of table.sets) lines.push(`${name} set ${set} ${elements.length}`);
    for (const chain of table.chains) {
      const base = chain.base ? ` ${chain.base.hook} ${chain.base.priority} ${chain.base.policy ?? 'accept'}` : '';
      lines.push(`${name} chain ${chain.name}${base}`);
      for (const rule of chain.rules) lines.push(`${name} ${chain.name} ${rule.index} ${normalRuleText(rule)}`);
    }
  }
  return lines;
}

/** The first difference of two meanings, or null. */
export function difference(before: readonly string[], after: readonly string[]): string | null {
  for (let i = 0; i < Math.max(before.length, after.length); i++) {
    if (before[i] !== after[i]) return `${before[i] ?? '(nothing)'}\n    ≠ ${after[i] ?? '(nothing)'}`;
  }
  return null;
}
