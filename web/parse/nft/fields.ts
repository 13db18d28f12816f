/**
 * Which words name fields, and how their names are put together. Follows nftables' src/parser_bison.y (payload_expr, exthdr_expr,
 * meta_expr, ct_expr, fib_expr, rt_expr, socket_expr, osf_expr, xfrm_expr).
 */

/** How a field goes on after its first word. */
export type FieldShape =
  | 'plain' // header, then one word: `ip saddr`
  | 'meta-short' // a meta key without `meta`: `iifname`
  | 'meta'
  | 'ip'
  | 'tcp'
  | 'sctp'
  | 'dccp'
  | 'arp'
  | 'ct'
  | 'fib'
  | 'rt'
  | 'indexed' // `rt0 addr[1]`, `srh sid[1]`
  | 'exthdr'
  | 'socket'
  | 'osf'
  | 'ipsec'
  | 'inner' // `vxlan ip saddr`
  | 'numgen'
  | 'jhash'
  | 'symhash';

const shapes = new Map<string, FieldShape>();
function add(shape: FieldShape, words: string): void {
  for (const word of words.split(' ')) shapes.set(word, shape);
}
add('plain', 'ip6 ether vlan icmp icmpv6 igmp udp udplite ah esp comp th hbh frag dst mh physdev tunnel');
add(
  'meta-short',
  'mark iif iifname iiftype oif oifname oiftype skuid skgid nftrace rtclassid ibriport ibrname obriport obrname ibridgename obridgename pkttype cpu iifgroup oifgroup cgroup time day hour l4proto nfproto secpath',
);
for (const word of 'meta ip tcp sctp dccp arp ct fib rt exthdr socket osf ipsec numgen jhash symhash'.split(' ')) {
  shapes.set(word, word as FieldShape);
}
add('indexed', 'rt0 rt2 srh');
add('inner', 'vxlan geneve gre gretap');

/** The shape of a field that begins with `word`, or undefined where none does. */
export function fieldShape(word: string): FieldShape | undefined {
  return shapes.get(word);
}

/** Older and shorter spellings of meta keys. */
export const META_ALIASES = new Map([
  ['ibriport', 'ibrname'],
  ['obriport', 'obrname'],
  ['ibridgename', 'ibrname'],
  ['obridgename', 'obrname'],
  ['secpath', 'ipsec'],
]);

/** The names that nftables' src/scanner.l reads, where a listing names the field otherwise. */
export const FIELD_ALIASES = new Map([
  ['icmpv6 param-problem', 'icmpv6 parameter-problem'],
  ['icmpv6 packet-too-big', 'icmpv6 mtu'],
]);

/** TCP options by number and by their other names, as nft lists them (src/tcpopt.c). */
export const TCP_OPTION_NAMES = new Map([
  ['mss', 'maxseg'],
  ['noop', 'nop'],
  ['sack-permitted', 'sack-perm'],
  ['sack0', 'sack'],
  // nft's include/tcpopt.h gives both the kind 8.
  ['echo', 'timestamp'],
  ['0', 'eol'],
  ['1', 'nop'],
  ['2', 'maxseg'],
  ['3', 'window'],
  ['4', 'sack-perm'],
  ['5', 'sack'],
  ['8', 'timestamp'],
  ['19', 'md5sig'],
  ['30', 'mptcp'],
  ['34', 'fastopen'],
]);

/** `ct` keys that stand after `original` or `reply`, with `ip`/`ip6` before some. */
export const CT_DIRECTIONS = new Set(['original', 'reply']);

/** Words that begin a statement which no constant or field is: where a broken statement is thought to end. */
export const STATEMENT_STARTS = new Set(
  `counter accept drop jump goto return continue comment log limit quota masquerade reject dnat snat redirect notrack queue meta ct
  ip ip6 tcp udp iifname oifname iif oif fib add update delete xt tproxy dup fwd synproxy flow meter last reset tunnel`.split(
    /\s+/,
  ),
);
