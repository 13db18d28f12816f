/**
 * Routes and addresses: what the node's tables say, or what is taken for granted where nobody says. Kernel: net/ipv4/route.c, fib_frontend.c, devinet.c;
 * net/ipv6/route.c, addrconf.c. Not modelled: policy routing, several tables, multipath, gateways.
 */
import { ipv6SourceFor } from './ipv6-source.ts';
import type { AddressFamily, TracePacket } from './packet.ts';

export interface InterfaceAddress {
  readonly device: string;
  readonly address: number | bigint;
  readonly length: number;
}

export interface Route {
  readonly address: number | bigint;
  readonly length: number;
  readonly device: string;
}

/** All addresses and routes of a node, as somebody gives them. */
export interface Topology {
  readonly addresses: readonly InterfaceAddress[];
  readonly routes: readonly Route[];
}

/** Kernel: RTN_*. */
export const ADDRESS_TYPE = { unicast: 1, local: 2, broadcast: 3, multicast: 5, unreachable: 7 } as const;

export type RouteResult =
  | { readonly kind: 'local' }
  /** `device` null: not known. */
  | { readonly kind: 'out'; readonly device: string | null }
  | { readonly kind: 'none' };

/** Answers about routes; null: nobody knows. */
export interface RoutingTables {
  route(address: number | bigint): RouteResult;
  isLocal(address: number | bigint): boolean | null;
  /** As `fib daddr type` says it, over all interfaces or for one. */
  addressType(address: number | bigint, device: string | null): number | null;
  /** The interface that leads to an address (through `device` only, where it is given); '' for none. */
  deviceTo(address: number | bigint, device: string | null): string | null;
  /** The address that the node takes as its own on an interface towards another: masquerade, redirect, ICMP errors. null: not known. */
  sourceFor(device: string, towards: number | bigint, family: AddressFamily): number | bigint | null;
  /** The first address of an interface. */
  firstAddress(device: string, family: AddressFamily): number | bigint | null;
  /** There is such an interface address for certain, or none for certain. */
  readonly complete: boolean;
}

export const LOOPBACK_V4 = 0x7f000001;
export const LOOPBACK_V6 = 1n;

export function isLoopback(address: number | bigint): boolean {
  return typeof address === 'number' ? address >>> 24 === 127 : address === LOOPBACK_V6;
}

export function isMulticast(address: number | bigint): boolean {
  return typeof address === 'number' ? address >>> 28 === 14 : address >> 120n === 0xffn;
}

const LIMITED_BROADCAST = 0xffffffff;

/** Broadcast, multicast, loopback and the unspecified address need no table; null for the others. */
export function plainType(address: number | bigint): number | null {
  if (isMulticast(address)) return ADDRESS_TYPE.multicast;
  if (isLoopback(address)) return ADDRESS_TYPE.local;
  if (address === LIMITED_BROADCAST || address === 0) return ADDRESS_TYPE.broadcast;
  return null;
}

export function isInside(address: number | bigint, prefix: number | bigint, length: number): boolean {
  if (typeof address !== typeof prefix) return false;
  if (typeof address === 'number') return length === 0 || (address ^ (prefix as number)) >>> (32 - length) === 0;
  return (address ^ (prefix as bigint)) >> BigInt(128 - length) === 0n;
}

/** The addresses and routes are all there is. */
export class KnownTables implements RoutingTables {
  readonly complete = true;

  constructor(private readonly topology: Topology) {}

  isLocal(address: number | bigint): boolean {
    return isLoopback(address) || this.topology.addresses.some((each) => each.address === address);
  }

  route(address: number | bigint): RouteResult {
    const type = this.typeOf(address);
    if (type !== ADDRESS_TYPE.unicast) return { kind: 'local' };
    const device = this.unicastDevice(address);
    return device === '' ? { kind: 'none' } : { kind: 'out', device };
  }

  addressType(address: number | bigint, device: string | null): number {
    const type = this.typeOf(address);
    if (type === ADDRESS_TYPE.local && device !== null && !isLoopback(address)) {
      const own = this.topology.addresses.some((each) => each.address === address && each.device === device);
      return own ? type : ADDRESS_TYPE.unicast;
    }
    if (typeof address === 'bigint' && type === ADDRESS_TYPE.unicast && this.unicastDevice(address) === '') {
      return ADDRESS_TYPE.unreachable;
    }
    return type;
  }

  private typeOf(address: number | bigint): number {
    const plain = plainType(address);
    if (plain !== null) return plain;
    if (this.isLocal(address)) return ADDRESS_TYPE.local;
    return this.isSubnetBroadcast(address) ? ADDRESS_TYPE.broadcast : ADDRESS_TYPE.unicast;
  }

  /** Kernel: fib_add_ifaddr(): the first and the last address of a subnet are broadcast addresses. */
  private isSubnetBroadcast(address: number | bigint): boolean {
    if (typeof address !== 'number') return false;
    return this.topology.addresses.some(({ address: own, length }) => {
      if (typeof own !== 'number' || length >= 31 || length === 0 || !isInside(address, own, length)) return false;
      const host = 2 ** (32 - length) - 1;
      return (address & host) >>> 0 === host || (address & host) === 0;
    });
  }

  /** Longest prefix; subnets of interfaces count as routes. '' for none. */
  private unicastDevice(address: number | bigint): string {
    let best = -1;
    let device = '';
    for (const route of [...this.topology.routes, ...this.topology.addresses]) {
      if (route.length <= best || !isInside(address, route.address, route.length)) continue;
      best = route.length;
      device = route.device;
    }
    return device;
  }

  deviceTo(address: number | bigint, device: string | null): string {
    if (this.typeOf(address) !== ADDRESS_TYPE.unicast) return '';
    const found = this.unicastDevice(address);
    return device !== null && found !== device ? '' : found;
  }

  firstAddress(device: string, family: AddressFamily): number | bigint | null {
    return this.addressesOf(device, family)[0]?.address ?? null;
  }

  /** In the kernel's order. Kernel: ipv6_link_dev_addr() puts a new address before the others of its scope. */
  private addressesOf(device: string, family: AddressFamily): InterfaceAddress[] {
    const type = family === 'ip' ? 'number' : 'bigint';
    const own = this.topology.addresses.filter((each) => each.device === device && typeof each.address === type);
    return family === 'ip' ? own : own.reverse();
  }

  /** Kernel: inet_select_addr(): the first primary address whose subnet holds the other, or else the first; IPv6: ipv6_dev_get_saddr(). */
  sourceFor(device: string, towards: number | bigint, family: AddressFamily): number | bigint | null {
    const own = this.addressesOf(device, family);
    // RFC 6724, rule 1: the same address.
    if (family === 'ip6' && this.isLocal(towards)) return towards;
    if (family === 'ip6') return ipv6SourceFor(own, towards as bigint) ?? this.anyAddress(family);
    const primary = own.filter((each, i) => !own.slice(0, i).some((earlier) => sameSubnet(earlier, each)));
    const near = primary.find(({ address, length }) => isInside(towards, address, length));
    return near?.address ?? primary[0]?.address ?? this.anyAddress(family);
  }

  private anyAddress(family: AddressFamily): number | bigint | null {
    const type = family === 'ip' ? 'number' : 'bigint';
    return this.topology.addresses.find(({ address }) => typeof address === type)?.address ?? null;
  }
}

function sameSubnet(a: InterfaceAddress, b: InterfaceAddress): boolean {
  return a.length === b.length && isInside(a.address, b.address, a.length);
}

/**
 * Nobody gave addresses and routes: the packet's own path says where its addresses are, the dump shows some of the node's, and a translated destination
 * leaves by the interface that the packet names.
 */
export class AssumedTables implements RoutingTables {
  readonly complete = false;

  constructor(
    private readonly packet: TracePacket,
    private readonly locals: ReadonlySet<number | bigint>,
  ) {}

  isLocal(address: number | bigint): boolean | null {
    const { src, dst, path, open } = this.packet;
    if (isLoopback(address) || this.locals.has(address)) return true;
    if (address === dst && !open.dst) return path === 'input' || (path === 'output' && this.packet.oif === 'lo');
    if (address === src && !open.src) return path === 'output';
    return null;
  }

  route(address: number | bigint): RouteResult {
    if (plainType(address) !== null || this.isLocal(address) === true) return { kind: 'local' };
    // What was to stay on the node tells nothing of the ways out of it.
    return { kind: 'out', device: this.packet.oif === 'lo' ? null : this.packet.oif };
  }

  addressType(address: number | bigint, device: string | null): number | null {
    const plain = plainType(address);
    if (plain !== null) return plain;
    const local = this.isLocal(address);
    if (local === null) return null;
    if (!local) return ADDRESS_TYPE.unicast;
    return device === null || device === this.packet.iif ? ADDRESS_TYPE.local : null;
  }

  deviceTo(address: number | bigint, device: string | null): string | null {
    const { src, path, iif, oif, dst } = this.packet;
    if (plainType(address) !== null || this.isLocal(address) === true) return '';
    const known = address === src && path !== 'output' ? iif : address === dst ? oif : null;
    if (known === null) return null;
    return device !== null && known !== device ? '' : known;
  }

  sourceFor(): null {
    return null;
  }

  firstAddress(): null {
    return null;
  }
}
