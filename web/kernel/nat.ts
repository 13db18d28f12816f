/** NAT on a branch: what a rule maps, and what the hooks write to packets. Kernel: net/netfilter/nf_nat_core.c, nf_nat_masquerade.c, nf_nat_redirect.c. */
import { InternalError } from '../base/assert.ts';
import type { NatAction, NatAddress, NatTarget } from './action.ts';
import type { Branch } from './branch.ts';
import { isIcmp, setPort, tupleVariables } from './connection-state.ts';
import { inverseOf, STATUS, type Tuple } from './conntrack.ts';
import type { ChainSite, Manip } from './domain.ts';
import { FACT, hasPorts } from './facts.ts';
import {
  CT_DIRECTION,
  CT_STATUS,
  CT_ZONE,
  DPORT,
  ICMP_ID,
  IIF,
  IP_DADDR,
  IP_SADDR,
  IP6_DADDR,
  IP6_SADDR,
  OIF,
  ORIGINAL,
  REPLY,
  SPORT,
  type Variable,
} from './fields.ts';
import { chooseMapping, isDrawnBlind } from './nat-choice.ts';
import type { TracePacket } from './packet.ts';
import { LOOPBACK_V4, LOOPBACK_V6, type RoutingTables } from './routing.ts';
import type { ValueSet } from './value-set.ts';

export interface NatSettings {
  readonly packet: TracePacket;
  readonly routing: RoutingTables;
}

/** Gives the connection a mapping. `dropped`: the kernel finds no address to map to. */
export function applyNat(
  branch: Branch,
  action: NatAction,
  target: NatTarget,
  site: ChainSite,
  settings: NatSettings,
): 'mapped' | 'dropped' | 'passed' {
  const v6 = (branch.facts & FACT.IPV6) !== 0;
  // Kernel: nft_nat_inet_eval().
  if (action.family !== null && (action.family === 'ip6') !== v6) return 'passed';
  if ((branch.facts & FACT.ENTRY) === 0) return 'mapped';
  const manip = manipOf(action, site);
  const address = addressFor(branch, action, target, site, settings);
  if (address === null && action.type === 'redirect') branch.toSelf = true;
  if (address === 'none') return 'dropped';
  map(
    branch,
    manip,
    action,
    { address: address ?? target.address, port: target.port },
    settings.packet,
    address === null,
  );
  return 'mapped';
}

function manipOf({ type }: NatAction, { hook }: ChainSite): Manip {
  if (type === 'netmap') return hook === 'prerouting' || hook === 'output' ? 'dst' : 'src';
  return type === 'dnat' || type === 'redirect' ? 'dst' : 'src';
}

/** The range that masquerade and redirect find by themselves; null: not known; undefined is never given. */
function addressFor(
  branch: Branch,
  { type }: NatAction,
  target: NatTarget,
  { hook }: ChainSite,
  { routing, packet }: NatSettings,
): NatAddress | 'none' | null | undefined {
  if (type !== 'redirect' && type !== 'masquerade') return target.address?.kind === 'unknown' ? null : undefined;
  if (type === 'redirect' && hook === 'output') {
    const own = packet.family === 'ip6' ? LOOPBACK_V6 : LOOPBACK_V4;
    return { kind: 'range', from: own, to: own };
  }
  const device = branch.nameOf(type === 'redirect' ? IIF : OIF);
  const towards = branch.addressOf(packet.family === 'ip6' ? IP6_DADDR : IP_DADDR);
  if (device === null || towards === null) return null;
  const own =
    type === 'redirect'
      ? routing.firstAddress(device, packet.family)
      : routing.sourceFor(device, towards, packet.family);
  if (own === null) return routing.complete ? 'none' : null;
  return { kind: 'range', from: own, to: own };
}

function map(
  branch: Branch,
  manip: Manip,
  action: NatAction,
  target: NatTarget,
  packet: TracePacket,
  chosenByNode: boolean,
): void {
  const reply = tupleVariables(branch, REPLY);
  const now = currentTuple(branch, packet);
  const [address, port] = manip === 'src' ? [reply.dst, reply.dport] : [reply.src, reply.sport];
  // Of ICMP the id is what a mapping may change, in either direction.
  const tuple = isIcmp(packet) ? { ...now, dport: now.sport } : now;
  const portVariable = isIcmp(packet) ? reply.sport : port;
  const { random, persistent } = action;
  const zone = branch.get(CT_ZONE) === undefined ? null : branch.numberOf(CT_ZONE);
  const request = { manip, target, random, persistent, protocol: packet.protocol, tuple, zone };
  const known = { src: branch.addressOf(reply.dst) !== null, dst: branch.addressOf(reply.src) !== null };
  const isBlind = isDrawnBlind(request, known);
  const unknownAddress = chosenByNode || isBlind;
  const choice = chooseMapping(unknownAddress ? { ...request, target: { ...target, address: null } } : request);
  const own = manip === 'src' ? now.src : now.dst;
  const ownPort = manip === 'src' ? tuple.sport : tuple.dport;
  let status = (branch.numberOf(CT_STATUS) ?? 0) | (manip === 'src' ? STATUS.snatDone : STATUS.dnatDone);
  // Kernel: nf_nat_setup_info() says SNAT or DNAT only where something changes.
  if (unknownAddress || choice.address !== own || choice.port !== ownPort) {
    status |= manip === 'src' ? STATUS.snat : STATUS.dnat;
    branch.set(address, unknownAddress ? undefined : choice.address);
    if (isBlind) branch.setDomain(address, rangeOf(target));
    else if (chosenByNode && action.type === 'masquerade' && packet.family === 'ip') branch.setDomain(address, ANY_OWN);
    if (choice.port !== ownPort) setPort(branch, portVariable, choice.port);
  }
  branch.set(CT_STATUS, status);
}

/** Kernel: inet_select_addr() takes no address of the loopback interface's own scope, and no group's [masquerade-own]. */
const ANY_OWN: ValueSet = { kind: 'numbers', ranges: [0x01000000, 0x7effffff, 0x80000000, 0xdfffffff] };

function rangeOf({ address }: NatTarget): ValueSet {
  if (address?.kind !== 'range') throw new InternalError('only ranges are drawn from');
  const { from, to } = address;
  if (typeof from === 'number') return { kind: 'numbers', ranges: [from, Number(to)] };
  return { kind: 'wides', ranges: [from, BigInt(to)] };
}

/** As the packet would reach the other end by what is mapped so far: the reply's tuple turned round. */
function currentTuple(branch: Branch, packet: TracePacket): Tuple {
  const { src, dst, sport, dport } = tupleVariables(branch, REPLY);
  return inverseOf(
    {
      src: branch.addressOf(src) ?? packet.dst,
      dst: branch.addressOf(dst) ?? packet.src,
      sport: branch.numberOf(sport) ?? 0,
      dport: branch.numberOf(dport) ?? 0,
    },
    packet.protocol,
  );
}

/** Kernel: nf_nat_packet(): the hook writes its kind of mapping; for packets of the reply direction it undoes the other kind. */
export function writeMapping(branch: Branch, manip: Manip, packet: TracePacket): void {
  if ((branch.facts & FACT.ENTRY) === 0) return;
  const reply = branch.numberOf(CT_DIRECTION) === 1;
  const wanted = (manip === 'src') !== reply ? STATUS.snat : STATUS.dnat;
  if (((branch.numberOf(CT_STATUS) ?? 0) & wanted) === 0) return;
  const from = tupleVariables(branch, reply ? ORIGINAL : REPLY);
  const v6 = (branch.facts & FACT.IPV6) !== 0;
  if (manip === 'src') {
    copyValue(branch, from.dst, v6 ? IP6_SADDR : IP_SADDR);
    if (hasPorts(packet.protocol)) copyValue(branch, from.dport, SPORT);
  } else {
    copyValue(branch, from.src, v6 ? IP6_DADDR : IP_DADDR);
    if (hasPorts(packet.protocol)) copyValue(branch, from.sport, DPORT);
  }
  if (isIcmp(packet) && !reply && manip === 'src') copyValue(branch, from.sport, ICMP_ID);
}

function copyValue(branch: Branch, from: Variable, to: Variable): void {
  const value = branch.get(from);
  const domain = branch.domains.get(from.name);
  branch.set(to, value);
  if (value === undefined && domain) branch.setDomain(to, domain);
}
