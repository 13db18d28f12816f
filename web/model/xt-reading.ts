/**
 * What the options of an iptables extension say that no nft statement can say: typed, so that whoever decides or describes a packet's way need
 * not read option text. Follows iptables-extensions(8) and the kernel's net/netfilter/xt_*.c; read by web/parse/iptables-save/extensions/readings.ts.
 *
 * Readings of matches first: what depends on the packet and its connection alone, then what depends on a state of the node that no dump holds.
 */
import type { Prefix, Verdict } from './expression.ts';
import type { Match, SetUpdate } from './statement.ts';

/** Comparisons joined as no row of matches can join them. A comparison that has nothing to compare is false, and `not` of it true. */
export type Condition =
  | Match
  | { readonly kind: 'all' | 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition };

/** Decided by comparisons of the packet alone. `any` of nothing is never true. */
export interface ConditionReading {
  readonly kind: 'condition';
  readonly condition: Condition;
}

/**
 * `-m conntrack` where a state, SNAT and DNAT are alternatives, or where packets without a connection pass on their state alone.
 * Kernel: net/netfilter/xt_conntrack.c, conntrack_mt(): the state matches if one of `states` or `status` is set (inverted: none); a packet without
 * an entry then matches, and for others `rest` is compared.
 */
export interface ConntrackReading {
  readonly kind: 'conntrack';
  /** Bits of `ct state`. */
  readonly states: number;
  /** Bits of `ct status` (snat 16, dnat 32). */
  readonly status: number;
  readonly negated: boolean;
  readonly rest: readonly Match[];
}

/** A type of chunk, and which of its flags must be how: `flags & mask == value`. */
export interface SctpChunk {
  readonly type: number;
  readonly mask: number;
  readonly value: number;
}

/**
 * `-m sctp --chunk-types`. Kernel: net/netfilter/xt_sctp.c, match_packet(). A packet's chunk is listed if its type is, with the flags as wanted.
 * `any`: some chunk is listed. `all`: each of `chunks` is in the packet. `only`: every chunk of the packet is listed.
 */
export interface SctpChunksReading {
  readonly kind: 'sctp-chunks';
  readonly how: 'any' | 'all' | 'only';
  readonly negated: boolean;
  /** `all-types`: the word ALL, which lists all 256 types. */
  readonly chunks: readonly SctpChunk[] | 'all-types';
}

/**
 * `-m rt --rt-type 0` with reserved bits or addresses. Kernel: net/ipv6/netfilter/ip6t_rt.c. Strict: the header has just these addresses in this
 * order; not strict: these, in this order, and others between them.
 */
export interface RoutingHeaderReading {
  readonly kind: 'routing-header';
  /** The reserved field must be zero. */
  readonly reserved: boolean;
  readonly addresses: readonly bigint[] | null;
  readonly strict: boolean;
}

/** `-m hbh --hbh-opts`, `-m dst --dst-opts`: the header's options, padding too, begin with these. Kernel: net/ipv6/netfilter/ip6t_hbh.c. */
export interface HeaderOptionsReading {
  readonly kind: 'header-options';
  readonly header: 'hbh' | 'dst';
  /** `length` of the option's data in bytes; null: any. */
  readonly options: readonly { readonly type: number; readonly length: number | null }[];
}

/** One transformation of IPsec; what is null is not compared. */
export interface PolicyElement {
  readonly compared: readonly PolicyComparison[];
}
export interface PolicyComparison {
  readonly what: 'reqid' | 'spi' | 'protocol' | 'mode' | 'tunnel-source' | 'tunnel-destination';
  readonly negated: boolean;
  /** reqid, SPI and protocol by number; mode: transport 0, tunnel 1; an address as a prefix. */
  readonly value: number | Prefix;
}

/**
 * `-m policy` with anything about single transformations. Kernel: net/netfilter/xt_policy.c. Not strict: some transformation of the packet is the
 * one of `elements`; strict: they are these, all of them, in this order.
 */
export interface PolicyReading {
  readonly kind: 'policy';
  readonly direction: 'in' | 'out';
  readonly strict: boolean;
  readonly elements: readonly PolicyElement[];
}

/**
 * `-m time` whose hours go over midnight as one period, or in the kernel's time zone. Kernel: net/netfilter/xt_time.c. Where `contiguous`, days
 * and dates are those of the period's beginning.
 */
export interface TimeReading {
  readonly kind: 'time';
  /** Hours, days of the week and of the month, dates. In UTC if not `kernelZone`. */
  readonly matches: readonly Match[];
  readonly contiguous: boolean;
  readonly kernelZone: boolean;
}

/** `-m u32`. Kernel: net/netfilter/xt_u32.c. All tests hold; a read behind the packet's end fails the match (`negated`: it then matches). */
export interface U32Reading {
  readonly kind: 'u32';
  readonly negated: boolean;
  readonly tests: readonly U32Test[];
}
export interface U32Test {
  /** Where the first four bytes are read, from the network header on. */
  readonly offset: number;
  /** What is done to them in order; `@` reads four bytes at `number` behind where they point, added up. */
  readonly steps: readonly { readonly op: '&' | '<<' | '>>' | '@'; readonly number: number }[];
  /** The result is in one of these, ends included. */
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

/** `-m bpf --bytecode`: a program of classic BPF over the packet from its network header on; the packet matches if it returns other than 0. */
export interface BpfReading {
  readonly kind: 'bpf';
  readonly program: readonly { readonly code: number; readonly jt: number; readonly jf: number; readonly k: number }[];
}

/** `-m string`: the bytes stand in the packet, beginning at `from` to `to` from the network header on. Kernel: net/netfilter/xt_string.c. */
export interface StringReading {
  readonly kind: 'string';
  readonly negated: boolean;
  readonly pattern: readonly number[];
  readonly from: number;
  readonly to: number | null;
  readonly ignoreCase: boolean;
}

/**
 * `-m cluster`: is this node the one? Kernel: net/netfilter/xt_cluster.c. The bit of `nodes` that the hash (jhash with `seed`, scaled to `total`) of the
 * connection's original source names is set; for a related connection that of its master. Without a connection it is false, also negated.
 */
export interface ClusterReading {
  readonly kind: 'cluster';
  readonly negated: boolean;
  readonly total: number;
  readonly nodes: number;
  readonly seed: number;
}

/** `-m socket --restore-skmark`. Kernel: net/netfilter/xt_socket.c; where it matches, the packet's mark becomes the socket's. */
export interface SocketReading {
  readonly kind: 'socket';
  readonly transparent: boolean;
  /** Also sockets bound to the wildcard address. */
  readonly wildcard: boolean;
  readonly restoresMark: true;
}

/** `-m rpfilter --accept-local`: an own address as the source is no fault. Kernel: net/ipv4/netfilter/ipt_rpfilter.c. */
export interface RpfilterReading {
  readonly kind: 'rpfilter';
  readonly loose: boolean;
  readonly validMark: boolean;
  readonly acceptLocal: true;
  readonly invert: boolean;
}

/** `-m connlabel --set`: sets the bit where it is not set, and then matches as if it had been. Kernel: net/netfilter/xt_connlabel.c. */
export interface ConnlabelReading {
  readonly kind: 'connlabel';
  readonly bit: number;
  readonly negated: boolean;
}

/** `-m osf` with a negation or a log. Kernel: net/netfilter/xt_osf.c. */
export interface OsfReading {
  readonly kind: 'osf';
  readonly genre: string;
  readonly negated: boolean;
  readonly ttl: 'true' | 'loose' | 'skip';
  readonly log: 'all' | 'first' | 'known' | null;
}

/** `-m set` that asks for counters, or turns `nomatch` around. Kernel: net/netfilter/xt_set.c, set_match_v4(). */
export interface SetReading {
  readonly kind: 'set';
  readonly set: string;
  /** `src` or `dst` for each part of the set's type. */
  readonly directions: readonly ('src' | 'dst')[];
  readonly negated: boolean;
  /** An element that is `nomatch` matches, others do not. */
  readonly returnNomatch: boolean;
  /** Whether a match counts for the element, and for one of a member of a list. */
  readonly countsElement: boolean;
  readonly countsMember: boolean;
  readonly counters: readonly {
    readonly of: 'packets' | 'bytes';
    readonly op: '==' | '!=' | '<' | '>';
    readonly value: number;
  }[];
}

/** `-m recent`: addresses seen, in a list of the node. Kernel: net/netfilter/xt_recent.c. Its state is in no dump. */
export interface RecentReading {
  readonly kind: 'recent';
  readonly list: string;
  /** `set` and `remove` write the list; `update` writes it where it matches. */
  readonly action: 'set' | 'check' | 'update' | 'remove';
  readonly negated: boolean;
  readonly side: 'source' | 'destination';
  /** Seen within so many seconds; null: ever. */
  readonly seconds: number | null;
  /** Older entries are removed. */
  readonly reap: boolean;
  /** Seen at least so many times; null: once. */
  readonly hits: number | null;
  readonly sameTtl: boolean;
  /** What is compared of the address, as written; null: all of it. */
  readonly mask: string | null;
}

/** `-m hashlimit`: a token bucket for each key. Kernel: net/netfilter/xt_hashlimit.c. Non-deterministic for one packet. */
export interface HashlimitReading {
  readonly kind: 'hashlimit';
  readonly name: string;
  /** True: matches what exceeds the rate. */
  readonly over: boolean;
  /** `5/sec`, `512kb/s`: as written. */
  readonly rate: string;
  readonly burst: string | null;
  /** The parts of the key, in the order srcip, srcport, dstip, dstport; none: one bucket for all packets. */
  readonly key: readonly ('srcip' | 'srcport' | 'dstip' | 'dstport')[];
  readonly sourceMask: number | null;
  readonly destinationMask: number | null;
  /** Measures the rate over so many seconds instead of taking tokens; null: takes tokens. */
  readonly measured: number | null;
}

/** `-m connlimit` by address: nft would need a dynamic set. Kernel: net/netfilter/xt_connlimit.c. Depends on the connections of the moment. */
export interface ConnlimitReading {
  readonly kind: 'connlimit';
  readonly count: number;
  /** True: more than `count`; false: at most. */
  readonly over: boolean;
  readonly side: 'source' | 'destination';
  /** Addresses of one prefix of this length count together. */
  readonly length: number;
}

/**
 * `-m ipvs`: was the packet handled by the load balancer (IPVS), and how is its entry there? `handled` false: `! --ipvs` alone. Kernel:
 * net/netfilter/xt_ipvs.c, ipvs_mt(): what IPVS did not handle matches none of `compared`, negated or not.
 */
export interface IpvsReading {
  readonly kind: 'ipvs';
  readonly handled: boolean;
  readonly compared: readonly IpvsComparison[];
}
export interface IpvsComparison {
  readonly what: 'protocol' | 'address' | 'port' | 'direction' | 'method' | 'control-port';
  readonly negated: boolean;
  /** The service's address is a prefix; direction: original 0, reply 1; method: masquerading 0, tunnel 2, routing 3; `control-port`: FTP's 21. */
  readonly value: number | Prefix;
}

/** `-m nfacct`: counts in an object, and matches, unless the object has a quota that is not used up. Kernel: net/netfilter/xt_nfacct.c. */
export interface NfacctReading {
  readonly kind: 'nfacct';
  readonly object: string;
}

/** `-j CT` with what nft needs objects for. It changes neither the packet nor its verdict. */
export interface ConntrackTargetReading {
  readonly kind: 'ct-target';
  readonly helper: string | null;
  readonly timeout: string | null;
  readonly events: readonly string[];
  readonly expectedEvents: readonly string[];
}

/**
 * `-j HMARK`: the packet's mark becomes `offset + hash % modulus`. Kernel: net/netfilter/xt_HMARK.c. `masks`: what of each part is hashed; a part that
 * is not there is not. `set` are the bits that are put in for the others.
 */
export interface HmarkReading {
  readonly kind: 'hmark';
  /** The parts are those of the connection's original direction, not of the packet. */
  readonly connection: boolean;
  readonly sourceLength: number | null;
  readonly destinationLength: number | null;
  readonly masks: { readonly sport: number; readonly dport: number; readonly spi: number; readonly protocol: number };
  readonly set: { readonly sport: number; readonly dport: number; readonly spi: number };
  readonly modulus: number;
  readonly offset: number;
  readonly seed: number;
}

/** `-j SET --map-set`: mark, priority or queue become those of the packet's element (skbinfo). Kernel: net/netfilter/xt_set.c, set_target_v3(). */
export interface SetMapReading {
  readonly kind: 'set-map';
  readonly updates: readonly SetUpdate[];
  readonly set: string;
  readonly directions: readonly ('src' | 'dst')[];
  readonly maps: readonly ('mark' | 'priority' | 'queue')[];
}

/** `-j NETMAP` in a user's chain: the destination at prerouting and output, the source elsewhere. Kernel: net/netfilter/xt_NETMAP.c. */
export interface NetmapReading {
  readonly kind: 'netmap';
  readonly to: Prefix;
}

/** `-j SNPT`, `-j DNPT`: stateless translation of an address's prefix. Kernel: net/ipv6/netfilter/ip6t_NPT.c; RFC 6296. */
export interface PrefixTranslationReading {
  readonly kind: 'prefix-translation';
  readonly side: 'source' | 'destination';
  readonly from: Prefix;
  readonly to: Prefix;
}

/**
 * Targets of ebtables. `take-in`: the frame goes to the bridge itself (redirect). `answer-arp`: an ARP request is answered with `mac` (null: that of
 * the interface); frames that are no requests go on with the next rule. `rewrite-source-and-arp`: also in the ARP header. Then `verdict`.
 * Kernel: net/bridge/netfilter/ebt_redirect.c, ebt_arpreply.c, ebt_snat.c.
 */
export interface BridgeTargetReading {
  readonly kind: 'bridge-target';
  readonly does: 'take-in' | 'answer-arp' | 'rewrite-source-and-arp';
  readonly mac: bigint | null;
  readonly verdict: Verdict;
}

export type XtReading =
  | ConditionReading
  | ConntrackReading
  | SctpChunksReading
  | RoutingHeaderReading
  | HeaderOptionsReading
  | PolicyReading
  | TimeReading
  | U32Reading
  | BpfReading
  | StringReading
  | ClusterReading
  | SocketReading
  | RpfilterReading
  | ConnlabelReading
  | OsfReading
  | SetReading
  | RecentReading
  | HashlimitReading
  | ConnlimitReading
  | NfacctReading
  | IpvsReading
  | ConntrackTargetReading
  | HmarkReading
  | SetMapReading
  | NetmapReading
  | PrefixTranslationReading
  | BridgeTargetReading;
