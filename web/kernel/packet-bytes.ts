/** A minimal packet's bytes, as far as rules may ask for them: its length, and the first words of its transport header. */
import { PROTOCOL, type TracePacket } from './packet.ts';

const IPV4_HEADER = 20;
export const IPV6_HEADER = 40;
const ICMP_HEADER = 8;
const SYN = 2;

/** Headers, a SYN's segment size option, one SCTP chunk, and the payload. In bytes. */
export function packetLength(packet: TracePacket, payload: number): number {
  return headerLength(packet) + transportLength(packet, payload);
}

export function headerLength({ family }: TracePacket): number {
  return family === 'ip' ? IPV4_HEADER : IPV6_HEADER;
}

function transportLength({ protocol, tcpFlags, sctpChunk }: TracePacket, payload: number): number {
  switch (protocol) {
    case PROTOCOL.tcp:
      return 20 + (((tcpFlags ?? 0) & SYN) !== 0 ? 4 : 0) + payload;
    case PROTOCOL.udp:
    case PROTOCOL.udplite:
    case PROTOCOL.icmp:
    case PROTOCOL.icmpv6:
      return 8 + payload;
    case PROTOCOL.sctp:
      return 12 + chunkLength(sctpChunk ?? 1);
    case PROTOCOL.dccp:
      return 20;
    default:
      return payload || 16;
  }
}

function chunkLength(chunk: number): number {
  return chunk <= 2 ? 20 : 8;
}

/**
 * What `th sport` and `th dport` are: ports, or for ICMP its type with its code, and its checksum. Kernel: nft_payload.c reads the bytes, whatever they are.
 */
export function transportWords(packet: TracePacket): [first: number | undefined, second: number | undefined] {
  const { protocol, icmpType, icmpCode } = packet;
  if (protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6) {
    return [((icmpType ?? 0) << 8) | (icmpCode ?? 0), icmpChecksum(packet)];
  }
  return [packet.sport ?? undefined, packet.dport ?? undefined];
}

const FIRST_SEQUENCE = 1;
const FILLER = 0xaaaa;

/** RFC 792, RFC 4443. Assumption: the first message of its id, with a payload of 0xaa bytes. Not known for errors: another packet is in them. */
function icmpChecksum(packet: TracePacket): number | undefined {
  const { icmpType, icmpCode, icmpId, length, state, badChecksum } = packet;
  if (length === null || icmpId === null || state === 'related' || badChecksum) return undefined;
  const size = length - headerLength(packet);
  let sum = (((icmpType ?? 0) << 8) | (icmpCode ?? 0)) + icmpId + FIRST_SEQUENCE;
  sum += FILLER * Math.floor((size - ICMP_HEADER) / 2);
  if (size % 2 === 1) sum += FILLER & 0xff00;
  if (packet.family === 'ip6') sum += pseudoHeader(packet, size);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

function pseudoHeader({ src, dst }: TracePacket, size: number): number {
  let sum = size + PROTOCOL.icmpv6;
  for (const address of [BigInt(src), BigInt(dst)]) {
    for (let shift = 0n; shift < 128n; shift += 16n) sum += Number((address >> shift) & 0xffffn);
  }
  return sum;
}
