/**
 * Prefix-preserving replacement of addresses (the idea of Crypto-PAn, Xu, Fan, Ammar and Moon 2002): two addresses have as many first bits in
 * common after it as before. Whether a bit is flipped follows from the key and from all bits before it, once for a whole workspace: what would
 * tear a range apart is fixed first (limits.ts).
 */
import { bitAt, type FixedBits } from './fixed-bits.ts';
import type { KeyedHash } from './keyed-hash.ts';

export class AddressMap {
  /** By the bytes in front: 256 decisions, one for each node of the tree below them. */
  private readonly decisions = new Map<string, Uint8Array>();

  constructor(
    private readonly hash: KeyedHash,
    private readonly domain: string,
    private readonly fixed: FixedBits,
  ) {}

  /** A bijection on addresses of as many bytes as `fixed` has. Cost: one hash per byte whose prefix is new. */
  map(address: Uint8Array): Uint8Array {
    const image = address.slice();
    let flips = this.decisionsBelow(address, 0);
    let node = 1;
    this.fixed.walk(address, (depth, isFixed) => {
      if (depth > 0 && depth % 8 === 0) {
        flips = this.decisionsBelow(address, depth / 8);
        node = 1;
      }
      const at = depth >> 3;
      if (!isFixed && bitAt(flips, node) === 1) image[at] = (image[at] as number) ^ (0x80 >> (depth & 7));
      node = node * 2 + bitAt(address, depth);
    });
    return image;
  }

  private decisionsBelow(address: Uint8Array, bytes: number): Uint8Array {
    const prefix = address.subarray(0, bytes);
    const name = String.fromCharCode(...prefix);
    let found = this.decisions.get(name);
    if (!found) {
      found = this.hash(this.domain, prefix);
      this.decisions.set(name, found);
    }
    return found;
  }
}
