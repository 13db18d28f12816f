/**
 * Random rules of iptables against the kernel, over all extensions (xt-grammar.ts) and both engines:
 *
 * - A rule as given means what iptables-save lists for it; printing that listing gives its bytes back.
 * - A rule as iptables-save and as nft list it means the same, wherever nft tells: explained.ts has the exceptions.
 * - What is read from nft's listing, printed as iptables-save, is taken by iptables-restore and means the same again.
 * - What is read from iptables-save, printed as nft, is taken by nft.
 */
import { normalRuleText } from '../model/normal-rule.ts';
import type { Rule, Table } from '../model/ruleset.ts';
import { printIptablesSave } from '../parse/iptables-save/print.ts';
import { nativeBody } from '../parse/nft/native.ts';
import { printNft } from '../parse/nft/print.ts';
import type { Checks } from './checks.ts';
import { generator } from './draw.ts';
import { explanation, IN_NFT, IN_SAVE, PRINTED_AS_NFT } from './explained.ts';
import { type Engine, loadLinkRules, loadRules, restore } from './kernel-rules.ts';
import { drawOptions, linkRules, type RandomRule, randomRules, type Tool, templates } from './random-rules.ts';
import { keptAsText, type Reading, readText } from './reading.ts';

/** Kernel's limit: one batch is one namespace. */
const BATCH = 80;
/** nft 1.0.6 ends with a fault where it lists such a rule in IPv6. */
const NFT_FALLS_OVER = /--hashlimit-rate-match/;

/**
 * nft 1.0.6 has no `dccp option`, and no tcp reset where the connection has another protocol; it faults where it lists
 * `@nh,4,8 set`. Kernels may be without nft's `queue`.
 */
const NEWER_NFT = /--dccp-option|-j NFQUEUE|-j TOS|--ctproto .*tcp-reset/;

/** Every template once, then `rounds` batches of random rules, for each tool and engine. */
export function testXt(checks: Checks, rounds: number, seed: number): void {
  for (const tool of ['iptables', 'ip6tables'] as const) {
    for (const engine of ['nft', 'legacy'] as const) {
      const single = oneOfEach(tool, seed);
      for (let at = 0; at < single.length; at += BATCH) testBatch(checks, engine, tool, single.slice(at, at + BATCH));
      for (let round = 0; round < rounds; round++) {
        testBatch(checks, engine, tool, randomRules(tool, seed + round, BATCH));
      }
    }
  }
}

/** Rules of ebtables and arptables: as given and as listed, by both tools; printed as they were. */
export function testLinkTools(checks: Checks, rounds: number, seed: number): void {
  for (const tool of ['ebtables', 'arptables'] as const) {
    const rules = linkRules(tool, seed, Math.max(1, rounds));
    for (let at = 0; at < rules.length; at += BATCH) {
      const loaded = loadLinkRules(tool, rules.slice(at, at + BATCH));
      for (const { rule, why } of loaded.refused) checks.refused(`${tool} ${ruleName(rule)}`, why);
      const saved = readText(`${tool}-nft-save`, loaded.saved);
      checks.check(`${tool}-nft-save is read`, saved.problems[0] ?? null);
      checks.check(
        `${tool}-nft-save is printed as it was`,
        firstDifference(loaded.saved, printIptablesSave(saved.ruleset).text),
      );
      testGiven(checks, `${tool}-nft-save`, loaded.taken, saved);
      if (loaded.listed === null) checks.check(`${tool} is listed by nft`, 'nft does not list it');
      else testListings(checks, loaded.saved, saved, loaded.listed, readText('list.nft', loaded.listed));
    }
  }
}

function oneOfEach(tool: Tool, seed: number): RandomRule[] {
  const random = generator(seed);
  const { matches, targets } = templates(tool);
  const rules = matches.map(({ hooks, template }): RandomRule => {
    return { table: 'mangle', chain: chainOf(hooks), text: drawOptions(tool, template, random) };
  });
  for (const { table, hooks, template } of targets) {
    const text = template === '-j' ? '' : drawOptions(tool, template, random);
    rules.push({ table, chain: chainOf(hooks), text });
  }
  return rules;
}

const FIRST_CHAIN: Readonly<Record<string, string>> = {
  P: 'PREROUTING',
  I: 'INPUT',
  F: 'FORWARD',
  O: 'OUTPUT',
  S: 'POSTROUTING',
};

function chainOf(hooks: string): string {
  return FIRST_CHAIN[hooks[0] ?? ''] ?? 'INPUT';
}

function testBatch(checks: Checks, engine: Engine, tool: Tool, drawn: readonly RandomRule[]): void {
  const rules = engine === 'nft' ? drawn.filter(({ text }) => !NFT_FALLS_OVER.test(text)) : drawn;
  const loaded = loadRules(engine, tool, rules);
  for (const { rule, why } of loaded.refused) checks.refused(`${tool}-${engine} ${ruleName(rule)}`, why);
  const name = `${tool}-${engine}-save`;
  const saved = readText(name, loaded.saved);
  const where = `${name} of ${rules.length} rules`;
  checks.check(`${where} is read`, saved.problems[0] ?? null);
  checks.check(`${where} is printed as it was`, firstDifference(loaded.saved, printIptablesSave(saved.ruleset).text));
  testGiven(checks, name, loaded.taken, saved);
  if (engine === 'legacy') return;
  if (loaded.listed === null) {
    checks.check(`${where} is listed by nft`, 'nft does not list it');
    return;
  }
  const listed = readText('list.nft', loaded.listed);
  testListings(checks, loaded.saved, saved, loaded.listed, listed);
  testAsIptables(checks, where, tool, listed);
  testAsNft(checks, where, tool, loaded.saved);
}

function ruleName({ table, chain, text }: RandomRule): string {
  return `-t ${table} -A ${chain} ${text}`;
}

function firstDifference(one: string, other: string): string | null {
  const [left, right] = [one, other].map((text) => text.split('\n'));
  for (let i = 0; i < Math.max(left?.length ?? 0, right?.length ?? 0); i++) {
    if (left?.[i] !== right?.[i]) return `${left?.[i]}\n    ≠ ${right?.[i]}`;
  }
  return null;
}

function testGiven(checks: Checks, name: string, taken: readonly RandomRule[], saved: Reading): void {
  const at = new Map<string, number>();
  for (const rule of taken) {
    const key = `${rule.table} ${rule.chain}`;
    const index = at.get(key) ?? 0;
    at.set(key, index + 1);
    const listed = find(saved.ruleset.tables, rule.table, rule.chain, index);
    const text = `# Generated by ${name} v1.8.9\n*${rule.table}\n:${rule.chain} ACCEPT [0:0]\n:aaa - [0:0]\n-A ${rule.chain} ${rule.text}\nCOMMIT\n`;
    const given = readText(name, text);
    checks.check(`${name} ${ruleName(rule)} is read`, given.problems[0] ?? null);
    const first = given.ruleset.rules[0];
    const problem = first && listed ? difference(first, listed) : 'it is not listed';
    const known = problem === null ? null : explanation(IN_SAVE, rule.text, first?.chain.table.family ?? '');
    if (known) checks.explained(known.iptables);
    else checks.check(`${name} ${ruleName(rule)} as given and as listed`, problem);
  }
}

function find(tables: readonly Table[], table: string, chain: string, index: number): Rule | undefined {
  return tables.find(({ name }) => name === table)?.chainNamed.get(chain)?.rules[index];
}

function difference(one: Rule, other: Rule): string | null {
  const [left, right] = [normalRuleText(one), normalRuleText(other)];
  return left === right ? null : `${left}\n    ≠ ${right}`;
}

function testListings(checks: Checks, text: string, saved: Reading, listing: string, listed: Reading): void {
  for (const rule of saved.ruleset.rules) {
    const { chain } = rule;
    const { name, family } = chain.table;
    const written = text.slice(rule.start, rule.end);
    const twin = find(
      listed.ruleset.tables.filter((table) => table.family === family),
      name,
      chain.name,
      rule.index - 1,
    );
    if (twin?.body.some((each) => each.kind === 'xt')) {
      for (const each of twin.body) if (each.kind === 'xt') checks.lost(each.name);
      continue;
    }
    const problem = twin ? difference(rule, twin) : 'nft does not list it';
    const known = problem === null ? null : explanation(IN_NFT, written, family);
    const shown = twin ? listing.slice(twin.start, twin.end) : '';
    if (known) checks.explained(known.iptables);
    else checks.check(`${family} ${name} ${written}\n    ${shown}`, problem);
  }
}

/** What nft lists, printed as iptables-save: the rules that iptables cannot say are comments in it. */
function testAsIptables(checks: Checks, where: string, tool: Tool, listed: Reading): void {
  const family = tool === 'iptables' ? 'ip' : 'ip6';
  const tables = listed.ruleset.tables.filter((table) => table.family === family);
  const { text } = printIptablesSave({ ...listed.ruleset, tables });
  const again = restore(tool, text);
  checks.check(
    `${where}, from nft's listing, is taken by iptables-restore`,
    again.refused === '' ? null : again.refused,
  );
  if (again.refused !== '') return;
  const back = readText(`${tool}-nft-save`, again.saved);
  for (const table of tables) {
    for (const chain of table.chains) {
      const printed = chain.rules.filter((rule) => !isLeftOut(text, rule));
      const others =
        back.ruleset.tables.find(({ name }) => name === table.name)?.chainNamed.get(chain.name)?.rules ?? [];
      printed.forEach((rule, i) => {
        const other = others[i];
        checks.check(
          `${where}: ${listedText(listed, rule)} printed as iptables`,
          other ? difference(rule, other) : 'it is not there',
        );
      });
    }
  }
}

function isLeftOut(text: string, { chain, index }: Rule): boolean {
  return text.includes(`# Rule ${index} of ${chain.table.name} ${chain.name} has no counterpart`);
}

function listedText(listed: Reading, { chain, start, end }: Rule): string {
  return listed.ruleset.dumps[chain.table.dump]?.text.slice(start, end) ?? '';
}

/** What iptables-save lists, printed as nft: each rule is there, or told as a comment. */
function testAsNft(checks: Checks, where: string, tool: Tool, given: string): void {
  const lines = given.split('\n').filter((line) => !NEWER_NFT.test(line));
  const saved = readText(`${tool}-nft-save`, lines.join('\n'));
  const { text } = printNft({ tables: saved.ruleset.tables });
  const { refused, listed } = restore(tool, text, 'nft');
  checks.check(`${where}, printed as nft, is taken`, refused === '' ? null : refused);
  if (refused !== '') return;
  checks.check(`${where}, printed as nft, is listed`, listed === null ? 'nft does not list it' : null);
  if (listed === null) return;
  const back = readText('list.nft', listed);
  for (const table of saved.ruleset.tables) {
    for (const chain of table.chains) {
      const printed = chain.rules.filter((rule) => nativeBody(rule).kind === 'body');
      const twin = back.ruleset.tables.find(({ name, family }) => name === table.name && family === table.family);
      const others = twin?.chainNamed.get(chain.name)?.rules ?? [];
      printed.forEach((rule, i) => {
        const other = others[i];
        const problem = other ? difference(rule, other) : 'it is not there';
        const known = problem === null ? null : explanation(PRINTED_AS_NFT, listedText(saved, rule), table.family);
        if (known) checks.explained(known.iptables);
        else checks.check(`${where}: ${listedText(saved, rule)} printed as nft`, problem);
      });
    }
  }
}

/** How many of the rules hold something that is kept as text and has no reading: for the table of what is modelled. */
export function textOnly(reading: Reading): number {
  return reading.ruleset.rules.filter(({ body }) =>
    body.some((each) => keptAsText(each) !== null && !(each.kind === 'xt' && each.reading)),
  ).length;
}
