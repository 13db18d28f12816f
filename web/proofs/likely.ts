/** What is likely of a node's packets, by the facts that its dump tells (facts/). */
import { endsOf, type IpAddress, type IpFamily, type IpNetwork, parseNetwork } from '../base/ip.ts';
import type { InterfaceFact, NetworkUse, NodeFacts, PodFact } from '../facts/fact.ts';
import { isOverlayName } from '../facts/interfaces.ts';
import { nodeFacts } from '../facts/node-facts.ts';
import type { Scene } from '../findings/context.ts';
import { type NameSet, numberRange, unionOf, type ValueSet } from '../kernel/value-set.ts';
import type { LikelyAddresses, Neighbours } from '../packetspace/symbolic/likely-addresses.ts';

/** Cost: that of all facts, at the first call for a ruleset. */
export function likelyAddresses(
  { ruleset, graph, ownerOf }: Pick<Scene, 'ruleset' | 'graph' | 'ownerOf'>,
  family: IpFamily,
): LikelyAddresses {
  return likelyBy(nodeFacts({ analysis: { ruleset, graph }, ownerOfRule: ownerOf }), family);
}

/** Enough to choose from. */
const MOST_HOSTS = 32;
const MOST_INTERFACES = 256;

/** Tailscale: addresses of 100.64.0.0/10 and fd7a:115c:a1e0::/48 unless configured otherwise. */
const TAILSCALE: Readonly<Record<IpFamily, string>> = { ip: '100.64.0.0/10', ip6: 'fd7a:115c:a1e0::/48' };

function likelyBy(facts: NodeFacts, family: IpFamily): LikelyAddresses {
  const networksFor = (use: NetworkUse) =>
    facts.networks.filter((each) => each.network.family === family && each.use === use).map(({ network }) => network);
  const pods = facts.pods.filter(({ address }) => address.family === family);
  const local = pods.filter((pod) => pod.local === true);
  const remote = pods.filter((pod) => pod.local === false);
  const [here, all] = [networksFor('local-pods'), networksFor('pods')];
  const tailnet = parseNetwork(TAILSCALE[family]);
  const neighbours = [
    ...local.flatMap(podLink).slice(0, MOST_INTERFACES),
    ...facts.interfaces.flatMap((one) => bridge(one, pods, family)),
    ...group(facts, ({ role }) => role === 'workload', here.length > 0 ? here : all, local),
    ...group(facts, ({ role, name }) => role === 'tunnel' && isOverlayName(name), all, remote),
    ...group(facts, ({ name }) => name.startsWith('tailscale'), tailnet ? [tailnet] : [], []),
  ];
  return {
    neighbours,
    inner: union(neighbours.map(({ addresses }) => addresses)),
    own: hostsOf(facts.addresses.map(({ address }) => address).filter((one) => one.family === family)),
    services: hostsOf(
      facts.services.flatMap(({ clusterIp, family: own }) => (clusterIp && own === family ? [clusterIp] : [])),
    ),
  };
}

/** A pod whose interface is known: a bridge has several. */
function podLink({ address, interface: name, kind }: PodFact): Neighbours[] {
  if (name === null || kind === 'container') return [];
  const host = hostsOf([address]);
  return [{ interfaces: names([name], []), addresses: host, sources: host, destinations: host }];
}

function bridge(
  { name, wildcard, networks, role }: InterfaceFact,
  pods: readonly PodFact[],
  family: IpFamily,
): Neighbours[] {
  const own = networks.filter((network) => network.family === family);
  if (own.length === 0 || role === 'uplink') return [];
  const hosts = pods.filter((pod) => pod.interface === name).map(({ address }) => address);
  return [neighboursOf(wildcard ? names([], [name]) : names([name], []), own, hosts)];
}

function group(
  { interfaces }: NodeFacts,
  isIn: (one: InterfaceFact) => boolean,
  networks: readonly IpNetwork[],
  pods: readonly PodFact[],
): Neighbours[] {
  const found = interfaces.filter(isIn);
  if (found.length === 0 || networks.length === 0) return [];
  const exact = found.filter(({ wildcard }) => !wildcard).map(({ name }) => name);
  const stems = found.filter(({ wildcard }) => wildcard).map(({ name }) => name);
  return [
    neighboursOf(
      names(exact, stems),
      networks,
      pods.map(({ address }) => address),
    ),
  ];
}

/** A packet from an address to itself shows nothing: every other host is somebody that packets come from. */
function neighboursOf(interfaces: NameSet, networks: readonly IpNetwork[], hosts: readonly IpAddress[]): Neighbours {
  return {
    interfaces,
    addresses: union(networks.map(rangeOf)),
    sources: hostsOf(hosts.filter((_, i) => i % 2 === 1)),
    destinations: hostsOf(hosts.filter((_, i) => i % 2 === 0)),
  };
}

function names(exact: readonly string[], stems: readonly string[]): NameSet {
  return { kind: 'names', exact: new Set(exact), stems, complement: false };
}

function hostsOf(addresses: readonly IpAddress[]): ValueSet {
  return union(addresses.slice(0, MOST_HOSTS).map(({ value }) => range(value, value)));
}

function rangeOf(network: IpNetwork): ValueSet {
  const [first, last] = endsOf(network);
  return range(first, last);
}

function range(from: number | bigint, to: number | bigint): ValueSet {
  return typeof from === 'number' ? numberRange(from, Number(to)) : { kind: 'wides', ranges: [from, BigInt(to)] };
}

function union(sets: readonly ValueSet[]): ValueSet {
  return unionOf(sets) ?? { kind: 'numbers', ranges: [] };
}
