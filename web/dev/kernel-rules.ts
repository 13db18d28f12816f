/** Loads rules one by one in a namespace, so that one that is refused costs no other, and lists what is there. See kernel.ts. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from './kernel.ts';
import type { LinkTool, RandomRule, Tool } from './random-rules.ts';

export type Engine = 'nft' | 'legacy';

export interface LoadedRules {
  /** The rules that were taken, in their order. */
  readonly taken: readonly RandomRule[];
  readonly refused: readonly { readonly rule: RandomRule; readonly why: string }[];
  /** `iptables-save -c`. */
  readonly saved: string;
  /** `nft list ruleset`; null where nft fails. */
  readonly listed: string | null;
}

const TABLES = ['filter', 'mangle', 'nat', 'raw'] as const;

/** The sets that the grammar's rules refer to. */
const SETS = `create s4 hash:ip timeout 0 counters skbinfo
create p4 hash:ip,port timeout 0 counters skbinfo
create n4 hash:net timeout 0 counters skbinfo
create s6 hash:ip family inet6 timeout 0 counters skbinfo
create p6 hash:ip,port family inet6 timeout 0 counters skbinfo
`;

/** One user's chain, `aaa`, is in every table. Throws where a tool does not answer at all. Cost: one process for each rule. */
export function loadRules(engine: Engine, tool: Tool, rules: readonly RandomRule[]): LoadedRules {
  const restore = `${tool}-${engine}-restore --noflush`;
  const start = TABLES.map((table) => `*${table}\n:aaa - [0:0]\nCOMMIT\n`).join('');
  const files = rules.map(({ table, chain, text }) => `*${table}\n-A ${chain} ${text}\nCOMMIT\n`);
  return loadEach(rules, ['ipset restore < sets', `${restore} < start || exit 3`], files, `${restore} <`, start, [
    `${tool}-${engine}-save -c > saved`,
  ]);
}

/** The same for ebtables and arptables of iptables-nft: each rule is a command. */
export function loadLinkRules(tool: LinkTool, rules: readonly RandomRule[]): LoadedRules {
  const files = rules.map(({ table, chain, text }) => `${tool}-nft -t ${table} -A ${chain} ${text}\n`);
  const chains = tool === 'ebtables' ? ['filter', 'nat'] : ['filter'];
  const start = chains.map((table) => `${tool}-nft -t ${table} -N aaa || exit 3`);
  return loadEach(rules, start, files, 'sh', '', [`${tool}-nft-save -c > saved`]);
}

function loadEach(
  rules: readonly RandomRule[],
  start: readonly string[],
  files: readonly string[],
  load: string,
  startText: string,
  save: readonly string[],
): LoadedRules {
  const folder = mkdtempSync(join(tmpdir(), 'nfscope-'));
  try {
    writeFileSync(join(folder, 'sets'), SETS);
    writeFileSync(join(folder, 'start'), startText);
    files.forEach((text, i) => {
      writeFileSync(join(folder, `rule${i}`), text);
    });
    const script = [
      `cd ${folder}`,
      ...start,
      `for i in $(seq 0 ${rules.length - 1}); do ${load} rule$i 2> err$i && touch ok$i; done`,
      ...save,
      'nft list ruleset > listed 2> /dev/null || rm listed',
      'true',
    ].join('\n');
    const { ok, err } = runScript(script);
    if (!ok) throw new Error(`the tools do not answer: ${err}`);
    const read = (name: string) => readFileSync(join(folder, name), 'utf8');
    const taken: RandomRule[] = [];
    const refused: { rule: RandomRule; why: string }[] = [];
    rules.forEach((rule, i) => {
      if (exists(join(folder, `ok${i}`))) taken.push(rule);
      else refused.push({ rule, why: read(`err${i}`).trim() });
    });
    const listed = exists(join(folder, 'listed')) ? read('listed') : null;
    return { taken, refused, saved: read('saved'), listed };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export interface Restored {
  /** What the tool says where it refuses the text, or ''. */
  readonly refused: string;
  /** `iptables-save -c`. */
  readonly saved: string;
  /** `nft list ruleset`; null where nft fails. */
  readonly listed: string | null;
}

/** Loads a whole text with the tool's own restore, or with nft, into an empty namespace that has the sets. */
export function restore(tool: Tool, text: string, loader: 'iptables' | 'nft' = 'iptables'): Restored {
  const folder = mkdtempSync(join(tmpdir(), 'nfscope-'));
  try {
    writeFileSync(join(folder, 'sets'), SETS);
    writeFileSync(join(folder, 'text'), text);
    const load = loader === 'nft' ? 'nft -f text' : `${tool}-nft-restore < text`;
    const script = `cd ${folder}\nipset restore < sets\n${load} 2> err || exit 3\n${tool}-nft-save -c > saved\nnft list ruleset > listed || rm listed\ntrue`;
    const { ok } = runScript(script);
    const read = (name: string) => (exists(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : null);
    const refused = ok ? '' : read('err')?.trim() || 'refused';
    return { refused, saved: read('saved') ?? '', listed: read('listed') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function exists(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}
