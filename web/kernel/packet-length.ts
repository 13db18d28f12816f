/** How long a minimal packet is: headers, a SYN's segment size option, one SCTP chunk, and the payload. In bytes. */
import { PROTOCOL, type TracePacket } from './packet.ts';

const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const SYN = 2;

export function packetLength(packet: TracePacket, payload: number): number {
  const header = packet.family === 'ip' ? IPV4_HEADER : IPV6_HEADER;
  return header + transportLength(packet, payload);
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
