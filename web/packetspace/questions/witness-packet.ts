/**
 * A packet out of a set, in the form that the tracer takes: as ordinary as the set allows. What a packet's JSON cannot say are answers to what nobody
 * knows: they come beside it.
 */

import { FACT, hasPorts } from '../../kernel/facts.ts';
import {
  CT_MARK,
  DSCP,
  ECN,
  ETHER_DADDR,
  ETHER_SADDR,
  ICMP_TYPE,
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
import { IPV6_HEADER } from '../../kernel/packet-bytes.ts';
import type { PacketJson } from '../../kernel/packet-fields.ts';
import { addressText } from '../../model/address.ts';
import { BudgetExceeded, type Limits } from '../diagram/budget.ts';
import { type Cube, cubeOf, literalIsPositive, literalVariable } from '../diagram/cube.ts';
import { type Field, fieldCube, fieldValue } from '../diagram/field.ts';
import { not, type Ref, TRUE } from '../diagram/ref.ts';
import { witness } from '../diagram/witness.ts';
import type { BitField, Wide } from '../symbolic/bit-field.ts';
import type { FamilySpace } from '../symbolic/execute.ts';
import { isLargerThan } from '../symbolic/frames.ts';
import { CLASS } from '../symbolic/layout.ts';
import { LOOPBACK } from '../symbolic/names.ts';
import { commonMember, findMember } from '../symbolic/search.ts';
import type { Origin } from '../symbolic/universe.ts';
import { likelyWishes } from './likely.ts';
import { transportOf, USUAL_MSS } from './witness-transport.ts';

export interface WitnessPacket {
  /** As `--packet` and the page's form take it. */
  readonly packet: PacketJson;
  /** What has to be answered so for the packet to do what is claimed: the tracer's pins. */
  readonly answers: readonly { readonly unknown: string; readonly value: boolean }[];
}

/** A member of a set of inputs (inputsOf); null where it is empty. Cost: a few intersections. */
export function witnessPacket(space: FamilySpace, set: Ref, origin: Origin): WitnessPacket | null {
  const chosen = witness(space.diagrams, set, { sets: wishes(space, origin), values: ordinary(space) });
  return chosen && { packet: packetOf(space, chosen, origin), answers: answersOf(space, chosen) };
}

/** What looking for a packet may take: steps for each wish, for the packet, and for making one set of all. */
interface Effort {
  readonly wish: number;
  readonly member: number;
  readonly whole: Limits;
}

const EARNEST: Effort = { wish: 20_000, member: 1_000_000, whole: { steps: 1_000_000, nodes: 500_000 } };
/** Where there are others to try. */
export const QUICK: Effort = { wish: 2_000, member: 20_000, whole: { steps: 100_000, nodes: 50_000 } };

/** As witnessPacket, out of several sets at once, which may be too large to be intersected. null: none was found. */
export function commonWitness(
  space: FamilySpace,
  sets: readonly Ref[],
  origin: Origin,
  effort = EARNEST,
): WitnessPacket | null {
  const { diagrams } = space;
  const isLarge = sets.some((set) => isLargerThan(diagrams, set, LARGE));
  const looked = isLarge ? commonMember(diagrams, sets, effort.wish) : 'unknown';
  if (looked === 'none') return null;
  const found = isLarge ? searchedWitness(space, sets, origin, effort) : null;
  if (found) return found;
  try {
    const whole = diagrams.within(effort.whole, () => sets.reduce((inside, set) => diagrams.and(inside, set)));
    return witnessPacket(space, whole, origin);
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
  }
  return isLarge ? null : searchedWitness(space, sets, origin, effort);
}

function searchedWitness(
  space: FamilySpace,
  sets: readonly Ref[],
  origin: Origin,
  effort: Effort,
): WitnessPacket | null {
  const { diagrams } = space;
  const wanted = [...sets];
  for (const wish of wishes(space, origin)) {
    if (commonMember(diagrams, [...wanted, wish], effort.wish) === 'some') wanted.push(wish);
  }
  const chosen = findMember(diagrams, wanted, ordinary(space), effort.member);
  return chosen && { packet: packetOf(space, chosen, origin), answers: answersOf(space, chosen) };
}

/** Nodes of a set from which on searches, one for each wish, are cheaper than intersections. */
const LARGE = 300;

// Ordinary packets -------------------------------------------------------------------------------------------------------------

const WELL_KNOWN = [80, 443, 53, 8080, 22];
const SYN = 2;
const ECHO = { ip: 8, ip6: 128 } as const;

/** The most important first. */
function wishes(own: FamilySpace, origin: Origin): Ref[] {
  const { sets, layout, diagrams, family } = own;
  const is = (variable: Variable, value: number): Ref[] => {
    const bits = layout.bitsOf(variable)?.input;
    return bits?.field ? [bits.in(diagrams, { kind: 'numbers', ranges: [value, value] }, bits.mask)] : [];
  };
  const { saddr, daddr, dport } = layout;
  const plain = (field: typeof saddr.input) =>
    not(diagrams.orAll([sets.kind(field, 'multicast'), sets.kind(field, 'broadcast'), sets.kind(field, 'loopback')]));
  const ports = WELL_KNOWN.map((port) => dport.input.in(diagrams, { kind: 'numbers', ranges: [port, port] }, null));
  const tcp = sets.protocol(6);
  const echo = diagrams.andAll([sets.icmp(), ...is(family === 'ip' ? ICMP_TYPE : ICMPV6_TYPE, ECHO[family])]);
  return [
    ...is(MARK, 0),
    sets.class('new'),
    plain(saddr.input),
    plain(daddr.input),
    diagrams.orAll([tcp, sets.protocol(17), echo]),
    tcp,
    ...is(TCP_FLAGS, SYN).map((syn) => diagrams.or(syn, not(sets.class('new')))),
    ...usualMss(own),
    ...is(TTL, 64),
    ...is(CT_MARK, 0),
    ...(origin === 'received' ? [comesFromOutside(own)] : [not(sets.interface(layout.oif, [LOOPBACK]))]),
    ...likelyWishes(own, origin),
    dport.input.in(diagrams, { kind: 'numbers', ranges: [1, 0xffff] }, null),
    diagrams.orAll(ports),
    ...ports,
  ];
}

/** A SYN says it, and it is Ethernet's; other packets do not. */
function usualMss({ layout, sets, diagrams }: FamilySpace): Ref[] {
  const [mss, flags] = [layout.bitsOf(TCP_MSS)?.input, layout.bitsOf(TCP_FLAGS)?.input];
  const says = layout.knownFactVariable(FACT.MSS);
  if (says === null) return [];
  const is = (bits: typeof mss, value: number) =>
    bits?.field ? bits.in(diagrams, { kind: 'numbers', ranges: [value, value] }, bits.mask) : TRUE;
  const usual = diagrams.and(diagrams.variable(says), is(mss, USUAL_MSS));
  const isSyn = diagrams.and(sets.class('new'), is(flags, SYN));
  return [diagrams.ite(isSyn, usual, not(diagrams.variable(says)))];
}

/** In by one interface and out by another. */
function comesFromOutside({ sets, layout, diagrams }: FamilySpace): Ref {
  return sets.once('two interfaces', () =>
    not(
      diagrams.orAll(
        layout.atoms.atoms.map((_, code) =>
          diagrams.and(sets.interface(layout.iif, [code]), sets.interface(layout.oif, [code])),
        ),
      ),
    ),
  );
}

const ORDINARY = {
  ip: { source: 0xc0a8010a, destination: 0x0a000014 },
  ip6: { source: 0x20010db8000000000000000000000010n, destination: 0x20010db8000100000000000000000020n },
} as const;

/** Values for the bits that a set leaves open. */
function ordinary({ layout, family }: FamilySpace): Cube {
  const { source, destination } = ORDINARY[family];
  const literals: number[] = [];
  const add = (cube: Cube | null | undefined) => literals.push(...(cube ?? []));
  add(layout.protocol.cube(6, null));
  add(layout.saddr.input.cube(source, null));
  add(layout.daddr.input.cube(destination, null));
  add(layout.dport.input.cube(80, null));
  add(layout.sport.input.cube(40000, null));
  // What they become stands above what they are: where it is the same, it decides.
  add(layout.saddr.moved.cube(source, null));
  add(layout.sport.moved.cube(40000, null));
  add(fieldCube(layout.class, CLASS.new));
  const number = (variable: Variable, value: number) => {
    const bits = layout.bitsOf(variable)?.input;
    if (bits?.field) add(bits.cube(BigInt(value) & bits.mask, bits.mask));
  };
  number(TCP_FLAGS, SYN);
  number(ICMP_TYPE, ECHO.ip);
  number(ICMPV6_TYPE, ECHO.ip6);
  number(SCTP_CHUNK, 1);
  number(TTL, 64);
  number(TCP_MSS, 1460);
  // A SYN with its segment size, and what it has more of in earnest.
  number(LENGTH, family === 'ip' ? 60 : 80);
  number(IP_LENGTH, 60);
  number(IP6_LENGTH, 40);
  number(SKUID, 1000);
  number(SKGID, 1000);
  return cubeOf(literals) ?? new Int32Array();
}

// The packet's JSON ------------------------------------------------------------------------------------------------------------

function packetOf(space: FamilySpace, chosen: Cube, origin: Origin): PacketJson {
  const { layout, family } = space;
  const set = new Set<number>();
  for (const one of chosen) if (literalIsPositive(one)) set.add(literalVariable(one));
  const number = (variable: Variable): Wide | null => {
    const bits = layout.bitsOf(variable)?.input;
    return bits?.field ? bits.valueIn((each) => set.has(each)) : null;
  };
  const numberIn = (field: BitField): Wide => field.valueIn((each) => set.has(each));
  const address = (field: BitField) => addressText(numberIn(field), family === 'ip' ? 32 : 128);
  const protocol = Number(fieldValue(layout.protocol.field as Field, chosen));
  const device = (field: Field) => layout.atoms.nameOf(Number(fieldValue(field, chosen)));
  const received = origin === 'received';
  const saysMss = layout.knownFactVariable(FACT.MSS);
  const local = set.has(layout.local);
  return withoutNulls({
    family: family === 'ip' ? 4 : 6,
    path: received ? (local ? 'input' : 'forward') : 'output',
    iif: received ? device(layout.iif) : null,
    oif: device(layout.oif),
    src: address(layout.saddr.input),
    dst: address(layout.daddr.input),
    proto: protocolName(protocol),
    ...(hasPorts(protocol)
      ? {
          sport: Number(numberIn(layout.sport.input)),
          dport: Number(numberIn(layout.dport.input)),
        }
      : {}),
    ...transportOf(protocol, {
      number,
      maskOf: (variable) => Number(layout.bitsOf(variable)?.input?.mask ?? 0n),
      hasMss: saysMss === null ? null : set.has(saysMss),
      code: Number(fieldValue(layout.class, chosen)),
      origin,
    }),
    ...connection(space, chosen, number),
    mark: nonZero(number(MARK)),
    ttl: number(TTL),
    dscp: nonZero(number(DSCP)),
    ecn: nonZero(number(ECN)),
    length: number(LENGTH) ?? number(IP_LENGTH) ?? withHeader(number(IP6_LENGTH)),
    fragmentOffset: nonZero(number(IP_FRAGMENT)),
    vlan: set.has(layout.knownFactVariable(FACT.VLAN) ?? -1) ? (number(VLAN_ID) ?? 1) : null,
    smac: received ? macText(number(ETHER_SADDR)) : null,
    dmac: received ? macText(number(ETHER_DADDR)) : null,
    uid: received ? null : number(SKUID),
    gid: received ? null : number(SKGID),
  });
}

function connection(
  { layout }: FamilySpace,
  chosen: Cube,
  number: (variable: Variable) => Wide | null,
): Record<string, unknown> {
  const code = Number(fieldValue(layout.class, chosen));
  switch (code) {
    case CLASS.original:
    case CLASS.reply:
      return {
        ctstate: 'established',
        ...(code === CLASS.reply ? { ctDirection: 'reply' } : {}),
        ctMark: nonZero(number(CT_MARK)),
      };
    case CLASS.related:
      return { ctstate: 'related', ctMark: nonZero(number(CT_MARK)) };
    case CLASS.invalid:
      return { ctstate: 'invalid' };
    case CLASS.untracked:
      return { ctstate: 'untracked' };
    default:
      return {};
  }
}

const NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [6, 'tcp'],
  [17, 'udp'],
  [33, 'dccp'],
  [58, 'icmpv6'],
  [132, 'sctp'],
  [136, 'udplite'],
]);

function protocolName(number: number): string {
  return NAMES.get(number) ?? String(number);
}

/** What IPv6 tells of its length is what stands behind its header. */
function withHeader(length: Wide | null): number | null {
  return length === null ? null : Number(length) + IPV6_HEADER;
}

function nonZero(value: Wide | null): Wide | null {
  return value === null || BigInt(value) === 0n ? null : value;
}

function macText(value: Wide | null): string | null {
  if (value === null) return null;
  const digits = BigInt(value).toString(16).padStart(12, '0');
  return digits.match(/../g)?.join(':') ?? null;
}

function withoutNulls(json: Record<string, unknown>): PacketJson {
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null && value !== undefined));
}

// Answers ----------------------------------------------------------------------------------------------------------------------

function answersOf({ layout }: FamilySpace, chosen: Cube): WitnessPacket['answers'] {
  const found: { unknown: string; value: boolean }[] = [];
  for (const one of chosen) {
    const text = layout.unknowns.textOf(literalVariable(one));
    if (text !== null) found.push({ unknown: text, value: literalIsPositive(one) });
  }
  return found;
}
