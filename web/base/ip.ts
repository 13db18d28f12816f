/** IPv4 and IPv6 addresses and networks as one type each, for whoever does not care which of the two it is. */
import { formatIpv4, formatIpv6, ipv4Mask, ipv6Mask, parseIpv4, parseIpv6 } from './address.ts';

export type IpFamily = 'ip' | 'ip6';

export interface IpAddress {
  readonly family: IpFamily;
  /** Unsigned: a number of 32 bits, or a bigint of 128. */
  readonly value: number | bigint;
}

export interface IpNetwork extends IpAddress {
  /** Of the prefix, in bits; the address may have host bits. */
  readonly length: number;
}

export function ipv4(value: number): IpAddress {
  return { family: 'ip', value };
}

/** An address from a model's number (IPv4) or bigint (IPv6). */
export function ipAddress(value: number | bigint): IpAddress {
  return { family: typeof value === 'number' ? 'ip' : 'ip6', value };
}

/** Dotted or with colons (no zone, no prefix), surrounding blanks ignored; null where it is neither. */
export function parseIp(text: string): IpAddress | null {
  const trimmed = text.trim();
  if (trimmed.includes(':')) {
    const value = parseIpv6(trimmed);
    return value === null ? null : { family: 'ip6', value };
  }
  const value = parseIpv4(trimmed);
  return value < 0 ? null : { family: 'ip', value };
}

/** `10.0.0.0/8`; an address alone is a network of one. */
export function parseNetwork(text: string): IpNetwork | null {
  const slash = text.indexOf('/');
  const address = parseIp(slash === -1 ? text : text.slice(0, slash));
  if (!address) return null;
  const width = widthOf(address.family);
  if (slash === -1) return { ...address, length: width };
  const digits = text.slice(slash + 1).trim();
  const length = /^\d{1,3}$/.test(digits) ? Number(digits) : width + 1;
  return length > width ? null : { ...address, length };
}

export function widthOf(family: IpFamily): 32 | 128 {
  return family === 'ip' ? 32 : 128;
}

export function formatIp({ value }: IpAddress): string {
  return typeof value === 'number' ? formatIpv4(value) : formatIpv6(value);
}

export function formatNetwork(network: IpNetwork): string {
  return `${formatIp(network)}/${network.length}`;
}

export function sameIp(a: IpAddress, b: IpAddress): boolean {
  return a.value === b.value;
}

/** The network with its host bits cleared. */
export function baseOf({ value, length, family }: IpNetwork): IpNetwork {
  return typeof value === 'number'
    ? { family, value: (value & ipv4Mask(length)) >>> 0, length }
    : { family, value: value & ipv6Mask(length), length };
}

/** The first and the last address. */
export function endsOf(network: IpNetwork): readonly [number | bigint, number | bigint] {
  const { value, length, family } = baseOf(network);
  const free = widthOf(family) - length;
  return typeof value === 'number' ? [value, value + 2 ** free - 1] : [value, value + (1n << BigInt(free)) - 1n];
}

/** Whether `network` holds `address`; never across families. */
export function holds(network: IpNetwork, { value }: IpAddress): boolean {
  if (typeof value === 'number') {
    return typeof network.value === 'number' && ((value ^ network.value) & ipv4Mask(network.length)) === 0;
  }
  return typeof network.value === 'bigint' && ((value ^ network.value) & ipv6Mask(network.length)) === 0n;
}

/** Whether all of `inner` is in `outer`. */
export function covers(outer: IpNetwork, inner: IpNetwork): boolean {
  return outer.length <= inner.length && holds(outer, inner);
}

/** The address `offset` behind the network's first one. */
export function addressIn(network: IpNetwork, offset: number): IpAddress {
  const { value, family } = baseOf(network);
  return { family, value: typeof value === 'number' ? (value + offset) >>> 0 : value + BigInt(offset) };
}

const LOOPBACK: readonly IpNetwork[] = [
  { family: 'ip', value: 0x7f000000, length: 8 },
  { family: 'ip6', value: 1n, length: 128 },
];
const MULTICAST: readonly IpNetwork[] = [
  { family: 'ip', value: 0xe0000000, length: 4 },
  { family: 'ip6', value: 0xffn << 120n, length: 8 },
];

/** 127.0.0.0/8 or ::1. */
export function isLoopback(address: IpAddress): boolean {
  return LOOPBACK.some((network) => holds(network, address));
}

/** Multicast, IPv4's limited broadcast, and the unspecified address: no host has these for its own. */
export function isNobody(address: IpAddress): boolean {
  const { value } = address;
  return MULTICAST.some((network) => holds(network, address)) || value === 0xffffffff || value === 0 || value === 0n;
}
