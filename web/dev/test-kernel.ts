/**
 * `npm run test:kernel [-- [FOLDER] --rounds N --seed N]`: nfscope against the kernel and the real tools, in network namespaces.
 *
 * - Every sample, printed in its own format, is loaded, listed again, and must mean the same.
 * - Every sample of a known conflict (findings/cases) is loaded, and listed again as it was read: see kernel-conflicts.ts.
 * - Every template of iptables' options, and random rules of them, with both engines: see kernel-xt.ts.
 * - Scripts, ours and random ones, must leave behind what nfscope reads out of them.
 * - Each step that the tools' traces tell of real packets must be found in the ruleset.
 * - Chains as sets and maps: what the Cost view prints must be taken by `nft -c`: see kernel-convert.ts.
 * - What public/collect.sh makes of a node is an archive with all of its rules, and the node is as it was: see kernel-collect.ts.
 * - Every field and statement of nft, random rulesets of them, and every file of nft in FOLDER, as text and as JSON: see kernel-nft.ts.
 *
 * Without root, without the tools, or where the kernel has no nf_tables, it says so and tests nothing (exit code 0).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { linkRuleset } from '../model/link.ts';
import type { Table } from '../model/ruleset.ts';
import { printIpsetSave } from '../parse/ipset-save/print.ts';
import { printIptablesSave } from '../parse/iptables-save/print.ts';
import { printNft } from '../parse/nft/print.ts';
import { readDocument } from '../parse/read.ts';
import { Checks } from './checks.ts';
import { load, missingTool, type Part, whyNot } from './kernel.ts';

import { checkCollect } from './kernel-collect.ts';
import { checkConflictCases } from './kernel-conflicts.ts';

import { testConversions, testConversionsOf } from './kernel-convert.ts';

import { testNft, testNftFolder } from './kernel-nft.ts';
import { checkScripts } from './kernel-scripts.ts';
import { checkTraces } from './kernel-traces.ts';
import { testLinkTools, testXt } from './kernel-xt.ts';
import { difference, meaning } from './reading.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
    show: { type: 'boolean' },
  },
});

const reason = whyNot();
if (reason !== null) {
  console.log(`test:kernel is skipped: ${reason}.`);
  process.exit(0);
}

/** Of each kind, a round. */
const RANDOM_SCRIPTS = 5;

const checks = new Checks(values.show ?? false);
const check = checks.check.bind(checks);

function tablesOf(name: string, text: string): Table[] {
  return readDocument(0, name, text).flatMap(({ tables }) => tables);
}

/** Counters of policies, implicit chains and empty base chains are the tools' affair: rules are compared, chain by chain. */
function rulesOf(tables: readonly Table[]): string[] {
  return meaning(tables).filter((line) => / \d+ [{\n]/.test(line) || line.includes(' set '));
}

function sample(folder: string): void {
  const documents = readdirSync(folder, { withFileTypes: true })
    .filter((each) => each.isFile() && !/\.(md|json|ts)$/.test(each.name))
    .map(({ name }, i) => readDocument(i, name, readFileSync(join(folder, name), 'utf8')));
  const dumps = documents.flat();
  if (dumps.length === 0) return;
  const { ipsets } = linkRuleset(dumps);
  const sets: Part[] = ipsets.size > 0 ? [{ tool: 'ipset', text: printIpsetSave({ ...linkRuleset(dumps) }) }] : [];
  for (const dump of dumps) {
    if (dump.tables.length === 0) continue;
    const alone = { ...linkRuleset([dump]), tables: dump.tables };
    const saved = dump.tables.every(({ listing }) => listing === 'iptables');
    const tool = saved ? (dump.tables[0]?.family === 'ip6' ? 'ip6tables' : 'iptables') : 'nft';
    const text = saved ? printIptablesSave(alone).text : printNft({ tables: dump.tables }).text;
    compareLoaded(`${folder} ${dump.name}`, [...sets, { tool, text }], tool, dump.tables);
    if (saved) loadAsNft(`${folder} ${dump.name} as nft`, dump.tables);
    testConversionsOf(checks, dump);
  }
}

function compareLoaded(
  name: string,
  parts: readonly Part[],
  tool: 'iptables' | 'ip6tables' | 'nft',
  tables: readonly Table[],
): void {
  const loaded = load(parts);
  if (loaded.refused !== '') {
    checks.refused(name, loaded.refused);
    return;
  }
  check(name, difference(rulesOf(tables).sort(), rulesOf(tablesOf(name, loaded[tool])).sort()));
}

/** What nft can say of a save: the rules that it cannot are left out of both sides. */
function loadAsNft(name: string, tables: readonly Table[]): void {
  const { text } = printNft({ tables });
  const loaded = load([{ tool: 'nft', text }]);
  if (loaded.refused !== '') {
    check(name, `nft refuses what nfscope printed: ${loaded.refused.split('\n').slice(0, 3).join(' ')}`);
    return;
  }
  const printed = tables
    .flatMap(({ chains }) => chains.reduce((sum, { rules }) => sum + rules.length, 0))
    .reduce((a, b) => a + b, 0);
  const left = text.split('\n').filter((line) => line.trimStart().startsWith('# nft has no')).length;
  const listed = tablesOf(name, loaded.nft).flatMap(({ chains }) => chains.flatMap(({ rules }) => rules)).length;
  check(name, printed - left === listed ? null : `${printed} rules, ${left} without an equivalent, ${listed} listed`);
}

const samples = join(import.meta.dirname, '..', '..', 'samples');
for (const entry of readdirSync(samples, { withFileTypes: true })) {
  if (entry.isDirectory() && entry.name !== 'source') sample(join(samples, entry.name));
}
checkCollect(check);
checkConflictCases(checks);
testXt(checks, Number(values.rounds), Number(values.seed));
testLinkTools(checks, Number(values.rounds), Number(values.seed));
for (const [what, run] of [
  ['scripts', () => checkScripts(check, Number(values.seed), RANDOM_SCRIPTS * Number(values.rounds))],
  ['traces', () => checkTraces(check)],
] as const) {
  const missing = missingTool(what);
  if (missing === null) run();
  else console.log(`${what} are not tried: ${missing} is not installed.`);
}
testNft(checks, Number(values.rounds), Number(values.seed));
testConversions(checks, Number(values.rounds), Number(values.seed));
for (const folder of positionals) testNftFolder(checks, folder);

checks.report();
process.exitCode = checks.failures.length > 0 ? 1 : 0;
