/** Random rules of iptables from the grammar of xt-grammar.ts, for test-kernel.ts and fuzz.ts. The same seed gives the same rules. */
import { expand, generator, pick, type Random } from './draw.ts';
import { ARP, BRIDGE, MATCHES, NAMES, TARGETS } from './xt-grammar.ts';

export type Tool = 'iptables' | 'ip6tables';
/** They have no `-m`, and no restore that adds to what is there. */
export type LinkTool = 'ebtables' | 'arptables';

export interface RandomRule {
  readonly table: string;
  readonly chain: string;
  /** Behind `-A CHAIN `. */
  readonly text: string;
}

interface Line {
  readonly table: string;
  readonly families: string;
  readonly hooks: string;
  readonly template: string;
}

const CHAINS: Readonly<Record<string, string>> = {
  P: 'PREROUTING',
  I: 'INPUT',
  F: 'FORWARD',
  O: 'OUTPUT',
  S: 'POSTROUTING',
};

function linesOf(grammar: string, hasTable: boolean): Line[] {
  return grammar
    .trim()
    .split('\n')
    .map((line) => {
      const words = line.split(' ');
      const table = hasTable ? (words.shift() ?? '') : '';
      const [families = '', hooks = '', ...options] = words;
      return { table, families, hooks, template: options.join(' ') };
    });
}

const matches = linesOf(MATCHES, false);
const targets = linesOf(TARGETS, true);

/** The templates of one tool: each may be drawn from alone, so that a test can go through all of them. */
export function templates(tool: Tool): { readonly matches: readonly Line[]; readonly targets: readonly Line[] } {
  const digit = tool === 'iptables' ? '4' : '6';
  const own = (line: Line) => line.families.includes(digit);
  return { matches: matches.filter(own), targets: targets.filter(own) };
}

/** One text of a template. */
export function drawOptions(tool: Tool, template: string, random: Random): string {
  return expand(template, random, (name) => {
    const [ip, ip6] = NAMES.get(name) ?? [];
    return tool === 'iptables' ? ip : (ip6 ?? ip);
  });
}

/** Options that a rule has once: `-p tcp`, `-s ...`. */
function onlyOnce(text: string): string[] {
  return text.match(/(?<=^|\s)-[psdiof](?=\s|$)/g) ?? [];
}

/** A rule with one to three matches and a target that stand together. Not all are taken by the tools: two `-m` may contradict each other. */
export function randomRule(tool: Tool, random: Random): RandomRule {
  const grammar = templates(tool);
  const target = pick(random, grammar.targets);
  const hook = pick(random, [...target.hooks]);
  const end = target.template === '-j' ? '' : drawOptions(tool, target.template, random);
  const used = new Set(onlyOnce(end));
  const parts: string[] = [];
  const wanted = 1 + Math.floor(random() * 3);
  const fitting = grammar.matches.filter(({ hooks }) => hooks.includes(hook));
  for (let tries = 0; parts.length < wanted && tries < 20; tries++) {
    const text = drawOptions(tool, pick(random, fitting).template, random);
    const basic = onlyOnce(text);
    if (basic.some((name) => used.has(name))) continue;
    for (const name of basic) used.add(name);
    // What belongs to the rule's protocol stands first, as iptables-save prints it.
    if (basic.length > 0) parts.unshift(text);
    else parts.push(text);
  }
  return { table: target.table, chain: CHAINS[hook] as string, text: [...parts, end].join(' ').trim() };
}

/** So many rules. In one of ten, an option is cut short, which the tools take where only one option begins so. */
export function randomRules(tool: Tool, seed: number, count: number): RandomRule[] {
  const random = generator(seed);
  return Array.from({ length: count }, () => {
    const rule = randomRule(tool, random);
    return random() < 0.1 ? { ...rule, text: cutOption(rule.text, random) } : rule;
  });
}

function cutOption(text: string, random: Random): string {
  const names = [...text.matchAll(/(?<= )--[a-z][a-z0-9-]+(?= |$)/g)];
  if (names.length === 0) return text;
  const { 0: name, index } = pick(random, names);
  const kept = name.slice(0, 3 + Math.floor(random() * (name.length - 3)));
  return text.slice(0, index) + kept + text.slice(index + name.length);
}

/** So many rules of each template of ebtables or arptables. */
export function linkRules(tool: LinkTool, seed: number, each: number): RandomRule[] {
  const random = generator(seed);
  const lines = (tool === 'ebtables' ? BRIDGE : ARP).trim().split('\n');
  return lines.flatMap((line) => {
    const [table = '', chain = ''] = line.split(/[ [{]/);
    const template = line.slice(`${table} ${chain}`.length);
    return Array.from({ length: each }, () => ({
      table,
      chain,
      text: drawOptions('iptables', template, random).trim(),
    }));
  });
}
