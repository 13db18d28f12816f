/**
 * Packets to begin with, built from what the dump shows: each is a complete form with a title and a sentence. Only what the dump supports is offered; on
 * a plain router that is the LAN, the internet and the port forwards.
 */
import { formatIp, type IpFamily } from '../../base/ip.ts';
import type { NodeFacts, PodFact, PublishedFact, ServiceFact, Target } from '../../facts/fact.ts';
import { PROTOCOLS } from '../../model/constants.ts';
import type { PacketForm } from '../../packet/form.ts';
import { type Actor, type Cast, castOf, insider, type PodLink, podInterface, podInterfaces } from './cast.ts';

export interface Preset {
  /** Stable: a link and a test name it. */
  readonly id: string;
  readonly family: IpFamily;
  /** `Pod → Service`. */
  readonly title: string;
  /** `shop/cart → shop/api`. */
  readonly detail: string;
  /** One sentence: what the packet is, and what it is good for. */
  readonly sentence: string;
  /** What is made up about it. */
  readonly notes: readonly string[];
  readonly packet: PacketForm;
}

/** So many published ports of one kind are offered. */
const PORTS = 3;

/** So many pairs of a pod and a Service are tried for one that gets through. */
const TRIED = 8;

/** So many Services are asked for whether a pod reaches any. */
const ASKED = 3;

/**
 * In the order in which people ask. Cost: linear in the facts, but for the search of a pod and a Service, which looks at 64 and 256 of them.
 * @param arrives whether a packet gets through: of pods and Services that make an equally good story, those that may talk are preferred
 */
export function buildPresets(
  facts: NodeFacts,
  family: IpFamily,
  arrives: (packet: PacketForm) => boolean = () => true,
): readonly Preset[] {
  const cast = castOf(facts, family);
  const services = servicesOf(cast);
  const pod = storyPod(cast);
  const container = cast.localPods.find(({ kind }) => kind === 'container');
  return [
    podToService(cast, arrives),
    nodeToService(cast, services),
    outsideToNodePort(cast, services),
    ...(pod && pod.kind !== 'container' ? fromPod(cast, pod, storyLink(cast, pod, arrives)) : []),
    container ? containerToInternet(cast, container) : null,
    outsideToExternal(cast, services),
    toSilentService(cast, services),
    ...publishedPresets(cast),
    ...insidePresets(cast),
    throughTheNode(cast),
    toTheNode(cast),
    fromTheNode(cast),
  ].filter((one): one is Preset => one !== null);
}

interface Draft extends Pick<Preset, 'id' | 'title' | 'detail' | 'sentence'> {
  readonly notes: readonly (string | null)[];
  readonly packet: Readonly<Record<string, string | null>>;
}

function preset(cast: Cast, { notes, packet, ...rest }: Draft): Preset {
  const fields = Object.entries(packet).filter((entry): entry is [string, string] => entry[1] !== null);
  const form: PacketForm = { family: cast.family === 'ip' ? '4' : '6', ...Object.fromEntries(fields) };
  return {
    ...rest,
    family: cast.family,
    notes: [...new Set(notes.filter((note) => note !== null))],
    packet: form,
  };
}

function fromPod(cast: Cast, pod: PodFact, link: PodLink): (Preset | null)[] {
  return [podToPod(cast, pod, link, 'other'), podToPod(cast, pod, link, 'same'), podToInternet(cast, pod, link)];
}

/** A pod of this node, if possible of an application rather than the cluster's own, and with a known interface. */
function storyPod(cast: Cast): PodFact | null {
  const rank = (pod: PodFact): number => (pod.interface === null ? 0 : 2) + (isSystem(pod.services[0]) ? 0 : 1);
  return podsHere(cast).reduce<PodFact | null>((best, pod) => (best && rank(best) >= rank(pod) ? best : pod), null);
}

/** Pods of this node; where nothing tells which are, the first few of all; containers of an engine only where there is no pod. */
function podsHere({ localPods, otherPods }: Cast): readonly PodFact[] {
  const here = localPods.filter(({ kind }) => kind !== 'container');
  const perhaps = here.length > 0 ? here : otherPods.filter(({ local }) => local === null);
  return (perhaps.length > 0 ? perhaps : localPods).slice(0, 64);
}

/** What is made up about a pod: that it is here, and behind which interface. */
function podNotes(pod: PodFact, link: { readonly note: string | null }): (string | null)[] {
  const here = `The dump does not tell which pods run here: ${formatIp(pod.address)} is taken for one.`;
  return [pod.local === null ? here : null, link.note];
}

function isSystem(service: string | undefined): boolean {
  return /^(default|kube-system|calico-|tigera)/.test(service ?? '');
}

/** A Service with more than one endpoint shows the choice; one of the pod's own namespace is the likelier story. */
function podToService(cast: Cast, arrives: (packet: PacketForm) => boolean): Preset | null {
  const services = servicesOf(cast).filter(({ clusterIp, endpoints }) => clusterIp !== null && endpoints.length > 0);
  const pairs: { pod: PodFact; service: ServiceFact; rank: number }[] = [];
  for (const pod of podsHere(cast)) {
    for (const service of services.slice(0, 256)) pairs.push({ pod, service, rank: storyRank(pod, service) });
  }
  const best = pairs.sort((a, b) => b.rank - a.rank).slice(0, TRIED);
  const made = best.map(({ pod, service }) => podServicePreset(cast, pod, service));
  return [...made, ...otherLinks(cast, best[0])].find(({ packet }) => arrives(packet)) ?? made[0] ?? null;
}

/** The same pair with others of the interfaces that may be the pod's: a guess whose policy refuses everything tells little. */
function otherLinks(cast: Cast, pair: { readonly pod: PodFact; readonly service: ServiceFact } | undefined): Preset[] {
  if (!pair) return [];
  const links = podInterfaces(cast, pair.pod).slice(1, 1 + TRIED);
  return links.map((link) => podServicePreset(cast, pair.pod, pair.service, link));
}

/**
 * A packet to a given Service: of the pod that the other presets tell of, else of the node. Where its interface is a guess, of those that may be it one
 * that lets a packet to some Service through.
 * @param arrives whether a packet gets through
 */
export function serviceVisitor(
  facts: NodeFacts,
  family: IpFamily,
  arrives: (packet: PacketForm) => boolean = () => true,
): (service: ServiceFact) => Preset {
  const cast = castOf(facts, family);
  const pod = storyPod(cast);
  if (!pod) return (service) => nodeServicePreset(cast, service);
  const link = storyLink(cast, pod, arrives);
  return (service) => podServicePreset(cast, pod, service, link);
}

/** A pod's interface; where that is a guess, the first of those that may be it behind which a pod reaches some Service. */
function storyLink(cast: Cast, pod: PodFact, arrives: (packet: PacketForm) => boolean): PodLink {
  const links = podInterfaces(cast, pod).slice(0, 1 + TRIED);
  if (links.length < 2) return podInterface(cast, pod);
  const some = servicesOf(cast)
    .filter(({ clusterIp, endpoints }) => clusterIp !== null && endpoints.length > 0)
    .slice(0, ASKED);
  const lets = (link: PodLink): boolean =>
    some.some((service) => arrives(podServicePreset(cast, pod, service, link).packet));
  return links.find(lets) ?? podInterface(cast, pod);
}

function podServicePreset(cast: Cast, pod: PodFact, service: ServiceFact, link = podInterface(cast, pod)): Preset {
  const container = pod.kind === 'container';
  return preset(cast, {
    id: 'pod-service',
    title: container ? 'Container → Service' : 'Pod → Service',
    detail: `${podName(pod)} → ${serviceName(service)}`,
    sentence: `${container ? 'A container' : 'A pod'} of this node opens a connection to ${serviceName(service)}: translated to an endpoint, then the policies of both ends.`,
    notes: [...podNotes(pod, link), ipvsNote(service)],
    packet: { path: viaHook(service), src: formatIp(pod.address), iif: link.name, ...toService(service) },
  });
}

function storyRank(pod: PodFact, { name, endpoints, protocol }: ServiceFact): number {
  const [namespace = ''] = name?.split('/') ?? [];
  const own = pod.services[0]?.split('/')[0];
  return (
    (endpoints.some(({ address }) => address.value === pod.address.value) ? -16 : 0) +
    (own !== undefined && own === namespace ? 4 : 0) +
    (endpoints.length > 1 ? 3 : 0) +
    (isSystem(namespace) ? -4 : 0) +
    (pod.interface === null ? 0 : 2) +
    (protocol === 6 ? 1 : 0)
  );
}

function podToPod(cast: Cast, pod: PodFact, link: PodLink, where: 'other' | 'same'): Preset | null {
  const ports = portsOfPods(cast);
  const all = where === 'other' ? cast.otherPods.filter(({ local }) => local === false) : cast.localPods;
  const others = all.filter((one) => one !== pod && ports.has(one.address.value));
  const to =
    others.find((one) => sameNamespace(pod, one)) ?? others.find((one) => !isSystem(one.services[0])) ?? others[0];
  const port = to && ports.get(to.address.value);
  if (!to || !port) return null;
  const same = where === 'same';
  return preset(cast, {
    id: same ? 'pod-pod' : 'pod-pod-other',
    title: same ? 'Pod → pod, same node' : 'Pod → pod, other node',
    detail: `${podName(pod)} → ${podName(to)}`,
    sentence: same
      ? 'Two pods of this node: egress policy of the one, ingress policy of the other.'
      : 'A pod of this node to one of another: egress policy here, no translation.',
    notes: podNotes(pod, link),
    packet: {
      ...{ path: 'forward', src: formatIp(pod.address), iif: link.name },
      ...{ dst: formatIp(to.address), oif: same ? to.interface : null },
      ...{ proto: protocolName(port.protocol), dport: String(port.port) },
    },
  });
}

function sameNamespace(a: PodFact | undefined, b: PodFact): boolean {
  return a?.services[0] !== undefined && a.services[0].split('/')[0] === b.services[0]?.split('/')[0];
}

function podToInternet(cast: Cast, pod: PodFact, link: PodLink): Preset {
  return preset(cast, {
    id: 'pod-internet',
    title: 'Pod → internet',
    detail: `${podName(pod)} → ${cast.internet.address}`,
    sentence: 'A pod of this node to a server outside: egress policy, then masquerading on the way out.',
    notes: [...podNotes(pod, link), cast.uplink.note],
    packet: {
      path: 'forward',
      src: formatIp(pod.address),
      iif: link.name,
      ...https(cast.internet),
      oif: cast.uplink.name,
    },
  });
}

function containerToInternet(cast: Cast, pod: PodFact): Preset {
  return preset(cast, {
    id: 'container-internet',
    title: 'Container → internet',
    detail: `${formatIp(pod.address)} → ${cast.internet.address}`,
    sentence: 'A container to a server outside: the engine’s and others’ forward chains, then masquerading.',
    notes: [cast.uplink.note],
    packet: {
      ...{ path: 'forward', src: formatIp(pod.address), iif: pod.interface },
      ...{ ...https(cast.internet), oif: cast.uplink.name },
    },
  });
}

function nodeToService(cast: Cast, services: readonly ServiceFact[]): Preset | null {
  const able = services.filter(
    ({ clusterIp, endpoints, name }) => clusterIp && (endpoints.length > 0 || name === null),
  );
  const service = able.find(({ endpoints, name }) => endpoints.length > 1 && !isSystem(name ?? '')) ?? able[0];
  return service ? nodeServicePreset(cast, service) : null;
}

function nodeServicePreset(cast: Cast, service: ServiceFact): Preset {
  return preset(cast, {
    id: 'node-service',
    title: 'Node → Service',
    detail: serviceName(service),
    sentence: 'A program of the node itself opens a connection to a Service: translated in the output hook.',
    notes: [cast.node.note, ipvsNote(service)],
    packet: { path: 'output', src: cast.node.address, ...toService(service) },
  });
}

function outsideToNodePort(cast: Cast, services: readonly ServiceFact[]): Preset | null {
  const service = services.find((one) => one.nodePort !== null && (one.endpoints.length > 0 || one.name === null));
  if (!service) return null;
  return preset(cast, {
    id: 'outside-nodeport',
    title: `Outside → NodePort ${service.nodePort}`,
    detail: serviceName(service),
    sentence: 'Somebody outside connects to a NodePort of this node: translated to an endpoint, then forwarded.',
    notes: [cast.node.note, cast.uplink.note, ipvsNote(service)],
    packet: { path: 'input', ...fromOutside(cast, cast.node.address, service.protocol, service.nodePort) },
  });
}

function outsideToExternal(cast: Cast, services: readonly ServiceFact[]): Preset | null {
  const service = services.find(({ externals }) => externals.length > 0);
  const external = service?.externals[0];
  if (!service || !external) return null;
  return preset(cast, {
    id: 'outside-external',
    title: 'Outside → load balancer',
    detail: `${serviceName(service)} at ${formatIp(external.address)}`,
    sentence: 'Somebody outside connects to a Service’s load balancer or external address.',
    notes: [cast.uplink.note, ipvsNote(service)],
    packet: {
      path: viaHook(service),
      ...fromOutside(cast, formatIp(external.address), service.protocol, external.port),
    },
  });
}

function toSilentService(cast: Cast, services: readonly ServiceFact[]): Preset | null {
  const service = services.find(
    ({ endpoints, name, clusterIp }) => endpoints.length === 0 && name !== null && clusterIp,
  );
  if (!service) return null;
  return preset(cast, {
    id: 'node-service-silent',
    title: 'Service without endpoints',
    detail: serviceName(service),
    sentence: 'Refused at once if a rule refuses it; else the client waits for nothing.',
    notes: [cast.node.note],
    packet: { path: 'output', src: cast.node.address, ...toService(service) },
  });
}

/** In IPVS mode the Services' addresses are the node's own, on kube-ipvs0: their packets visit the input hook. */
function viaHook({ owner }: ServiceFact): 'input' | 'forward' {
  return owner === 'kube-proxy-ipvs' ? 'input' : 'forward';
}

function ipvsNote({ owner }: ServiceFact): string | null {
  return owner === 'kube-proxy-ipvs' ? 'The kernel’s IPVS table chooses the endpoint; no dump shows it.' : null;
}

function publishedPresets(cast: Cast): Preset[] {
  const reachable = cast.facts.published.filter(
    (one) => one.family === cast.family && !(one.address && formatIp(one.address).startsWith('127.')),
  );
  const seen = new Set<string>();
  const distinct = reachable.filter(({ protocol, from }) => {
    const key = `${protocol} ${from}`;
    return seen.has(key) ? false : seen.add(key);
  });
  return distinct.slice(0, PORTS).map((one) => outsideToPublished(cast, one));
}

const KIND: Readonly<Record<PublishedFact['kind'], { readonly title: string; readonly sentence: string }>> = {
  hostPort: { title: 'Outside → hostPort', sentence: 'Somebody outside connects to a pod’s port of this node.' },
  container: {
    title: 'Outside → published port',
    sentence: 'Somebody outside connects to a container’s published port.',
  },
  forward: { title: 'Internet → port forward', sentence: 'Somebody outside connects to a port that is forwarded.' },
};

function outsideToPublished(cast: Cast, published: PublishedFact): Preset {
  const { kind, from, targets, address, interfaces, protocol } = published;
  const to = targets[0] as Target;
  const link = interfaces?.[0] ?? cast.uplink.name;
  const own = address ? formatIp(address) : cast.node.address;
  return preset(cast, {
    id: `outside-${protocolName(protocol)}-${from}`,
    title: `${KIND[kind].title} ${from}`,
    detail: `${protocolName(protocol).toUpperCase()} to ${formatIp(to.address)}${to.port === null ? '' : `:${to.port}`}`,
    sentence: KIND[kind].sentence,
    notes: [address ? null : cast.node.note, interfaces ? null : cast.uplink.note],
    packet: { path: 'input', ...fromOutside(cast, own, protocol, from), iif: link },
  });
}

/** What routers are for: somebody inside to the internet, and to the router. */
function insidePresets(cast: Cast): Preset[] {
  if (cast.localPods.length > 0 || servicesOf(cast).length > 0) return [];
  const inside = insider(cast);
  if (!inside) return [];
  return [
    preset(cast, {
      id: 'inside-internet',
      title: 'LAN → internet',
      detail: `${inside.address} → ${cast.internet.address}`,
      sentence: `A host behind ${inside.interface} to a server outside: forwarding, then the translation of its source.`,
      notes: [inside.note, cast.uplink.note],
      packet: {
        ...{ path: 'forward', src: inside.address, iif: inside.interface },
        ...{ ...https(cast.internet), oif: cast.uplink.name },
      },
    }),
    preset(cast, {
      id: 'inside-node',
      title: 'LAN → this node: ssh',
      detail: `${inside.address} in ${inside.interface}`,
      sentence: `A host behind ${inside.interface} to the node itself.`,
      notes: [inside.note, cast.node.note],
      packet: {
        path: 'input',
        src: inside.address,
        iif: inside.interface,
        dst: cast.node.address,
        proto: 'tcp',
        dport: '22',
      },
    }),
  ];
}

/** Of a node that only forwards, and does not show for whom. */
function throughTheNode(cast: Cast): Preset | null {
  const { facts, outside, internet, uplink } = cast;
  if (!facts.filtersForwarding || facts.pods.length > 0 || servicesOf(cast).length > 0 || insider(cast)) return null;
  const beyond = facts.interfaces.find(
    ({ name, wildcard, role }) => !wildcard && name !== uplink.name && role !== 'loopback',
  );
  return preset(cast, {
    id: 'through-node',
    title: 'Through this node',
    detail: `${outside.address} → ${internet.address}`,
    sentence: 'A packet that is not for this node: who lets it through?',
    notes: [
      uplink.note,
      `${outside.address} and ${internet.address} stand for the two ends: no rule shows its networks.`,
    ],
    packet: {
      ...{ path: 'forward', src: outside.address, iif: outside.interface },
      ...{ ...https(internet), oif: beyond?.name ?? null },
    },
  });
}

function toTheNode(cast: Cast): Preset {
  return preset(cast, {
    id: 'outside-node',
    title: 'Outside → this node: ssh',
    detail: `${cast.outside.address} in ${cast.uplink.name}`,
    sentence: 'Somebody outside to the node itself: who lets it in?',
    notes: [cast.node.note, cast.uplink.note],
    packet: { path: 'input', ...fromOutside(cast, cast.node.address, 6, 22) },
  });
}

function fromTheNode(cast: Cast): Preset {
  return preset(cast, {
    id: 'node-internet',
    title: 'This node → internet',
    detail: `${cast.internet.address}, https`,
    sentence: 'A program of the node to a server outside.',
    notes: [cast.node.note, cast.uplink.note],
    packet: { path: 'output', src: cast.node.address, ...https(cast.internet), oif: cast.uplink.name },
  });
}

function servicesOf({ facts, family }: Cast): readonly ServiceFact[] {
  return facts.services.filter((service) => service.family === family);
}

/** The first port of each pod that a Service leads to. */
function portsOfPods(cast: Cast): ReadonlyMap<number | bigint, { readonly port: number; readonly protocol: number }> {
  const ports = new Map<number | bigint, { port: number; protocol: number }>();
  for (const { endpoints, protocol } of servicesOf(cast)) {
    for (const { address, port } of endpoints) {
      if (port !== null && !ports.has(address.value)) ports.set(address.value, { port, protocol });
    }
  }
  return ports;
}

function toService({ clusterIp, port, protocol }: ServiceFact) {
  return { dst: clusterIp ? formatIp(clusterIp) : null, dport: String(port), proto: protocolName(protocol) };
}

function fromOutside({ outside }: Cast, dst: string, protocol: number | null, port: number | null) {
  return {
    ...{ src: outside.address, iif: outside.interface, dst },
    ...{ proto: protocolName(protocol), dport: port === null ? null : String(port) },
  };
}

function https({ address }: Actor) {
  return { dst: address, proto: 'tcp', dport: '443' };
}

function protocolName(protocol: number | null): string {
  return PROTOCOLS.byNumber.get(protocol ?? 6) ?? String(protocol);
}

function serviceName({ name, clusterIp, port, nodePort }: ServiceFact): string {
  if (name !== null) return name;
  return clusterIp ? `${formatIp(clusterIp)}:${port}` : `NodePort ${nodePort}`;
}

/** `shop/cart` of the Service that it belongs to, or its address. */
function podName({ services, address }: PodFact): string {
  return services[0]?.split(':')[0] ?? formatIp(address);
}
