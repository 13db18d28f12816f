/**
 * Scripts of the case files and random ones, run by a real shell with the real tools in a network namespace: what they leave behind must be what
 * nfscope reads. For test-kernel.ts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { normalRuleText } from '../model/normal-rule.ts';
import type { Dump, Table } from '../model/ruleset.ts';
import { readDocument } from '../parse/read.ts';
import { runInNamespace } from './kernel.ts';
import { randomNftScript, randomTableScript } from './random-scripts.ts';

type Check = (name: string, problem: string | null) => void;

/** The script depends on what its text does not tell, or is no script but a session: a shell does not do the same. */
const UNTOLD: ReadonlySet<string> = new Set([
  'variable-unknown',
  'loop-not-run',
  'condition-unknown',
  'other-namespace',
  'repaired-prompt',
  'no-such-place',
  'text-skipped',
  'unknown-target',
]);

const LISTS = [
  'iptables-nft-save',
  'ip6tables-nft-save',
  'iptables-legacy-save',
  'ip6tables-legacy-save',
  'ebtables-nft-save',
  'nft list ruleset',
  'ipset save',
];

/** Runs all scripts. `rounds` random ones from `seed` on. */
export function checkScripts(check: Check, seed: number, rounds: number): void {
  const parse = join(import.meta.dirname, '..', 'parse');
  for (const file of readdirSync(join(parse, 'shell', 'cases')))
    for (const { name, input } of casesIn(join(parse, 'shell', 'cases', file)))
      checkShell(check, name, input.startsWith('-') ? input.replace(/^-/gm, 'iptables -') : input, input);
  for (const { name, input } of casesIn(join(parse, 'iptables-save', 'cases', 'commands.txt')))
    if (input.startsWith('*')) checkShell(check, name, asShell(input), input);
  for (const { name, input } of casesIn(join(parse, 'iptables-save', 'cases', 'ipsets.txt')))
    if (name.startsWith('commands')) checkShell(check, name, input.replace(/^(?=.)/gm, 'ipset '), input);
  for (const { name, input } of casesIn(join(parse, 'nft', 'scripts', 'commands.txt'))) checkNft(check, name, input);
  for (let round = 0; round < rounds; round++) {
    checkShell(check, `random script ${seed + round}`, randomTableScript(seed + round));
    checkNft(check, `random nft script ${seed + round}`, randomNftScript(seed + round));
  }
}

function casesIn(path: string): { name: string; input: string }[] {
  const blocks = readFileSync(path, 'utf8').split(/\n\n(?=# )/);
  return blocks.map((block) => {
    const [head = ''] = block.split(/\n==>\n?/);
    const eol = head.indexOf('\n');
    return { name: head.slice(2, eol), input: `${head.slice(eol + 1)}\n` };
  });
}

/** Lines of iptables-restore one by one: it would refuse all of them for one. */
function asShell(input: string): string {
  const table = /^\*(\S+)/.exec(input)?.[1] ?? 'filter';
  return input
    .split('\n')
    .filter((line) => /^(?:\[\d+:\d+\] )?-|^:\S+ -/.test(line))
    .map((line) => line.replace(/^:(\S+) -.*/, '-N $1').replace(/^\[(\d+):(\d+)\] (.*)/, '$3 -c $1 $2'))
    .map((line) => `iptables-legacy -t ${table} ${line}`)
    .join('\n');
}

/** nft takes all of a script or nothing. */
const REFUSED: ReadonlySet<string> = new Set([...UNTOLD, 'command-refused', 'nft-include', 'nft-line-not-understood']);

function has(dumps: readonly Dump[], codes: ReadonlySet<string>): boolean {
  return dumps.some(({ diagnostics }) => diagnostics.some(({ code }) => codes.has(code)));
}

/** `read`: what nfscope reads instead, if it is not the script. */
function checkShell(check: Check, name: string, script: string, read = script): void {
  const dumps = readDocument(0, script.includes('iptables-legacy') && read !== script ? 'legacy' : 'script', read);
  if (has(dumps, UNTOLD)) return;
  const listed = runInNamespace('bash FILE start', script, LISTS).flatMap((text, i) =>
    readDocument(i, /legacy/.test(LISTS[i] ?? '') ? 'legacy' : 'listed', text),
  );
  check(`script: ${name}`, difference(linesOf(dumps), linesOf(listed)));
}

function checkNft(check: Check, name: string, script: string): void {
  const dumps = readDocument(0, 'script.nft', script);
  if (has(dumps, REFUSED)) return;
  const [listed = ''] = runInNamespace('nft -f FILE', script, ['nft list ruleset']);
  check(`nft script: ${name}`, difference(linesOf(dumps), linesOf(readDocument(0, 'listed', listed))));
}

/** Tables that iptables-nft keeps stand in its own listing. */
function counts(table: Table): boolean {
  return table.listing === 'iptables' || table.backend === 'nft';
}

/** One line for each chain that says something, each rule, each set. */
function linesOf(dumps: readonly Dump[]): string[] {
  const lines: string[] = [];
  for (const table of dumps.flatMap(({ tables }) => tables)) {
    if (!counts(table)) continue;
    const legacy = table.backend === 'iptables-legacy' ? 'legacy ' : '';
    const place = `${legacy}${table.family} ${table.name}`;
    for (const { name, elements } of table.sets) lines.push(`${place} set ${name} ${elements.length}`);
    for (const { name, base, rules } of table.chains) {
      if (!base) lines.push(`${place} ${name}`);
      else if (base.policy === 'drop') lines.push(`${place} ${name} drop`);
      rules.forEach((rule, index) => {
        lines.push(`${place} ${name} ${index + 1} ${normalRuleText(rule)}`);
      });
    }
  }
  for (const set of dumps.flatMap(({ ipsets }) => ipsets)) lines.push(`ipset ${set.name} ${set.elements.length}`);
  return lines.sort();
}

function difference(read: readonly string[], listed: readonly string[]): string | null {
  const missing = listed.filter((line) => !read.includes(line));
  const more = read.filter((line) => !listed.includes(line));
  if (missing.length + more.length === 0) return null;
  return [...missing.map((line) => `kernel: ${line}`), ...more.map((line) => `nfscope: ${line}`)]
    .slice(0, 6)
    .join('\n    ');
}
