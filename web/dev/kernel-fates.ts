/** What becomes of a packet, as the kernel showed it and as it was claimed: for replay-witnesses.ts. */

import { stateOfLonePacket } from '../kernel/conntrack.ts';
import type { Endpoint } from '../kernel/fate.ts';
import type { TracePacket } from '../kernel/packet.ts';
import { packetLength } from '../kernel/packet-bytes.ts';
import type { PacketJson } from '../kernel/packet-fields.ts';
import { readPacket } from '../kernel/packet-input.ts';
import { isMulticast } from '../kernel/routing.ts';
import { addressText } from '../model/address.ts';
import type { DifferenceKind } from '../packetspace/questions/compare-runs.ts';
import type { TracedFate } from '../packetspace/questions/order-witness.ts';

type Json = Readonly<Record<string, unknown>>;

export interface KernelFate {
  /** Delivered to another node is `delivered-out`, by whatever interface. */
  readonly kind: string;
  /** As nft writes endpoints; '': not translated. */
  readonly dnat: string;
  readonly snat: string;
  /** `icmp 3/1`, `tcp-reset`; ''. */
  readonly reply: string;
  readonly mark: number;
  /** The source was translated on the way: see isUnseenAnswer. */
  readonly hasOtherSource: boolean;
}

export function kernelFate({ fate, trace, packet }: Json): KernelFate {
  const { fate: kind, nat, reply, mark } = fate as { fate: string; nat?: Json; reply?: Json; mark?: number };
  const answered = reply ? `${reply['kind']} ${reply['type'] ?? null}/${reply['code'] ?? null}` : '';
  return {
    kind: plainKind(kind),
    dnat: String(nat?.['dnat'] ?? ''),
    snat: String(nat?.['snat'] ?? ''),
    reply: plainKind(kind) === 'rejected' ? answered : '',
    mark: mark ?? 0,
    hasOtherSource: (trace as readonly Json[]).some((step) => {
      const source = (step['packet'] as Json | undefined)?.['src'];
      return typeof source === 'string' && split(source).address !== (packet as Json)['src'];
    }),
  };
}

function plainKind(kind: string): string {
  return kind === 'delivered-left' || kind === 'delivered-right' ? 'delivered-out' : kind;
}

/**
 * An answer to a source that was translated on the way in: the oracle takes for answers what goes to the packet's own addresses, and tells of the others as
 * dropped.
 */
export function isUnseenAnswer({ fate }: TracedFate, packet: PacketJson): boolean {
  if (!fate.reply) return false;
  const { dst } = fate.reply;
  return dst === null || addressText(dst, typeof dst === 'bigint' ? 128 : 32) !== packet['src'];
}

/** The kernel did what is claimed, as far as the claim says; '': it did; else what is wrong. */
export function wrongIn(claimed: TracedFate, kernel: KernelFate, packet: PacketJson): string {
  const { fate } = claimed;
  const kind = plainKind(fate.kind);
  if (kernel.kind === 'dropped' && kind === 'rejected' && (kernel.hasOtherSource || isUnseenAnswer(claimed, packet)))
    return '';
  if (kind !== kernel.kind) return `${kind}; kernel: ${kernel.kind}`;
  if (kind === 'rejected' && fate.reply) {
    const reply = `${fate.reply.kind} ${fate.reply.type}/${fate.reply.code}`;
    if (reply !== kernel.reply) return `${reply}; kernel: ${kernel.reply}`;
  }
  if (!kind.startsWith('delivered')) return '';
  for (const side of ['dnat', 'snat'] as const) {
    const before = side === 'dnat' ? String(packet['dst']) : String(packet['src']);
    if (!fits(fate[side], kernel[side], before))
      return `${side} ${JSON.stringify(fate[side], (_, each: unknown) => (typeof each === 'bigint' ? addressText(each, 128) : each))}; kernel: ${kernel[side]}`;
  }
  return '';
}

function fits(claim: Endpoint | null, kernel: string, before: string): boolean {
  if (!claim) return kernel === '';
  // What is chosen may be what was there before.
  const { address, port } = kernel === '' ? { address: before, port: null } : split(kernel);
  const width = typeof claim.address === 'bigint' ? 128 : 32;
  if (claim.address !== null && kernel !== '' && addressText(claim.address, width) !== address) return false;
  if (kernel === '') return claim.address === null || typeof claim.port === 'object';
  if (claim.port === null || port === null) return true;
  if (typeof claim.port === 'number') return claim.port === port;
  return claim.port === undefined || (claim.port.from <= port && port <= claim.port.to);
}

function split(text: string): { address: string; port: number | null } {
  const v6 = /^\[(.*)\]:(\d+)$/.exec(text);
  if (v6) return { address: v6[1] as string, port: Number(v6[2]) };
  const v4 = /^([^:]*):(\d+)$/.exec(text);
  return v4 ? { address: v4[1] as string, port: Number(v4[2]) } : { address: text, port: null };
}

/** Whether the kernel's fates differ as it is claimed. `bits`: those of the mark that somebody asks for. */
export function kernelDiffers(kind: DifferenceKind, a: KernelFate, b: KernelFate, bits: number): boolean {
  switch (kind) {
    case 'verdict':
      return a.kind !== b.kind || a.reply !== b.reply;
    case 'dnat':
    case 'snat':
      return a[kind] !== b[kind];
    case 'mark':
      return ((a.mark ^ b.mark) & bits) !== 0;
  }
}

/** '' where two fates are the same but for the mark. `ports` false: they are drawn at random. */
export function differenceOf(a: KernelFate, b: KernelFate, ports: boolean): string {
  const text = ({ kind, reply, dnat, snat }: KernelFate) => {
    const nat = (each: string) => (ports ? each : split(each).address);
    return kind.startsWith('delivered') ? `${kind} dnat ${nat(dnat)} snat ${nat(snat)}` : `${kind} ${reply}`;
  };
  const isRefused = ({ kind }: KernelFate) => kind === 'rejected' || kind === 'dropped';
  if ((a.hasOtherSource || b.hasOtherSource) && isRefused(a) && isRefused(b)) return '';
  return text(a) === text(b) ? '' : `${text(a)}; swapped: ${text(b)}`;
}

// Packets ----------------------------------------------------------------------------------------------------------------------

/** The oracle's node has addresses and routes, and the kernel computes hashes: what nobody knows without them may be so or not. */
const TOLD_BY_THE_NODE = /fib |addrtype|hash /;
/** An interface that no rule speaks of. */
const AWAY = 'away';
/** Every node is in it. */
const GROUPS: ReadonlySet<string> = new Set(['224.0.0.1', 'ff02::1']);

/** The packet as the oracle takes it, or why it cannot be sent. `locals`: addresses that the node has. */
export function sendable(
  json: PacketJson,
  answers: readonly { readonly unknown: string; readonly value: boolean }[],
  locals: readonly string[],
): Json | string {
  const open = answers.find(({ unknown, value }) => value || TOLD_BY_THE_NODE.test(unknown));
  if (open) return `it hangs on: ${open.unknown}`;
  for (const field of ['vlan', 'dmac', 'gid', 'fragmentOffset', 'mss'] as const) {
    const usual =
      field === 'mss'
        ? ((json['tcpFlags'] as number | undefined) ?? 2) & 2
          ? 1460
          : 0
        : field === 'gid'
          ? 0
          : undefined;
    if (json[field] !== undefined && json[field] !== usual) return `the oracle cannot send ${field}`;
  }
  const { packet } = readPacket(json);
  if (!packet) return 'it is no packet';
  const isGroup = isMulticast(packet.dst) && !GROUPS.has(String(json['dst']));
  if (isGroup && packet.path !== 'output') return 'the oracle is in no other group than that of all nodes';
  if (packet.path === 'output' && (isMulticast(packet.dst) || packet.dst === 0xffffffff))
    return 'what the node sends to many comes back to it, too';
  const { length: _length, mss: _mss, gid: _gid, ...rest } = json;
  const payload = packet.length === null ? 0 : packet.length - packetLength(packet, 0);
  if (payload < 0 || payload > 1400) return `no packet is ${packet.length} bytes long`;
  if (payload > 0 && ![1, 6, 17, 58].includes(packet.protocol)) return 'the oracle cannot send that length';
  // Loopback addresses are there already, for the node alone: given anew they would be such as nodes masquerade with.
  const localAddrs = locals.filter((addr) => !/^127\.|^::1$/.test(addr)).map((addr) => ({ addr, dev: 'lo' }));
  const sent = {
    ...rest,
    ...(payload > 0 ? { payloadLen: payload } : {}),
    ...(localAddrs.length > 0 ? { localAddrs } : {}),
  };
  const hook = packet.path === 'output' ? 'output' : 'prerouting';
  // A node that has nothing but its loopback interface has no way for what is translated, and no address to masquerade with.
  if (packet.path === 'output' && packet.oif === 'lo') {
    const [dst, addr] = packet.family === 'ip' ? ['0.0.0.0/0', '198.19.0.1'] : ['::/0', '2001:db8:ffff:2::1'];
    Object.assign(sent, { routes: [{ dst, dev: AWAY }], localAddrs: [...localAddrs, { addr, dev: AWAY }] });
  }
  switch (packet.state) {
    case 'related':
      if (packet.ctMark) return 'the oracle makes no related connection with a mark';
      return packet.protocol === 1 || packet.protocol === 58 ? sent : 'only ICMP errors can be made related';
    case 'untracked':
      return stateOfLonePacket(packet, hook) === 'untracked' ? sent : 'only conntrack itself leaves packets untracked';
    case 'invalid':
      return invalidOrWhyNot(packet, sent);
    case 'established':
      if (packet.icmpCode || ![null, 0, 8, 128, 129].includes(packet.icmpType))
        return 'the oracle makes connections of ICMP of plain echoes only';
      return { ...sent, ctSetup: 'insert' };
    case 'new':
      return sent;
  }
}

/** The oracle breaks the checksum of what else would open a connection. */
function invalidOrWhyNot(packet: TracePacket, sent: Json): Json | string {
  const hook = packet.path === 'output' ? 'output' : 'prerouting';
  if (stateOfLonePacket({ ...packet, badChecksum: false }, hook) === 'invalid') return sent;
  if (packet.path === 'output') return 'no packet of the node itself has a broken checksum';
  return packet.badChecksum ? sent : 'what else makes it invalid the oracle cannot do';
}
