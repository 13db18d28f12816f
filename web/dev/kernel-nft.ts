/**
 * nft against the kernel: random rulesets over all of nft's grammar (nft-grammar.ts), and given files.
 *
 * - A rule as given means what nft lists for it.
 * - A listing is printed back byte for byte; what is printed from the model alone is taken by nft, which lists the same again.
 * - The listing as JSON gives the same model, but for what nft's JSON leaves out; printed as nft, it is taken and listed as it was.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkRuleset } from '../model/link.ts';
import { normalRuleText } from '../model/normal-rule.ts';
import type { Dump, Rule, Table } from '../model/ruleset.ts';
import { printNft } from '../parse/nft/print.ts';
import { readDocument } from '../parse/read.ts';
import type { Checks } from './checks.ts';
import { compareTwins } from './corpus-twins.ts';
import { generator } from './draw.ts';
import { bytecode, loadNft, type NftListed, runNft } from './kernel-nft-load.ts';
import { declarations, FAMILIES, type NftFamily, NftRules } from './random-nft.ts';
import { difference, meaning } from './reading.ts';

const RULES_PER_ROUND = 60;

/** Each field and template of each family once, then `rounds` rulesets of random rules for each. */
export function testNft(checks: Checks, rounds: number, seed: number): void {
  for (const family of FAMILIES) {
    const random = generator(seed);
    const rules = new NftRules(family, random);
    testRules(checks, family, declarations(family, random), rules.eachOnce());
    for (let round = 0; round < rounds; round++) {
      const drawn = Array.from({ length: RULES_PER_ROUND }, () => rules.rule());
      testRules(checks, family, declarations(family, random), drawn);
    }
  }
}

function testRules(checks: Checks, family: NftFamily, blocks: readonly string[], rules: readonly string[]): void {
  const table = `table ${family} t`;
  const place = `add rule ${family} t c`;
  // Chains and objects that others name stand in front.
  const order = [...blocks].sort((a, b) => rank(a) - rank(b)).map((block) => `${table} {\n${block}\n}`);
  const commands = [
    ...order,
    `add table ${family} t\nadd chain ${family} t c`,
    ...rules.map((rule) => `${place} ${rule}`),
  ];
  const listed = runNft(commands);
  const taken: string[] = [];
  commands.forEach((command, i) => {
    const said = listed.said[i] ?? '';
    if (said !== '') checks.refused(command, said);
    else if (command.startsWith('add rule')) taken.push(command.slice(place.length + 1));
  });
  testGiven(checks, family, commands.slice(0, commands.length - rules.length), taken, listed.text);
  testListing(checks, `a random ruleset of ${rules.length} rules, ${family}`, listed);
}

function rank(block: string): number {
  if (block.startsWith('chain other')) return 0;
  return /^(?:set|map|chain|flowtable) /.test(block) ? 2 : 1;
}

/** Every rule as given, beside the one that nft lists in its place. */
function testGiven(
  checks: Checks,
  family: NftFamily,
  commands: readonly string[],
  rules: readonly string[],
  text: string,
): void {
  const named = namedBlocks(text);
  const given = rulesOf(`table ${family} t {\n${named}  chain c {\n    ${rules.join('\n    ')}\n  }\n}\n`, 'c');
  const found = rulesOf(text, 'c');
  checks.check(
    `${family}: ${rules.length} rules are listed`,
    found.length === rules.length ? null : `${found.length} are`,
  );
  for (const [i, rule] of rules.entries()) {
    const [one, other] = [given[i], found[i]];
    const problem = one && other ? sameRule(one, other) : 'no such rule';
    if (problem !== null && other && isLostInListing(family, commands, rule, text.slice(other.start, other.end)))
      checks.explained('nft lists another rule than it loads');
    else checks.check(`${family}: ${rule}`, problem);
  }
}

/** nft 1.0.6 leaves out `icmpv6 type` before a TCP option, makes one range of comparisons of two fields, ... : what it lists it would load otherwise. */
function isLostInListing(family: string, commands: readonly string[], given: string, listed: string): boolean {
  const [one, other] = bytecode(family, commands, [given, listed]);
  return one !== other;
}

/** Sets and objects, so that their names are known. */
function namedBlocks(text: string): string {
  return [...text.matchAll(/^\t(?!chain)\w[^\n]* \{\n[\s\S]*?^\t\}\n/gm)].map(([block]) => block).join('');
}

function rulesOf(text: string, chain: string): readonly Rule[] {
  return (
    read(text)
      .flatMap(({ tables }) => tables)[0]
      ?.chainNamed.get(chain)?.rules ?? []
  );
}

function sameRule(one: Rule, other: Rule): string | null {
  const [left, right] = [normalRuleText(one), normalRuleText(other)];
  return left === right ? null : `${left}\n    ≠ ${right}`;
}

function read(text: string, name = 'ruleset.nft'): Dump[] {
  return readDocument(0, name, text);
}

/** What can be asked of any ruleset that nft listed. */
export function testListing(checks: Checks, name: string, { text, json }: NftListed): void {
  const dumps = read(text);
  const ruleset = linkRuleset(dumps);
  const problem = dumps.flatMap(({ diagnostics }) => diagnostics).find(({ severity }) => severity !== 'info');
  checks.check(`${name}: the listing is read`, problem && !isPlaceholder(problem.code) ? problem.message : null);
  checks.check(`${name}: printed byte for byte`, textDifference(text, printNft(ruleset).text));
  const placeholders = text.includes('xt match "') || text.includes('xt target "');
  if (!placeholders)
    compareListing(checks, `${name}: printed from the model`, printNft({ tables: ruleset.tables }).text, text);
  if (json === '') {
    checks.check(`${name}: as JSON`, 'nft does not list it');
    return;
  }
  const { differences, reasons, loadable } = compareTwins(name, text, json);
  for (const reason of reasons) checks.explained(`nft's JSON leaves out ${reason}`);
  const [worst] = differences;
  checks.check(`${name}: as JSON`, worst ? `${worst.path}\n    ${worst.left}\n    ≠ ${worst.right}` : null);
  if (!placeholders && loadable) loadFromJson(checks, name, json, text);
}

function isPlaceholder(code: string): boolean {
  return code === 'nft-placeholder' || code === 'nft-rule-not-shown' || code === 'nft-value-not-shown';
}

/** nft does not always list again what it listed: `{ 0-1023 }` comes back without braces. Its own way with the listing is the measure. */
function compareListing(checks: Checks, name: string, printed: string, listing: string): void {
  const own = loadNft(listing);
  const loaded = loadNft(printed);
  // nft refuses some of what it lists: `icmpv6 parameter-problem`, the last number of a field of 20 bits.
  if (own.refused !== '') {
    checks.refused(`${name}, of nft's own listing`, own.refused);
    const meanings = [listing, loaded.text].map((text) => meaning(read(text).flatMap(({ tables }) => tables)));
    if (loaded.refused === '') checks.check(name, difference(meanings[0] as string[], meanings[1] as string[]));
    return;
  }
  const problem =
    loaded.refused === ''
      ? textDifference(steady(own.text), steady(loaded.text))
      : `nft refuses it: ${firstLines(loaded.refused)}`;
  checks.check(name, problem);
}

function firstLines(text: string): string {
  return text.split('\n').slice(0, 3).join(' ');
}

/** What was read from JSON, printed as nft: what the JSON leaves out is missing in both. */
function loadFromJson(checks: Checks, name: string, json: string, text: string): void {
  const [listed, fromJson] = [tablesOf(text, 'ruleset.nft'), tablesOf(json, 'ruleset.json')];
  const loaded = loadNft(printNft({ tables: completed(fromJson, listed) }).text);
  if (loaded.refused !== '' && loadNft(text).refused !== '') {
    checks.refused(`${name}: JSON printed as nft, and nft's own listing`, loaded.refused);
    return;
  }
  const problem =
    loaded.refused === ''
      ? difference(meaning(listed), meaning(tablesOf(loaded.text, 'ruleset.nft')))
      : `nft refuses it: ${firstLines(loaded.refused)}`;
  checks.check(`${name}: JSON printed as nft`, problem);
}

function tablesOf(text: string, name: string): Table[] {
  return read(text, name).flatMap((dump) => dump.tables);
}

/** nft 1.0's JSON tells neither the device of a chain nor that rules add to a set, without which nft does not take them. */
function completed(tables: readonly Table[], listed: readonly Table[]): Table[] {
  return tables.map((table) => {
    const twin = listed.find(({ family, name }) => family === table.family && name === table.name);
    const chains = table.chains.map((chain) => {
      const devices = twin?.chainNamed.get(chain.name)?.base?.devices ?? [];
      return chain.base ? { ...chain, base: { ...chain.base, devices } } : chain;
    });
    const sets = table.sets.map((set) => ({ ...set, flags: twin?.setNamed.get(set.name)?.flags ?? set.flags }));
    return { ...table, chains, sets };
  });
}

/** Without what counts down, and with the elements of sets in one order: the kernel lists hashes in any. */
function steady(text: string): string {
  const sorted = (_: string, list: string): string => `{ ${list.trim().split(/,\s+/).sort().join(', ')} }`;
  return text.replace(/ expires (?:\d+(?:ms|[wdhms]))+/g, '').replace(/\{ ([^{}]*) \}/g, sorted);
}

function textDifference(one: string, other: string): string | null {
  if (one === other) return null;
  const [left, right] = [one, other].map((text) => text.split('\n')) as [string[], string[]];
  const at = left.findIndex((line, i) => line !== right[i]);
  return `line ${at + 1}: ${left[at]?.trim()}\n    ≠ ${right[at]?.trim()}`;
}

/** Every file of nft in the folder and under it: listed by nft from the file itself, and from what is printed of it. */
export function testNftFolder(checks: Checks, folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (/\.(?:nft|json-nft)$/.test(name) || name.endsWith('ruleset.json'))
      testFile(checks, name, readFileSync(join(folder, name), 'utf8'));
  }
}

/** nft 1.1 lists and takes the state of elements in rules; 1.0 takes it as JSON only. */
const NOT_HERE = /missing statement in \w+ declaration|number of statements mismatch/;

function testFile(checks: Checks, name: string, text: string): void {
  const isJson = /^\s*\{/.test(text);
  const own = loadNft(text, isJson ? 'json' : 'text');
  if (own.refused !== '' || own.text === '') {
    checks.refused(name, own.refused || 'nothing is listed');
    return;
  }
  testListing(checks, name, own);
  const ruleset = linkRuleset(read(text, isJson ? 'ruleset.json' : 'ruleset.nft'));
  const loaded = loadNft(printNft({ tables: ruleset.tables }).text);
  if (loaded.refused !== '') {
    // What nft does not take from its own listing either is no fault of what is printed.
    if (NOT_HERE.test(loaded.refused) || loadNft(own.text).refused !== '')
      checks.refused(`${name}: printed`, loaded.refused);
    else checks.check(`${name}: printed`, `nft refuses it: ${firstLines(loaded.refused)}`);
  } else if (isJson) {
    const [before, after] = [own.text, loaded.text].map((each) => meaning(read(each).flatMap((dump) => dump.tables)));
    checks.check(`${name}: printed`, difference(before as string[], after as string[]));
  } else checks.check(`${name}: printed`, textDifference(steady(own.text), steady(loaded.text)));
}
