/** The hook maps: one per family that has base chains, from the effective order, the segments and the findings' marks. */
import type { Finding } from '../findings/finding.ts';
import { chainsForFamily, type HookOrder, type OrderedChain } from '../kernel/order.ts';
import type { CardModel, HookMapModel, HookModel, MapFamily, MapMark } from '../layout/hook-map-model.ts';
import type { Hook } from '../model/hook.ts';
import { ruleCounter } from '../model/rule.ts';
import type { Chain } from '../model/ruleset.ts';
import { segmentsOf } from '../owners/segments.ts';
import type { ViewContext } from './context.ts';

/** Hooks that a family's map always shows, used or not. */
const ALWAYS: Readonly<Record<MapFamily, readonly Hook[]>> = {
  ip: ['prerouting', 'forward', 'input', 'output', 'postrouting'],
  ip6: ['prerouting', 'forward', 'input', 'output', 'postrouting'],
  bridge: ['prerouting', 'forward', 'input', 'output', 'postrouting'],
  arp: ['input', 'output'],
};

/** In packet order, as the map's columns stand. */
const COLUMNS: readonly Hook[] = ['ingress', 'prerouting', 'forward', 'input', 'output', 'postrouting', 'egress'];

/** Without marks: see markMaps. Never empty: without any base chain there is the empty IPv4 map. */
export function buildMaps(context: ViewContext): HookMapModel[] {
  const families: readonly MapFamily[] = ['ip', 'ip6', 'bridge', 'arp'];
  const maps = families.map((family) => buildMap(context, family));
  const used = maps.filter((map) => hasOwnChains(context, map));
  return used.length > 0 ? used : [maps[0] as HookMapModel];
}

/** The maps with the marks of the findings. */
export function markMaps(maps: readonly HookMapModel[], findings: readonly Finding[]): HookMapModel[] {
  const marks = marksByChain(findings);
  return maps.map((map) => ({
    ...map,
    hooks: map.hooks.map((hook) => ({
      ...hook,
      cards: hook.cards.map((card) => ({ ...card, marks: marks.get(card.chain) ?? [] })),
    })),
  }));
}

/** Ingress and egress chains of devices are in every map; they alone make no map but IPv4's. */
function hasOwnChains(context: ViewContext, map: HookMapModel): boolean {
  return (
    map.hooks.some(({ cards }) =>
      cards.some(
        ({ chain }) => map.family === 'ip' || context.analysis.ruleset.chains[chain]?.table.family !== 'netdev',
      ),
    ) &&
    (map.family !== 'ip6' || map.hooks.some(({ cards }) => cards.some(({ chain }) => speaksIpv6(context, chain))))
  );
}

/** An inet chain alone does not say that the node has IPv6, but its rules are the same there: it counts. */
function speaksIpv6(context: ViewContext, chain: number): boolean {
  const family = context.analysis.ruleset.chains[chain]?.table.family;
  return family === 'ip6' || family === 'inet';
}

function buildMap(context: ViewContext, family: MapFamily): HookMapModel {
  const hooks = COLUMNS.flatMap((hook): HookModel[] => {
    const orders = context.analysis.order.filter((order) => order.hook === hook && belongs(order, family));
    if (hook === 'ingress' || hook === 'egress') {
      return deviceGroups(orders, family).map(({ devices, orders: same }) =>
        buildHook(context, family, hook, same, devices),
      );
    }
    const made = buildHook(context, family, hook, orders, []);
    return made.cards.length === 0 && !ALWAYS[family].includes(hook) ? [] : [made];
  });
  return { family, hooks };
}

/** @param devices of ingress and egress: those that share the column */
function buildHook(
  context: ViewContext,
  family: MapFamily,
  hook: Hook,
  orders: readonly HookOrder[],
  devices: readonly string[],
): HookModel {
  // Where the column names its devices its cards need not.
  const cards = orders.flatMap((order) =>
    drawn(order, family).map((ordered) => buildCard(context, ordered, orders.length > 1 ? order.device : null)),
  );
  const ids = new Set(cards.map(({ chain }) => chain));
  const ties = orders.flatMap((order) =>
    order.ties
      .map(({ chains, known }) => ({ chains: chains.map(({ id }) => id).filter((id) => ids.has(id)), known }))
      .filter(({ chains }) => chains.length > 1),
  );
  return { hook, cards, ties, ...(devices.length > 0 ? { devices } : {}) };
}

/**
 * Kernel: MAX_HOOK_COUNT of net/netfilter/core.c. `nft -f` of 1,024 inet tables with an input chain each loads on Linux 6.18, and of 1,025 fails with
 * "Argument list too long". No dump has more, and a page that draws what somebody made up instead stands still for a minute.
 */
export const MOST_CHAINS_OF_HOOK = 1024;

/** Columns that ingress and egress get at most: more would leave no room for the others. */
const MOST_DEVICE_COLUMNS = 4;

interface DeviceGroup {
  readonly devices: string[];
  readonly orders: HookOrder[];
}

/** Devices with the very same chains are one column; where there are too many columns the last one has all that are left. */
function deviceGroups(orders: readonly HookOrder[], family: MapFamily): DeviceGroup[] {
  const groups = new Map<string, DeviceGroup>();
  for (const order of orders) {
    const chains = listed(order, family);
    if (chains.length === 0) continue;
    const key = chains.map(({ chain }) => chain.id).join(' ');
    const found = groups.get(key);
    if (found) found.devices.push(order.device ?? '');
    else groups.set(key, { devices: [order.device ?? ''], orders: [order] });
  }
  const all = [...groups.values()];
  if (all.length <= MOST_DEVICE_COLUMNS) return all;
  const rest = all.slice(MOST_DEVICE_COLUMNS - 1);
  return [
    ...all.slice(0, MOST_DEVICE_COLUMNS - 1),
    { devices: rest.flatMap(({ devices }) => devices), orders: rest.flatMap(({ orders: own }) => own) },
  ];
}

function belongs(order: HookOrder, family: MapFamily): boolean {
  if (order.stack === 'netdev') return family !== 'arp';
  return order.stack === (family === 'ip' || family === 'ip6' ? 'l3' : family);
}

function listed(order: HookOrder, family: MapFamily): readonly OrderedChain[] {
  return order.stack === 'l3' && (family === 'ip' || family === 'ip6') ? chainsForFamily(order, family) : order.chains;
}

function drawn(order: HookOrder, family: MapFamily): readonly OrderedChain[] {
  return listed(order, family).slice(0, MOST_CHAINS_OF_HOOK);
}

/** The first chain that the kernel would refuse, of each hook that has too many: its map ends before. */
export function refusedChains({ analysis }: ViewContext): ReadonlyMap<Chain, Hook> {
  const refused = new Map<Chain, Hook>();
  for (const order of analysis.order) {
    for (const family of ['ip', 'ip6'] as const) {
      const first = listed(order, family)[MOST_CHAINS_OF_HOOK];
      if (first) refused.set(first.chain, order.hook);
    }
  }
  return refused;
}

function buildCard(context: ViewContext, ordered: OrderedChain, device: string | null): CardModel {
  const { analysis } = context;
  const { chain } = ordered;
  const base = chain.base as NonNullable<Chain['base']>;
  return {
    chain: chain.id,
    name: chain.name,
    table: `${chain.table.family} ${chain.table.name}`,
    legacy: chain.table.backend === 'iptables-legacy',
    dormant: chain.table.flags.includes('dormant'),
    policy: base.policy ?? 'accept',
    priority: base.priority,
    effectivePriority: ordered.effectivePriority,
    nat: ordered.dispatcher,
    device,
    segments: segmentsOf(chain, analysis.attribution).map(({ owner, from, to }) => ({
      owner,
      from,
      to,
      below: analysis.graph.rulesBelow(chain.id, from, to),
      packets: sumPackets(chain, from, to),
    })),
    rules: analysis.graph.rulesFrom(chain.id),
    marks: [],
  };
}

/** Packets counted by the rules `from`..`to`; null if none of them has a counter. */
export function sumPackets(chain: Chain, from: number, to: number): number | null {
  let sum: number | null = null;
  for (let i = from; i <= to; i++) {
    const rule = chain.rules[i - 1];
    const packets = rule ? (ruleCounter(rule)?.packets ?? null) : null;
    if (packets !== null) sum = (sum ?? 0) + packets;
  }
  return sum;
}

const SEVERITY = { error: 0, warning: 1, info: 2 } as const;

/** The marks of each chain, one per boundary: the most severe finding leads. */
function marksByChain(findings: readonly Finding[]): Map<number, MapMark[]> {
  const at = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.sign === 'note' || finding.sign === 'attention') continue;
    for (const { chain, segment } of finding.marks) {
      const key = `${chain} ${segment}`;
      const found = at.get(key);
      if (!found) at.set(key, [finding]);
      else if (!found.includes(finding)) found.push(finding);
    }
  }
  const marks = new Map<number, MapMark[]>();
  for (const [key, found] of at) {
    found.sort((a, b) => SEVERITY[a.severity] - SEVERITY[b.severity]);
    const [chain, boundary] = key.split(' ').map(Number) as [number, number];
    const first = found[0] as Finding;
    if (first.sign === 'note' || first.sign === 'attention') continue;
    const mark: MapMark = {
      findings: found.map(({ id }) => id),
      sign: first.sign,
      severity: first.severity,
      boundary,
      label: found.length === 1 ? first.title : `${first.title} (and ${found.length - 1} more)`,
    };
    const list = marks.get(chain);
    if (list) list.push(mark);
    else marks.set(chain, [mark]);
  }
  for (const list of marks.values()) list.sort((a, b) => a.boundary - b.boundary);
  return marks;
}
