/**
 * What becomes of a packet at the end of a course: delivered (where, with which addresses), dropped, rejected (how), taken by a program, or lost outside of
 * the rules. Kernel: net/ipv4/icmp.c (icmp_send), net/ipv6/icmp.c, net/ipv4/netfilter/nf_reject_ipv4.c, net/ipv6/netfilter/nf_reject_ipv6.c for who gets an
 * answer: none goes to an ICMP error, a reset, a broken checksum, or a group.
 */
import { ICMP_CODES, ICMPV6_CODES, ICMPX_CODES } from '../model/constants.ts';
import type { Hook } from '../model/hook.ts';
import type { Reject } from '../model/statement.ts';
import type { PacketView, PortView } from './branch.ts';
import type { End, LostReason } from './domain.ts';
import { PROTOCOL, type TracePacket } from './packet.ts';
import { isMulticast, type RoutingTables } from './routing.ts';
import type { Course } from './trace.ts';

export type FateKind =
  | 'delivered-local'
  /** Out by another interface than it came in by; also what the node sends. */
  | 'delivered-right'
  /** Out by the interface that it came in by. */
  | 'delivered-left'
  | 'dropped'
  | 'rejected'
  | 'queue'
  | 'stolen'
  | 'lost'
  | 'not-loadable'
  | 'unfinished';

/** What the node sends back. */
export interface ReplyPacket {
  readonly kind: 'tcp-reset' | 'icmp' | 'icmpv6';
  /** null for a reset. */
  readonly type: number | null;
  readonly code: number | null;
  /** null: not known which of the node's addresses. */
  readonly src: number | bigint | null;
  readonly dst: number | bigint | null;
}

/** An address with its port, where that has one. */
export interface Endpoint {
  /** null: not known. */
  readonly address: number | bigint | null;
  readonly port: PortView;
}

export interface Fate {
  readonly kind: FateKind;
  /** How it left the rules: the deciding rule is there. */
  readonly end: End;
  /** The interface that it leaves by; null: none, or not known. */
  readonly device: string | null;
  /** The new source and destination of a packet that was delivered; null: unchanged. */
  readonly snat: Endpoint | null;
  readonly dnat: Endpoint | null;
  readonly reply: ReplyPacket | null;
}

export function fateOf(course: Course, packet: TracePacket, routing: RoutingTables): Fate {
  const { end, last } = course;
  const nothing = { end, device: null, snat: null, dnat: null, reply: null };
  switch (end.kind) {
    case 'delivered': {
      const { src, dst, sport, dport, open } = packet;
      const nat = {
        snat: changed(last.src, last.sport, open.src ? null : src, open.sport ?? sport),
        dnat: changed(last.dst, last.dport, open.dst ? null : dst, open.dport ?? dport),
      };
      if (packet.arp !== null) return { ...nothing, kind: end.to === 'local' ? 'delivered-local' : 'delivered-right' };
      if (end.to === 'local') return { ...nothing, ...nat, kind: 'delivered-local' };
      const back = packet.path !== 'output' && last.oif !== null && last.oif === packet.iif;
      return { ...nothing, ...nat, kind: back ? 'delivered-left' : 'delivered-right', device: last.oif };
    }
    case 'rejected': {
      const reply = rejectReply(end.reject, end.site.hook, packet, course, routing);
      return { ...nothing, kind: reply ? 'rejected' : 'dropped', reply };
    }
    case 'dropped':
      return { ...nothing, kind: 'dropped' };
    case 'queued':
      return { ...nothing, kind: 'queue' };
    case 'stolen':
      return { ...nothing, kind: 'stolen' };
    case 'lost':
      return { ...nothing, kind: 'lost', reply: lostReply(end.why, packet, last, routing) };
    case 'not-loadable':
    case 'unfinished':
      return { ...nothing, kind: end.kind };
  }
}

function changed(
  address: number | bigint | null,
  port: PortView,
  before: number | bigint | null,
  portBefore: PortView,
): Endpoint | null {
  return address === before && portKey(port) === portKey(portBefore) ? null : { address, port };
}

/** Two fates that a person would call the same: which rule decided does not matter. */
export function sameFate(a: Fate, b: Fate): boolean {
  return fateKey(a) === fateKey(b);
}

export function fateKey({ kind, device, snat, dnat, reply, end }: Fate): string {
  const text = (endpoint: Endpoint | null) => (endpoint ? `${endpoint.address} ${portKey(endpoint.port)}` : '');
  const how = reply ? `${reply.kind} ${reply.type} ${reply.code}` : '';
  const why = 'why' in end ? end.why : end.kind === 'stolen' ? end.how : '';
  return [kind, device, text(snat), text(dnat), how, why].join('|');
}

function portKey(port: PortView): string {
  return port !== null && typeof port === 'object' ? `${port.from}-${port.to}` : String(port);
}

// Answers ----------------------------------------------------------------------------------------------------------------------

const RST = 4;
/** Kernel: icmp_send(): none of what icmp_pointers[] calls an error, nor of what it does not know [reject-icmp]. */
const ANSWERED_ICMP: ReadonlySet<number> = new Set([0, 8, 13, 14, 15, 16, 17, 18]);
/** Kernel: nf_reject_verify_csum(): these have an integrity check of their own, or none. */
const UNVERIFIED: ReadonlySet<number> = new Set<number>([
  PROTOCOL.sctp,
  PROTOCOL.gre,
  PROTOCOL.ah,
  PROTOCOL.esp,
  PROTOCOL.udplite,
  PROTOCOL.dccp,
]);

function rejectReply(
  reject: Reject,
  hook: Hook,
  packet: TracePacket,
  { last, toSelf }: Course,
  routing: RoutingTables,
): ReplyPacket | null {
  const dst = last.src ?? (packet.open.src ? null : packet.src);
  // Kernel: icmp6_send(), nf_reject_ip6_tcphdr_get(): nobody is there to get it [reject-to-nobody].
  if (dst === 0n || dst === 0) return null;
  if (reject.with === 'tcp reset') {
    const answered = packet.protocol === PROTOCOL.tcp && ((packet.tcpFlags ?? 0) & RST) === 0 && !packet.badChecksum;
    return answered && !isGroup(packet.dst) ? { kind: 'tcp-reset', type: null, code: null, src: last.dst, dst } : null;
  }
  if (!mayGetError(packet) || (packet.badChecksum && !UNVERIFIED.has(packet.protocol))) return null;
  // Kernel: __icmp_send(): what came to the node is answered from where it is going now, which may be nobody's any more [reject-rewritten].
  const isOwn = toSelf || (last.dst !== null && routing.isLocal(last.dst) === true);
  if (hook === 'input' && isRewritten(packet, last) && !isOwn) return null;
  // Kernel: nf_reject_fill_skb_dst(): before routing, the route back stands for the packet's own.
  const src = errorSource(packet, last, routing, hook === 'prerouting' && packet.family === 'ip');
  const { type, code } = unreachable(reject, packet);
  return { kind: packet.family === 'ip' ? 'icmp' : 'icmpv6', type, code, src, dst };
}

/** IPv4, to another destination than it came with, which is known. What NAT sends here goes to an address of the node, too. */
function isRewritten({ family, dst, open }: TracePacket, last: PacketView): boolean {
  return family === 'ip' && last.dst !== null && (open.dst || last.dst !== dst);
}

/** fe80::/10. */
const LINK_LOCAL = 0x3fan;

function isGroup(address: number | bigint): boolean {
  return isMulticast(address) || address === 0xffffffff;
}

/** RFC 1122, 3.2.2; RFC 4443, 2.4. */
function mayGetError({ protocol, icmpType, dst }: TracePacket): boolean {
  if (isGroup(dst)) return false;
  if (protocol === PROTOCOL.icmp) return ANSWERED_ICMP.has(icmpType ?? 8);
  return protocol !== PROTOCOL.icmpv6 || (icmpType ?? 128) >= 128;
}

const UNREACHABLE = { ip: 3, ip6: 1 } as const;
const PORT_UNREACHABLE = { ip: 3, ip6: 4 } as const;
/** Kernel: nft_reject_icmp_code(), nft_reject_icmpv6_code(): by the number of the icmpx code. */
const ICMPX = { ip: [0, 3, 1, 13], ip6: [0, 4, 3, 1] } as const;

function unreachable(reject: Reject, { family }: TracePacket): { type: number; code: number } {
  const type = UNREACHABLE[family];
  if (reject.with === null) return { type, code: PORT_UNREACHABLE[family] };
  const symbols = reject.with === 'icmpx' ? ICMPX_CODES : reject.with === 'icmpv6' ? ICMPV6_CODES : ICMP_CODES;
  const number = symbols.byName.get(reject.code ?? 'port-unreachable') ?? Number(reject.code);
  const code = reject.with === 'icmpx' ? (ICMPX[family][number] ?? number) : number;
  return { type, code };
}

/** Kernel: icmp_send(): the address that the packet came to, if it is the node's; else that of the interface towards the sender. */
function errorSource(
  packet: TracePacket,
  last: PacketView,
  routing: RoutingTables,
  unrouted = false,
): number | bigint | null {
  if (!unrouted && last.dst !== null && routing.isLocal(last.dst) === true) return last.dst;
  const towards = last.src ?? (packet.open.src ? null : packet.src);
  if (towards === null) return null;
  const device = packet.path === 'output' ? 'lo' : (routing.deviceTo(towards, null) ?? packet.iif);
  if (packet.path === 'output') return towards;
  return device ? routing.sourceFor(device, towards, packet.family) : null;
}

function lostReply(why: LostReason, packet: TracePacket, last: PacketView, routing: RoutingTables): ReplyPacket | null {
  if (!mayGetError(packet)) return null;
  // Kernel: ip6_forward(): a link's own source is told that it is beyond its scope.
  if (why === 'not-forwarded' && typeof last.src === 'bigint' && last.src >> 118n === LINK_LOCAL)
    return { kind: 'icmpv6', type: 1, code: 2, src: errorSource(packet, last, routing), dst: last.src };
  if (why !== 'ttl') return null;
  const src = errorSource(packet, last, routing);
  const base = { src, dst: last.src ?? (packet.open.src ? null : packet.src) };
  return packet.family === 'ip'
    ? { kind: 'icmp', type: 11, code: 0, ...base }
    : { kind: 'icmpv6', type: 3, code: 0, ...base };
}
