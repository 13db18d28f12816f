/**
 * What a dump tells of its node, as far as rules show it: interfaces, the node's own addresses, Services, published ports, pods, networks. Nothing
 * here is certain in the way a rule's verdict is: each fact says where it comes from, and a dump has neither routes nor addresses.
 */
import type { IpAddress, IpFamily, IpNetwork } from '../base/ip.ts';
import type { OwnerId } from '../owners/owner.ts';

/** Where a fact comes from: one sentence's end (`after “because”`), and the rule that shows it. */
export interface Source {
  readonly text: string;
  /** Rule.id; null where a set, a map or a convention shows it. */
  readonly rule: number | null;
}

/** What an interface is for, as far as rules and its name tell. `uplink`: traffic leaves the node's networks there. */
export type InterfaceRole = 'loopback' | 'uplink' | 'workload' | 'bridge' | 'tunnel' | 'other';

export interface InterfaceFact {
  /** The name; of a wildcard its stem (`cali`). */
  readonly name: string;
  readonly wildcard: boolean;
  readonly role: InterfaceRole;
  /** Rules and map elements that name it, as incoming and as outgoing interface. */
  readonly in: number;
  readonly out: number;
  readonly owners: readonly OwnerId[];
  /** firewalld's or OpenWrt's zone. */
  readonly zone: string | null;
  /** Of the pod behind a Calico interface, by the names of the profiles that its chains call. */
  readonly namespace: string | null;
  readonly serviceAccount: string | null;
  /** Networks behind it, by masquerading and dispatch rules. */
  readonly networks: readonly IpNetwork[];
}

export interface OwnAddress {
  readonly address: IpAddress;
  readonly interface: string | null;
  /** True: by convention or likelihood, not by a rule that would be wrong otherwise. */
  readonly assumed: boolean;
  readonly source: Source;
}

export type NetworkUse = 'pods' | 'local-pods' | 'services' | 'inside';

export interface NetworkFact {
  readonly network: IpNetwork;
  readonly use: NetworkUse;
  readonly interface: string | null;
  readonly assumed: boolean;
  readonly source: Source;
}

export interface Target {
  readonly address: IpAddress;
  /** null: the packet's own. */
  readonly port: number | null;
}

/** One port of a Service, in one family. */
export interface ServiceFact {
  readonly family: IpFamily;
  /** `shop/cart:grpc`; null where the dump has no names (IPVS). */
  readonly name: string | null;
  readonly protocol: number;
  readonly clusterIp: IpAddress | null;
  readonly port: number | null;
  readonly nodePort: number | null;
  /** Load balancer and external addresses, with their port. */
  readonly externals: readonly Target[];
  readonly endpoints: readonly Target[];
  /** Rule.id or null: the rule that leads to it. */
  readonly rule: number | null;
  readonly owner: OwnerId;
}

/** A port of the node, or of another address, that leads elsewhere: hostPort, published container port, port forward. */
export interface PublishedFact {
  readonly family: IpFamily;
  readonly kind: 'hostPort' | 'container' | 'forward';
  readonly protocol: number | null;
  readonly from: number;
  readonly to: number;
  /** Only packets to this address; null: to any of the node's. */
  readonly address: IpAddress | null;
  /** Only packets that arrive here; null: anywhere. */
  readonly interfaces: readonly string[] | null;
  readonly targets: readonly Target[];
  readonly rule: number;
  readonly owner: OwnerId;
}

export interface PodFact {
  readonly address: IpAddress;
  /** Whether it runs on this node; null where nothing tells. */
  readonly local: boolean | null;
  /** Known only where one interface fits. */
  readonly interface: string | null;
  /** Names of the Services that it is an endpoint of, at most three. */
  readonly services: readonly string[];
  readonly kind: 'pod' | 'container';
}

export interface NodeFacts {
  readonly interfaces: readonly InterfaceFact[];
  readonly addresses: readonly OwnAddress[];
  readonly networks: readonly NetworkFact[];
  readonly services: readonly ServiceFact[];
  readonly published: readonly PublishedFact[];
  readonly pods: readonly PodFact[];
  /** Prefixes that rules and sets name, most used first. */
  readonly prefixes: readonly { readonly network: IpNetwork; readonly uses: number }[];
  /** A base chain of the forward hook says something. */
  readonly filtersForwarding: boolean;
}
