/** A packet of the tracer as a cube of the layout's input variables: where it stands in the sets. */
import { fitsEstablished, fitsRelated, stateOfLonePacket } from '../../kernel/conntrack.ts';
import { FACT, hasPorts } from '../../kernel/facts.ts';
import {
  CT_MARK,
  DSCP,
  ECN,
  ETHER_DADDR,
  ETHER_SADDR,
  ICMP_CODE,
  ICMP_ID,
  ICMP_TYPE,
  ICMPV6_CODE,
  ICMPV6_TYPE,
  IP_FRAGMENT,
  IP_LENGTH,
  IP6_LENGTH,
  LENGTH,
  MARK,
  SCTP_CHUNK,
  SKGID,
  SKUID,
  TCP_FLAGS,
  TCP_MSS,
  TTL,
  type Variable,
  VLAN_ID,
} from '../../kernel/fields.ts';
import { PROTOCOL, type TracePacket } from '../../kernel/packet.ts';
import { IPV6_HEADER } from '../../kernel/packet-bytes.ts';
import { isLoopback, LOOPBACK_V6 } from '../../kernel/routing.ts';
import { type Cube, cubeOf, literal } from '../diagram/cube.ts';
import { fieldCube } from '../diagram/field.ts';
import type { BitField, Wide } from './bit-field.ts';
import { CLASS } from './layout.ts';
import type { PacketSets } from './packet-sets.ts';

/** The fields of packets that are variables as they are; null: the packet has none, or nobody knows. */
export const PLAIN_FIELDS: readonly (readonly [Variable, (packet: TracePacket) => Wide | null])[] = [
  [TCP_FLAGS, ({ tcpFlags }) => tcpFlags],
  [ICMP_TYPE, ({ protocol, icmpType }) => (protocol === PROTOCOL.icmp ? icmpType : null)],
  [ICMP_CODE, ({ protocol, icmpCode }) => (protocol === PROTOCOL.icmp ? icmpCode : null)],
  [ICMPV6_TYPE, ({ protocol, icmpType }) => (protocol === PROTOCOL.icmpv6 ? icmpType : null)],
  [ICMPV6_CODE, ({ protocol, icmpCode }) => (protocol === PROTOCOL.icmpv6 ? icmpCode : null)],
  [ICMP_ID, ({ icmpId }) => icmpId],
  [SCTP_CHUNK, ({ sctpChunk }) => sctpChunk],
  [MARK, ({ mark }) => mark],
  [CT_MARK, ({ ctMark, state }) => (state === 'established' || state === 'related' ? (ctMark ?? 0) : null)],
  [TTL, ({ ttl }) => ttl],
  [DSCP, ({ dscp }) => dscp],
  [ECN, ({ ecn }) => ecn],
  [LENGTH, ({ length }) => length],
  [IP_LENGTH, ({ length, family }) => (family === 'ip' ? length : null)],
  [IP6_LENGTH, ({ length, family }) => (family === 'ip6' && length !== null ? length - IPV6_HEADER : null)],
  [IP_FRAGMENT, ({ fragmentOffset }) => fragmentOffset],
  [TCP_MSS, ({ mss }) => (mss === 0 ? null : mss)],
  [ETHER_SADDR, ({ smac }) => smac],
  [ETHER_DADDR, ({ dmac }) => dmac],
  [VLAN_ID, ({ vlan }) => vlan],
  [SKUID, ({ uid, path }) => (path === 'output' ? uid : null)],
  [SKGID, ({ gid, path }) => (path === 'output' ? gid : null)],
];

/** What conntrack will say of the packet. */
export function classOf(packet: TracePacket): keyof typeof CLASS {
  switch (packet.state) {
    case 'established':
      return packet.direction === 'reply' ? 'reply' : 'original';
    case 'new':
      return stateOfLonePacket(packet, packet.path === 'output' ? 'output' : 'prerouting');
    default:
      return packet.state;
  }
}

/** From or to an address that no node sends from or to. */
function isNobody({ src, dst }: TracePacket): boolean {
  return !dst || src === 0 || src === 0xffffffff;
}

/** Its headers let it be to its connection what it is said to be. */
function isPossible(packet: TracePacket): boolean {
  const hook = packet.path === 'output' ? 'output' : 'prerouting';
  switch (packet.state) {
    case 'established':
      return fitsEstablished(packet, packet.direction === 'reply');
    case 'related':
      return fitsRelated(packet, hook);
    case 'untracked':
      return stateOfLonePacket(packet, hook) === 'untracked';
    case 'new':
    case 'invalid':
      return true;
  }
}

/**
 * The cube of all that is known of the packet; null where it is none that the executor has (of another family, ARP, across a bridge, from
 * an address to itself or to none, at the end of its life where no rule asks for that, of a connection that it cannot belong to). `tracked`: the kernel tracks connections.
 */
export function packetCube({ layout, locals }: PacketSets, packet: TracePacket, tracked: boolean): Cube | null {
  if (packet.src === packet.dst || (packet.path === 'output' && isNobody(packet))) return null;
  if (packet.path === 'forward' && packet.ttl <= 1 && !layout.bitsOf(TTL)) return null;
  if (tracked && !isPossible(packet)) return null;
  if (packet.path !== 'output' && (packet.src === LOOPBACK_V6 || packet.dst === LOOPBACK_V6)) return null;
  if (packet.family !== layout.family || packet.arp !== null || packet.path === 'bridge') return null;
  const literals: number[] = [];
  const add = (cube: Cube | null) => {
    if (cube) literals.push(...cube);
    return cube !== null;
  };
  const number = (field: BitField | null | undefined, value: Wide | null | undefined) => {
    if (!field || value === null || value === undefined || !field.field) return;
    add(field.cube(BigInt(value) & field.mask, field.mask));
  };
  number(layout.protocol, packet.protocol);
  number(layout.daddr.input, packet.dst);
  number(layout.saddr.input, packet.src);
  if (hasPorts(packet.protocol)) {
    number(layout.dport.input, packet.dport);
    number(layout.sport.input, packet.sport);
  }
  const sent = packet.path === 'output';
  if (!sent && packet.iif !== null) add(fieldCube(layout.iif, layout.atoms.codeOf(packet.iif)));
  // Kernel: what the node sends to itself leaves by the loopback interface, whatever was asked for.
  const oif = sent && (isLoopback(packet.dst) || locals.includes(packet.dst)) ? 'lo' : packet.oif;
  if (oif !== null) add(fieldCube(layout.oif, layout.atoms.codeOf(oif)));
  literals.push(literal(layout.local, packet.path === 'input'));
  if (tracked) add(fieldCube(layout.class, CLASS[classOf(packet)]));
  for (const [variable, read] of PLAIN_FIELDS) number(layout.bitsOf(variable)?.input, read(packet));
  const fact = (bit: number, has: boolean) => {
    const known = layout.knownFactVariable(bit);
    if (known !== null) literals.push(literal(known, has));
  };
  fact(FACT.VLAN, packet.vlan !== null);
  fact(FACT.MSS, packet.mss !== 0);
  return cubeOf(literals);
}
