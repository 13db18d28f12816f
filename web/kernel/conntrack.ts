/**
 * Connections: what connection tracking makes of a packet. Kernel: net/netfilter/nf_conntrack_core.c and nf_conntrack_proto_*.c; what a lone first packet
 * becomes was tried packet by packet [o1-*, o2-*].
 */
import { CT_STATE as CT_STATES, CT_STATUS as CT_STATUSES } from '../model/constants.ts';
import type { Hook } from '../model/hook.ts';
import { NOTHING_OPEN, type OpenParts, PROTOCOL, type TracePacket } from './packet.ts';

function bit(symbols: typeof CT_STATES, name: string): number {
  return symbols.byName.get(name) as number;
}

/** Bits of `ct state`, as nft numbers them. */
export const STATE = {
  invalid: bit(CT_STATES, 'invalid'),
  established: bit(CT_STATES, 'established'),
  related: bit(CT_STATES, 'related'),
  new: bit(CT_STATES, 'new'),
  untracked: bit(CT_STATES, 'untracked'),
} as const;

/** Bits of `ct status`. Kernel: enum ip_conntrack_status; the last two say that the NAT hooks have seen the connection. */
export const STATUS = {
  seenReply: bit(CT_STATUSES, 'seen-reply'),
  assured: bit(CT_STATUSES, 'assured'),
  confirmed: bit(CT_STATUSES, 'confirmed'),
  snat: bit(CT_STATUSES, 'snat'),
  dnat: bit(CT_STATUSES, 'dnat'),
  snatDone: 128,
  dnatDone: 256,
  template: 2048,
} as const;

/** Addresses and ports of one direction. For ICMP the source port is the id, the destination port type and code. */
export interface Tuple {
  readonly src: number | bigint;
  readonly dst: number | bigint;
  readonly sport: number;
  readonly dport: number;
}

/** An entry of the connection table. */
export interface Connection {
  readonly original: Tuple;
  readonly reply: Tuple;
  readonly status: number;
  readonly mark: number;
  /** It began with a SYN (or an SCTP INIT) that nobody has answered yet: until then only the like of it belongs to it. */
  readonly opening: boolean;
  /** Entries of different zones do not know of each other. */
  readonly zone: number;
  /** What of the tuples nobody knows: they hold a value that stands for it. */
  readonly open: { readonly original: OpenParts; readonly reply: OpenParts };
}

/** The direction in which a packet with this tuple belongs to the connection; null: not at all. */
export function directionOf(tuple: Tuple, { original, reply }: Connection): 'original' | 'reply' | null {
  if (sameTuple(tuple, original)) return 'original';
  return sameTuple(tuple, reply) ? 'reply' : null;
}

function sameTuple(a: Tuple, b: Tuple): boolean {
  return a.src === b.src && a.dst === b.dst && a.sport === b.sport && a.dport === b.dport;
}

export const CLOSED: Connection['open'] = { original: NOTHING_OPEN, reply: NOTHING_OPEN };

export function inverseOf({ src, dst, sport, dport }: Tuple, protocol: number): Tuple {
  if (protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6) {
    return { src: dst, dst: src, sport, dport: inverseIcmp(dport) };
  }
  return { src: dst, dst: src, sport: dport, dport: sport };
}

/** Kernel: nf_conntrack_proto_icmp.c, icmp_pkt_to_tuple(): requests and replies belong together. */
function inverseIcmp(typeAndCode: number): number {
  const pairs: readonly (readonly [number, number])[] = [
    [8, 0],
    [13, 14],
    [15, 16],
    [17, 18],
    [128, 129],
    [139, 140],
  ];
  const type = typeAndCode >> 8;
  const pair = pairs.find((each) => each.includes(type));
  const other = pair ? (pair[0] === type ? pair[1] : pair[0]) : type;
  return (other << 8) | (typeAndCode & 0xff);
}

const FIN = 1;
const SYN = 2;
const RST = 4;
const PSH = 8;
const ACK = 16;
const URG = 32;
const ECE_CWR = 192;

/**
 * What becomes of a packet that belongs to no connection that is known. Kernel: checksums are only looked at in prerouting (sysctl nf_conntrack_checksum);
 * 6.18 finds those of UDP-Lite wrong whatever they are [o1-state-of-udplite].
 */
export function stateOfLonePacket(packet: TracePacket, hook: Hook): 'new' | 'invalid' | 'untracked' {
  if (hook === 'prerouting' && (packet.badChecksum || packet.protocol === PROTOCOL.udplite)) return 'invalid';
  switch (packet.protocol) {
    case PROTOCOL.tcp:
      return opensTcp(packet.tcpFlags ?? SYN) ? 'new' : 'invalid';
    case PROTOCOL.icmp:
      return ICMP_REQUESTS.has(packet.icmpType ?? 8) ? 'new' : 'invalid';
    case PROTOCOL.icmpv6:
      return icmpv6State(packet.icmpType ?? 128);
    case PROTOCOL.sctp:
      return SCTP_OPENERS.has(packet.sctpChunk ?? 1) ? 'new' : 'invalid';
    default:
      return 'new';
  }
}

/** Kernel: nf_conntrack_proto_tcp.c: SYN opens, and ACK picks up in the middle (nf_conntrack_tcp_loose); tcp_valid_flags. */
function opensTcp(flags: number): boolean {
  const kind = flags & ~(PSH | ECE_CWR) & (FIN | SYN | RST | ACK | URG);
  return kind === SYN || kind === (SYN | URG) || kind === ACK || kind === (ACK | URG);
}

/**
 * Whether a packet's headers let it belong to a connection that is established. Kernel: tcp_valid_flags, and tcp_conntracks of ESTABLISHED, where
 * SYN of the first direction and SYN+ACK of the other are ignored [established-flags]; nf_conntrack_proto_icmp.c: questions one way, answers the other.
 */
export function fitsEstablished(
  { protocol, tcpFlags, icmpType }: Pick<TracePacket, 'protocol' | 'tcpFlags' | 'icmpType'>,
  isReply: boolean,
): boolean {
  switch (protocol) {
    case PROTOCOL.tcp: {
      const kind = (tcpFlags ?? ACK) & ~(PSH | ECE_CWR);
      return ESTABLISHED_FLAGS.has(kind) || (isReply ? kind === (SYN | ACK) : kind === SYN || kind === (SYN | URG));
    }
    case PROTOCOL.icmp:
      return isReply ? ICMP_ANSWERS.has(icmpType ?? 0) : ICMP_REQUESTS.has(icmpType ?? 8);
    case PROTOCOL.icmpv6:
      return isReply
        ? icmpType === null || icmpType === 129 || icmpType === 140
        : icmpv6State(icmpType ?? 128) === 'new';
    default:
      return true;
  }
}

const ESTABLISHED_FLAGS: ReadonlySet<number> = new Set([RST, RST | ACK, ACK, ACK | URG, FIN | ACK, FIN | ACK | URG]);
const ICMP_ANSWERS: ReadonlySet<number> = new Set([0, 14, 16, 18]);

/** Whether a packet may be related to another connection: an ICMP error, or the first packet of a connection that was expected. */
export function fitsRelated(packet: TracePacket, hook: Hook): boolean {
  const { protocol, icmpType } = packet;
  if (protocol === PROTOCOL.icmp) return icmpType === null || ICMP_ERRORS.has(icmpType);
  // Kernel: nf_conntrack_icmpv6_error(): all messages below 128 are errors.
  if (protocol === PROTOCOL.icmpv6) return icmpType === null || icmpType < 128;
  return stateOfLonePacket({ ...packet, badChecksum: false }, hook) === 'new';
}

/** Kernel: nf_conntrack_icmpv4_error(). */
const ICMP_ERRORS: ReadonlySet<number> = new Set([3, 4, 5, 11, 12]);

/** Kernel: nf_conntrack_proto_icmp.c, valid_new: echo, timestamp, information and address mask requests. */
const ICMP_REQUESTS: ReadonlySet<number> = new Set([8, 13, 15, 17]);
/** Kernel: nf_conntrack_proto_sctp.c, sctp_new(): init, heartbeat, and the shutdown acknowledgement of a connection that nobody saw begin. */
const SCTP_OPENERS: ReadonlySet<number> = new Set([1, 4, 8]);

/** Kernel: nf_conntrack_proto_icmpv6.c: neighbour discovery and multicast listeners are not tracked, echo and node information requests open. */
function icmpv6State(type: number): 'new' | 'invalid' | 'untracked' {
  if ((type >= 130 && type <= 136) || type === 143) return 'untracked';
  return type === 128 || type === 139 ? 'new' : 'invalid';
}

const INIT = 1;

/** The packet opens a connection that the other end has to answer. */
export function isOpening({ protocol, tcpFlags, sctpChunk }: TracePacket): boolean {
  if (protocol === PROTOCOL.tcp) return ((tcpFlags ?? SYN) & SYN) !== 0;
  return protocol === PROTOCOL.sctp && (sctpChunk ?? INIT) === INIT;
}

/**
 * Whether a packet of the first direction fits to an entry that waits for an answer. Kernel: tcp_conntracks (SYN_SENT takes SYN and RST);
 * nf_conntrack_sctp_packet(): without the answer the verification tag is not known.
 */
export function fitsOpening({ protocol, tcpFlags, sctpChunk }: TracePacket): boolean {
  if (protocol === PROTOCOL.tcp) return ((tcpFlags ?? 0) & (SYN | RST)) !== 0;
  return protocol !== PROTOCOL.sctp || SCTP_OPENERS.has(sctpChunk ?? INIT);
}

/** The tuple of a packet. */
export function tupleOfPacket(packet: TracePacket): Tuple {
  const { src, dst, protocol } = packet;
  if (protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6) {
    const dport = ((packet.icmpType ?? 0) << 8) | (packet.icmpCode ?? 0);
    return { src, dst, sport: packet.icmpId ?? 0, dport };
  }
  return { src, dst, sport: packet.sport ?? 0, dport: packet.dport ?? 0 };
}

/** An entry as conntrack(8) would insert it: established, without NAT. `reply`: the packet goes the other way than the first one did. */
export function insertedConnection(packet: TracePacket): Connection {
  const own = tupleOfPacket(packet);
  const other = inverseOf(own, packet.protocol);
  const [original, reply] = packet.direction === 'reply' ? [other, own] : [own, other];
  const status = STATUS.seenReply | STATUS.assured | STATUS.confirmed;
  return { original, reply, status, mark: packet.ctMark ?? 0, opening: false, zone: 0, open: CLOSED };
}
