/**
 * The hook and priority of the built-in chains of each family's tables. Kernel: net/ipv4/netfilter/iptable_*.c, net/bridge/netfilter/ebtable_*.c,
 * net/ipv4/netfilter/arptable_filter.c; the numbers of bridge chains: include/uapi/linux/netfilter_bridge.h, enum nf_br_hook_priorities.
 */
import { BUILTIN_CHAINS, BUILTIN_TABLES, type ChainType, type Hook } from '../../model/hook.ts';
import type { Table } from '../../model/ruleset.ts';

export interface BuiltinPlace {
  readonly type: ChainType;
  readonly hook: Hook;
  readonly priority: number;
}

/** The valid hooks of each table of iptables and ip6tables. */
const TABLE_HOOKS: ReadonlyMap<string, readonly Hook[]> = new Map([
  ['raw', ['prerouting', 'output']],
  ['mangle', ['prerouting', 'input', 'forward', 'output', 'postrouting']],
  ['nat', ['prerouting', 'input', 'output', 'postrouting']],
  ['filter', ['input', 'forward', 'output']],
  ['security', ['input', 'forward', 'output']],
] as const);

const BRIDGE: ReadonlyMap<string, BuiltinPlace> = new Map([
  ['filter INPUT', { type: 'filter', hook: 'input', priority: -200 }],
  ['filter FORWARD', { type: 'filter', hook: 'forward', priority: -200 }],
  ['filter OUTPUT', { type: 'filter', hook: 'output', priority: 200 }],
  ['nat PREROUTING', { type: 'filter', hook: 'prerouting', priority: -300 }],
  ['nat OUTPUT', { type: 'filter', hook: 'output', priority: 100 }],
  ['nat POSTROUTING', { type: 'filter', hook: 'postrouting', priority: 300 }],
  // Kernel: broute decides before the bridge takes the frame at all: ahead of every other chain.
  ['broute BROUTING', { type: 'filter', hook: 'prerouting', priority: -2147483648 }],
] as const);

/** No built-in chain's name is longer. Asking an object for a long name would make the engine keep a copy of it. */
const LONGEST_NAME = 'POSTROUTING'.length;

/** null: the table has no built-in chain of that name. */
export function builtinPlace({ family, name: table, backend }: Table, chain: string): BuiltinPlace | null {
  if (chain.length > LONGEST_NAME) return null;
  if (family === 'bridge') return BRIDGE.get(`${table} ${chain}`) ?? null;
  if (!Object.hasOwn(BUILTIN_CHAINS, chain)) return null;
  const hook = BUILTIN_CHAINS[chain] as Hook;
  if (family === 'arp')
    return table === 'filter' && TABLE_HOOKS.get('filter')?.includes(hook)
      ? { type: 'filter', hook, priority: 0 }
      : null;
  const kind = Object.hasOwn(BUILTIN_TABLES, table) ? BUILTIN_TABLES[table] : undefined;
  if (!kind || !TABLE_HOOKS.get(table)?.includes(hook)) return null;
  return { type: kind.type(hook), hook, priority: kind.priority(hook, backend) };
}
