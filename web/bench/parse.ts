/**
 * Text to model, side by side with the native tools on the same file in the same run:
 *
 *   node --expose-gc --import tsx web/bench/parse.ts [--services 10000] [--endpoints 4] [--nft-services N] [--repeat 5] [--timeout 300] [--json]
 *
 * `iptables-nft-restore --test` parses and checks every rule; `nft -c -f` also asks the kernel to validate the transaction, so the two
 * ratios say different things. Both run in an empty network namespace. --nft-services makes the nft file smaller where `nft -c` takes
 * too long. Needs root and the tools for the ratios; without them it still prints its own figures and why there are no others.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dump } from '../model/ruleset.ts';
import { readDocument } from '../parse/read.ts';
import { generateKubeProxy } from './generate.ts';
import { heapOf, time, timeCommand } from './measure.ts';

interface Row {
  readonly file: string;
  readonly megabytes: number;
  readonly rules: number;
  readonly milliseconds: number;
  readonly megabytesPerSecond: number;
  readonly heapPerText: number | null;
  readonly tool: string;
  readonly toolMilliseconds: number | null;
  /** Own time by the tool's: smaller is better. */
  readonly ratio: number | null;
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

function measure(file: string, text: string, tool: string, command: string): Row {
  const rulesOf = (dumps: readonly Dump[]) =>
    dumps.reduce(
      (sum, { tables }) =>
        sum + tables.reduce((n, { chains }) => n + chains.reduce((m, { rules }) => m + rules.length, 0), 0),
      0,
    );
  const own = time(repeat, () => readDocument(0, file, text, {}));
  const { bytes, value } = heapOf(() => readDocument(0, file, text, {}));
  const native = timeCommand(Math.min(repeat, 3), command, timeout);
  const megabytes = text.length / 1e6;
  return {
    file,
    megabytes,
    rules: rulesOf(value),
    milliseconds: own.median,
    megabytesPerSecond: megabytes / (own.median / 1000),
    heapPerText: bytes === null ? null : bytes / text.length,
    tool,
    toolMilliseconds: native.timing?.median ?? null,
    ratio: native.timing ? own.median / native.timing.median : null,
    note: native.reason,
  };
}

const work = mkdtempSync(join(tmpdir(), 'nfscope-bench-'));
try {
  const iptables = generateKubeProxy({ services, endpoints, format: 'iptables' });
  const nft = generateKubeProxy({ services: nftServices, endpoints, format: 'nft' });
  writeFileSync(join(work, 'node.save'), iptables);
  writeFileSync(join(work, 'node.nft'), nft);
  const rows = [
    measure(
      'node.save',
      iptables,
      'iptables-nft-restore --test',
      `iptables-nft-restore --test ${join(work, 'node.save')}`,
    ),
    measure('node.nft', nft, 'nft -c -f', `nft -c -f ${join(work, 'node.nft')}`),
  ];
  const machine = { cores: cpus().length, node: process.version };
  if (process.argv.includes('--json')) {
    process.stdout.write(
      `${JSON.stringify({ schema: 'nfscope/bench-parse@1', machine, services, nftServices, endpoints, rows })}\n`,
    );
  } else {
    process.stdout.write(
      `${services} Services (${nftServices} for nft), about ${endpoints} endpoints; ${machine.cores} cores, Node ${machine.node}\n\n`,
    );
    for (const row of rows) process.stdout.write(`${rowText(row)}\n`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

function rowText(row: Row): string {
  const heap =
    row.heapPerText === null ? 'heap not measured (--expose-gc)' : `heap ${row.heapPerText.toFixed(1)} x text`;
  const native =
    row.ratio === null || row.toolMilliseconds === null
      ? `${row.tool}: no figure, ${row.note}`
      : `${row.tool} ${(row.toolMilliseconds / 1000).toFixed(2)} s, ratio ${row.ratio.toFixed(3)} (${(1 / row.ratio).toFixed(1)} times faster)`;
  return [
    `${row.file}: ${row.megabytes.toFixed(1)} MB, ${row.rules} rules`,
    `  text to model ${(row.milliseconds / 1000).toFixed(2)} s, ${row.megabytesPerSecond.toFixed(1)} MB/s, ${heap}`,
    `  ${native}`,
    '',
  ].join('\n');
}
