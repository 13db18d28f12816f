/**
 * What the options of an iptables extension say that no nft statement can say: typed, so that whoever decides or describes a packet's way need
 * not read option text. Follows iptables-extensions(8) and the kernel's net/netfilter/xt_*.c; read by web/parse/iptables-save/extensions/readings.ts.
 */
import type { Match } from './statement.ts';

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
  /** The parts of the key; none: one bucket for all packets. */
  readonly key: readonly ('srcip' | 'srcport' | 'dstip' | 'dstport')[];
  readonly sourceMask: number | null;
  readonly destinationMask: number | null;
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

/** `-m socket --restore-skmark`. Kernel: net/netfilter/xt_socket.c; where it matches, the packet's mark becomes the socket's. */
export interface SocketReading {
  readonly kind: 'socket';
  readonly transparent: boolean;
  /** Also sockets bound to the wildcard address. */
  readonly wildcard: boolean;
  readonly restoresMark: true;
}

/** `-j CT` with what nft needs objects for. It changes neither the packet nor its verdict. */
export interface ConntrackTargetReading {
  readonly kind: 'ct-target';
  readonly helper: string | null;
  readonly timeout: string | null;
  readonly events: readonly string[];
  readonly expectedEvents: readonly string[];
}

export type XtReading =
  | RecentReading
  | HashlimitReading
  | ConnlimitReading
  | ConntrackReading
  | SocketReading
  | ConntrackTargetReading;
