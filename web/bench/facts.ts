/**
 * The facts of the node (web/facts) on big dumps, median of fresh contexts:
 *
 *   npx tsx web/bench/facts.ts [--repeat 5]
 */

import { nodeFacts } from '../facts/node-facts.ts';
import { analyse } from '../pipeline.ts';
import { createViewContext } from '../views/context.ts';
import { generateKubeProxy } from './generate.ts';
import { time } from './measure.ts';

const at = process.argv.indexOf('--repeat');
const repeat = at === -1 ? 5 : Number(process.argv[at + 1]);

for (const services of [2500, 5000, 10_000]) {
  for (const format of ['iptables', 'nft'] as const) {
    const text = generateKubeProxy({ services, endpoints: 4, format, calico: format === 'iptables' });
    const analysis = analyse([{ name: 'node', text }]);
    const { median } = time(repeat, () => nodeFacts(createViewContext(analysis, 1, ['d0'])));
    const rules = analysis.ruleset.rules.length;
    process.stdout.write(
      `${format.padEnd(9)} ${String(rules).padStart(7)} rules ${median.toFixed(0).padStart(5)} ms ${((median * 1000) / rules).toFixed(2)} µs/rule\n`,
    );
  }
}
