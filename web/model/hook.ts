/**
 * Families, hooks and priorities, in nft(8)'s words.
 * Follows nft(8) "CHAINS" (standard priority names, per-family hooks) and include/uapi/linux/netfilter*.h.
 */

export type Family = 'ip' | 'ip6' | 'inet' | 'arp' | 'bridge' | 'netdev';

export const FAMILIES: readonly Family[] = ['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev'];

export type Hook = 'ingress' | 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting' | 'egress';

/** In packet order, as the map's columns stand. */
export const HOOKS: readonly Hook[] = ['ingress', 'prerouting', 'forward', 'input', 'output', 'postrouting', 'egress'];

export type ChainType = 'filter' | 'nat' | 'route';

/**
 * Which program keeps the table. `iptables-nft` and `iptables-legacy` are told by the dump's header or name; `iptables` is a dump
 * that does not say which. `nft` is a native table.
 */
export type Backend = 'nft' | 'iptables-nft' | 'iptables-legacy' | 'iptables';

/** Kernel: include/uapi/linux/netfilter_ipv4.h, enum nf_ip_hook_priorities; the names are nft(8)'s. */
export const STANDARD_PRIORITIES: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
};

/** Kernel: include/uapi/linux/netfilter_bridge.h, enum nf_br_hook_priorities. */
export const BRIDGE_PRIORITIES: Readonly<Record<string, number>> = {
  dstnat: -300,
  filter: -200,
  out: 100,
  srcnat: 300,
};

/** The names that `family` knows, each with its number. arp and netdev know only `filter`. */
export function priorityNames(family: Family): Readonly<Record<string, number>> {
  if (family === 'bridge') return BRIDGE_PRIORITIES;
  if (family === 'arp' || family === 'netdev') return { filter: 0 };
  return STANDARD_PRIORITIES;
}

/** The table a built-in iptables chain belongs to fixes its priority and type. `security`: see NETFILTER priorities in kernel/order.ts. */
export interface BuiltinTable {
  readonly priority: (hook: Hook, backend: Backend) => number;
  readonly type: (hook: Hook) => ChainType;
}

/**
 * Kernel: default priorities, tried on 6.18 with both engines: raw -300, mangle -150, nat -100 (100 at input and postrouting), filter 0,
 * security 150 under iptables-nft and 50 under iptables-legacy.
 */
export const BUILTIN_TABLES: Readonly<Record<string, BuiltinTable>> = {
  raw: { priority: () => -300, type: () => 'filter' },
  mangle: { priority: () => -150, type: (hook) => (hook === 'output' ? 'route' : 'filter') },
  nat: { priority: (hook) => (hook === 'input' || hook === 'postrouting' ? 100 : -100), type: () => 'nat' },
  filter: { priority: () => 0, type: () => 'filter' },
  security: { priority: (_hook, backend) => (backend === 'iptables-legacy' ? 50 : 150), type: () => 'filter' },
};

/** The hook of a built-in iptables chain, by its name. */
export const BUILTIN_CHAINS: Readonly<Record<string, Hook>> = {
  PREROUTING: 'prerouting',
  INPUT: 'input',
  FORWARD: 'forward',
  OUTPUT: 'output',
  POSTROUTING: 'postrouting',
};
