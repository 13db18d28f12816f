/** What must hold for every text, however broken: for fuzz.ts. */
import type { Span } from '../base/span.ts';
import { linkRuleset } from '../model/link.ts';
import type { Dump, Rule, Ruleset } from '../model/ruleset.ts';
import { ARPTABLES_TARGETS } from '../parse/iptables-save/foreign/arptables.ts';
import { locateIptables } from '../parse/iptables-save/locate.ts';
import { printIptablesSave } from '../parse/iptables-save/print.ts';
import { TARGET_EXTENSIONS } from '../parse/iptables-save/registry.ts';
import { locateNft } from '../parse/nft/locate.ts';
import { printNft } from '../parse/nft/print.ts';
import { readDocument } from '../parse/read.ts';
import { difference, isProblem, meaning, printOwn } from './reading.ts';

/**
 * The first thing that does not hold, or null: nothing throws; every span lies in the text and in order; a rule has one place for each statement; the
 * ruleset prints, in its own format and as nft; what was printed, read again, means the same, and prints the same where nothing was wrong with it.
 */
export function problemOf(text: string): string | null {
  try {
    const dumps = readDocument(0, 'dump', text);
    const ruleset = linkRuleset(dumps);
    const span = dumps.map((dump) => spanProblem(dump, text)).find((each) => each !== null);
    return span ?? locateProblem(ruleset) ?? printProblem(ruleset);
  } catch (error) {
    return error instanceof Error ? `it throws: ${error.stack ?? error.message}` : 'it throws';
  }
}

function isIn({ start, end }: Span, from: number, to: number): boolean {
  return from <= start && start <= end && end <= to;
}

function spanProblem(dump: Dump, text: string): string | null {
  if (dump.text.length !== text.length) return `the text of the dump has another length: ${dump.text.length}`;
  if (!isIn(dump, 0, text.length)) return 'the dump is not in the text';
  for (const { span, message } of dump.diagnostics)
    if (!isIn(span, 0, text.length)) return `a diagnostic is not in the text: ${message}`;
  for (const { chains, name } of dump.tables) {
    for (const chain of chains) {
      for (const rule of chain.rules)
        if (!isIn(rule, 0, text.length)) return `rule ${rule.index} of ${name} ${chain.name} is not in the text`;
    }
  }
  return null;
}

function locateProblem({ rules, dumps }: Ruleset): string | null {
  for (const rule of rules) {
    const { table } = rule.chain;
    const dump = dumps[table.dump];
    if (!dump || dump.format === 'nft-json') continue;
    const found = locate(dump.text, rule);
    const where = `rule ${rule.index} of ${table.name} ${rule.chain.name}`;
    if (found.length !== rule.body.length) return `${where}: ${found.length} places for ${rule.body.length} statements`;
    if (!found.every((each) => isIn(each, 0, dump.text.length))) return `${where}: a statement is not in the text`;
  }
  return null;
}

function locate(text: string, rule: Rule): readonly Span[] {
  return rule.chain.table.listing === 'nft' ? locateNft(text, rule) : locateIptables(text, rule);
}

/**
 * Two tables of one name are one node's before and after; a quote in a chain's name is a quote to iptables-restore; a chain of a target's name is
 * that target until the chain is declared. JSON is printed as nft's text, which has no place for what is not there.
 */
function isAmbiguous({ tables, dumps }: Ruleset): boolean {
  if (dumps.some(({ format }) => format === 'nft-json')) return true;
  const names = new Set(tables.map(({ family, name }) => `${family} ${name}`));
  const isNone = ({ name }: { readonly name: string }) =>
    name === '' || /["\\\x00-\x1f]/.test(name) || TARGET_EXTENSIONS.has(name) || ARPTABLES_TARGETS.has(name);
  return names.size < tables.length || tables.some((table) => isNone(table) || table.chains.some(isNone));
}

function printProblem(ruleset: Ruleset): string | null {
  printNft({ tables: ruleset.tables });
  printIptablesSave({ ...ruleset, tables: ruleset.tables.filter(({ listing }) => listing === 'nft') });
  const printed = printOwn(ruleset);
  const clean = ruleset.dumps.every(({ diagnostics }) => !diagnostics.some(isProblem));
  // What is left of a broken listing of nft is no rule: its pieces may be put together in another way.
  if (isAmbiguous(ruleset) || (!clean && ruleset.tables.some(({ listing }) => listing === 'nft'))) return null;
  const again = linkRuleset(readDocument(0, 'dump', printed));
  // Lines that look wrapped are joined: a guess, which the second reading may make of other lines.
  if (again.dumps.some(({ diagnostics }) => diagnostics.some(({ code }) => code === 'repaired-wrap'))) return null;
  const changed = difference(said(ruleset), said(again));
  if (changed !== null) return `printed and read again it means something else: ${changed}`;
  const twice = printOwn(again);
  if (twice === printed || !clean) return null;
  const [one, two] = [printed, twice].map((each) => each.split('\n')) as [string[], string[]];
  const at = one.findIndex((each, i) => each !== two[i]);
  return `printed twice it is another text: ${one[at]}\n    ≠ ${two[at]}`;
}

function said(ruleset: Ruleset): string[] {
  const sets = [...ruleset.ipsets.values()].map(({ name, elements }) => `ipset ${name} ${elements.length}`);
  // A chain's place says nothing.
  return [...meaning(ruleset.tables), ...sets].sort();
}
