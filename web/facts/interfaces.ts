/** The interfaces that rules name, with what they seem to be for. */
import type { FactContext } from './context.ts';
import type { InterfaceFact, InterfaceRole, NetworkFact } from './fact.ts';
import { interfacesTested } from './rule-look.ts';
import type { Mention, Scan } from './scan.ts';
import type { Workload } from './workloads.ts';

export interface InterfaceInput {
  readonly scan: Scan;
  readonly networks: readonly NetworkFact[];
  readonly uplinks: ReadonlySet<string>;
  readonly workloads: ReadonlyMap<string, Workload>;
}

const WORKLOAD = /^(cali|veth|lxc|eni|azv|gke|vnet|tap|nodelocaldns)/;
const BRIDGE = /^(docker|br[-0-9]|cni|cbr|virbr|podman|lxdbr|incusbr|nerdctl|ovn-k8s|weave|antrea-gw)/;
const TUNNEL = /^(vxlan|flannel|tunl|wg|wireguard|tailscale|ipip|gre|tun|cilium_|geneve|kilo|utun|nebula)/;
const OUTSIDE_ZONE = /^(public|external|wan\d*|internet|dmz|block|drop|untrusted|FedoraServer|FedoraWorkstation)$/;
const PHYSICAL = /^(eth\d|en[opsx]\d|ens|wl|ppp|wwan|bond|wan|ib\d|venet|pppoe|usb\d)/;

/** The most named first, lo last. Names from sets and maps count once. */
export function findInterfaces(context: FactContext, input: InterfaceInput): readonly InterfaceFact[] {
  const zones = findZones(context);
  const facts = [...input.scan.interfaces.values()].map((mention) => interfaceFact(mention, input, zones));
  const known = new Set(facts.map(({ name, wildcard }) => (wildcard ? `${name}*` : name)));
  for (const { interface: name } of input.workloads.values()) {
    if (!known.has(name)) facts.push(interfaceFact(bare(name), input, zones));
  }
  const loopback = (fact: InterfaceFact): number => (fact.role === 'loopback' ? 1 : 0);
  return facts.sort((a, b) => loopback(a) - loopback(b) || b.in + b.out - (a.in + a.out));
}

const OVERLAY =
  /^(vxlan(-v6)?\.calico|tunl0|flannel[.-]|wireguard\.cali|wg-?v6\.cali|cilium_vxlan|ovn-k8s|antrea-tun|weave)/;

/** Whether the name is that of an interface that leads to pods of other nodes. */
export function isOverlayName(name: string): boolean {
  return OVERLAY.test(name);
}

/** Whether the name is one that kernels and systems give to network cards and dial-up links. */
export function isPhysicalName(name: string): boolean {
  return PHYSICAL.test(name);
}

function bare(name: string): Mention {
  return { name, wildcard: false, in: 0, out: 0, owners: new Set() };
}

function interfaceFact(mention: Mention, input: InterfaceInput, zones: ReadonlyMap<string, string>): InterfaceFact {
  const { name, wildcard } = mention;
  const workload = wildcard ? undefined : input.workloads.get(name);
  const zone = wildcard ? null : (zones.get(name) ?? null);
  return {
    ...{ name, wildcard, in: mention.in, out: mention.out, owners: [...mention.owners] },
    role: workload ? 'workload' : roleOf(name, zone, input),
    zone,
    namespace: workload?.namespace ?? null,
    serviceAccount: workload?.serviceAccount ?? null,
    networks: input.networks.filter((one) => one.interface === name).map(({ network }) => network),
  };
}

function roleOf(name: string, zone: string | null, { uplinks, networks }: InterfaceInput): InterfaceRole {
  if (name === 'lo') return 'loopback';
  if (WORKLOAD.test(name)) return 'workload';
  if (BRIDGE.test(name) || networks.some((one) => one.interface === name && one.use === 'inside')) return 'bridge';
  if (TUNNEL.test(name)) return 'tunnel';
  if (uplinks.has(name) || (zone !== null && OUTSIDE_ZONE.test(zone))) return 'uplink';
  return 'other';
}

const ZONE_CHAIN = /^(?:filter_IN_|filter_FWD_|nat_POST_|nat_PRE_|mangle_PRE_|IN_|FWDI_|input_|forward_|zone_)(.+)$/;

/** firewalld and fw4 send an interface's packets to chains named after its zone. */
function findZones(context: FactContext): ReadonlyMap<string, string> {
  const zones = new Map<string, string>();
  for (const { to, rule: id } of context.analysis.graph.jumps) {
    const zone = ZONE_CHAIN.exec(context.analysis.ruleset.chains[to]?.name ?? '')?.[1];
    if (zone === undefined || zone.includes('policy_')) continue;
    const rule = context.analysis.ruleset.rules[id];
    if (!rule || !/^(firewalld|openwrt)/.test(context.ownerOfRule(rule))) continue;
    for (const side of ['in', 'out'] as const) {
      for (const { value, negated } of interfacesTested(rule, side)) {
        if (!negated && !zones.has(value)) zones.set(value, zone.replace(/_(input|forward|output|dest_ACCEPT)$/, ''));
      }
    }
  }
  return zones;
}
