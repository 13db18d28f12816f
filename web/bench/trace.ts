/**
 * How long a trace takes on a big node: a packet to the last Service of a generated cluster, through the rules of all others, after the model is built;
 * and how many recorded cases replay in a second.
 *
 *   npx tsx web/bench/trace.ts [--services N] [--repeat N] [--cases FILE.jsonl]
 *
 * `cold` is the first packet in a new process, before the engine has compiled any of the tracer; `first` the first packet through a ruleset whose rules
 * have met none, once another small node has been traced; `median` that of the packets after it.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { CaseRunner, readCase } from '../cli/trace-case.ts';
import { readPacket } from '../kernel/packet-input.ts';
import { AssumedTables } from '../kernel/routing.ts';
import { createTracer, tracePacket } from '../kernel/trace.ts';
import { traceJson } from '../kernel/trace-json.ts';
import { addressText } from '../model/address.ts';
import { linkRuleset } from '../model/link.ts';
import type { Ruleset } from '../model/ruleset.ts';
import { readDocument } from '../parse/read.ts';
import { generateKubeProxy } from './generate.ts';
import { medianOf } from './measure.ts';

export interface TraceTiming {
  readonly format: string;
  readonly rules: number;
  /** Milliseconds. */
  readonly prepare: number;
  readonly first: number;
  readonly median: number;
  readonly steps: number;
  readonly fates: number;
}

/** The last cluster IP of the dump and its port. */
function lastService(text: string, format: 'iptables' | 'nft'): { address: string; port: number } {
  const pattern =
    format === 'iptables'
      ? /-A KUBE-SERVICES -d ([0-9.]+)\/32 -p tcp .*--dport (\d+) /g
      : /(10\.96\.[0-9.]+) \. tcp \. (\d+) : goto/g;
  const found = [...text.matchAll(pattern)].at(-1);
  if (!found) throw new Error('the generated dump has no Service');
  return { address: found[1] as string, port: Number(found[2]) };
}

function packetTo(address: string, port: number, from: number) {
  const { packet, problems } = readPacket({
    path: 'forward',
    src: addressText(from, 32),
    dst: address,
    proto: 'tcp',
    sport: 40000,
    dport: port,
    iif: 'eth0',
    oif: 'cali123',
  });
  if (!packet) throw new Error(problems.map(({ message }) => message).join(' '));
  return packet;
}

export function timeTrace(ruleset: Ruleset, text: string, format: 'iptables' | 'nft', repeat: number): TraceTiming {
  const { address, port } = lastService(text, format);
  const start = performance.now();
  const tracer = createTracer(ruleset);
  const prepare = performance.now() - start;
  const runs: number[] = [];
  let steps = 0;
  let fates = 0;
  for (let i = 0; i <= repeat; i++) {
    const packet = packetTo(address, port, 0xc0a80000 + i);
    const before = performance.now();
    const run = tracePacket(tracer, packet, { routing: new AssumedTables(packet, new Set()) });
    runs.push(performance.now() - before);
    steps = run.courses[0]?.steps.length ?? 0;
    fates = run.courses.length;
  }
  const [first = 0, ...others] = runs;
  return { format, rules: ruleset.rules.length, prepare, first, median: medianOf(others), steps, fates };
}

const WARM_UP = 20;

function traced(format: 'iptables' | 'nft', services: number, repeat: number): TraceTiming {
  const text = generateKubeProxy({ services, endpoints: 4, format });
  return timeTrace(linkRuleset(readDocument(0, `node.${format}`, text)), text, format, repeat);
}

async function replay(file: string): Promise<{ cases: number; perSecond: number }> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) if (line !== '') lines.push(line);
  const runner = new CaseRunner();
  const start = performance.now();
  for (const line of lines) {
    const { run, packet, ruleset, routing } = runner.run(readCase(JSON.parse(line)));
    JSON.stringify(traceJson(run, { ruleset, packet, routing }));
  }
  return { cases: lines.length, perSecond: Math.round((lines.length / (performance.now() - start)) * 1000) };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: {
      services: { type: 'string', default: '10000' },
      repeat: { type: 'string', default: '20' },
      cases: { type: 'string' },
    },
  });
  for (const format of ['iptables', 'nft'] as const) {
    const { first: cold } = traced(format, Number(values.services), 0);
    for (let i = 0; i < WARM_UP; i++) traced(format, 20, 20);
    const text = generateKubeProxy({ services: Number(values.services), endpoints: 4, format });
    const ruleset = linkRuleset(readDocument(0, `node.${format}`, text));
    const { rules, prepare, first, median, steps, fates } = timeTrace(ruleset, text, format, Number(values.repeat));
    const ms = (n: number) => `${n.toFixed(1)} ms`;
    process.stdout.write(
      `${format.padEnd(9)} ${rules} rules: prepare ${ms(prepare)}, cold ${ms(cold)}, first ${ms(first)}, median ${ms(median)}; ${steps} steps, ${fates} courses\n`,
    );
  }
  if (values.cases !== undefined) {
    const { cases, perSecond } = await replay(values.cases);
    process.stdout.write(`${cases} recorded cases: ${perSecond} cases/s, reading of the rulesets included\n`);
  }
}
