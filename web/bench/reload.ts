/**
 * What a full reload costs the tools, by size; and which part of a big nft ruleset it is that costs. Writes `web/cost/recorded-reload.json`, on which
 * the Cost view places a dump:
 *
 *   npx tsx web/bench/reload.ts [--budget 150] [--repeat 3] [--out web/cost/recorded-reload.json]
 *
 * Each size is timed with `nft -c -f` or `iptables-nft-restore --test` in a network namespace of its own. A curve ends where one run took longer than
 * the budget (seconds) or the next one would by the growth so far; runs over a fifth of it are done once. Needs root and the tools.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { countProgramming } from '../cost/programming.ts';
import type { RecordedCurve, RecordedPoint, RecordedReload } from '../cost/reload.ts';
import { linkRuleset } from '../model/link.ts';
import { readDocument } from '../parse/read.ts';
import { generateKubeProxy } from './generate.ts';
import { timeCommand } from './measure.ts';

const { values } = parseArgs({
  options: {
    budget: { type: 'string', default: '150' },
    repeat: { type: 'string', default: '3' },
    out: { type: 'string', default: 'web/cost/recorded-reload.json' },
  },
});
const budget = Number(values.budget);
const repeat = Number(values.repeat);

interface Subject {
  readonly id: RecordedCurve['id'];
  readonly command: RecordedCurve['command'];
  readonly sizes: readonly number[];
  readonly text: (size: number) => string;
}

const SUBJECTS: readonly Subject[] = [
  {
    id: 'nft',
    command: 'nft -c -f',
    sizes: [100, 250, 500, 1000, 2000, 4000, 7000, 10_000],
    text: (services) => generateKubeProxy({ services, endpoints: 4, format: 'nft' }),
  },
  {
    // A plain goto to the first endpoint in place of each anonymous map: what is left is what the rest costs.
    id: 'nft-plain',
    command: 'nft -c -f',
    sizes: [100, 250, 500, 1000, 2000, 4000, 7000, 10_000],
    text: (services) => withoutAnonymous(generateKubeProxy({ services, endpoints: 4, format: 'nft' })),
  },
  {
    id: 'iptables',
    command: 'iptables-nft-restore --test',
    sizes: [100, 250, 500, 1000, 2000, 4000, 8000, 16_000],
    text: (services) => generateKubeProxy({ services, endpoints: 4, format: 'iptables' }),
  },
  ...parts(),
];

/** One kind of thing at a time, with the same number of it as a kube-proxy of that many Services has: so the parts can be compared. */
function parts(): Subject[] {
  const sizes = [5000, 10_000, 20_000, 40_000];
  const part = (id: RecordedCurve['id'], text: (count: number) => string): Subject => ({
    id,
    command: 'nft -c -f',
    sizes,
    text,
  });
  return [
    part('chains', (count) => table(`${list(count, (i) => `\tchain c${i} {\n\t\taccept\n\t}`)}\n`)),
    part('anonymous', (count) =>
      table(
        `\tchain d {\n\t}\n\tchain c {\n${list(count, (i) => `\t\tmeta mark ${i} numgen random mod 2 vmap { 0 : jump d, 1 : jump d }`)}\n\t}\n`,
      ),
    ),
    part('rules', (count) =>
      table(`\tchain c {\n${list(count, (i) => `\t\tip daddr ${address(i)} tcp dport 80 accept`)}\n\t}\n`),
    ),
    part('elements', (count) =>
      table(
        `\tmap m {\n\t\ttype ipv4_addr . inet_proto . inet_service : verdict\n\t\telements = { ${list(count, (i) => `${address(i)} . tcp . 80 : accept`, ',\n')} }\n\t}\n`,
      ),
    ),
  ];
}

function withoutAnonymous(text: string): string {
  return text.replace(/numgen random mod \d+ vmap \{ 0 : (goto [^,} ]+)[^}]*\}/g, '$1');
}

function table(body: string): string {
  return `table ip t {\n${body}}\n`;
}

function list(count: number, one: (i: number) => string, separator = '\n'): string {
  return Array.from({ length: count }, (_, i) => one(i)).join(separator);
}

function address(i: number): string {
  return `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
}

function recordCurve({ id, command, sizes, text }: Subject, folder: string): RecordedCurve {
  const points: RecordedPoint[] = [];
  let ended: string | null = null;
  for (const size of sizes) {
    const expected = nextSeconds(points, size);
    if (expected > budget) {
      ended = `${size} would take about ${Math.round(expected)} s`;
      break;
    }
    const file = join(folder, `${id}-${size}`);
    const content = text(size);
    writeFileSync(file, content);
    const { timing, reason } = timeCommand(expected > budget / 5 ? 1 : repeat, `${command} ${file}`, budget * 1000);
    rmSync(file);
    if (!timing) {
      ended = `${size}: ${reason}`;
      break;
    }
    const ruleset = linkRuleset(readDocument(0, file, content));
    const counts = countProgramming(ruleset).total;
    const seconds = Math.round(timing.median) / 1000;
    points.push({
      size,
      seconds,
      rules: counts.rules,
      chains: counts.chains,
      anonymous: counts.anonymousSets + counts.anonymousMaps,
      elements: counts.elements,
      bytes: content.length,
    });
    process.stderr.write(`${id} ${size}: ${seconds} s\n`);
  }
  if (ended !== null) process.stderr.write(`${id}: ${ended}\n`);
  return { id, command, points };
}

/** By the growth between the last two sizes; unknown (0) before. */
function nextSeconds(points: readonly RecordedPoint[], size: number): number {
  const last = points.at(-1);
  const before = points.at(-2);
  if (!last || !before) return 0;
  const exponent = Math.log(last.seconds / before.seconds) / Math.log(last.size / before.size);
  return last.seconds * (size / last.size) ** Math.max(1, exponent);
}

function version(command: string): string {
  const { stdout } = spawnSync('sh', ['-c', `${command} --version`], { encoding: 'utf8' });
  return (stdout ?? '').trim().split('\n')[0] ?? '';
}

const folder = mkdtempSync(join(tmpdir(), 'nfscope-'));
try {
  const curves = SUBJECTS.map((subject) => recordCurve(subject, folder));
  const recorded: RecordedReload = {
    schema: 'nfscope/reload@1',
    nft:
      version('nft')
        .replace(/^nftables /, '')
        .split(' ')[0] ?? '',
    iptables:
      version('iptables-nft')
        .replace(/^iptables /, '')
        .split(' ')[0] ?? '',
    kernel: release().replace(/-.*/, ''),
    cores: cpus().length,
    endpoints: 4,
    curves,
  };
  writeFileSync(values.out, `${JSON.stringify(recorded, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
