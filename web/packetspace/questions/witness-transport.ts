/** The transport header of a witness: what rules ask of it, completed so that the kernel takes the packet for what it is said to be. */
import { fitsEstablished, fitsRelated, stateOfLonePacket } from '../../kernel/conntrack.ts';
import {
  ICMP_CODE,
  ICMP_ID,
  ICMP_TYPE,
  ICMPV6_CODE,
  ICMPV6_TYPE,
  SCTP_CHUNK,
  TCP_FLAGS,
  TCP_MSS,
  type Variable,
} from '../../kernel/fields.ts';
import { PROTOCOL, type TracePacket } from '../../kernel/packet.ts';
import type { Wide } from '../symbolic/bit-field.ts';
import { CLASS } from '../symbolic/layout.ts';
import type { Origin } from '../symbolic/universe.ts';

export interface ChosenHeader {
  /** The bits that rules ask for; null: none. */
  readonly number: (variable: Variable) => Wide | null;
  /** Which bits those are. */
  readonly maskOf: (variable: Variable) => number;
  /** null: no rule asks. */
  readonly hasMss: boolean | null;
  /** CLASS. */
  readonly code: number;
  readonly origin: Origin;
}

/** Ethernet's. */
export const USUAL_MSS = 1460;

/** As fields of a packet's JSON; null: as readers complete it. */
export function transportOf(protocol: number, header: ChosenHeader): Record<string, unknown> {
  const { number, hasMss } = header;
  const mss = hasMss ? (number(TCP_MSS) ?? USUAL_MSS) : 0;
  const told = (variable: Variable, field: keyof TracePacket, usual: readonly number[]) =>
    toldBy(protocol, header, variable, field, usual);
  switch (protocol) {
    case PROTOCOL.tcp:
      return {
        tcpFlags: told(TCP_FLAGS, 'tcpFlags', [2, 16, 18, 17, 4]),
        mss: hasMss === null ? null : mss,
      };
    case PROTOCOL.icmp:
      return { icmpType: told(ICMP_TYPE, 'icmpType', [8, 0, 3]), icmpCode: number(ICMP_CODE), icmpId: number(ICMP_ID) };
    case PROTOCOL.icmpv6:
      return {
        icmpType: told(ICMPV6_TYPE, 'icmpType', [128, 129, 1]),
        icmpCode: number(ICMPV6_CODE),
        icmpId: number(ICMP_ID),
      };
    case PROTOCOL.sctp:
      return { sctpChunk: told(SCTP_CHUNK, 'sctpChunk', [1, 0]) };
    default:
      return {};
  }
}

/** The first of the usual values, or of all, that has the bits that rules ask for and makes the packet what it is. */
function toldBy(
  protocol: number,
  { number, maskOf, code, origin }: ChosenHeader,
  variable: Variable,
  field: keyof TracePacket,
  usual: readonly number[],
): number | null {
  const asked = number(variable);
  const [mask, wanted] = asked === null ? [0, 0] : [maskOf(variable), Number(asked)];
  const fits = fitsClass(code, origin);
  const suits = (value: number) => {
    const packet: unknown = { protocol, [field]: value };
    return (value & mask) === wanted && fits(packet as TracePacket);
  };
  for (const value of usual) if (suits(value)) return value;
  for (let value = 0; value < 256; value++) if (suits(value)) return value;
  return asked === null ? null : wanted;
}

function fitsClass(code: number, origin: Origin): (packet: TracePacket) => boolean {
  const hook = origin === 'received' ? 'prerouting' : 'output';
  switch (code) {
    case CLASS.original:
    case CLASS.reply:
      return (packet) => fitsEstablished(packet, code === CLASS.reply);
    case CLASS.related:
      return (packet) => fitsRelated(packet, hook);
    case CLASS.invalid:
      return (packet) => stateOfLonePacket(packet, hook) === 'invalid';
    case CLASS.untracked:
      return (packet) => stateOfLonePacket(packet, hook) === 'untracked';
    default:
      return (packet) => stateOfLonePacket(packet, hook) === 'new';
  }
}
