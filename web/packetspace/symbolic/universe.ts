/**
 * The packets that a journey begins with: all that may come in by an interface, or be sent by the node. Addresses, ports and protocols are free; what
 * conntrack will say of them is one of the packet's inputs, with what goes with it.
 *
 * Outside: packets of the node's own that come back from outside, IPsec, VRFs, IP options and extension headers, as with the tracer's packets.
 */

import { stateOfLonePacket } from '../../kernel/conntrack.ts';
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
    return diagrams.andAll([sets.interface(layout.iif, real), sets.interface(layout.oif, real), source]);
  }
  const itself = diagrams.or(sets.kind(input, 'loopback'), sets.known(input));
  const loopback = sets.interface(layout.oif, [LOOPBACK]);
  return diagrams.andAll([
    sets.interface(layout.iif, [NO_INTERFACE]),
    sets.interface(layout.oif, [LOOPBACK, ...real]),
    diagrams.or(not(itself), loopback),
    not(local),
    source,
  ]);
}

// Connections ------------------------------------------------------------------------------------------------------------------

function connections(sets: PacketSets, origin: Origin): Ref {
  const { diagrams, layout } = sets;
  const classes = (Object.keys(CLASS) as (keyof typeof CLASS)[]).map((name) => sets.class(name));
  const parts = [diagrams.orAll(classes)];
  const opens = lone(sets, 'new', origin);
  const ignored = lone(sets, 'untracked', origin);
  // A lone packet is what its headers make it; whether others belong to something the dump does not tell.
  parts.push(diagrams.or(not(sets.class('new')), opens));
  parts.push(diagrams.xor(not(sets.class('untracked')), ignored));
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

/** The packets of which conntrack says so where they belong to nothing that it knows. */
function lone(sets: PacketSets, state: 'new' | 'untracked', origin: Origin): Ref {
  const { diagrams, layout } = sets;
  const hook = origin === 'received' ? 'prerouting' : 'output';
  const says = (packet: Partial<TracePacket>) => stateOfLonePacket(packet as TracePacket, hook) === state;
  const special: Ref[] = [];
  const cases: Ref[] = [];
  const of = (protocol: number, variable: Variable, field: keyof TracePacket, fallback: number) => {
    const own = sets.protocol(protocol);
    special.push(own);
    const bits = layout.bitsOf(variable)?.input;
    if (!bits?.isFull) {
      // Nobody asks for it, so the usual one will do: a packet without a fitting one would be in the way of nothing.
      if (anyValue((value) => says({ protocol, [field]: value }), fallback)) cases.push(own);
      return;
    }
    const ranges: number[] = [];
    for (let value = 0; value < 256; value++) if (says({ protocol, [field]: value })) ranges.push(value, value);
    cases.push(diagrams.and(own, bits.in(diagrams, { kind: 'numbers', ranges }, null)));
  };
  of(PROTOCOL.tcp, TCP_FLAGS, 'tcpFlags', 2);
  of(PROTOCOL.icmp, ICMP_TYPE, 'icmpType', 8);
  of(PROTOCOL.icmpv6, ICMPV6_TYPE, 'icmpType', 128);
  of(PROTOCOL.sctp, SCTP_CHUNK, 'sctpChunk', 1);
  if (!says({ protocol: PROTOCOL.udplite })) special.push(sets.protocol(PROTOCOL.udplite));
  if (state === 'untracked') {
    // Where nobody asks for ICMPv6's type, some are and some are not.
    return diagrams.orAll(cases.filter(() => layout.bitsOf(ICMPV6_TYPE)?.input?.isFull === true));
  }
  return diagrams.or(diagrams.orAll(cases), not(diagrams.orAll(special)));
}

function anyValue(says: (value: number) => boolean, first: number): boolean {
  if (says(first)) return true;
  for (let value = 0; value < 256; value++) if (says(value)) return true;
  return false;
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
