/**
 * The data type and width of every field that nft(8) names, and how nft prints a number of that type.
 * Follows nftables' src/proto.c, src/meta.c, src/ct.c, src/exthdr.c, src/tcpopt.c, src/datatype.c. Not modelled: bit offsets.
 */
import {
  ADDRESS_TYPES,
  ARP_OPERATIONS,
  BOOLEAN,
  CT_DIRECTION,
  CT_EVENT,
  CT_STATE,
  CT_STATUS,
  DAYS,
  DCCP_TYPES,
  DEVICE_GROUPS,
  DSCP,
  ECN,
  ETHER_TYPES,
  ICMP_CODES,
  ICMP_TYPES,
  ICMPV6_CODES,
  ICMPV6_TYPES,
  ICMPX_CODES,
  IGMP_TYPES,
  INTERFACE_TYPES,
  MH_TYPES,
  MPTCP_SUBTYPES,
  NF_PROTOCOLS,
  PACKET_TYPES,
  PROTOCOLS,
  REALMS,
  SERVICES,
  type Symbols,
  TCP_FLAGS,
} from './constants.ts';

/** How a value without a name is printed: `hex` pads to the width, `hex-short` does not. */
export type NumberForm =
  | 'decimal'
  | 'hex'
  | 'hex-short'
  | 'ipv4'
  | 'ipv6'
  | 'mac'
  | 'string'
  | 'classid'
  | 'time'
  | 'hour';

export interface FieldType {
  /** nft's name of the data type: `ipv4_addr`, `inet_service`, `mark`, `ifname`, `ct_state`, ... */
  readonly type: string;
  /** In bits; 128 for names, 0 where the name does not tell. */
  readonly width: number;
  readonly form: NumberForm;
  /** Names of values; null for plain numbers, addresses and strings. */
  readonly symbols: Symbols | null;
  /** Names are printed (false for ports, which nft prints as numbers). */
  readonly symbolic: boolean;
  /** A set of bits: nft compares it with "some bit is set". */
  readonly bitmask: boolean;
}

/** Kernel: nft refuses a number that a field has no room for ("Value 70000 exceeds valid range 0-65535"). True where nothing tells the width. */
export function hasRoom({ form, width }: FieldType, number: number | bigint): boolean {
  return width === 0 || width > 32 || form === 'time' || number < 2 ** width;
}

function type(
  name: string,
  width: number,
  form: NumberForm = 'decimal',
  symbols: Symbols | null = null,
  more: { bitmask?: boolean; symbolic?: boolean } = {},
): FieldType {
  return { type: name, width, form, symbols, symbolic: more.symbolic ?? true, bitmask: more.bitmask ?? false };
}

const BITS = { bitmask: true };

/** What the data of a map can name, in place of a data type. */
export const OBJECTS_OF_MAPS: readonly string[] =
  'counter,quota,limit,ct helper,ct timeout,ct expectation,synproxy,secmark,tunnel'.split(',');

const types = new Map<string, FieldType>(
  [
    type('ipv4_addr', 32, 'ipv4'),
    type('ipv6_addr', 128, 'ipv6'),
    type('ether_addr', 48, 'mac'),
    type('inet_service', 16, 'decimal', SERVICES, { symbolic: false }),
    type('inet_proto', 8, 'decimal', PROTOCOLS),
    type('mark', 32, 'hex'),
    type('ct_state', 32, 'hex-short', CT_STATE, BITS),
    type('ct_status', 32, 'hex-short', CT_STATUS, BITS),
    type('ct_event', 32, 'hex-short', CT_EVENT, BITS),
    type('ct_dir', 8, 'decimal', CT_DIRECTION),
    type('ct_label', 128, 'decimal', null, BITS),
    type('tcp_flag', 8, 'hex-short', TCP_FLAGS, BITS),
    type('icmp_type', 8, 'decimal', ICMP_TYPES),
    type('icmp_code', 8, 'decimal', ICMP_CODES),
    type('icmpv6_type', 8, 'decimal', ICMPV6_TYPES),
    type('icmpv6_code', 8, 'decimal', ICMPV6_CODES),
    type('icmpx_code', 8, 'decimal', ICMPX_CODES),
    type('igmp_type', 8, 'decimal', IGMP_TYPES),
    type('mh_type', 8, 'decimal', MH_TYPES),
    type('dccp_pkttype', 4, 'hex', DCCP_TYPES),
    type('arp_op', 16, 'hex', ARP_OPERATIONS),
    type('pkt_type', 8, 'decimal', PACKET_TYPES),
    type('iface_type', 16, 'decimal', INTERFACE_TYPES),
    type('iface_index', 32, 'string'),
    type('ifname', 128, 'string'),
    type('string', 128, 'string'),
    type('ether_type', 16, 'hex', ETHER_TYPES),
    type('nf_proto', 8, 'decimal', NF_PROTOCOLS),
    type('fib_addrtype', 32, 'decimal', ADDRESS_TYPES),
    type('dscp', 6, 'hex', DSCP),
    type('ecn', 2, 'decimal', ECN),
    type('uid', 32),
    type('gid', 32),
    type('devgroup', 32, 'decimal', DEVICE_GROUPS),
    type('realm', 32, 'decimal', REALMS),
    type('classid', 32, 'classid'),
    type('boolean', 8, 'decimal', BOOLEAN),
    type('day', 8, 'decimal', DAYS),
    type('hour', 32, 'hour'),
    type('abstime', 64, 'string'),
    type('time', 32, 'time'),
    type('cgroupsv2', 64, 'string'),
    // Kernel: `comp flags 0x3` compares all bits, unlike the flag types above.
    type('bitmask', 8, 'hex-short'),
    type('verdict', 0),
    type('integer', 0),
    ...OBJECTS_OF_MAPS.map((kind) => type(kind, 128, 'string')),
  ].map((each) => [each.type, each]),
);

const integers = new Map<string, FieldType>();

/** `integer` of that many bits, printed in decimal (`hex`: raw payload, printed without padding). */
export function integerType(width: number, form: 'decimal' | 'hex-short' = 'decimal'): FieldType {
  const key = `${form}${width}`;
  let found = integers.get(key);
  if (!found) {
    found = type('integer', width, form);
    integers.set(key, found);
  }
  return found;
}

/** A data type by its nft name (`ipv4_addr`; as in a set's `type`), or null. */
export function dataType(name: string): FieldType | null {
  return types.get(name) ?? null;
}

/** Header, then `field:type` or `field:bits`. */
export const LAYOUTS = [
  'ether daddr:ether_addr saddr:ether_addr type:ether_type',
  'vlan id:12 cfi:1 dei:1 pcp:3 type:ether_type',
  'arp htype:16 ptype:ether_type hlen:8 plen:8 operation:arp_op',
  'ip version:4 hdrlength:4 dscp:dscp ecn:ecn length:16 id:16 frag-off:16 ttl:8 protocol:inet_proto checksum:16 saddr:ipv4_addr daddr:ipv4_addr',
  'icmp type:icmp_type code:icmp_code checksum:16 id:16 sequence:16 gateway:32 mtu:16',
  'igmp type:igmp_type checksum:16 mrt:8 group:ipv4_addr',
  'ip6 version:4 dscp:dscp ecn:ecn flowlabel:20 length:16 nexthdr:inet_proto hoplimit:8 saddr:ipv6_addr daddr:ipv6_addr',
  'icmpv6 type:icmpv6_type code:icmpv6_code checksum:16 parameter-problem:32 packet-too-big:32 mtu:32 id:16 sequence:16 max-delay:16 taddr:ipv6_addr daddr:ipv6_addr',
  'tcp sport:inet_service dport:inet_service sequence:32 ackseq:32 doff:4 reserved:4 flags:tcp_flag window:16 checksum:16 urgptr:16',
  'udp sport:inet_service dport:inet_service length:16 checksum:16',
  'udplite sport:inet_service dport:inet_service csumcov:16 checksum:16',
  'sctp sport:inet_service dport:inet_service vtag:32 checksum:32',
  'dccp sport:inet_service dport:inet_service type:dccp_pkttype',
  'ah nexthdr:inet_proto hdrlength:8 reserved:16 spi:32 sequence:32',
  'esp spi:32 sequence:32',
  'comp nexthdr:inet_proto flags:bitmask cpi:16',
  'th sport:inet_service dport:inet_service',
  'gre flags:5 version:3 protocol:ether_type hdrlength:0',
  'vxlan vni:24 flags:8',
  'geneve vni:24 type:ether_type',
  'hbh nexthdr:inet_proto hdrlength:8',
  'rt nexthdr:inet_proto hdrlength:8 type:8 seg-left:8 classid:realm ipsec:boolean mtu:16',
  'frag nexthdr:inet_proto reserved:8 frag-off:13 reserved2:2 more-fragments:1 id:32',
  'dst nexthdr:inet_proto hdrlength:8',
  'mh nexthdr:inet_proto hdrlength:8 type:mh_type reserved:8 checksum:16',
  'srh nexthdr:inet_proto hdrlength:8 seg-left:8 last-entry:8 flags:8 tag:16 previous-sid:ipv6_addr next-sid:ipv6_addr last-sid:ipv6_addr',
  'meta length:32 protocol:ether_type nfproto:nf_proto l4proto:inet_proto priority:classid mark:mark iif:iface_index iifname:ifname iiftype:iface_type oif:iface_index oifname:ifname oiftype:iface_type skuid:uid skgid:gid nftrace:1 rtclassid:realm ibrname:ifname obrname:ifname pkttype:pkt_type cpu:32 iifgroup:devgroup oifgroup:devgroup cgroup:32 random:32 ipsec:boolean secpath:boolean iifkind:ifname oifkind:ifname ibrpvid:16 ibrvproto:ether_type ibrhwaddr:ether_addr time:abstime day:day hour:hour sdif:iface_index sdifname:ifname secmark:32 broute:1',
  'ct state:ct_state direction:ct_dir status:ct_status mark:mark expiration:time helper:string label:ct_label zone:16 id:32 event:ct_event secmark:32 packets:64 bytes:64 avgpkt:64 l3proto:nf_proto protocol:inet_proto proto-src:inet_service proto-dst:inet_service',
  'socket transparent:8 wildcard:8 mark:mark',
  'tunnel id:32 path:boolean',
  // iptables' own: see isIptablesField.
  'physdev in:ifname out:ifname is-in:boolean is-out:boolean is-bridged:boolean',
  'time monthday:8',
  'owner groups:gid',
  'ah6 spi:32 length:16 reserved:16',
  'ipv6header auth:boolean esp:boolean none:boolean protocol:boolean',
] as const;

const IPTABLES_FIELDS =
  /^(?:physdev|ipset|time|owner|ah6|ipv6header|802_3|stp) |^(?:socket exists|ip6 eui64|arp gratuitous)$|^srh (?:nexthdr|hdrlength|seg-left|\w+-sid)$|^sctp chunk (?:i-data|re-config|pad|i-forward-tsn)/;

/**
 * Fields that iptables' extensions compare and nft has no name for: `physdev in`, `ipset src`, `time monthday`, ... Each is called by its extension
 * first.
 */
export function isIptablesField(name: string): boolean {
  return IPTABLES_FIELDS.test(name);
}

const fieldTypes = new Map<string, FieldType>();
for (const layout of LAYOUTS) {
  const [header, ...fields] = layout.split(' ') as [string, ...string[]];
  for (const each of fields) {
    const [name, kind] = each.split(':') as [string, string];
    fieldTypes.set(`${header} ${name}`, types.get(kind) ?? integerType(Number(kind)));
  }
}

/** Kernel: net/netfilter/nft_exthdr.c; TCP options' fields in bits (src/tcpopt.c of nftables). */
const TCP_OPTION_WIDTHS = new Map<string, number>([
  ['kind', 8],
  ['length', 8],
  ['size', 16],
  ['count', 8],
  ['left', 32],
  ['right', 32],
  ['tsval', 32],
  ['tsecr', 32],
]);
const MPTCP_SUBTYPE = type('integer', 4, 'decimal', MPTCP_SUBTYPES, { symbolic: false });

/** Kernel: include/linux/sctp.h; chunk fields in bits (src/sctp_chunk.c of nftables), 32 for all others. */
const CHUNK_WIDTHS = new Map<string, number>([
  ['type', 8],
  ['flags', 8],
  ['length', 16],
  ['stream', 16],
  ['ssn', 16],
  ['num-outbound-streams', 16],
  ['num-inbound-streams', 16],
  ['num-gap-ack-blocks', 16],
  ['num-dup-tsns', 16],
]);

const UNKNOWN = integerType(0);

/**
 * The type of a field by its full nft name; `integer` of 0 bits for a name that this table does not have. Known names cost one look-up,
 * others are worked out once and remembered (at most 10,000 of them).
 */
export function fieldType(name: string): FieldType {
  const found = fieldTypes.get(name);
  if (found) return found;
  const made = derivedType(name);
  if (fieldTypes.size < 10_000) fieldTypes.set(name, made);
  return made;
}

function known(name: string): FieldType {
  return types.get(name) ?? UNKNOWN;
}

function derivedType(name: string): FieldType {
  if (name.startsWith('@')) {
    const width = Number(name.slice(name.lastIndexOf(',') + 1));
    return integerType(Number.isInteger(width) && width > 0 ? width : 0, 'hex-short');
  }
  const words = name.split(' ');
  const last = words[words.length - 1] as string;
  switch (words[0]) {
    case 'fib':
      return fibType(last);
    case 'ct':
    case 'ipsec':
    case 'rt':
      return directedType(words, last);
    case 'arp':
      return words[2] === 'ether' ? known('ether_addr') : known('ipv4_addr');
    case 'tcp':
      return tcpOptionType(words, last);
    case 'ip':
      return words[1] === 'option' ? optionType(words) : UNKNOWN;
    case 'sctp':
    case 'dccp':
      return words.length > 3 ? integerType(CHUNK_WIDTHS.get(last) ?? 32) : known('boolean');
    case 'exthdr':
      return known('boolean');
    case 'rt0':
    case 'rt2':
    case 'srh':
      return known('ipv6_addr');
    case 'osf':
      return known('string');
    case 'socket':
      return known('cgroupsv2');
    case 'vxlan':
    case 'gre':
    case 'geneve':
    case 'gretap':
      return fieldType(words.slice(1).join(' '));
    default:
      return UNKNOWN;
  }
}

/** `tcp option maxseg size`, `tcp option sack-perm` (is it there?), `tcp option @254,16,4`. */
function tcpOptionType(words: readonly string[], last: string): FieldType {
  if (last.startsWith('@')) return integerType(Number(last.slice(last.lastIndexOf(',') + 1)) || 0);
  if (words.length < 4) return known('boolean');
  return last === 'subtype' ? MPTCP_SUBTYPE : integerType(TCP_OPTION_WIDTHS.get(last) ?? 32);
}

function optionType(words: readonly string[]): FieldType {
  if (words.length < 4) return known('boolean');
  return words[3] === 'addr' ? known('ipv4_addr') : integerType(words[3] === 'value' ? 16 : 8);
}

function fibType(last: string): FieldType {
  if (last === 'type') return known('fib_addrtype');
  if (last === 'oifname') return known('ifname');
  return last === 'check' ? known('boolean') : known('iface_index');
}

/** `ct original ip saddr`, `ipsec in ip6 daddr`, `rt ip nexthop`. */
function directedType(words: readonly string[], last: string): FieldType {
  if (last === 'saddr' || last === 'daddr' || last === 'nexthop') {
    return words.includes('ip6') ? known('ipv6_addr') : known('ipv4_addr');
  }
  if (words[0] === 'ct') return fieldTypes.get(`ct ${last}`) ?? UNKNOWN;
  return integerType(32);
}
