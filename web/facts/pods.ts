/** Pods and containers: what translations lead to, and whether it runs on this node. */
import { holds, type IpAddress, type IpNetwork } from '../base/ip.ts';
import type { FactContext } from './context.ts';
import type { NetworkFact, OwnAddress, PodFact, PublishedFact, ServiceFact } from './fact.ts';
import { ipvsLocalPods } from './ipvs.ts';
import type { Workload } from './workloads.ts';

export interface PodInput {
  readonly services: readonly ServiceFact[];
  readonly published: readonly PublishedFact[];
  readonly networks: readonly NetworkFact[];
  readonly addresses: readonly OwnAddress[];
  readonly workloads: ReadonlyMap<string, Workload>;
}

interface Draft {
  readonly address: IpAddress;
  local: boolean | null;
  interface: string | null;
  readonly services: string[];
  kind: PodFact['kind'];
}

const NAMES = 3;

/** Endpoints in the pods' network and targets of published ports, each address once. Linear in them. */
export function findPods(context: FactContext, input: PodInput): readonly PodFact[] {
  const pods = new Map<number | bigint, Draft>();
  const own = new Set(input.addresses.map(({ address }) => address.value));
  const open = (address: IpAddress): Draft | null => {
    if (own.has(address.value)) return null;
    let pod = pods.get(address.value);
    if (!pod) {
      pod = { address, local: null, interface: null, services: [], kind: 'pod' };
      pods.set(address.value, pod);
    }
    return pod;
  };
  const podNetworks = input.networks.filter(({ use }) => use === 'pods').map(({ network }) => network);
  const ours = localNetworks(input);
  for (const { name, endpoints } of input.services) {
    for (const { address } of endpoints) {
      if (podNetworks.length > 0 && !podNetworks.some((network) => holds(network, address))) continue;
      const pod = open(address);
      if (pod && name !== null && pod.services.length < NAMES && !pod.services.includes(name)) pod.services.push(name);
    }
  }
  for (const { address } of ipvsLocalPods(context.analysis.ruleset)) setLocal(open(address), 'pod', null);
  for (const { kind, targets } of input.published) {
    if (kind === 'forward') continue;
    for (const { address } of targets) {
      setLocal(open(address), kind === 'container' ? 'container' : 'pod', bridgeOf(input.networks, address));
    }
  }
  for (const pod of pods.values()) pod.local ??= ours.length === 0 ? null : ours.some((one) => holds(one, pod.address));
  pairInterfaces([...pods.values()], input.workloads);
  return [...pods.values()];
}

function setLocal(pod: Draft | null, kind: PodFact['kind'], bridge: string | null): void {
  if (!pod) return;
  pod.local = true;
  pod.kind = kind;
  pod.interface ??= bridge;
}

function bridgeOf(networks: readonly NetworkFact[], address: IpAddress): string | null {
  return networks.find(({ network, interface: name }) => name !== null && holds(network, address))?.interface ?? null;
}

/**
 * The part of the pods' network that is this node's: named by flannel, or (assumed) Calico's block around the node's tunnel address.
 * Calico: IPAM blocks are /26 and /122 unless configured otherwise.
 */
function localNetworks({ networks, addresses }: PodInput): IpNetwork[] {
  const named = networks.filter(({ use }) => use === 'local-pods').map(({ network }) => network);
  if (named.length > 0) return named;
  const pods = networks.filter(({ use }) => use === 'pods');
  return addresses
    .filter(({ address }) => pods.some(({ network }) => holds(network, address)))
    .map(({ address }) => ({ ...address, length: address.family === 'ip' ? 26 : 122 }));
}

/** A pod has an interface where its Service's name, or its namespace, fits exactly one on both sides. */
function pairInterfaces(pods: readonly Draft[], workloads: ReadonlyMap<string, Workload>): void {
  if (workloads.size === 0) return;
  const local = pods.filter(({ local: here, interface: known }) => here === true && known === null);
  const all = [...workloads.values()];
  const pair = (podKey: (pod: Draft) => string | null, linkKey: (link: Workload) => string | null): void => {
    const podsBy = groupBy(
      local.filter((pod) => pod.interface === null),
      podKey,
    );
    const taken = new Set(local.map((pod) => pod.interface));
    const linksBy = groupBy(
      all.filter((link) => !taken.has(link.interface)),
      linkKey,
    );
    for (const [key, [pod, ...otherPods]] of podsBy) {
      const [link, ...otherLinks] = linksBy.get(key) ?? [];
      // Two families: the pod's other address has the same interface.
      const others = otherPods.filter((other) => other.address.family === pod?.address.family);
      if (!pod || !link || others.length > 0 || otherLinks.length > 0) continue;
      for (const one of [pod, ...otherPods]) one.interface = link.interface;
    }
  };
  pair(serviceKey, ({ namespace, serviceAccount }) =>
    serviceAccount === null ? null : `${namespace}/${serviceAccount}`,
  );
  pair(namespaceOf, ({ namespace }) => namespace);
}

/** `shop/payments` of `shop/payments:grpc`: people name a Deployment, its account and its Service alike. */
function serviceKey({ services }: Draft): string | null {
  return services[0]?.split(':')[0] ?? null;
}

function namespaceOf({ services }: Draft): string | null {
  return services[0]?.split('/')[0] ?? null;
}

function groupBy<T>(items: readonly T[], key: (item: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    if (name === null) continue;
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}
