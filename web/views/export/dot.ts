/**
 * The jump graph as DOT, for Graphviz and whatever else reads it: a cluster for each hook with its base chains in effective order, a node for each
 * chain, an edge for each pair of chains with jumps. Ids are numbers; names from the dump are only ever quoted strings.
 */
import { pushAll } from '../../base/lists.ts';
import type { HookOrder } from '../../kernel/order.ts';
import type { Chain } from '../../model/ruleset.ts';
import type { ViewContext } from '../context.ts';
import { ownerEntry } from '../owner-entry.ts';
import { plural } from '../plural.ts';

/** @param fills a colour for each owner id, as DOT writes colours: `#f1e8d4`. Cost: linear in chains and jumps. */
export function graphDot(context: ViewContext, fills: Readonly<Record<string, string>>): string {
  const { ruleset, order } = context.analysis;
  const lines = [
    'digraph nfscope {',
    '  rankdir=LR;',
    '  node [shape=box, style=filled, fillcolor=white, fontname="Inter, Helvetica, sans-serif", fontsize=11];',
    '  edge [fontname="Inter, Helvetica, sans-serif", fontsize=9];',
  ];
  order.forEach((hook, at) => {
    pushAll(lines, hookLines(context, hook, at, fills));
  });
  for (const chain of ruleset.chains) if (!chain.base) lines.push(`  ${node(context, chain, null, fills)}`);
  pushAll(lines, jumpLines(context));
  lines.push('}');
  return `${lines.join('\n')}\n`;
}

const STACKS = { l3: 'IP', bridge: 'bridge', arp: 'ARP', netdev: 'device' } as const;

/** Base chains of one hook. A chain of several devices stands where it comes first. */
function hookLines(
  context: ViewContext,
  { stack, hook, device, chains }: HookOrder,
  at: number,
  fills: Readonly<Record<string, string>>,
): string[] {
  if (chains.length === 0) return [];
  const where = device === null ? STACKS[stack] : `${STACKS[stack]} ${device}`;
  const nodes = chains.map(({ chain, effectivePriority }) => node(context, chain, effectivePriority, fills));
  const next = chains.slice(1).map(({ chain }, index) => {
    const before = chains[index]?.chain.id;
    return `c${before} -> c${chain.id} [style=dashed, color=gray50, label="then"];`;
  });
  return [
    `  subgraph cluster_${at} {`,
    `    label=${quoted(`${hook} (${where})`)};`,
    ...[...nodes, ...next].map((line) => `    ${line}`),
    '  }',
  ];
}

function node(
  context: ViewContext,
  chain: Chain,
  priority: number | null,
  fills: Readonly<Record<string, string>>,
): string {
  const owner = context.ownerOfChain(chain);
  const words = [
    chain.name,
    `${chain.table.family} ${chain.table.name}${priority === null ? '' : `, priority ${priority}`}`,
    plural(chain.rules.length, 'rule'),
    ...(chain.base ? [`policy ${chain.base.policy ?? 'accept'}`] : []),
  ];
  const look = [
    `label=${quoted(...words)}`,
    `tooltip=${quoted(ownerEntry(owner).name)}`,
    ...(/^#[0-9a-f]{6}$/i.test(fills[owner] ?? '') ? [`fillcolor=${quoted(fills[owner] as string)}`] : []),
    ...(chain.base ? ['penwidth=2'] : []),
    ...(chain.implicit ? ['style=dashed'] : []),
  ];
  return `c${chain.id} [${look.join(', ')}];`;
}

/** Jumps and gotos of one chain to another are one edge each, with their number. */
function jumpLines({ analysis: { ruleset, graph } }: ViewContext): string[] {
  return ruleset.chains.flatMap((chain) => {
    const counts = new Map<string, { readonly to: number; readonly goto: boolean; count: number }>();
    for (const { to, goto } of graph.out(chain.id)) {
      const key = `${to} ${goto}`;
      const known = counts.get(key);
      if (known) known.count++;
      else counts.set(key, { to, goto, count: 1 });
    }
    return [...counts.values()].map(({ to, goto, count }) => {
      const words = count === 1 ? (goto ? 'goto' : '') : plural(count, goto ? 'goto' : 'jump');
      return `  c${chain.id} -> c${to}${words === '' ? '' : ` [label=${quoted(words)}]`};`;
    });
  });
}

/** A DOT string of these lines: only quotes and backslashes mean something in it. Control characters of names become spaces. */
function quoted(...lines: readonly string[]): string {
  const safe = lines.map((line) =>
    line
      .replaceAll(/[\u0000-\u001f\u007f]/g, ' ')
      .replaceAll('\\', '\\\\')
      .replaceAll('"', '\\"'),
  );
  return `"${safe.join('\\n')}"`;
}
