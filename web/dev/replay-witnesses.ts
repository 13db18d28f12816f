/**
 * The proof of the proofs: what is said of the order of two owners (packetspace/questions), tried on the kernel.
 *
 *   npx tsx web/dev/replay-witnesses.ts --oracle ORACLE.py --seed S --nodes N [--first I] [--kinds LIST]
 *                                             random nodes (nodes.ts) with two made-up owners
 *   npx tsx web/dev/replay-witnesses.ts --oracle ORACLE.py --cases CASES.jsonl
 *                                             the rulesets of recorded cases, whose rules get two owners at random
 *   npx tsx web/dev/replay-witnesses.ts --oracle ORACLE.py FOLDER... | FILE...
 *                                             each folder, or all files together, is a node with its real owners; --prefix P takes the
 *                                             files of a folder whose names begin so
 *
 * For each pair of owners the node is printed as it is and with the pair the other way round. Where the order is said to matter, each witness is sent
 * through both: the kernel has to do what is claimed of it, as it is and swapped. Where it is said not to, --packets P random packets near the rules' constants
 * are sent through both, and have to meet the same fate; so have --traced T packets in the tracer. Prints what differs, --save FOLDER keeps
 * it: the texts as they are and swapped, the packet, what was claimed and what the kernel did. --only NAME takes one node of them. Exit code 1 if
 * anything differs.
 *
 * ORACLE.py loads rulesets into network namespaces and sends packets through them (oracle-batch.py); it needs root. Without root the tool says so and tries
 * nothing.
 */
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { whyNot } from './kernel.ts';
import { type Node, nodeOfFiles, randomNodes, recordedNodes } from './nodes.ts';
import { Oracle } from './oracle.ts';
import { madeUpOwners, realOwners } from './owner-pairs.ts';
import { type Finding, NodeReplay, newTally, type Tally } from './replay-node.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    oracle: { type: 'string' },
    seed: { type: 'string', default: '1' },
    nodes: { type: 'string', default: '100' },
    first: { type: 'string', default: '0' },
    kinds: { type: 'string', default: 'two-owners' },
    cases: { type: 'string' },
    packets: { type: 'string', default: '6' },
    traced: { type: 'string', default: '150' },
    only: { type: 'string' },
    prefix: { type: 'string', default: '' },
    show: { type: 'string', default: '20' },
    save: { type: 'string' },
  },
});

const reason = whyNot();
if (reason !== null) {
  console.log(`replay-witnesses is skipped: ${reason}.`);
  process.exit(0);
}
if (values.oracle === undefined) {
  console.error('replay-witnesses needs --oracle ORACLE.py');
  process.exit(2);
}

const tally: Tally = newTally();
const oracle = new Oracle(values.oracle);
const started = performance.now();
let shown = 0;
let nodes = 0;

function report({ name, pair, what, ...rest }: Finding): void {
  if (shown++ < Number(values.show))
    process.stdout.write(`${name}, ${pair}: ${what}\n  ${JSON.stringify(rest.packet)}\n`);
  if (values.save === undefined) return;
  mkdirSync(values.save, { recursive: true });
  const file = `${name}-${shown}.json`.replaceAll(/[^\w.-]/g, '_');
  writeFileSync(join(values.save, file), `${JSON.stringify({ name, pair, what, ...rest }, null, 1)}\n`);
}

async function replay(node: Node, isReal: boolean): Promise<void> {
  // Owners and packets of a node hang on its number: alone it is as it was among the others.
  const number = ++nodes;
  if (values.only !== undefined && node.name !== values.only) return;
  const owners = isReal ? realOwners(node.ruleset) : madeUpOwners(node.ruleset, Number(values.seed) * 977 + number);
  const options = {
    packets: Number(values.packets),
    traced: Number(values.traced),
    seed: Number(values.seed) + number,
  };
  await new NodeReplay(node, owners, oracle, tally, report, options).run();
}

function filesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(values.prefix) && /\.(save|iptables|nft|ipset)$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

try {
  const folders = positionals.filter((path) => statSync(path).isDirectory());
  const files = positionals.filter((path) => !folders.includes(path));
  for (const folder of folders) await replay(nodeOfFiles(basename(folder), filesIn(folder)), true);
  if (files.length > 0) await replay(nodeOfFiles(basename(files[0] as string), files), true);
  if (values.cases !== undefined) for await (const node of recordedNodes(values.cases)) await replay(node, false);
  if (positionals.length === 0 && values.cases === undefined) {
    for (const kind of values.kinds.split(',')) {
      for (const node of randomNodes(kind, Number(values.seed), Number(values.nodes), Number(values.first)))
        await replay(node, false);
    }
  }
} finally {
  oracle.close();
}

const { pairs, witnesses, unsent, ...counts } = tally;
process.stdout.write(
  [
    `${nodes} nodes: ${counts.replayed} loaded, ${counts.refused} refused by the kernel's tools, ${counts.unprintable} that no text says, ${counts.copied} that copy packets`,
    `${pairs.sensitive + pairs.benign + pairs.undecided} pairs: ${pairs.sensitive} sensitive, ${pairs.benign} benign, ${pairs.undecided} undecided; ${counts.unrealised} more whose other order no text says`,
    `${witnesses.sent} witnesses sent, ${witnesses.agreed} of them as claimed; ${[...unsent.values()].reduce((sum, each) => sum + each, 0)} not sent`,
    ...[...unsent]
      .sort((a, b) => b[1] - a[1])
      .slice(0, 8)
      .map(([why, count]) => `  ${count}: ${why}`),
    `${counts.benignPackets} packets sent through benign pairs, ${counts.benignAgreed} with the same fate; ${counts.traced} in the tracer, ${counts.tracedAgreed} with the same fate`,
    `${counts.kernelCases} packets traced as well, ${counts.tracerAgreed} as the kernel did`,
    `${shown} differences; ${((performance.now() - started) / 1000).toFixed(0)} s`,
    '',
  ].join('\n'),
);
if (shown > 0 || counts.replayed === 0) process.exitCode = 1;
