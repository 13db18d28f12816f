/**
 * Searching a big node, in milliseconds: the index at the first search, then each query, the median of fresh runs:
 *
 *   npx tsx web/bench/search.ts [--services 10000] [--repeat 9] [--json]
 */
import { loadavg } from 'node:os';
import { analyse } from '../pipeline.ts';
import { createViewContext } from '../views/context.ts';
import { search } from '../views/search/search.ts';
import { prepareSearch } from '../views/search/search-index.ts';
import { generateKubeProxy } from './generate.ts';
import { medianOf } from './measure.ts';

/** What people look for: names and their parts, addresses, ports, marks, words. */
const QUERIES = [
  'k',
  'svc',
  'KUBE-SERVICES',
  'pricing-gateway',
  '10.96.0.10',
  '10.96.0.0/12',
  '10.244.3.7',
  '192.168.1.1',
  '10.96.0.10:53',
  ':8080',
  '53/udp',
  '0x4000',
  'cluster IP',
  'nothing of the kind',
];

function option(name: string, fallback: string): string {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? fallback : (process.argv[at + 1] ?? fallback);
}

const services = Number(option('services', '10000'));
const repeat = Number(option('repeat', '9'));
const rows: { format: string; rules: number; query: string; ms: number; hits: number }[] = [];

for (const format of ['iptables', 'nft'] as const) {
  const text = generateKubeProxy({ services, endpoints: 4, format, calico: format === 'iptables' });
  const context = createViewContext(analyse([{ name: 'node', text }]), 1, ['d0']);
  const { length: rules } = context.analysis.ruleset.rules;
  const start = performance.now();
  let longest = 0;
  let last = start;
  for (const _done of prepareSearch(context) ?? []) {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }
  rows.push({ format, rules, query: '(index)', ms: performance.now() - start, hits: 0 });
  rows.push({ format, rules, query: '(longest step of it)', ms: longest, hits: 0 });
  for (const query of QUERIES) {
    let hits = 0;
    const runs = Array.from({ length: repeat }, () => {
      const before = performance.now();
      hits = search(context, { query, limit: 80 }).hits.length;
      return performance.now() - before;
    });
    rows.push({ format, rules, query, ms: medianOf(runs), hits });
  }
}

if (process.argv.includes('--json')) {
  process.stdout.write(`${JSON.stringify({ schema: 'nfscope/bench-search@1', services, load: loadavg()[0], rows })}\n`);
} else {
  process.stdout.write(`load of the machine ${loadavg()[0]?.toFixed(1)}\n`);
  for (const { format, rules, query, ms, hits } of rows)
    process.stdout.write(
      `${format.padEnd(9)} ${rules} rules  ${query.padEnd(22)} ${ms.toFixed(1).padStart(7)} ms ${hits === 0 ? '' : `${hits} hits`}\n`,
    );
}
