/**
 * How long it takes to prove all contentions of a node, as the page's prover does it, and how much memory: a new process for each node.
 *
 *   npx tsx web/bench/prove.ts [--services 1000,10000] [--samples] [--json]
 *   node --expose-gc --import tsx web/bench/prove.ts --file FILE[,FILE...]
 *
 * Processor time of this thread's work, from the text to the last finding; `map` is what a user waits for before the map is drawn, `proofs` all that
 * comes after. Peak: the most that the process held.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { analyse } from '../pipeline.ts';
import { createProver, type Proofs, prove } from '../proofs/prove.ts';
import { withProofs } from '../proofs/proved-findings.ts';
import { generateKubeProxy } from './generate.ts';

const { values: given } = parseArgs({
  options: {
    services: { type: 'string', default: '1000' },
    samples: { type: 'boolean', default: false },
    file: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

interface Row {
  readonly rules: number;
  /** Milliseconds of processor time. */
  readonly map: number;
  readonly proofs: number;
  /** Milliseconds as the clock has it. */
  readonly wall: number;
  readonly points: number;
  readonly states: Readonly<Record<string, number>>;
  readonly findings: number;
  readonly undecided: readonly string[];
  readonly peakMegabytes: number;
}

function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function measure(files: readonly string[]): Row {
  const documents = files.map((name) => ({ name, text: readFileSync(name, 'utf8') }));
  const start = processorTime();
  const clock = performance.now();
  const analysis = analyse(documents);
  const read = processorTime();
  const options = { now: () => performance.now() };
  const prover = createProver(analysis, options);
  const steps = prove(prover, analysis.findings, options);
  let proofs: Proofs;
  for (;;) {
    const { done, value } = steps.next();
    proofs = value;
    if (done) break;
  }
  const findings = withProofs(prover.scene, analysis.findings, proofs).length;
  const states: Record<string, number> = {};
  for (const { state } of proofs.points) states[state] = (states[state] ?? 0) + 1;
  return {
    rules: analysis.ruleset.rules.length,
    map: Math.round(read - start),
    proofs: Math.round(processorTime() - read),
    wall: Math.round(performance.now() - clock),
    points: proofs.points.length,
    states,
    findings,
    undecided: proofs.undecided,
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1000),
  };
}

function inNewProcess(name: string, files: readonly string[]): void {
  const self = fileURLToPath(import.meta.url);
  const args = ['--max-old-space-size=4000', '--import', 'tsx', self, '--json', '--file', files.join(',')];
  const row = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Row;
  if (given.json) console.log(JSON.stringify({ name, ...row }));
  else
    console.log(
      `${name}: ${row.rules} rules, read ${row.map} ms, proved ${row.proofs} ms (${row.wall} ms by the clock), ${row.points} points ${JSON.stringify(row.states)}, ${row.findings} findings, ${row.peakMegabytes} MB at most${row.undecided.length > 0 ? `; not tried: ${row.undecided.join('; ')}` : ''}`,
    );
}

if (given.file !== undefined) console.log(JSON.stringify(measure(given.file.split(','))));
else {
  const folder = mkdtempSync(join(tmpdir(), 'nfscope-prove-'));
  try {
    for (const services of given.services.split(',').filter(Boolean).map(Number)) {
      for (const [format, calico] of [
        ['iptables', false],
        ['iptables', true],
        ['nft', false],
      ] as const) {
        const file = join(folder, `node.${format}`);
        writeFileSync(file, generateKubeProxy({ services, endpoints: 4, format, calico }));
        inNewProcess(`${services} Services, ${format}${calico ? ' with Calico' : ''}`, [file]);
      }
    }
    if (given.samples) {
      const samples = fileURLToPath(new URL('../../samples/', import.meta.url));
      for (const sample of readdirSync(samples, { withFileTypes: true })) {
        if (!sample.isDirectory() || sample.name === 'source') continue;
        const files = readdirSync(join(samples, sample.name)).filter((name) =>
          /\.(save|nft|ipset|iptables)$/.test(name),
        );
        inNewProcess(
          sample.name,
          files.map((name) => join(samples, sample.name, name)),
        );
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
