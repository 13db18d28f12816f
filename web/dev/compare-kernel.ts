/**
 * The tracer against the kernel, on recorded cases or on fresh ones:
 *
 *   npx tsx web/dev/compare-kernel.ts CASES...              a .jsonl file, a .json case, or a folder of either
 *   npx tsx web/dev/compare-kernel.ts --generate GENERATOR --seed S --cases N [--formats LIST] [--jobs J]
 *
 * GENERATOR is a program that loads random rulesets into network namespaces, sends packets through them and prints a case a line (--seed, --cases,
 * --formats, --jobs, --out are passed on); it needs root. --show N prints the first N differing cases. Exit code 1 if any differs.
 */
import { spawnSync } from 'node:child_process';
import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { CaseRunner } from '../cli/trace-case.ts';
import { compareCase } from './compare-cases.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    generate: { type: 'string' },
    seed: { type: 'string', default: '1' },
    cases: { type: 'string', default: '1000' },
    formats: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    show: { type: 'string', default: '10' },
    only: { type: 'string' },
  },
});

interface Tally {
  cases: number;
  agreed: number;
}

const tallies = new Map<string, Tally>();
const runner = new CaseRunner();
const started = performance.now();
let shown = 0;
let inRunner = 0;

function check(line: string, name: string): void {
  const recorded = JSON.parse(line) as Record<string, unknown>;
  if (values.only !== undefined && !String(recorded['name'] ?? name).includes(values.only)) return;
  const format = String(recorded['format'] ?? 'mixed');
  const tally = tallies.get(format) ?? { cases: 0, agreed: 0 };
  tallies.set(format, tally);
  tally.cases++;
  const before = performance.now();
  const differences = differencesOf(recorded);
  inRunner += performance.now() - before;
  if (differences.length === 0) tally.agreed++;
  else if (shown++ < Number(values.show)) {
    process.stdout.write(`${recorded['name'] ?? name}\n  ${differences.slice(0, 6).join('\n  ')}\n`);
  }
}

function differencesOf(recorded: Record<string, unknown>): string[] {
  try {
    return compareCase(runner, recorded);
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

async function checkFile(file: string): Promise<void> {
  if (file.endsWith('.json')) {
    check(readFileSync(file, 'utf8'), file);
    return;
  }
  for await (const line of createInterface({ input: createReadStream(file) })) if (line !== '') check(line, file);
}

function generate(program: string, folder: string): string {
  const out = join(folder, 'cases.jsonl');
  const args = ['--seed', values.seed, '--cases', values.cases, '--jobs', values.jobs, '--out', out];
  if (values.formats !== undefined) args.push('--formats', values.formats);
  const result = spawnSync(program, args, { stdio: 'inherit' });
  if (result.status !== 0) throw new Error(`${program} failed: ${result.error?.message ?? `exit ${result.status}`}`);
  return out;
}

const folder = mkdtempSync(join(tmpdir(), 'nfscope-cases-'));
try {
  const files = positionals.flatMap((path) =>
    statSync(path).isDirectory()
      ? readdirSync(path)
          .filter((name) => /\.jsonl?$/.test(name))
          .sort()
          .map((name) => join(path, name))
      : [path],
  );
  if (values.generate !== undefined) files.push(generate(values.generate, folder));
  for (const file of files) await checkFile(file);
} finally {
  rmSync(folder, { recursive: true });
}
let failed = 0;
for (const [format, { cases, agreed }] of [...tallies].sort()) {
  failed += cases - agreed;
  process.stdout.write(`${format.padEnd(18)} ${agreed} of ${cases} agree\n`);
}
const total = [...tallies.values()].reduce((sum, { cases }) => sum + cases, 0);
process.stdout.write(
  `${total - failed} of ${total} cases agree; ${Math.round((total / (inRunner || 1)) * 1000)} cases/s in the tracer, ${((performance.now() - started) / 1000).toFixed(1)} s in all\n`,
);
if (failed > 0 || total === 0) process.exitCode = 1;
