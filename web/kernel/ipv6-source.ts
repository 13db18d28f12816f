/**
 * Which of an interface's IPv6 addresses the node takes for a destination. Kernel: net/ipv6/addrconf.c, ipv6_get_saddr_eval(), by the rules of RFC 6724 that
 * depend on addresses alone: scope (2), label (6), common prefix (8). Not modelled: addresses that are deprecated, tentative, temporary or of other interfaces.
 */

/** With the length of its subnet's prefix. */
interface OwnAddress {
  readonly address: number | bigint;
  readonly length: number;
}

/** Kernel: net/ipv6/addrlabel.c, ip6addrlbl_init_table[]; the longest prefix decides [source-by-label]. */
const LABELS: readonly (readonly [prefix: bigint, length: number, label: number])[] = [
  [0x1n, 128, 0],
  [0xffff00000000n, 96, 4],
  [0x0n, 96, 3],
  [0x20010000n << 96n, 32, 6],
  [0x20010010n << 96n, 28, 7],
  [0x2002n << 112n, 16, 2],
  [0xfec0n << 112n, 10, 11],
  [0xfc00n << 112n, 7, 5],
];
const ANY_LABEL = 1;

const SCOPE = { interface: 1, link: 2, site: 5, global: 14 } as const;

/** The first of the best; null where there is none. Cost: linear. */
export function ipv6SourceFor(own: readonly OwnAddress[], towards: bigint): bigint | null {
  let best: OwnAddress | null = null;
  for (const each of own) {
    if (typeof each.address === 'bigint' && (best === null || isBetter(each, best, towards))) best = each;
  }
  return best === null ? null : (best.address as bigint);
}

function isBetter(one: OwnAddress, other: OwnAddress, towards: bigint): boolean {
  const [a, b] = [one.address as bigint, other.address as bigint];
  const [first, second] = [scopeOf(a), scopeOf(b)];
  if (first !== second) return first < second ? first >= scopeOf(towards) : second < scopeOf(towards);
  const wanted = labelOf(towards);
  if ((labelOf(a) === wanted) !== (labelOf(b) === wanted)) return labelOf(a) === wanted;
  return common(one, towards) > common(other, towards);
}

function common({ address, length }: OwnAddress, towards: bigint): number {
  const different = (address as bigint) ^ towards;
  return Math.min(length, different === 0n ? 128 : 128 - different.toString(2).length);
}

/** Kernel: __ipv6_addr_type(). */
function scopeOf(address: bigint): number {
  if (address >> 120n === 0xffn) return Number((address >> 112n) & 0xfn);
  if (address === 1n) return SCOPE.interface;
  const top = address >> 118n;
  return top === 0x3fan ? SCOPE.link : top === 0x3fbn ? SCOPE.site : SCOPE.global;
}

function labelOf(address: bigint): number {
  const found = LABELS.find(([prefix, length]) => (address ^ prefix) >> BigInt(128 - length) === 0n);
  return found?.[2] ?? ANY_LABEL;
}
