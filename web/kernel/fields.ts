/**
 * The variables of a packet: flat numbered fields with a width and the facts under which they are there. Several of nft's field names may be one
 * variable (`tcp dport`, `udp dport` and `th dport` under different facts). The concrete tracer gives each variable a value, the symbolic executor bits.
 * Follows nft(8) "PAYLOAD EXPRESSIONS", "META EXPRESSIONS", "CONNTRACK EXPRESSIONS" and the kernel's nft_payload.c, nft_meta.c, nft_ct.c.
 *
 * Not modelled, hence unknown: what depends on the moment or on the node (time, cpu, groups of interfaces, routing realms, sockets' groups, IPsec
 * states), options and extension headers.
 */
import type { FactName } from './facts.ts';
import { factsOf } from './facts.ts';

export interface Variable {
  readonly id: number;
  /** nft's name of the field, or of the first of them. */
  readonly name: string;
  /** In bits; names have none. */
  readonly width: number;
  readonly kind: 'number' | 'wide' | 'name';
}

/** A field as a rule names it: its variable, and the facts without which there is no value. */
export interface FieldUse {
  readonly variable: Variable;
  readonly needs: number;
}

const variables: Variable[] = [];
const uses = new Map<string, FieldUse>();

type Width = number | 'name';

/** One variable and the fields that are it: `name` alone under `needs`, others as `[name, facts...]`. */
function variable(
  width: Width,
  name: string,
  needs: FactName[] = [],
  others: [string, ...FactName[]][] = [],
): Variable {
  const made: Variable = {
    id: variables.length,
    name,
    width: width === 'name' ? 0 : width,
    kind: width === 'name' ? 'name' : width > 32 ? 'wide' : 'number',
  };
  variables.push(made);
  uses.set(name, { variable: made, needs: factsOf(needs) });
  for (const [other, ...facts] of others) uses.set(other, { variable: made, needs: factsOf(facts) });
  return made;
}

/** A field that is a variable already made. */
function alias(name: string, of: Variable, needs: FactName[]): void {
  uses.set(name, { variable: of, needs: factsOf(needs) });
}

// The packet's headers.
export const IP_SADDR = variable(32, 'ip saddr', ['IPV4']);
export const IP_DADDR = variable(32, 'ip daddr', ['IPV4']);
export const IP6_SADDR = variable(128, 'ip6 saddr', ['IPV6']);
export const IP6_DADDR = variable(128, 'ip6 daddr', ['IPV6']);
export const L4PROTO = variable(
  8,
  'meta l4proto',
  ['IP'],
  [
    ['ip protocol', 'IPV4'],
    // Assumption: no extension headers, so that the next header is the transport protocol.
    ['ip6 nexthdr', 'IPV6'],
  ],
);
export const SPORT = variable(16, 'th sport', ['TRANSPORT']);
export const DPORT = variable(16, 'th dport', ['TRANSPORT']);
for (const [header, fact] of [
  ['tcp', 'TCP'],
  ['udp', 'UDP'],
  ['udplite', 'UDPLITE'],
  ['sctp', 'SCTP'],
  ['dccp', 'DCCP'],
] as const) {
  alias(`${header} sport`, SPORT, [fact]);
  alias(`${header} dport`, DPORT, [fact]);
}
export const UDP_LENGTH = variable(16, 'udp length', ['UDP']);
export const TCP_FLAGS = variable(8, 'tcp flags', ['TCP']);
export const ICMP_TYPE = variable(8, 'icmp type', ['ICMP']);
export const ICMP_CODE = variable(8, 'icmp code', ['ICMP']);
export const ICMP_ID = variable(16, 'icmp id', ['ICMP'], [['icmpv6 id', 'ICMPV6']]);
export const ICMPV6_TYPE = variable(8, 'icmpv6 type', ['ICMPV6']);
export const ICMPV6_CODE = variable(8, 'icmpv6 code', ['ICMPV6']);
export const SCTP_CHUNK = variable(8, 'sctp chunk', ['SCTP']);
export const TTL = variable(8, 'ip ttl', ['IPV4'], [['ip6 hoplimit', 'IPV6']]);
export const DSCP = variable(6, 'ip dscp', ['IPV4'], [['ip6 dscp', 'IPV6']]);
export const ECN = variable(2, 'ip ecn', ['IPV4'], [['ip6 ecn', 'IPV6']]);
export const IP_LENGTH = variable(16, 'ip length', ['IPV4']);
export const IP_VERSION = variable(4, 'ip version', ['IPV4'], [['ip6 version', 'IPV6']]);
export const IP_HEADER_LENGTH = variable(4, 'ip hdrlength', ['IPV4']);
export const IP_ID = variable(16, 'ip id', ['IPV4']);
export const IP_FRAGMENT = variable(16, 'ip frag-off', ['IPV4']);
export const IP6_LENGTH = variable(16, 'ip6 length', ['IPV6']);
export const IP6_FLOWLABEL = variable(20, 'ip6 flowlabel', ['IPV6']);
export const ETHER_SADDR = variable(48, 'ether saddr', ['FRAME']);
export const ETHER_DADDR = variable(48, 'ether daddr', ['FRAME']);
export const ETHER_TYPE = variable(16, 'ether type', ['FRAME'], [['meta protocol']]);
export const VLAN_ID = variable(12, 'vlan id', ['VLAN']);
export const ARP_OPERATION = variable(16, 'arp operation', ['ARP']);
export const ARP_SADDR = variable(32, 'arp saddr ip', ['ARP']);
export const ARP_DADDR = variable(32, 'arp daddr ip', ['ARP']);
export const ARP_SADDR_ETHER = variable(48, 'arp saddr ether', ['ARP']);
export const ARP_DADDR_ETHER = variable(48, 'arp daddr ether', ['ARP']);
export const ARP_HTYPE = variable(16, 'arp htype', ['ARP']);
export const ARP_PTYPE = variable(16, 'arp ptype', ['ARP']);
export const ARP_HLEN = variable(8, 'arp hlen', ['ARP']);
export const ARP_PLEN = variable(8, 'arp plen', ['ARP']);
export const TCP_MSS = variable(16, 'tcp option maxseg size', ['MSS']);

// What the kernel keeps beside the packet.
export const MARK = variable(32, 'meta mark');
export const NFPROTO = variable(8, 'meta nfproto');
export const LENGTH = variable(32, 'meta length');
export const PRIORITY = variable(32, 'meta priority');
/** Kernel: no interface is the empty name, so `iifname != "eth1"` and `iif 0` match without one [l9, l12]. */
export const IIF = variable('name', 'meta iifname', [], [['meta iif']]);
export const OIF = variable('name', 'meta oifname', [], [['meta oif']]);
/** Kernel: ARPHRD_*. */
export const IIFTYPE = variable(16, 'meta iiftype', ['IN']);
export const OIFTYPE = variable(16, 'meta oiftype', ['OUT']);
export const SDIF = variable('name', 'meta sdifname', [], [['meta sdif']]);
export const PKTTYPE = variable(8, 'meta pkttype');
export const SKUID = variable(32, 'meta skuid', ['SOCKET']);
export const SKGID = variable(32, 'meta skgid', ['SOCKET']);
export const NFTRACE = variable(1, 'meta nftrace');
export const IPSEC = variable(8, 'meta ipsec', [], [['meta secpath']]);
export const RT_IPSEC = variable(8, 'rt ipsec');
export const BRIDGE_IN = variable('name', 'meta ibrname', [], [['meta ibridgename']]);
export const BRIDGE_OUT = variable('name', 'meta obrname', [], [['meta obridgename']]);
export const PHYSDEV_IN = variable('name', 'physdev in', ['BRIDGED']);
export const PHYSDEV_OUT = variable('name', 'physdev out', ['BRIDGED']);

// Its connection.
/** Kernel: one bit; INVALID without an entry, also before conntrack has seen the packet [h3, h5, h6]. */
export const CT_STATE = variable(32, 'ct state');
export const CT_DIRECTION = variable(8, 'ct direction', ['ENTRY']);
export const CT_STATUS = variable(32, 'ct status', ['ENTRY']);
export const CT_MARK = variable(32, 'ct mark', ['ENTRY']);
export const CT_ZONE = variable(
  16,
  'ct zone',
  ['ENTRY'],
  [
    ['ct original zone', 'ENTRY'],
    ['ct reply zone', 'ENTRY'],
  ],
);
export const CT_HELPER = variable('name', 'ct helper', ['ENTRY', 'MASTER']);
export const CT_LABEL = variable(128, 'ct label', ['ENTRY']);

/** The two tuples of a connection. */
export interface TupleVariables {
  readonly saddr: Variable;
  readonly daddr: Variable;
  readonly saddr6: Variable;
  readonly daddr6: Variable;
  readonly sport: Variable;
  readonly dport: Variable;
}

function tuple(direction: 'original' | 'reply'): TupleVariables {
  return {
    saddr: variable(32, `ct ${direction} ip saddr`, ['ENTRY', 'IPV4']),
    daddr: variable(32, `ct ${direction} ip daddr`, ['ENTRY', 'IPV4']),
    saddr6: variable(128, `ct ${direction} ip6 saddr`, ['ENTRY', 'IPV6']),
    daddr6: variable(128, `ct ${direction} ip6 daddr`, ['ENTRY', 'IPV6']),
    sport: variable(16, `ct ${direction} proto-src`, ['ENTRY']),
    dport: variable(16, `ct ${direction} proto-dst`, ['ENTRY']),
  };
}

export const ORIGINAL = tuple('original');
export const REPLY = tuple('reply');
for (const direction of ['original ', 'reply ', '']) {
  alias(`ct ${direction}protocol`, L4PROTO, ['ENTRY']);
  alias(`ct ${direction}l3proto`, NFPROTO, ['ENTRY']);
}

// Known to exist, but not to this model: always unknown.
for (const [width, name, ...needs] of [
  [32, 'ct expiration', 'ENTRY'],
  [32, 'ct id', 'ENTRY'],
  [32, 'ct secmark', 'ENTRY'],
  [64, 'ct packets', 'ENTRY'],
  [64, 'ct bytes', 'ENTRY'],
  [64, 'ct avgpkt', 'ENTRY'],
  [64, 'ct original packets', 'ENTRY'],
  [64, 'ct original bytes', 'ENTRY'],
  [64, 'ct original avgpkt', 'ENTRY'],
  [64, 'ct reply packets', 'ENTRY'],
  [64, 'ct reply bytes', 'ENTRY'],
  [64, 'ct reply avgpkt', 'ENTRY'],
  [32, 'meta iifgroup', 'IN'],
  [32, 'meta oifgroup', 'OUT'],
  ['name', 'meta iifkind', 'IN'],
  ['name', 'meta oifkind', 'OUT'],
  [32, 'meta rtclassid'],
  [32, 'rt classid'],
  [32, 'meta cpu'],
  [32, 'meta cgroup', 'SOCKET'],
  [32, 'meta secmark'],
  [16, 'meta ibrpvid'],
  [16, 'meta ibrvproto'],
  [48, 'meta ibrhwaddr'],
  [8, 'meta day'],
  [32, 'meta hour'],
  ['name', 'meta time'],
  [1, 'meta broute'],
  [32, 'tcp sequence', 'TCP'],
  [32, 'tcp ackseq', 'TCP'],
  [4, 'tcp doff', 'TCP'],
  [4, 'tcp reserved', 'TCP'],
  [16, 'tcp window', 'TCP'],
  [16, 'tcp checksum', 'TCP'],
  [16, 'tcp urgptr', 'TCP'],
  [16, 'udp checksum', 'UDP'],
  [16, 'udplite csumcov', 'UDPLITE'],
  [16, 'udplite checksum', 'UDPLITE'],
  [32, 'sctp vtag', 'SCTP'],
  [32, 'sctp checksum', 'SCTP'],
  [4, 'dccp type', 'DCCP'],
  [8, 'igmp type', 'IGMP'],
  [16, 'igmp checksum', 'IGMP'],
  [8, 'igmp mrt', 'IGMP'],
  [32, 'igmp group', 'IGMP'],
  [16, 'icmp checksum', 'ICMP'],
  [16, 'icmp sequence', 'ICMP'],
  [32, 'icmp gateway', 'ICMP'],
  [16, 'icmp mtu', 'ICMP'],
  [16, 'icmpv6 checksum', 'ICMPV6'],
  [16, 'icmpv6 sequence', 'ICMPV6'],
  [32, 'icmpv6 mtu', 'ICMPV6'],
  [32, 'icmpv6 parameter-problem', 'ICMPV6'],
  [32, 'icmpv6 packet-too-big', 'ICMPV6'],
  [16, 'icmpv6 max-delay', 'ICMPV6'],
  [128, 'icmpv6 taddr', 'ICMPV6'],
  [128, 'icmpv6 daddr', 'ICMPV6'],
  [32, 'esp spi', 'ESP'],
  [32, 'esp sequence', 'ESP'],
  [32, 'ah spi', 'AH'],
  [32, 'ah sequence', 'AH'],
  [8, 'ah nexthdr', 'AH'],
  [8, 'ah hdrlength', 'AH'],
  [16, 'ah reserved', 'AH'],
  [8, 'comp nexthdr', 'COMP'],
  [8, 'comp flags', 'COMP'],
  [16, 'comp cpi', 'COMP'],
  [16, 'ip checksum', 'IPV4'],
  [3, 'vlan pcp', 'VLAN'],
  [1, 'vlan cfi', 'VLAN'],
  [1, 'vlan dei', 'VLAN'],
  [16, 'vlan type', 'VLAN'],
] as [Width, string, ...FactName[]][]) {
  variable(width, name, needs);
}

/** All variables, by their ids. */
export const VARIABLES: readonly Variable[] = variables;

/** The variable of one of nft's field names and the facts that it needs; null where the name is none. */
export function fieldUse(name: string): FieldUse | null {
  return uses.get(name) ?? null;
}
