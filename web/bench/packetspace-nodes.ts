/**
 * All packets through whole nodes: how long it takes to execute a node, to compare every order of two owners, and how much memory it takes.
 *
 *   node --max-old-space-size=3000 --import tsx web/bench/packetspace-nodes.ts [--services 30,1000,10000] [--formats iptables,nft,dual] [--json]
 *   node --import tsx web/bench/packetspace-nodes.ts --samples [--json]
 *   node --import tsx web/bench/packetspace-nodes.ts --files node.save,node.ipset
 *
 * Each node has a process of its own, so that nothing is warm and the peak is its own; `--repeat N` takes the one with the median time. One line for each:
 * processor time of reading it, of executing both families and both origins (received, sent) with the status of every rule, and of all comparisons: the
 * rules of two owners in a base chain, and their base chains on a hook, in each order that is not today's; the witnesses are part of it. Nodes and bytes of
 * the diagrams at the end; peak of the process; the longest time without a word about progress.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { HookOrder } from '../kernel/order.ts';
import type { Rule } from '../model/ruleset.ts';
import { PacketSpace } from '../packetspace/packet-space.ts';
import { compareOrder } from '../packetspace/questions/order-sensitivity.ts';
import { ruleStatuses } from '../packetspace/questions/rule-status.ts';
import { chainInOrder, hookInOrder, withChain } from '../packetspace/questions/swap-order.ts';
import { type Analysis, analyse, type DocumentInput } from '../pipeline.ts';
import { medianOf } from './measure.ts';
import { documentsOf, type NodeCase, sampleDocuments, sampleNames } from './node-cases.ts';

const { values: given } = parseArgs({
  options: {
    services: { type: 'string', default: '1000' },
    formats: { type: 'string', default: 'iptables,nft' },
    samples: { type: 'boolean', default: false },
    files: { type: 'string' },
    json: { type: 'boolean', default: false },
    repeat: { type: 'string', default: '1' },
    /** For the processes that this one starts. */
    one: { type: 'string' },
  },
});

/** Milliseconds are of processor time. */
interface Row {
  readonly name: string;
  readonly rules: number;
  readonly read: number;
  readonly execute: number;
  readonly undecided: readonly string[];
  readonly orders: readonly Compared[];
  readonly statuses: Readonly<Record<string, number>>;
  readonly nodes: number;
  readonly megabytes: number;
  readonly peak: number;
  readonly silence: number;
}

interface Compared {
  readonly name: string;
  readonly milliseconds: number;
  readonly sensitive: boolean | null;
  readonly undecided: string | null;
  readonly witnesses: readonly string[];
}

function processorTime<T>(run: () => T): { readonly milliseconds: number; readonly value: T } {
  const start = process.cpuUsage();
  const value = run();
  const { user, system } = process.cpuUsage(start);
  return { milliseconds: (user + system) / 1000, value };
}

/** The longest time between two words, in milliseconds. */
class Silence {
  longest = 0;
  private last = performance.now();

  word(): void {
    const now = performance.now();
    this.longest = Math.max(this.longest, now - this.last);
    this.last = now;
  }
}

function measure(name: string, documents: readonly DocumentInput[]): Row {
  const read = processorTime(() => analyse(documents));
  const analysis = read.value;
  const silence = new Silence();
  const space = new PacketSpace(analysis.ruleset, { order: analysis.order, onProgress: () => silence.word() });
  const statuses: Record<string, number> = {};
  const executed = processorTime(() => {
    silence.word();
    const runs = space.execute();
    silence.word();
    for (const status of ruleStatuses(space)) statuses[status] = (statuses[status] ?? 0) + 1;
    return runs;
  });
  const orders = [...otherOrders(analysis)].map(([order, text]): Compared => {
    const { milliseconds, value } = processorTime(() => compareOrder(space, order));
    const witnesses = value.witnesses.map(({ kind, replayed }) => `${kind}${replayed ? '' : '?'}`);
    return { name: text, milliseconds, sensitive: value.sensitive, undecided: value.undecided, witnesses };
  });
  const statistics = space.families.map((family) => space.family(family).diagrams.statistics);
  return {
    name,
    rules: analysis.ruleset.rules.length,
    read: read.milliseconds,
    execute: executed.milliseconds,
    undecided: executed.value.flatMap((run) => (run.undecided === null ? [] : [run.undecided])),
    orders,
    statuses,
    nodes: statistics.reduce((sum, { nodes }) => sum + nodes, 0),
    megabytes: statistics.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6,
    peak: process.resourceUsage().maxRSS / 1000,
    silence: silence.longest,
  };
}

/** Every order of two owners that is not today's: in each base chain, and on each hook. */
function* otherOrders({ order, attribution }: Analysis): Generator<[HookOrder[], string]> {
  const { owners, ruleOwner, chainOwner } = attribution;
  const ownerOfRule = ({ id }: Rule) => ruleOwner[id];
  for (const hook of order) {
    for (const [a, b] of pairs(hook.chains.map(({ chain }) => chainOwner[chain.id]))) {
      const other = hookInOrder(order, hook, a, b, ({ id }) => chainOwner[id]);
      if (other) yield [other, `${hook.hook}: ${owners[a]} before ${owners[b]}`];
    }
    for (const { chain } of hook.chains) {
      for (const [a, b] of pairs(chain.rules.map(ownerOfRule))) {
        const other = chainInOrder(chain, a, b, ownerOfRule);
        if (!other) continue;
        yield [withChain(order, chain, other), `${chain.table.name} ${chain.name}: ${owners[a]} before ${owners[b]}`];
      }
    }
  }
}

function* pairs(list: readonly (number | undefined)[]): Generator<[number, number]> {
  const different = [...new Set(list)].filter((owner) => owner !== undefined);
  for (const a of different) for (const b of different) if (a !== b) yield [a, b];
}

function total({ execute, orders }: Row): number {
  return orders.reduce((sum, { milliseconds }) => sum + milliseconds, execute);
}

function print(row: Row): void {
  const { name, rules, read, execute, orders, nodes, megabytes, peak, silence } = row;
  const times = orders.map(({ milliseconds }) => milliseconds);
  const median = times.length === 0 ? 0 : medianOf(times);
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`;
  const matter = orders.filter(({ sensitive }) => sensitive === true).length;
  const open = orders.filter(({ sensitive }) => sensitive === null).length;
  console.log(
    `${name}: ${rules} rules, all in ${seconds(total(row))} (read before in ${seconds(read)}): executed in ${seconds(execute)}, ${orders.length} orders, median ${median.toFixed(0)} ms, longest ${Math.max(0, ...times).toFixed(0)} ms, ${matter} matter, ${open} undecided; ${(nodes / 1e6).toFixed(1)} million nodes, ${megabytes.toFixed(0)} MB of diagrams, ${peak.toFixed(0)} MB at most; silent for ${silence.toFixed(0)} ms at most`,
  );
  console.log(`  ${JSON.stringify(row.statuses)} ${row.undecided.join(', ')}`);
  for (const each of orders) {
    if (each.sensitive !== null && each.milliseconds < LONG) continue;
    const found = each.undecided ?? each.witnesses.join(', ');
    console.log(`  ${each.milliseconds.toFixed(0)} ms ${each.name}: ${each.sensitive ?? 'undecided'} ${found}`);
  }
}

/** Milliseconds from which on an order has a line of its own. */
const LONG = 200;

/** What the processes are to measure, as their argument. */
function* tasks(): Generator<string> {
  if (given.files !== undefined) yield `files ${given.files}`;
  else if (given.samples) for (const name of sampleNames()) yield `sample ${name}`;
  else {
    for (const services of given.services.split(',').map(Number)) {
      const workloads = services < 100 ? FEW_WORKLOADS : WORKLOADS;
      for (const format of given.formats.split(',')) {
        for (const some of [0, workloads]) yield `node ${format} ${services} ${some}`;
      }
    }
  }
}

const WORKLOADS = 110;
/** With 30 Services about 500 rules. */
const FEW_WORKLOADS = 4;

function documentsFor(task: string): { readonly name: string; readonly documents: readonly DocumentInput[] } {
  const [kind = '', ...rest] = task.split(' ');
  if (kind === 'files') {
    const documents = (rest[0] ?? '').split(',').map((name) => ({ name, text: readFileSync(name, 'utf8') }));
    return { name: rest[0] ?? '', documents };
  }
  if (kind === 'sample') return { name: rest[0] ?? '', documents: sampleDocuments(rest[0] ?? '') ?? [] };
  const [format = '', services = '', workloads = ''] = rest;
  const node = { format, services: Number(services), workloads: Number(workloads) } as NodeCase;
  const name = `${services} Services, ${format}${node.workloads > 0 ? ' with Calico' : ''}`;
  return { name, documents: documentsOf(node) };
}

function measuredApart(task: string): Row {
  const rows = Array.from({ length: Number(given.repeat) }, (): Row => {
    const argv = [...process.execArgv, fileURLToPath(import.meta.url), '--one', task];
    const { stdout, status } = spawnSync(process.execPath, argv, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 1 << 26,
    });
    if (status !== 0) throw new Error(`${task} ended with ${status}`);
    return JSON.parse(stdout) as Row;
  });
  return rows.sort((a, b) => total(a) - total(b))[rows.length >> 1] as Row;
}

if (given.one !== undefined) {
  const { name, documents } = documentsFor(given.one);
  process.stdout.write(JSON.stringify(measure(name, documents)));
} else {
  for (const task of tasks()) {
    const row = measuredApart(task);
    if (given.json) console.log(JSON.stringify(row));
    else print(row);
  }
}
