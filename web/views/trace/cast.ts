/**
 * Who takes part in a preset: the node, somebody outside, a server on the internet, pods, with addresses and interfaces out of the dump. Where the dump
 * has none, somebody stands in, and a note says so.
 */
import { addressIn, formatIp, holds, type IpAddress, type IpFamily, type IpNetwork, parseIp } from '../../base/ip.ts';
import type { InterfaceFact, NetworkFact, NodeFacts, OwnAddress, PodFact } from '../../facts/fact.ts';
import { isPhysicalName } from '../../facts/interfaces.ts';

/** A part that somebody plays; `note` says what is made up about it. */
export interface Actor {
  readonly address: string;
  readonly interface: string | null;
  readonly note: string | null;
}

export interface Cast {
  readonly family: IpFamily;
  readonly facts: NodeFacts;
  /** The network card that leads out. */
  readonly uplink: { readonly name: string; readonly note: string | null };
  readonly node: Actor;
  /** A client that comes in by the uplink. */
  readonly outside: Actor;
  /** A server behind the uplink. */
  readonly internet: Actor;
  readonly localPods: readonly PodFact[];
  readonly otherPods: readonly PodFact[];
}

/** Addresses for documentation (RFC 5737, RFC 3849), then well-known public ones: the first that no rule speaks of. */
const STAND_INS: Readonly<Record<IpFamily, readonly string[]>> = {
  ip: ['198.51.100.7', '203.0.113.80', '192.0.2.10', '8.8.8.8', '9.9.9.9', '1.1.1.1'],
  ip6: ['2001:db8:51::7', '2001:db8:113::80', '2001:db8:2::10', '2606:4700:4700::1111', '2620:fe::fe'],
};

/** The same for the node itself, which people know by a private address rather than by a well-known server's. */
const OWN_STAND_INS: Readonly<Record<IpFamily, readonly string[]>> = {
  ip: ['192.0.2.10', '10.0.0.10', '172.16.0.10', '192.168.1.10', '198.51.100.10', '203.0.113.10'],
  ip6: ['2001:db8:2::10', 'fd00::10', '2001:db8:51::10', '2001:db8:113::10'],
};

const casts = new WeakMap<NodeFacts, Partial<Record<IpFamily, Cast>>>();

/** Made once for the facts and a family: a big cluster has 40,000 pods. */
export function castOf(facts: NodeFacts, family: IpFamily): Cast {
  const made = casts.get(facts) ?? {};
  casts.set(facts, made);
  made[family] ??= makeCast(facts, family);
  return made[family];
}

function makeCast(facts: NodeFacts, family: IpFamily): Cast {
  const uplink = findUplink(facts);
  const strangers = standIns(facts, STAND_INS[family]);
  const own = ownAddress(facts, family, uplink.name);
  const pods = facts.pods.filter(({ address }) => address.family === family);
  const [outside, internet] = strangers as [string, string];
  const spare = standIns(facts, OWN_STAND_INS[family]).find((one) => one !== outside && one !== internet) as string;
  return {
    family,
    facts,
    uplink,
    node: own
      ? { address: formatIp(own.address), interface: own.interface, note: assumption(own) }
      : {
          address: spare,
          interface: null,
          note: `${spare} stands for the node’s address: no rule shows it.`,
        },
    outside: { address: outside, interface: uplink.name, note: uplink.note },
    internet: { address: internet, interface: uplink.name, note: null },
    localPods: pods.filter(({ local }) => local === true),
    otherPods: pods.filter(({ local, kind }) => local !== true && kind === 'pod'),
  };
}

function assumption({ assumed, address, source }: OwnAddress): string | null {
  return assumed ? `${formatIp(address)} is taken for the node’s own: ${source.text}.` : null;
}

/** Interfaces that masquerading or a zone makes the way out, then those with a network card's name. */
function findUplink({ interfaces }: NodeFacts): Cast['uplink'] {
  const named = interfaces.filter(({ wildcard }) => !wildcard);
  const known =
    named.find(({ role }) => role === 'uplink') ??
    named.find(({ role, name }) => role === 'other' && isPhysicalName(name));
  if (known) return { name: known.name, note: null };
  return { name: 'eth0', note: 'eth0 stands for the node’s network card: no rule names one.' };
}

/** The node's address on the uplink, else one in a network of other nodes, else any that is not inside of a network of pods or containers. */
function ownAddress(facts: NodeFacts, family: IpFamily, uplink: string): OwnAddress | null {
  const inner = facts.networks.filter(({ use }) => use !== 'services').map(({ network }) => network);
  const own = facts.addresses.filter(({ address }) => address.family === family && !isIn(inner, address));
  const on = (name: string | null) => own.find((one) => one.interface === name);
  return on(uplink) ?? likeNeighbours(facts, own) ?? on(null) ?? own[0] ?? null;
}

/** The one that is in a network of endpoints outside the pods' networks: other nodes'. */
function likeNeighbours(facts: NodeFacts, own: readonly OwnAddress[]): OwnAddress | undefined {
  const hosts = facts.services.slice(0, 64).flatMap(({ endpoints }) => endpoints.slice(0, 4));
  return own.find(({ address }) => {
    const near = { ...address, length: address.family === 'ip' ? 24 : 64 };
    return hosts.some((host) => holds(near, host.address));
  });
}

function isIn(networks: readonly IpNetwork[], address: IpAddress): boolean {
  return networks.some((network) => holds(network, address));
}

/** Those that no prefix of the dump holds come first. */
function standIns(facts: NodeFacts, among: readonly string[]): readonly string[] {
  const named = facts.prefixes.map(({ network }) => network).filter(({ length }) => length > 0);
  const free = among.filter((text) => {
    const address = parseIp(text);
    return address !== null && !isIn(named, address);
  });
  return [...free, ...among.filter((text) => !free.includes(text))];
}

/** Somebody in a network of the node's that is not the outside: behind a LAN interface or in a network that is masqueraded. */
export function insider({ facts, family, uplink, node }: Cast): Actor | null {
  const network = facts.networks.find(({ network: one, use }) => use === 'inside' && one.family === family);
  const link = lanInterface(facts, network ?? null, uplink.name);
  if (!link || (!network && family === 'ip6')) return null;
  if (!network) return { address: '192.168.1.100', interface: link.name, note: LAN_NOTE(link.name) };
  const address = [100, 10, 2].map((offset) => addressIn(network.network, offset)).find((one) => isGuest(one, network));
  if (!address || formatIp(address) === node.address) return null;
  return { address: formatIp(address), interface: link.name, note: null };
}

const LAN_NOTE = (name: string): string => `192.168.1.100 stands for a host behind ${name}: no rule shows its network.`;

function isGuest(address: IpAddress, { network }: NetworkFact): boolean {
  return holds(network, address);
}

/** The interface of the network, or one that rules name for incoming packets and that is neither the uplink nor made for pods. */
function lanInterface(facts: NodeFacts, network: NetworkFact | null, uplink: string): InterfaceFact | undefined {
  const named = facts.interfaces.filter(
    ({ wildcard, name, role }) => !wildcard && name !== uplink && role !== 'loopback',
  );
  if (network?.interface) return named.find(({ name }) => name === network.interface);
  const candidates = named.filter(({ role, in: incoming }) => (role === 'other' || role === 'bridge') && incoming > 0);
  return candidates.find(({ name }) => /lan|br-/.test(name)) ?? candidates[0];
}

/** A pod's interface; `note` where it is a guess. */
export interface PodLink {
  readonly name: string | null;
  readonly note: string | null;
}

/** An interface for a pod: the first of `podInterfaces`. */
export function podInterface(cast: Cast, pod: PodFact): PodLink {
  return podInterfaces(cast, pod)[0] ?? { name: null, note: null };
}

/** What may be a pod's interface: its own, else those of its namespace, then any workload's that is no other pod's. */
export function podInterfaces(cast: Cast, pod: PodFact): readonly PodLink[] {
  if (pod.interface !== null) return [{ name: pod.interface, note: null }];
  const taken = new Set(cast.facts.pods.map((one) => one.interface));
  const free = cast.facts.interfaces.filter(
    ({ role, wildcard, name }) => role === 'workload' && !wildcard && !taken.has(name),
  );
  const namespace = pod.services[0]?.split('/')[0];
  const isSame = (one: InterfaceFact): boolean => one.namespace !== null && one.namespace === namespace;
  return [...free.filter(isSame), ...free.filter((one) => !isSame(one))].map((link) => {
    const where = isSame(link) ? `one of ${namespace}` : 'a pod';
    return {
      name: link.name,
      note: `The dump does not tell which pod is behind which interface: ${link.name} (${where}) stands for it.`,
    };
  });
}
