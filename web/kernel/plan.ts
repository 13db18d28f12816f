/**
 * What the kernel runs at each hook, in order: base chains, and its own stations between them. Kernel: include/uapi/linux/netfilter_ipv4.h (enum
 * nf_ip_hook_priorities), net/netfilter/nf_conntrack_proto.c, net/netfilter/nf_nat_core.c; chains and dispatchers as order.ts has them.
 */
import type { Family, Hook } from '../model/hook.ts';
import type { Ruleset, Table } from '../model/ruleset.ts';
import { type ConntrackUse, conntrackUse } from './conntrack-use.ts';
import type { Manip } from './domain.ts';
import { dispatcherPriority, effectiveOrder, type HookOrder, type OrderedChain, type Stack } from './order.ts';

export type Station =
  | { readonly kind: 'chain'; readonly chain: OrderedChain }
  | { readonly kind: 'conntrack' }
  /** All nat chains of the hook, run for packets of connections without a mapping of this kind. */
  | { readonly kind: 'nat'; readonly manip: Manip; readonly chains: readonly OrderedChain[] }
  /** bridge-nf-call-iptables: the IP hooks run here, inside the bridge's. */
  | { readonly kind: 'ip-hooks'; readonly hook: Hook };

/** Kernel: NF_IP_PRI_CONNTRACK. */
const CONNTRACK = -200;
/** Kernel: NF_BR_PRI_BRNF, and NF_BR_PRI_LAST at postrouting. */
const BRIDGE_NETFILTER = 0;

export class Plan {
  readonly order: readonly HookOrder[];
  readonly conntrack: ConntrackUse;
  private readonly natFamilies: ReadonlySet<Family>;
  private readonly stations = new Map<string, readonly Station[]>();

  /** `order` where it is known already. Cost: that of effectiveOrder and conntrackUse. */
  constructor(
    readonly ruleset: Ruleset,
    order?: readonly HookOrder[],
  ) {
    this.order = order ?? effectiveOrder(ruleset);
    this.conntrack = conntrackUse(ruleset);
    this.natFamilies = new Set(
      this.order
        .flatMap(({ chains }) => chains.filter(({ dispatcher }) => dispatcher))
        .map((c) => c.chain.table.family),
    );
  }

  /** The stations of an IP hook for one family. */
  ip(hook: Hook, family: 'ip' | 'ip6'): readonly Station[] {
    return this.cached(`${family} ${hook}`, () => this.ipStations(hook, family));
  }

  /** Kernel: the last thing at these hooks is to put the connection into the table. */
  confirms(hook: Hook, family: 'ip' | 'ip6'): boolean {
    return this.conntrack[family] && (hook === 'postrouting' || hook === 'input');
  }

  /** As `confirms`, for frames of a bridge whose chains ask for connections. */
  confirmsBridge(hook: Hook): boolean {
    return this.conntrack.bridge && hook === 'postrouting';
  }

  bridge(hook: Hook, ipHooks: boolean): readonly Station[] {
    return this.cached(`bridge ${hook} ${ipHooks}`, () => this.bridgeStations(hook, ipHooks));
  }

  arp(hook: Hook): readonly Station[] {
    return this.cached(`arp ${hook}`, () => this.chainsOf('arp', hook).map(chainStation));
  }

  /** Ingress and egress chains of a device. */
  device(hook: 'ingress' | 'egress', device: string): readonly Station[] {
    return this.cached(`${hook} ${device}`, () =>
      this.order
        .filter((one) => one.stack === 'netdev' && one.hook === hook && isDevice(one.device, device))
        .flatMap(({ chains }) => chains)
        .map(chainStation),
    );
  }

  private cached(key: string, make: () => readonly Station[]): readonly Station[] {
    const known = this.stations.get(key);
    if (known) return known;
    const made = make();
    this.stations.set(key, made);
    return made;
  }

  private chainsOf(stack: Stack, hook: Hook): readonly OrderedChain[] {
    return this.order.find((one) => one.stack === stack && one.hook === hook)?.chains ?? [];
  }

  private ipStations(hook: Hook, family: 'ip' | 'ip6'): Station[] {
    const chains = this.chainsOf('l3', hook).filter(
      ({ chain }) => chain.table.family === family || chain.table.family === 'inet',
    );
    const stations = this.withDispatcher(chains, hook, family);
    if (!this.conntrack[family]) return stations;
    if (hook === 'prerouting' || hook === 'output') {
      const since = this.conntrack.since[family];
      const at = stations.findIndex((station) => runsAfterConntrack(station, since));
      stations.splice(at < 0 ? stations.length : at, 0, { kind: 'conntrack' });
    }
    return stations;
  }

  /** nat chains stand together: kernel: one hook function calls them all [f7, f8]. It is there at all four hooks once there is any nat chain. */
  private withDispatcher(chains: readonly OrderedChain[], hook: Hook, family: 'ip' | 'ip6'): Station[] {
    const stations: Station[] = [];
    const nat = chains.filter(({ dispatcher }) => dispatcher);
    const manip: Manip = hook === 'prerouting' || hook === 'output' ? 'dst' : 'src';
    const dispatcher: Station = { kind: 'nat', manip, chains: nat };
    const has = hook !== 'forward' && (this.natFamilies.has(family) || this.natFamilies.has('inet'));
    let placed = !has;
    for (const chain of chains) {
      if (chain.dispatcher) {
        if (!placed) stations.push(dispatcher);
        placed = true;
        continue;
      }
      if (!placed && nat.length === 0 && chain.effectivePriority > dispatcherPriority(hook)) {
        stations.push(dispatcher);
        placed = true;
      }
      stations.push(chainStation(chain));
    }
    if (!placed) stations.push(dispatcher);
    return stations;
  }

  private bridgeStations(hook: Hook, ipHooks: boolean): Station[] {
    const chains = this.chainsOf('bridge', hook);
    const stations = chains.map(chainStation);
    // Assumption, as the kernel's bridge/netfilter/nf_conntrack_bridge.c reads: at the priority of conntrack among the bridge's chains.
    if (this.conntrack.bridge && hook === 'prerouting') {
      const before = chains.findIndex((c) => c.effectivePriority > CONNTRACK);
      stations.splice(before < 0 ? stations.length : before, 0, { kind: 'conntrack' });
    }
    if (!ipHooks || !(hook === 'prerouting' || hook === 'forward' || hook === 'postrouting')) return stations;
    // Kernel: at the same priority the bridge's chain is younger, and runs first [k8].
    const at =
      hook === 'postrouting'
        ? -1
        : stations.findIndex((s) => s.kind === 'chain' && s.chain.effectivePriority > BRIDGE_NETFILTER);
    stations.splice(at < 0 ? stations.length : at, 0, { kind: 'ip-hooks', hook });
    return stations;
  }
}

function chainStation(chain: OrderedChain): Station {
  return { kind: 'chain', chain };
}

/**
 * Kernel: at -200 itself the younger runs first: a chain of a table that was made before the first rule that needs conntrack is older than conntrack's
 * hook, also in the same file, where chains are made before rules.
 */
function runsAfterConntrack(station: Station, since: Table | null): boolean {
  if (station.kind !== 'chain') return true;
  const { chain, effectivePriority } = station.chain;
  if (effectivePriority !== CONNTRACK || !since) return effectivePriority > CONNTRACK;
  const { rank } = chain.table;
  return rank.dump < since.rank.dump || (rank.dump === since.rank.dump && rank.position <= since.rank.position);
}

function isDevice(written: string | null, device: string): boolean {
  if (written === null) return false;
  return written.endsWith('*') ? device.startsWith(written.slice(0, -1)) : written === device;
}
