/**
 * Addresses that say nothing about a node because every node has them, and ranges whose meaning programs know. Follows the registries of special
 * addresses (RFC 6890 and its updates), and what the programs of web/owners use on every node.
 *
 * A range keeps its addresses inside of it, and nothing gets into it from outside. What is `same` also keeps each address.
 */

import { parseMac } from '../base/address.ts';
import { InternalError } from '../base/assert.ts';
import { type IpNetwork, parseIp, parseNetwork } from '../base/ip.ts';
import { bytesOf } from './address-bytes.ts';
import { FixedBits } from './fixed-bits.ts';

/** Ranges within which addresses are replaced. */
const RANGES = `
  10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10
  192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 198.18.0.0/15
  2000::/3 2001:db8::/32 2002::/16 fc00::/8 fd00::/8 fd7a:115c:a1e0::/48 fe80::/64 ff00::/8 ff02::1:ff00:0/104`;

/** This host, loopback, link-local, multicast, broadcast and reserved ones. */
const SAME_RANGES = '0.0.0.0/8 127.0.0.0/8 169.254.0.0/16 192.0.0.0/24 224.0.0.0/4 240.0.0.0/4 ::/8 fe80::/112';

/** What Tailscale (its resolver) and Calico (the gateway of pods) have on every node. */
const SAME = '100.100.100.100 fd7a:115c:a1e0::53 fe80::ecee:eeff:feee:eeee';

/** Nobody, and what Calico gives the host's end of every pod's link. */
const SAME_MACS = '00:00:00:00:00:00 ee:ee:ee:ee:ee:ee';

const networks = (list: string): IpNetwork[] => words(list).map((text) => known(parseNetwork(text), text));
const RANGE_LIST = networks(RANGES);
const SAME_LIST = networks(SAME_RANGES);

/** What is fixed in every map of IPv4 (4 bytes) or IPv6 (16 bytes) addresses. */
export function fixedIp(bytes: 4 | 16): FixedBits {
  const fixed = new FixedBits(bytes);
  const family = bytes === 4 ? 'ip' : 'ip6';
  for (const network of [...RANGE_LIST, ...SAME_LIST].filter((one) => one.family === family)) {
    fixed.fixPath(bytesOf(network.value, bytes), 0, network.length);
  }
  for (const network of SAME_LIST.filter((one) => one.family === family)) {
    fixed.fixBelow(bytesOf(network.value, bytes), network.length, new Uint8Array(bytes).fill(255));
  }
  for (const text of words(SAME)) {
    const address = known(parseIp(text), text);
    if (address.family === family) fixed.fixPath(bytesOf(address.value, bytes), 0, bytes * 8);
  }
  return fixed;
}

/** MAC addresses keep their two lowest bits of the first byte: whether they are of a group, and whether somebody made them up. */
export function fixedMac(): FixedBits {
  const fixed = new FixedBits(6);
  fixed.fixBelow(new Uint8Array(6), 0, Uint8Array.of(3, 0, 0, 0, 0, 0));
  for (const text of words(SAME_MACS)) fixed.fixPath(bytesOf(known(parseMac(text), text), 6), 0, 48);
  return fixed;
}

/** Whether every node has this address. `address` has 4, 6 or 16 bytes. */
export function isEverybodys(address: Uint8Array): boolean {
  if (address.length === 6) return isGroupMac(address) || isOneOf(SAME_MAC_BYTES, address);
  const inner = innerIpv4(address);
  if (inner) return isEverybodys(inner);
  if (isOneOf(SAME_BYTES, address)) return true;
  if (address.length === 16 && address[0] === 0xff && !isSolicitedNode(address)) return true;
  return SAME_LIST.some(
    ({ family, value, length }) =>
      (family === 'ip') === (address.length === 4) && isIn(address, bytesOf(value, address.length), length),
  );
}

/** Whether this is one of the ranges themselves: `10.0.0.0/8`, and what holds one: `10.0.0.0/7`. */
export function isKnownRange(address: Uint8Array, length: number): boolean {
  return RANGE_LIST.some(
    (range) =>
      (range.family === 'ip') === (address.length === 4) &&
      length <= range.length &&
      isIn(address, bytesOf(range.value, address.length), address.length * 8),
  );
}

/** Multicast and broadcast. */
export function isGroupMac(address: Uint8Array): boolean {
  return ((address[0] as number) & 1) === 1;
}

const SOLICITED = bytesOf(known(parseIp('ff02::1:ff00:0'), 'ff02').value, 16);

/** A multicast address that ends like somebody's own: it is replaced like one. */
export function isSolicitedNode(address: Uint8Array): boolean {
  return isIn(address, SOLICITED, 104);
}

const SAME_BYTES = words(SAME).map((text) => {
  const { family, value } = known(parseIp(text), text);
  return bytesOf(value, family === 'ip' ? 4 : 16);
});
const SAME_MAC_BYTES = words(SAME_MACS).map((text) => bytesOf(known(parseMac(text), text), 6));

function isOneOf(list: readonly Uint8Array[], address: Uint8Array): boolean {
  return list.some((one) => one.length === address.length && isIn(address, one, address.length * 8));
}

function isIn(address: Uint8Array, network: Uint8Array, length: number): boolean {
  for (let i = 0; i * 8 < length; i++) {
    const mask = length - i * 8 >= 8 ? 0xff : (0xff << (8 - (length - i * 8))) & 0xff;
    if ((((address[i] as number) ^ (network[i] as number)) & mask) !== 0) return false;
  }
  return true;
}

function words(list: string): string[] {
  return list.trim().split(/\s+/);
}

function known<T>(value: T | null, text: string): T {
  if (value === null) throw new InternalError(`no address: ${text}`);
  return value;
}

const MAPPED = ['0,0,0,0,0,0,0,0,0,0,255,255', '0,100,255,155,0,0,0,0,0,0,0,0'];
const COMPATIBLE = '0,0,0,0,0,0,0,0,0,0,0,0';

/** The IPv4 address in one of IPv6: in `::ffff:0:0/96`, `64:ff9b::/96` and `::/96`, but for `::`, `::1` and the like. */
export function innerIpv4(address: Uint8Array): Uint8Array | null {
  if (address.length !== 16) return null;
  const head = address.subarray(0, 12).join();
  return MAPPED.includes(head) || (head === COMPATIBLE && address[12] !== 0) ? address.slice(12) : null;
}
