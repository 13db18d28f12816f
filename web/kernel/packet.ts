/** One packet as the tracer takes it: everything that is known of it, in numbers. packet-input.ts reads it from JSON and completes it. */

export type AddressFamily = 'ip' | 'ip6';

/** What conntrack knows of the packet's connection before the packet comes. */
export type ConnectionState = 'new' | 'established' | 'related' | 'invalid' | 'untracked';

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** Parts of a packet that nobody knows, or of which only a range is known. */
export interface OpenParts {
  readonly src?: true;
  readonly dst?: true;
  readonly sport?: PortRange;
  readonly dport?: PortRange;
}

export const NOTHING_OPEN: OpenParts = {};

export interface TracePacket {
  readonly family: AddressFamily;
  /** `input`: to the node, `forward`: through it, `output`: from it, `bridge`: from one port of a bridge to another. */
  readonly path: 'input' | 'forward' | 'output' | 'bridge';
  /** null: not known (or none, where the path has none). */
  readonly iif: string | null;
  readonly oif: string | null;
  /** The bridge of the ports, on the path `bridge`. */
  readonly bridge: string | null;
  /** IPv4 unsigned 32 bit, IPv6 bigint. */
  readonly src: number | bigint;
  readonly dst: number | bigint;
  /** The operation of an ARP packet, which has IPv4 addresses and nothing else of IP; null: an IP packet. */
  readonly arp: number | null;
  /** IP protocol number. */
  readonly protocol: number;
  readonly sport: number | null;
  readonly dport: number | null;
  readonly tcpFlags: number | null;
  readonly icmpType: number | null;
  readonly icmpCode: number | null;
  readonly icmpId: number | null;
  readonly sctpChunk: number | null;
  readonly mark: number;
  readonly ttl: number;
  readonly dscp: number;
  readonly ecn: number;
  /** Of the IP packet, header included, in bytes; null: not known. */
  readonly length: number | null;
  readonly fragmentOffset: number;
  /** TCP's maximum segment size option; 0: the packet has none; null: not known. */
  readonly mss: number | null;
  readonly smac: bigint | null;
  readonly dmac: bigint | null;
  readonly vlan: number | null;
  /** The user that sends it; null: not known. Only packets of the node have a socket. */
  readonly uid: number | null;
  readonly gid: number | null;
  readonly state: ConnectionState;
  readonly direction: 'original' | 'reply';
  readonly ctMark: number | null;
  /** Of the transport header: nobody answers it. */
  readonly badChecksum: boolean;
  /** What of its addresses and ports is only a name for something that nobody knows: the answer to what left by an address that the node chose. */
  readonly open: OpenParts;
}

/** Kernel: include/uapi/linux/in.h. */
export const PROTOCOL = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  dccp: 33,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  sctp: 132,
  udplite: 136,
} as const;
