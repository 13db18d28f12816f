/**
 * What a workspace compares addresses with, beyond single ones: networks, ranges, masks, orders. Their ends must stay ends, so that a rule takes
 * the replaced packets exactly where it took the old ones. Complete before the first address is replaced.
 */
import { commonLength, type FixedBits, filled } from './fixed-bits.ts';
import { fixedIp, fixedMac, innerIpv4 } from './well-known.ts';

export class Limits {
  readonly ip = fixedIp(4);
  readonly ip6 = fixedIp(16);
  readonly mac = fixedMac();
  /** Values that are masks and no addresses, as joined bytes: `10.0.255.0` of `ip saddr & 10.0.255.0`. */
  private readonly masks = new Set<string>();

  /** The network's last address, to which its hosts broadcast, stays its last one. `length` in bits. Its first one is told by the length behind it. */
  network(address: Uint8Array, length: number): void {
    const bits = address.length * 8;
    if (length >= bits) return;
    const inner = length >= 96 ? innerIpv4(address) : null;
    if (inner) this.network(inner, length - 96);
    else this.of(address).fixPath(filled(address, length, 1), length, bits);
  }

  /** All between the two ends stays between them. */
  range(from: Uint8Array, to: Uint8Array): void {
    if (from.length !== to.length) return;
    const split = commonLength(from, to);
    this.of(from).fixPath(from, split, from.length * 8);
    this.of(from).fixPath(to, split, from.length * 8);
  }

  /** `address & mask == value`: compared bits behind the first hole of the mask stay, and `value` keeps those that are not compared. */
  masked(value: Uint8Array, mask: Uint8Array): void {
    if (mask.length !== value.length) return;
    const ones = commonLength(mask, new Uint8Array(mask.length).fill(255));
    this.network(value, ones);
    this.of(value).fixPath(value, ones, mask.length * 8);
    this.of(value).fixBelow(value, ones, mask);
    this.masks.add(mask.join());
  }

  isMask(address: Uint8Array): boolean {
    return this.masks.has(address.join());
  }

  /** Every address stays on its side of this one, which cannot be replaced then. */
  ordered(bound: Uint8Array): void {
    this.of(bound).fixPath(bound, 0, bound.length * 8);
  }

  /** Addresses of the network are translated to those of another one, or from them, bit by bit: all bits behind its own stay. */
  translated(address: Uint8Array, length: number): void {
    this.network(address, length);
    this.of(address).fixBelow(address, length, new Uint8Array(address.length).fill(255));
  }

  private of(address: Uint8Array): FixedBits {
    return address.length === 4 ? this.ip : address.length === 6 ? this.mac : this.ip6;
  }
}
