/**
 * All packets through whole nodes: how long it takes to execute generated nodes, what each further question costs, and how much memory it takes.
 *
 *   node --max-old-space-size=3000 --import tsx web/bench/packetspace-nodes.ts [--services 1000,10000] [--json]
 *   node --import tsx web/bench/packetspace-nodes.ts --files node.save,node.ipset
 *
 * One line for each node: processor time of both families and both origins (received, sent); the median of the swaps of two owners in a base chain, and the
 * longest; nodes in use and bytes of the diagrams at the end; peak of the process. Run one size at a time where memory is compared.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Chain, Rule } from '../model/ruleset.ts';
import { PacketSpace } from '../packetspace/packet-space.ts';
import { compareOrder } from '../packetspace/questions/order-sensitivity.ts';
import { ruleStatuses } from '../packetspace/questions/rule-status.ts';
import { chainInOrder, withChain } from '../packetspace/questions/swap-order.ts';
import { type Analysis, analyse, type DocumentInput } from '../pipeline.ts';
import { generateKubeProxy } from './generate.ts';
import { medianOf } from './measure.ts';

const { values: given } = parseArgs({
  options: {
    services: { type: 'string', default: '1000' },
    files: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

interface Row {
  readonly name: string;
  readonly rules: number;
  /** Milliseconds of processor time. */
  readonly execute: number;
  readonly undecided: readonly string[];
  /** Swaps of two owners: how many, their median and longest time, how many matter and are shown. */
  readonly swaps: number;
  readonly swap: number;
  readonly longest: number;
  readonly sensitive: number;
  readonly open: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly nodes: number;
  readonly megabytes: number;
  readonly peak: number;
}

function processorTime(run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

function measure(name: string, documents: readonly DocumentInput[]): Row {
  const analysis = analyse(documents);
  const { ruleset, order } = analysis;
  const space = new PacketSpace(ruleset, { order });
  const execute = processorTime(() => space.execute());
  const undecided = space.execute().flatMap((run) => (run.undecided === null ? [] : [run.undecided]));
  const statuses: Record<string, number> = {};
  for (const status of ruleStatuses(space)) statuses[status] = (statuses[status] ?? 0) + 1;
  const times: number[] = [];
  let sensitive = 0;
  let open = 0;
  for (const [chain, other] of swaps(analysis)) {
    times.push(
      processorTime(() => {
        const result = compareOrder(space, withChain(order, chain, other));
        if (result.sensitive === true) sensitive++;
        if (result.sensitive === null) open++;
      }),
    );
  }
  const statistics = space.families.map((family) => space.family(family).diagrams.statistics);
  return {
    name,
    rules: ruleset.rules.length,
    execute,
    undecided,
    swaps: times.length,
    swap: times.length === 0 ? 0 : medianOf(times),
    longest: Math.max(0, ...times),
    sensitive,
    open,
    statuses,
    nodes: statistics.reduce((sum, { nodes }) => sum + nodes, 0),
    megabytes: statistics.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6,
    peak: process.resourceUsage().maxRSS / 1000,
  };
}

/** Each base chain with the rules of two owners, in the other order. */
function* swaps({ order, attribution }: Analysis): Generator<[Chain, Chain]> {
  const ownerOf = ({ id }: Rule) => attribution.ruleOwner[id];
  for (const { chain } of order.flatMap(({ chains }) => chains)) {
    const owners = [...new Set(chain.rules.map(ownerOf))];
    for (const [i, first] of owners.entries()) {
      for (const second of owners.slice(0, i)) {
        for (const [a, b] of [
          [first, second],
          [second, first],
        ]) {
          const other = chainInOrder(chain, a, b, ownerOf);
          if (other) yield [chain, other];
        }
      }
    }
  }
}

function print(row: Row): void {
  const { name, rules, execute, swaps: count, swap, longest, sensitive, open, nodes, megabytes, peak } = row;
  console.log(
    `${name}: ${rules} rules, executed in ${(execute / 1000).toFixed(2)} s; ${count} swaps, median ${swap.toFixed(0)} ms, longest ${longest.toFixed(0)} ms, ${sensitive} matter, ${open} undecided; ${(nodes / 1e6).toFixed(1)} million nodes, ${megabytes.toFixed(0)} MB of diagrams, ${peak.toFixed(0)} MB at most`,
  );
  console.log(`  ${JSON.stringify(row.statuses)} ${row.undecided.join(', ')}`);
}

function* nodes(): Generator<[string, DocumentInput[]]> {
  if (given.files !== undefined) {
    yield [given.files, given.files.split(',').map((name) => ({ name, text: readFileSync(name, 'utf8') }))];
    return;
  }
  for (const services of given.services.split(',').map(Number)) {
    for (const [format, calico] of [
      ['iptables', false],
      ['iptables', true],
      ['nft', false],
    ] as const) {
      const text = generateKubeProxy({ services, endpoints: 4, format, calico });
      yield [`${services} Services, ${format}${calico ? ' with Calico' : ''}`, [{ name: `node.${format}`, text }]];
    }
  }
}

for (const [name, documents] of nodes()) {
  const row = measure(name, documents);
  if (given.json) console.log(JSON.stringify(row));
  else print(row);
}
