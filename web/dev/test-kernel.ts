/**
 * `npm run test:kernel [-- --rounds N] [--seed N]`: nfscope against the kernel and the real tools, in network namespaces.
 *
 * - Every sample, printed in its own format, is loaded, listed again, and must mean the same.
 * - Every rule of iptables that the tools take must mean the same in `iptables-save` and in `nft list ruleset`, wherever the latter tells.
 * - Random rules of iptables likewise, and printed as nft.
 *
 * Without root, without the tools, or where the kernel has no nf_tables, it says so and tests nothing (exit code 0).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { linkRuleset } from '../model/link.ts';
import { normalRuleText } from '../model/normal-rule.ts';
import type { Rule, Table } from '../model/ruleset.ts';
import { printIpsetSave } from '../parse/ipset-save/print.ts';
import { printIptablesSave } from '../parse/iptables-save/print.ts';
import { printNft } from '../parse/nft/print.ts';
import { readDocument } from '../parse/read.ts';
import { load, type Part, whyNot } from './kernel.ts';
import { randomRules } from './random-rules.ts';
import { difference, keptAsText, meaning } from './reading.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    show: { type: 'boolean' },
  },
});

const reason = whyNot();
if (reason !== null) {
  console.log(`test:kernel is skipped: ${reason}.`);
  process.exit(0);
}

let passed = 0;
const failures: string[] = [];
let refusals = 0;

function check(name: string, problem: string | null): void {
  if (problem === null) passed++;
  else failures.push(`${name}\n    ${problem}`);
}

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
    refusals++;
    console.log(`refused  ${name}: ${loaded.refused.split('\n')[0]}`);
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

/** One meaning, one model: the same rules by iptables-save and by nft. A placeholder of nft tells nothing. */
function bothListings(name: string, tool: 'iptables' | 'ip6tables', text: string): void {
  const loaded = load([{ tool, text }]);
  if (loaded.refused !== '') {
    refusals++;
    if (values.show) console.log(`refused  ${name}: ${loaded.refused.split('\n')[0]}`);
    return;
  }
  const saved = tablesOf(name, loaded[tool]);
  const listed = tablesOf(name, loaded.nft);
  const given = tablesOf(name, text);
  for (const table of saved) {
    const twin = listed.find((each) => each.family === table.family && each.name === table.name);
    const origin = given.find((each) => each.name === table.name);
    for (const chain of table.chains) {
      for (const [i, rule] of chain.rules.entries()) {
        const other = twin?.chainNamed.get(chain.name)?.rules[i];
        const first = origin?.chainNamed.get(chain.name)?.rules[i];
        check(`${name} as iptables lists it`, first ? sameRule(first, rule) : 'no such rule');
        if (other?.body.some((each) => keptAsText(each) !== null)) lost.add(placeholders(other));
        else bothMean(name, rule, other);
      }
    }
  }
}

/** nft lists these extensions in words that mean something else: web/parse/README.md. */
const PARAPHRASED: readonly (readonly [what: string, test: RegExp])[] = [
  ['-j TOS', /-j TOS/],
  ['-j CONNMARK with masks', /--(?:nf|ct)mask/],
  ['-m hashlimit', /-m hashlimit/],
  ['--ctexpire', /--ctexpire/],
  ['--ctstate SNAT,DNAT', /--ctstate SNAT,DNAT/],
];
const paraphrased = new Map<string, number>();

function bothMean(name: string, rule: Rule, other: Rule | undefined): void {
  const problem = other ? sameRule(rule, other) : 'nft does not list it';
  const known = PARAPHRASED.find(([, test]) => test.test(name));
  if (problem !== null && known) paraphrased.set(known[0], (paraphrased.get(known[0]) ?? 0) + 1);
  else check(`${name} in both listings`, problem);
}

const lost = new Set<string>();

function placeholders({ body }: Rule): string {
  return body.flatMap((each) => (each.kind === 'xt' ? [each.name] : [])).join(' ');
}

function sameRule(one: Rule, other: Rule): string | null {
  const [left, right] = [normalRuleText(one), normalRuleText(other)];
  return left === right ? null : `${left}\n    ≠ ${right}`;
}

const samples = join(import.meta.dirname, '..', '..', 'samples');
for (const entry of readdirSync(samples, { withFileTypes: true })) {
  if (entry.isDirectory() && entry.name !== 'source') sample(join(samples, entry.name));
}
const seed = Number(values.seed);
for (let round = 0; round < Number(values.rounds); round++) {
  for (const { name, tool, text } of randomRules(seed + round))
    bothListings(`seed ${seed + round}: ${name}`, tool, text);
}

for (const failure of failures) console.log(`FAIL ${failure}`);
console.log(`nft keeps only the names of: ${[...lost].sort().join(', ') || 'nothing'}`);
console.log(`nft paraphrases: ${[...paraphrased].map(([what, count]) => `${what} ${count}`).join(', ') || 'nothing'}`);
console.log(`refused by the tools here: ${refusals}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length > 0 ? 1 : 0;
