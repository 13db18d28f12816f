/**
 * Sets of packets against single packets: what the symbolic executor says of all packets has to hold for each that the tracer is given.
 *
 *   npx tsx web/dev/compare-sets.ts --seed S --nodes N [--first I] [--packets P] [--kinds two-owners,nft,...]
 *                                          random nodes of two-owners.ts and random-traces.ts, P packets each
 *   npx tsx web/dev/compare-sets.ts CASES.jsonl...
 *                                          the rulesets of recorded cases, with their packets and P more
 *
 * Compared are, for each packet: the ends that it may come to, with its addresses; the rules that it comes to and those that it matches (reachOf), and that
 * no rule is said to be dead that it matches (ruleStatuses), no element of a verdict map lost that it finds. --show N prints the first N packets that differ.
 * Exit code 1 if any does.
 */
import { parseArgs } from 'node:util';
import type { TracePacket } from '../kernel/packet.ts';
import { readPacket } from '../kernel/packet-input.ts';
import { BudgetExceeded } from '../packetspace/diagram/budget.ts';
import { generator, pick } from './draw.ts';
import { constantsOf, packetNear } from './near-packets.ts';
import { NodeSets } from './node-sets.ts';
import { type Node, randomNodes, recordedNodes } from './nodes.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    nodes: { type: 'string', default: '100' },
    first: { type: 'string', default: '0' },
    packets: { type: 'string', default: '20' },
    kinds: { type: 'string', default: 'two-owners,nft,iptables-nft,iptables-legacy,mixed,netdev' },
    show: { type: 'string', default: '10' },
  },
});

let nodes = 0;
let packets = 0;
let compared = 0;
let differing = 0;
let undecided = 0;
let tooLarge = 0;
const started = performance.now();

function check(node: Node): void {
  const { ruleset, order } = node;
  const random = generator(Number(values.seed) * 31 + nodes);
  nodes++;
  const constants = constantsOf(ruleset);
  const sets = new NodeSets(ruleset, order);
  if (sets.undecided) undecided++;
  const more = Array.from({ length: Number(values.packets) }, () =>
    packetNear(constants, pick(random, node.versions), random),
  );
  for (const json of [...node.packets, ...more]) {
    const { packet } = readPacket(json);
    if (!packet) continue;
    packets++;
    const found = differencesOf(sets, packet);
    if (found === null) continue;
    compared++;
    if (found.length > 0 && differing++ < Number(values.show)) {
      process.stdout.write(`${node.name} ${JSON.stringify(json)}\n  ${found.slice(0, 6).join('\n  ')}\n`);
    }
  }
}

/** null: not compared. */
function differencesOf(sets: NodeSets, packet: TracePacket): string[] | null {
  try {
    return sets.compare(packet);
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    tooLarge++;
    return null;
  }
}

for (const file of positionals) for await (const node of recordedNodes(file)) check(node);
if (positionals.length === 0) {
  for (const kind of values.kinds.split(','))
    for (const node of randomNodes(kind, Number(values.seed), Number(values.nodes), Number(values.first))) check(node);
}
process.stdout.write(
  `${nodes} nodes (${undecided} not executed to the end), ${packets} packets, ${compared} compared (${tooLarge} too large), ${differing} differ; ${((performance.now() - started) / 1000).toFixed(0)} s\n`,
);
if (differing > 0 || compared === 0) process.exitCode = 1;
