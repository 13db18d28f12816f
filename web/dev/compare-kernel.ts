/**
 * The tracer against the kernel, on recorded cases or on fresh ones:
 *
 *   npx tsx web/dev/compare-kernel.ts CASES...              a .jsonl file, a .json case, or a folder of either
 *   npx tsx web/dev/compare-kernel.ts --oracle ORACLE.py --seed S --cases N [--kinds LIST]
 *                                                           own random rulesets (random-traces.ts), N requests of each kind
 *   npx tsx web/dev/compare-kernel.ts --generate GENERATOR --seed S --cases N [--formats LIST] [--jobs J]
 *                                                           rulesets of another program, which prints a case a line
 *
 * ORACLE.py loads rulesets into network namespaces and sends packets through them (see oracle-batch.py); it needs root, and is asked again for cases that
 * differ: what it then answers otherwise was no answer of the kernel's. --show N prints the first N differing cases, --only TEXT takes those whose name
 * has it, --record FILE [--every N] writes agreeing cases, --summary FILE adds this run to those that the page tells of (ui/trust), --refused prints what the kernel would not load. Exit code 1 if any differs.
 */
import { spawnSync } from 'node:child_process';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CaseRunner } from '../cli/trace-case.ts';
import { compareCase, trimmedCase } from './compare-cases.ts';
import { KINDS, type Kind, randomTraces } from './random-traces.ts';
import type { FreshRun } from './trust-facts.ts';

type Json = Readonly<Record<string, unknown>>;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    oracle: { type: 'string' },
    kinds: { type: 'string', default: KINDS.join(',') },
    generate: { type: 'string' },
    seed: { type: 'string', default: '1' },
    cases: { type: 'string', default: '1000' },
    formats: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    show: { type: 'string', default: '10' },
    only: { type: 'string' },
    record: { type: 'string' },
    every: { type: 'string', default: '1' },
    refused: { type: 'boolean', default: false },
    summary: { type: 'string' },
  },
});

interface Tally {
  cases: number;
  agreed: number;
}

const BATCH = fileURLToPath(new URL('./oracle-batch.py', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nfscope-cases-'));
const tallies = new Map<string, Tally>();
const runner = new CaseRunner();
const recorded = values.record === undefined ? null : createWriteStream(values.record);
const started = performance.now();
let shown = 0;
let refused = 0;
let unsteady = 0;
let inRunner = 0;

function check(line: string, name: string): void {
  const found = JSON.parse(line) as Json;
  if (values.only !== undefined && !String(found['name'] ?? name).includes(values.only)) return;
  if (found['refused'] !== undefined) {
    refused++;
    if (values.refused) process.stdout.write(`${found['name']}: ${String(found['refused']).slice(0, 300)}\n`);
    return;
  }
  const format = kindOf(found);
  const tally = tallies.get(format) ?? { cases: 0, agreed: 0 };
  tallies.set(format, tally);
  tally.cases++;
  const before = performance.now();
  const differences = differencesOf(found);
  inRunner += performance.now() - before;
  if (differences.length === 0) {
    tally.agreed++;
    if (recorded && tally.agreed % Number(values.every) === 0)
      recorded.write(`${JSON.stringify(trimmedCase(found))}\n`);
  } else if (isSettledByAskingAgain(found)) {
    tally.agreed++;
    unsteady++;
  } else if (shown++ < Number(values.show)) {
    process.stdout.write(`${found['name'] ?? name}\n  ${differences.slice(0, 6).join('\n  ')}\n`);
  }
}

function kindOf({ name, format }: Json): string {
  const kind = KINDS.find((each) => String(name).startsWith(`${each}-`));
  return String(kind ?? format ?? 'mixed');
}

function differencesOf(recordedCase: Json): string[] {
  try {
    return compareCase(runner, recordedCase);
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

/** The oracle is asked once more, in a namespace of its own. */
function isSettledByAskingAgain({ name, rulesets, ipset, packet }: Json): boolean {
  if (values.oracle === undefined) return false;
  const request = { name, rulesets, ...(ipset === undefined ? {} : { ipset }), packets: [packet] };
  const [line] = askOracle(values.oracle, `${JSON.stringify(request)}\n`);
  if (line === undefined) return false;
  const again = JSON.parse(line) as Json;
  return again['refused'] === undefined && differencesOf(again).length === 0;
}

function askOracle(oracle: string, requests: string): string[] {
  const { status, stdout, stderr } = spawnSync('python3', [BATCH, oracle], {
    input: requests,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(`${oracle} failed: ${stderr}`);
  return stdout.split('\n').filter((line) => line !== '');
}

async function checkFile(file: string): Promise<void> {
  if (file.endsWith('.json')) {
    check(readFileSync(file, 'utf8'), file);
    return;
  }
  for await (const line of createInterface({ input: createReadStream(file) })) if (line !== '') check(line, file);
}

function generate(program: string): string {
  const out = join(folder, 'cases.jsonl');
  const args = ['--seed', values.seed, '--cases', values.cases, '--jobs', values.jobs, '--out', out];
  if (values.formats !== undefined) args.push('--formats', values.formats);
  const result = spawnSync(program, args, { stdio: 'inherit' });
  if (result.status !== 0) throw new Error(`${program} failed: ${result.error?.message ?? `exit ${result.status}`}`);
  return out;
}

/** A few hundred requests at a time. */
const BATCH_SIZE = 200;

function checkFresh(oracle: string): void {
  for (const kind of values.kinds.split(',') as Kind[]) {
    if (!KINDS.includes(kind)) throw new Error(`no such kind: ${kind} (${KINDS.join(', ')})`);
    const requests = [...randomTraces(kind, Number(values.seed), Number(values.cases))];
    for (let at = 0; at < requests.length; at += BATCH_SIZE) {
      const batch = requests.slice(at, at + BATCH_SIZE).map((each) => `${JSON.stringify(each)}\n`);
      for (const line of askOracle(oracle, batch.join(''))) check(line, kind);
    }
  }
}

try {
  const files = positionals.flatMap((path) =>
    statSync(path).isDirectory()
      ? readdirSync(path)
          .filter((name) => /\.jsonl?$/.test(name))
          .sort()
          .map((name) => join(path, name))
      : [path],
  );
  if (values.generate !== undefined) files.push(generate(values.generate));
  for (const file of files) await checkFile(file);
  if (values.oracle !== undefined && files.length === 0) checkFresh(values.oracle);
} finally {
  rmSync(folder, { recursive: true });
  recorded?.end();
}
let failed = 0;
for (const [format, { cases, agreed }] of [...tallies].sort()) {
  failed += cases - agreed;
  process.stdout.write(`${format.padEnd(18)} ${agreed} of ${cases} agree\n`);
}
const total = [...tallies.values()].reduce((sum, { cases }) => sum + cases, 0);
if (refused > 0) process.stdout.write(`${refused} rulesets or packets were refused by the kernel's tools\n`);
if (unsteady > 0) process.stdout.write(`${unsteady} of them only when the kernel was asked again\n`);
process.stdout.write(
  `${total - failed} of ${total} cases agree; ${Math.round((total / (inRunner || 1)) * 1000)} cases/s in the tracer, ${((performance.now() - started) / 1000).toFixed(1)} s in all\n`,
);
if (values.summary !== undefined && total > 0) addRun(values.summary, total, total - failed);
if (failed > 0 || total === 0) process.exitCode = 1;

/** A run of the same seed and generator takes the earlier one's place. */
function addRun(file: string, cases: number, agree: number): void {
  const version = (command: string, ...args: string[]) =>
    /\d+\.\d+[.\d]*/.exec(spawnSync(command, args, { encoding: 'utf8' }).stdout ?? '')?.[0] ?? null;
  const run: FreshRun = {
    generator: values.generate === undefined ? 'own' : 'second',
    seed: Number(values.seed),
    formats: Object.fromEntries([...tallies].sort().map(([format, { cases: all }]) => [format, all])),
    cases,
    agree,
    linux: version('uname', '-r'),
    nft: version('nft', '--version'),
    iptables: version('iptables', '--version'),
  };
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as FreshRun[]) : [];
  const others = known.filter(({ generator, seed }) => generator !== run.generator || seed !== run.seed);
  writeFileSync(file, `${JSON.stringify([...others, run], null, 2)}\n`);
}
