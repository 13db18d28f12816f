/**
 * The stages of `analyse` on one big dump, one after the other:
 *
 *   npx tsx web/bench/pipeline.ts [--services 10000] [--endpoints 4] [--format iptables|nft] [--repeat 3] [--json]
 */
import { findAll } from '../findings/find.ts';
import { effectiveOrder } from '../kernel/order.ts';
import { buildJumpGraph } from '../model/graph.ts';
import { linkRuleset } from '../model/link.ts';
import { attributeOwners } from '../owners/attribute.ts';
import { readDocument } from '../parse/read.ts';
import { generateKubeProxy } from './generate.ts';
import { medianOf } from './measure.ts';

function option(name: string, fallback: string): string {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? fallback : (process.argv[at + 1] ?? fallback);
}

const format = option('format', 'iptables') === 'nft' ? 'nft' : 'iptables';
const services = Number(option('services', '10000'));
const endpoints = Number(option('endpoints', '4'));
const text = generateKubeProxy({ services, endpoints, format, calico: format === 'iptables' });
const stages = new Map<string, number[]>();

function stage<T>(name: string, run: () => T): T {
  const start = performance.now();
  const value = run();
  const runs = stages.get(name) ?? [];
  runs.push(performance.now() - start);
  stages.set(name, runs);
  return value;
}

let rules = 0;
for (let i = 0; i < Number(option('repeat', '3')); i++) {
  const dumps = stage('read', () => readDocument(0, `node.${format === 'nft' ? 'nft' : 'save'}`, text, {}));
  const ruleset = stage('link', () => linkRuleset(dumps));
  const graph = stage('graph', () => buildJumpGraph(ruleset));
  const order = stage('order', () => effectiveOrder(ruleset));
  const attribution = stage('attribute', () => attributeOwners(ruleset));
  stage('find', () => findAll({ ruleset, order, attribution, graph }));
  rules = ruleset.rules.length;
}

const medians = Object.fromEntries([...stages].map(([name, runs]) => [name, medianOf(runs)]));
if (process.argv.includes('--json')) {
  process.stdout.write(
    `${JSON.stringify({ schema: 'nfscope/bench-pipeline@1', services, endpoints, format, rules, bytes: text.length, medians })}\n`,
  );
} else {
  process.stdout.write(`${(text.length / 1e6).toFixed(1)} MB, ${rules} rules (${format})\n`);
  for (const [name, median] of Object.entries(medians))
    process.stdout.write(`  ${name.padEnd(10)} ${median.toFixed(0).padStart(6)} ms\n`);
}
