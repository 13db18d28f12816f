/**
 * The packets that a journey begins with: all that may come in by an interface, or be sent by the node. Addresses, ports and protocols are free; what
 * conntrack will say of them is one of the packet's inputs, with what goes with it.
 *
 * Outside: packets of the node's own that come back from outside, IPsec, VRFs, IP options and extension headers, as with the tracer's packets.
 */

import { fitsEstablished, fitsRelated, stateOfLonePacket } from '../../kernel/conntrack.ts';
import { FACT } from '../../kernel/facts.ts';
import {
  CT_MARK,
  ICMP_TYPE,
  ICMPV6_TYPE,
  IP_FRAGMENT,
  IP_LENGTH,
  LENGTH,
  SCTP_CHUNK,
  TCP_FLAGS,
  TCP_MSS,
  TTL,
  type Variable,
} from '../../kernel/fields.ts';
import type { TracePacket } from '../../kernel/packet.ts';
import { PROTOCOL } from '../../kernel/packet.ts';
import type { Diagrams } from '../diagram/diagrams.ts';
import { FALSE, not, type Ref, TRUE } from '../diagram/ref.ts';
import { CLASS } from './layout.ts';
import { LOOPBACK, NO_INTERFACE } from './names.ts';
import type { PacketSets } from './packet-sets.ts';

export type Origin = 'received' | 'sent';

/** `tracked`: the kernel tracks connections of the family. */
export function possiblePackets(sets: PacketSets, origin: Origin, tracked: boolean): Ref {
  return sets.once(`packets ${origin} ${tracked}`, () =>
    sets.diagrams.andAll([ways(sets, origin), tracked ? connections(sets, origin) : sets.class('new'), headers(sets)]),
  );
}

function ways(sets: PacketSets, origin: Origin): Ref {
  const { diagrams, layout } = sets;
  const codes = layout.atoms.atoms.map((_, code) => code);
  const real = codes.filter((code) => code !== NO_INTERFACE && code !== LOOPBACK);
  const source = not(sets.kind(layout.saddr.input, 'multicast'));
  const { input } = layout.daddr;
  const local = diagrams.variable(layout.local);
  if (origin === 'received') {
    // Kernel: ip6_rcv_core(): loopback addresses come in by the loopback interface only.
    const loopback = (field: typeof input) => (layout.family === 'ip6' ? sets.kind(field, 'loopback') : FALSE);
    return diagrams.andAll([
      not(loopback(layout.saddr.input)),
      not(loopback(input)),
      sets.interface(layout.iif, real),
      sets.interface(layout.oif, real),
      source,
    ]);
  }
  const itself = diagrams.or(sets.kind(input, 'loopback'), sets.known(input));
  const loopback = sets.interface(layout.oif, [LOOPBACK]);
  return diagrams.andAll([
    sets.interface(layout.iif, [NO_INTERFACE]),
    sets.interface(layout.oif, [LOOPBACK, ...real]),
    diagrams.or(not(itself), loopback),
    // Kernel: ip6_route_output(), and ip_route_output(): a destination of zeros is the loopback address.
    not(sets.addresses(input, [layout.family === 'ip' ? [0, 0] : [0n, 0n]])),
    not(local),
    source,
    // Kernel: ip_route_output_key_hash_rcu(): no sources.
    layout.family === 'ip' ? not(sets.kind(layout.saddr.input, 'broadcast')) : TRUE,
  ]);
}

// Connections ------------------------------------------------------------------------------------------------------------------

function connections(sets: PacketSets, origin: Origin): Ref {
  const { diagrams, layout } = sets;
  const classes = (Object.keys(CLASS) as (keyof typeof CLASS)[]).map((name) => sets.class(name));
  const parts = [diagrams.orAll(classes)];
  const hook = origin === 'received' ? 'prerouting' : 'output';
  const onlyIf = (name: keyof typeof CLASS, fitting: Ref) => parts.push(diagrams.or(not(sets.class(name)), fitting));
  // A lone packet is what its headers make it; whether others belong to something the dump does not tell.
  onlyIf(
    'new',
    fittingHeaders(sets, (packet) => stateOfLonePacket(packet, hook) === 'new'),
  );
  onlyIf(
    'original',
    fittingHeaders(sets, (packet) => fitsEstablished(packet, false)),
  );
  onlyIf(
    'reply',
    fittingHeaders(sets, (packet) => fitsEstablished(packet, true)),
  );
  onlyIf(
    'related',
    fittingHeaders(sets, (packet) => fitsRelated(packet, hook)),
  );
  parts.push(diagrams.xor(not(sets.class('untracked')), untracked(sets, hook)));
  const mark = layout.bitsOf(CT_MARK)?.input;
  if (mark?.field) {
    const kept = diagrams.orAll([
      sets.class('original'),
      sets.class('reply'),
      diagrams.and(sets.class('related'), sets.icmp()),
    ]);
    parts.push(diagrams.or(kept, mark.in(diagrams, { kind: 'numbers', ranges: [0, 0] }, mark.mask)));
  }
  return diagrams.andAll(parts);
}

type Fits = (packet: TracePacket) => boolean;

/** The headers that tell what a packet is to a connection. */
const TELLING = [
  [PROTOCOL.tcp, TCP_FLAGS, 'tcpFlags'],
  [PROTOCOL.icmp, ICMP_TYPE, 'icmpType'],
  [PROTOCOL.icmpv6, ICMPV6_TYPE, 'icmpType'],
  [PROTOCOL.sctp, SCTP_CHUNK, 'sctpChunk'],
] as const satisfies readonly (readonly [number, Variable, keyof TracePacket])[];

/** The packets that fit, as far as rules ask for the headers that tell: bits that nobody asks for may be any. */
function fittingHeaders(sets: PacketSets, fits: Fits): Ref {
  const { diagrams } = sets;
  const others = not(diagrams.orAll(TELLING.map(([protocol]) => sets.protocol(protocol))));
  const cases = TELLING.map(([protocol, variable, field]) =>
    diagrams.and(
      sets.protocol(protocol),
      valuesThat(sets, variable, (value) => fits({ protocol, [field]: value } as unknown as TracePacket)),
    ),
  );
  // Kernel: 6.18 finds the checksum of UDP-Lite wrong whatever it is.
  const lite = fits({ protocol: PROTOCOL.udplite } as TracePacket) ? FALSE : sets.protocol(PROTOCOL.udplite);
  return diagrams.diff(diagrams.or(diagrams.orAll(cases), others), lite);
}

/** Where the bits that rules ask for are those of a number below 256 that fits. */
function valuesThat({ diagrams, layout }: PacketSets, variable: Variable, fits: (value: number) => boolean): Ref {
  const bits = layout.bitsOf(variable)?.input;
  const mask = Number(bits?.mask ?? 0n);
  const fitting = new Set<number>();
  for (let value = 0; value < 256; value++) if (fits(value)) fitting.add(value & mask);
  if (!bits?.field) return fitting.size > 0 ? TRUE : FALSE;
  const ranges = [...fitting].sort((a, b) => a - b).flatMap((value) => [value, value]);
  return bits.in(diagrams, { kind: 'numbers', ranges }, bits.mask);
}

/** Conntrack leaves them alone. Where nobody asks for ICMPv6's type, some are and some are not: taken for tracked. */
function untracked(sets: PacketSets, hook: 'prerouting' | 'output'): Ref {
  if (sets.layout.bitsOf(ICMPV6_TYPE)?.input?.isFull !== true) return FALSE;
  const says: Fits = (packet) => stateOfLonePacket(packet, hook) === 'untracked';
  return sets.diagrams.and(sets.protocol(PROTOCOL.icmpv6), fittingHeaders(sets, says));
}

// Headers ----------------------------------------------------------------------------------------------------------------------

const IPV4_HEADER = 20;

function headers(sets: PacketSets): Ref {
  const { diagrams, layout } = sets;
  const parts: Ref[] = [];
  const within = (variable: Variable, low: number, high: number) => {
    const bits = layout.bitsOf(variable)?.input;
    if (bits?.isFull) parts.push(bits.in(diagrams, { kind: 'numbers', ranges: [low, high] }, null));
  };
  within(IP_FRAGMENT, 0, 0x1fff);
  within(TTL, 1, 255);
  within(LENGTH, IPV4_HEADER, 0xffff);
  within(IP_LENGTH, IPV4_HEADER, 0xffff);
  const [length, total] = [layout.bitsOf(LENGTH)?.input, layout.bitsOf(IP_LENGTH)?.input];
  if (length && total) {
    for (let weight = 0; weight < total.width; weight++) {
      const [a, b] = [length.variables[weight] as number, total.variables[weight] as number];
      if (a >= 0 && b >= 0) parts.push(same(diagrams, a, b));
    }
  }
  const mss = layout.bitsOf(TCP_MSS)?.input;
  if (mss?.field) {
    const none = diagrams.variable(layout.factVariable(FACT.MSS));
    parts.push(diagrams.or(not(none), not(mss.in(diagrams, { kind: 'numbers', ranges: [0, 0] }, mss.mask))));
  }
  // ICMP of the other family is no packet that the tracer takes.
  parts.push(not(sets.protocol(layout.family === 'ip' ? PROTOCOL.icmpv6 : PROTOCOL.icmp)));
  return diagrams.andAll(parts);
}

/** What is written on the way is at first what the packet came with. */
export function beginning(sets: PacketSets): Ref {
  const { diagrams, layout } = sets;
  const parts: Ref[] = [];
  for (const { now, input } of layout.writtenVariables()) {
    if (input === null) parts.push(not(diagrams.variable(now)));
    else parts.push(same(diagrams, now, input));
  }
  // The state is invalid, whose code is all zeros; so is what has a value of its own at first.
  return andBottomUp(diagrams, parts);
}

export function same(diagrams: Diagrams, a: number, b: number): Ref {
  return not(diagrams.xor(diagrams.variable(a), diagrams.variable(b)));
}

/** The last ones stand lowest. */
export function andBottomUp(diagrams: Diagrams, parts: readonly Ref[]): Ref {
  let set: Ref = TRUE;
  for (let i = parts.length - 1; i >= 0; i--) set = diagrams.and(parts[i] ?? FALSE, set);
  return set;
}
