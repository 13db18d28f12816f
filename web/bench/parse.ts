/**
 * Text to model, side by side with the native tools on the same file in the same run:
 *
 *   npx tsx web/bench/parse.ts [--services 10000] [--endpoints 4] [--nft-services N] [--repeat 5] [--timeout 300] [--growth] [--json]
 *
 * Each run is the first reading in a new process (*cold*); then another one in a process that did before what the page's worker does while nobody has
 * dropped anything yet (*page*, see worker/practice.ts); then one of the tool, so that all meet the same machine. *Warm* is the tenth reading in one process. `iptables-nft-restore --test` parses and checks every rule; `nft -c -f` also asks
 * the kernel to validate the transaction, so the two ratios say different things. Both run in an empty network namespace. --nft-services makes the
 * nft file for `nft -c` smaller where that takes too long. --growth adds dumps up to 1,000,000 rules. Needs root and the tools for the ratios;
 * without them it still prints its own figures and why there are no others.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { generateKubeProxy } from './generate.ts';
import { medianOf, timeCommand } from './measure.ts';
import type { ParsedOnce } from './parse-once.ts';

const WARM_RUNS = 10;
const SET_ELEMENTS = 1_000_000;
const GROWTH_SERVICES = [7_200, 14_400, 36_000, 72_000];

interface Row {
  readonly name: string;
  readonly megabytes: number;
  readonly rules: number;
  readonly elements: number;
  readonly errors: number;
  /** Median, and the best, of the first readings in new processes. */
  readonly coldMilliseconds: number;
  readonly bestMilliseconds: number;
  /** Median of the first readings on a page that was opened before. */
  readonly pageMilliseconds: number;
  readonly warmMilliseconds: number;
  /** By the page's median. */
  readonly megabytesPerSecond: number;
  readonly heapPerText: number | null;
  readonly peakPerText: number;
  readonly tool: string | null;
  readonly toolMilliseconds: number | null;
  /** The page's time by the tool's: smaller is better. */
  readonly ratio: number | null;
  /** The same with a cold reading. */
  readonly coldRatio: number | null;
  readonly note: string | null;
}

function numberOption(name: string, fallback: number): number {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? fallback : Number(process.argv[at + 1]);
}

const services = numberOption('services', 10_000);
const endpoints = numberOption('endpoints', 4);
const nftServices = numberOption('nft-services', services);
const repeat = numberOption('repeat', 5);
const timeout = numberOption('timeout', 300) * 1000;

/** The page's own way from TypeScript to JavaScript: a loader that renames functions at run time would be measured too. */
async function bundle(work: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: fileURLToPath(new URL('./parse-once.ts', import.meta.url)),
      outDir: work,
      emptyOutDir: false,
      rolldownOptions: { output: { entryFileNames: 'parse-once.mjs' } },
    },
  });
  return join(work, 'parse-once.mjs');
}

function readOnce(script: string, file: string, runs: number, ...flags: readonly '--practised'[]): ParsedOnce {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--expose-gc', script, file, `${runs}`, ...flags], {
    encoding: 'utf8',
    timeout,
  });
  if (status !== 0) throw new Error(`parse-once: ${stderr || `exit ${status}`}`);
  return JSON.parse(stdout) as ParsedOnce;
}

interface Tool {
  readonly name: string;
  readonly command: string;
}

function measure(script: string, name: string, file: string, runs: number, tool: Tool | null): Row {
  const own: ParsedOnce[] = [];
  const page: number[] = [];
  const native: number[] = [];
  let note: string | null = null;
  for (let i = 0; i < runs; i++) {
    own.push(readOnce(script, file, 1));
    page.push(readOnce(script, file, 1, '--practised').milliseconds);
    if (!tool || note !== null) continue;
    const { timing, reason } = timeCommand(1, `${tool.command} ${file}`, timeout);
    if (timing) native.push(timing.median);
    note = reason;
  }
  const times = own.map(({ milliseconds }) => milliseconds);
  const coldMilliseconds = medianOf(times);
  const pageMilliseconds = medianOf(page);
  const first = own[0] as ParsedOnce;
  const toolMilliseconds = native.length > 0 ? medianOf(native) : null;
  return {
    name,
    megabytes: first.characters / 1e6,
    rules: first.rules,
    elements: first.elements,
    errors: first.errors,
    coldMilliseconds,
    bestMilliseconds: Math.min(...times),
    pageMilliseconds,
    warmMilliseconds: readOnce(script, file, WARM_RUNS).milliseconds,
    megabytesPerSecond: first.characters / 1000 / pageMilliseconds,
    heapPerText: first.heapBytes === null ? null : first.heapBytes / first.characters,
    peakPerText: Math.max(...own.map(({ peakBytes }) => peakBytes)) / first.characters,
    tool: tool?.name ?? null,
    toolMilliseconds,
    ratio: toolMilliseconds === null ? null : pageMilliseconds / toolMilliseconds,
    coldRatio: toolMilliseconds === null ? null : coldMilliseconds / toolMilliseconds,
    note,
  };
}

/** A set as `nft list ruleset` prints it. */
function bigSet(elements: number): string {
  const lines: string[] = [];
  for (let i = 0; i < elements; i += 2) {
    const pair = [i, i + 1].map((n) => `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`).join(', ');
    lines.push(i === 0 ? pair : `\t\t\t     ${pair}`);
  }
  return `table inet big {\n\tset blocked {\n\t\ttype ipv4_addr\n\t\telements = { ${lines.join(',\n')} }\n\t}\n}\n`;
}

const work = mkdtempSync(join(tmpdir(), 'nfscope-bench-'));
try {
  const script = await bundle(work);
  const written = (name: string, text: string): string => {
    const file = join(work, name);
    writeFileSync(file, text);
    return file;
  };
  const save = written('node.save', generateKubeProxy({ services, endpoints, format: 'iptables' }));
  const nft = written('node.nft', generateKubeProxy({ services, endpoints, format: 'nft' }));
  const smaller = written('smaller.nft', generateKubeProxy({ services: nftServices, endpoints, format: 'nft' }));
  const restore: Tool = { name: 'iptables-nft-restore --test', command: 'iptables-nft-restore --test' };
  const check: Tool = { name: 'nft -c -f', command: 'nft -c -f' };
  const rows = [
    measure(script, `iptables, ${services} Services`, save, repeat, restore),
    measure(script, `nft, ${services} Services`, nft, repeat, nftServices === services ? check : null),
    ...(nftServices === services ? [] : [measure(script, `nft, ${nftServices} Services`, smaller, 3, check)]),
    measure(script, `nft, a set of ${SET_ELEMENTS}`, written('set.nft', bigSet(SET_ELEMENTS)), repeat, null),
  ];
  if (process.argv.includes('--growth')) {
    for (const format of ['iptables', 'nft'] as const) {
      for (const more of GROWTH_SERVICES) {
        const file = written(`growth.${format}`, generateKubeProxy({ services: more, endpoints, format }));
        rows.push(measure(script, `${format}, ${more} Services`, file, 2, null));
      }
    }
  }
  const machine = { cores: cpus().length, node: process.version, load: loadavg()[0] ?? 0 };
  if (process.argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify({ schema: 'nfscope/bench-parse@3', machine, endpoints, rows })}\n`);
  } else {
    process.stdout.write(
      `About ${endpoints} endpoints for each Service; ${machine.cores} cores, load ${machine.load.toFixed(1)}, Node ${machine.node}\n\n`,
    );
    for (const row of rows) process.stdout.write(`${rowText(row)}\n`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

function rowText(row: Row): string {
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`;
  const heap = row.heapPerText === null ? '' : `heap ${row.heapPerText.toFixed(1)} x text, `;
  const lines = [
    `${row.name}: ${row.megabytes.toFixed(1)} MB, ${row.rules} rules, ${row.elements} elements, ${row.errors} errors`,
    `  page ${seconds(row.pageMilliseconds)}, ${row.megabytesPerSecond.toFixed(1)} MB/s; cold ${seconds(row.coldMilliseconds)} (best ${seconds(row.bestMilliseconds)}); warm ${seconds(row.warmMilliseconds)}`,
    `  ${heap}peak ${row.peakPerText.toFixed(1)} x text`,
  ];
  if (row.tool !== null)
    lines.push(
      row.ratio === null || row.coldRatio === null || row.toolMilliseconds === null
        ? `  ${row.tool}: no figure, ${row.note}`
        : `  ${row.tool} ${seconds(row.toolMilliseconds)}, ratio ${row.ratio.toFixed(3)} (${(1 / row.ratio).toFixed(1)} times faster), cold ${row.coldRatio.toFixed(3)}`,
    );
  return `${lines.join('\n')}\n`;
}
