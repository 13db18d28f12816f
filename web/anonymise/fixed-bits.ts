/**
 * Which bits of which addresses must not be flipped: a binary trie over address prefixes. A prefix-preserving map is one decision per node of the
 * tree of all prefixes (swap its two halves or not); this says where the decision is taken already.
 */
export class FixedBits {
  /** Two children per node, 0 for none; node 0 is the root. */
  private children: number[] = [0, 0];
  /** 1: the halves of this node stay where they are. */
  private fixed: number[] = [0];
  /** Bits that stay in all addresses below the node. */
  private readonly below = new Map<number, Uint8Array>();

  /** `bytes`: an address is 4 (IPv4), 6 (MAC) or 16 (IPv6) bytes long. */
  constructor(readonly bytes: number) {}

  /** The nodes above bits `from` to `to` (excluded) of `address` keep their halves. Cost: `to`. */
  fixPath(address: Uint8Array, from: number, to: number): void {
    let node = 0;
    for (let depth = 0; depth < to; depth++) {
      if (depth >= from) this.fixed[node] = 1;
      if (depth + 1 < to) node = this.child(node, bitAt(address, depth));
    }
  }

  /** In every address that begins with the first `length` bits of `address`, the bits of `mask` stay. */
  fixBelow(address: Uint8Array, length: number, mask: Uint8Array): void {
    let node = 0;
    for (let depth = 0; depth < length; depth++) node = this.child(node, bitAt(address, depth));
    const known = this.below.get(node);
    this.below.set(node, known ? known.map((byte, i) => byte | (mask[i] as number)) : mask);
  }

  /** Walks down `address`: calls `decide` for each bit from the first one, with whether it is fixed. */
  walk(address: Uint8Array, decide: (depth: number, isFixed: boolean) => void): void {
    let node = 0;
    let staying = this.below.get(0);
    for (let depth = 0; depth < this.bytes * 8; depth++) {
      const here = node >= 0 && this.fixed[node] === 1;
      decide(depth, here || (staying !== undefined && bitAt(staying, depth) === 1));
      if (node < 0) continue;
      node = this.children[2 * node + bitAt(address, depth)] || -1;
      const more = node > 0 ? this.below.get(node) : undefined;
      if (more) staying = staying ? staying.map((byte, i) => byte | (more[i] as number)) : more;
    }
  }

  private child(node: number, bit: number): number {
    const at = 2 * node + bit;
    const known = this.children[at] as number;
    if (known > 0) return known;
    const made = this.fixed.push(0) - 1;
    this.children.push(0, 0);
    this.children[at] = made;
    return made;
  }
}

/** Bit `depth` of an address, from the most significant one. */
export function bitAt(address: Uint8Array, depth: number): number {
  return ((address[depth >> 3] as number) >> (7 - (depth & 7))) & 1;
}

/** How many first bits two addresses have in common. */
export function commonLength(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) ^ (b[i] as number);
    if (difference !== 0) return i * 8 + Math.clz32(difference) - 24;
  }
  return a.length * 8;
}

/** `address` with all bits from `length` on cleared, or set. */
export function filled(address: Uint8Array, length: number, bit: 0 | 1): Uint8Array {
  return address.map((byte, i) => {
    const kept = Math.min(8, Math.max(0, length - i * 8));
    const mask = (0xff << (8 - kept)) & 0xff;
    return bit === 1 ? byte | (~mask & 0xff) : byte & mask;
  });
}
