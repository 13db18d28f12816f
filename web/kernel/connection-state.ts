/** A connection's entry in a branch's variables, and back. Kernel: nf_conntrack_in() of net/netfilter/nf_conntrack_core.c. */
import type { Hook } from '../model/hook.ts';
import type { Branch } from './branch.ts';
import {
  CLOSED,
  type Connection,
  directionOf,
  fitsOpening,
  insertedConnection,
  inverseOf,
  isOpening,
  STATE,
  STATUS,
  stateOfLonePacket,
  type Tuple,
  tupleOfPacket,
} from './conntrack.ts';
import { FACT, hasPorts } from './facts.ts';
import {
  CT_DIRECTION,
  CT_LABEL,
  CT_MARK,
  CT_STATE,
  CT_STATUS,
  CT_ZONE,
  DPORT,
  ICMP_CODE,
  ICMP_ID,
  ICMP_TYPE,
  ICMPV6_CODE,
  ICMPV6_TYPE,
  IP_DADDR,
  IP_SADDR,
  IP6_DADDR,
  IP6_SADDR,
  ORIGINAL,
  REPLY,
  SPORT,
  type TupleVariables,
  type Variable,
} from './fields.ts';
import { NOTHING_OPEN, type OpenParts, type PortRange, PROTOCOL, type TracePacket } from './packet.ts';

/** The tuple of the packet as it is now; parts that are not known are null. */
export interface OpenTuple {
  readonly src: number | bigint | null;
  readonly dst: number | bigint | null;
  readonly sport: number | null;
  readonly dport: number | null;
}

export function tupleIn(branch: Branch): OpenTuple {
  const v6 = (branch.facts & FACT.IPV6) !== 0;
  return {
    src: branch.addressOf(v6 ? IP6_SADDR : IP_SADDR),
    dst: branch.addressOf(v6 ? IP6_DADDR : IP_DADDR),
    sport: branch.numberOf(SPORT),
    dport: branch.numberOf(DPORT),
  };
}

/** The tuple under which conntrack looks the packet up: as it is, but for parts that are not known. */
function trackedTuple(branch: Branch, packet: TracePacket): Tuple {
  const written = tupleOfPacket(packet);
  const now = tupleIn(branch);
  const [src, dst] = [now.src ?? written.src, now.dst ?? written.dst];
  if (!isIcmp(packet))
    return { ...written, src, dst, sport: now.sport ?? written.sport, dport: now.dport ?? written.dport };
  const v6 = packet.protocol === PROTOCOL.icmpv6;
  const type = branch.numberOf(v6 ? ICMPV6_TYPE : ICMP_TYPE) ?? 0;
  const code = branch.numberOf(v6 ? ICMPV6_CODE : ICMP_CODE) ?? 0;
  return { src, dst, sport: branch.numberOf(ICMP_ID) ?? written.sport, dport: (type << 8) | code };
}

export function isIcmp({ protocol }: TracePacket): boolean {
  return protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6;
}

/** A packet whose connection nobody gave: what its state says. */
export function startTracking(branch: Branch, packet: TracePacket, hook: Hook): void {
  switch (packet.state) {
    case 'invalid':
      return;
    case 'untracked':
      branch.set(CT_STATE, STATE.untracked);
      return;
    case 'established':
      attachConnection(branch, insertedConnection(packet), packet, packet.direction);
      return;
    case 'related':
      startRelated(branch, packet);
      return;
    case 'new': {
      const state = stateOfLonePacket(packet, hook);
      if (state === 'new') attachNew(branch, packet);
      else branch.set(CT_STATE, STATE[state]);
    }
  }
}

function attachNew(branch: Branch, packet: TracePacket): void {
  const original = trackedTuple(branch, packet);
  const reply = inverseOf(original, packet.protocol);
  const zone = zoneOf(branch);
  const connection: Connection = {
    original,
    reply,
    status: 0,
    mark: 0,
    opening: isOpening(packet),
    zone,
    open: { original: packet.open, reply: inverseParts(packet.open) },
  };
  branch.opening = connection.opening;
  attach(branch, connection, { state: STATE.new, direction: 0 });
}

/** An ICMP error belongs to the connection that it is about, in whose reply direction it travels [a8]; anything else was expected by another. */
function startRelated(branch: Branch, packet: TracePacket): void {
  if (!isIcmp(packet)) {
    attachNew(branch, packet);
    branch.set(CT_STATE, STATE.related);
    branch.facts |= FACT.MASTER;
    return;
  }
  const about: Tuple = { src: packet.dst, dst: packet.src, sport: 0, dport: 0 };
  const status = STATUS.seenReply | STATUS.assured | STATUS.confirmed;
  attach(
    branch,
    {
      original: about,
      reply: { ...about, src: about.dst, dst: about.src },
      status,
      mark: packet.ctMark ?? 0,
      opening: false,
      zone: zoneOf(branch),
      open: CLOSED,
    },
    { state: STATE.related, direction: 1 },
  );
  for (const { sport, dport } of [ORIGINAL, REPLY]) {
    branch.set(sport, undefined);
    branch.set(dport, undefined);
  }
}

const ACK = 16;

/** A packet that meets an entry in the table: it belongs to it, or it does not. Kernel: resolve_normal_ct(), nf_conntrack_tcp_packet(). */
export function lookUpConnection(branch: Branch, connection: Connection, packet: TracePacket, hook: Hook): void {
  if (packet.state === 'related') {
    attach(branch, connection, { state: STATE.related, direction: 1 });
    return;
  }
  const broken = packet.badChecksum && hook === 'prerouting';
  const sameZone = connection.zone === zoneOf(branch);
  const direction = broken ? null : sameZone ? directionOf(trackedTuple(branch, packet), connection) : null;
  if (direction === null) {
    startTracking(branch, { ...packet, state: packet.state === 'established' ? 'new' : packet.state }, hook);
  } else if (direction === 'reply' || !connection.opening || fitsOpening(packet)) {
    attachConnection(branch, connection, packet, direction);
  }
}

const COOKIE_ACK = 11;

function attachConnection(
  branch: Branch,
  connection: Connection,
  packet: TracePacket,
  direction: 'original' | 'reply',
): void {
  const reply = direction === 'reply';
  const answered = (connection.status & STATUS.seenReply) !== 0;
  let { status } = connection;
  if (reply) status |= STATUS.seenReply;
  if (assures(packet, reply, answered)) status |= STATUS.assured;
  const state = reply || answered ? STATE.established : STATE.new;
  branch.opening = connection.opening && !reply;
  attach(branch, { ...connection, status }, { state, direction: reply ? 1 : 0 });
}

/** Kernel: the connection will not be dropped early: the third packet of TCP's handshake, the fourth of SCTP's. */
function assures({ protocol, tcpFlags, sctpChunk }: TracePacket, reply: boolean, answered: boolean): boolean {
  if (protocol === PROTOCOL.tcp) return !reply && answered && ((tcpFlags ?? ACK) & ACK) !== 0;
  return protocol === PROTOCOL.sctp && reply && sctpChunk === COOKIE_ACK;
}

/** The zone of a template that was taken off. */
function zoneOf(branch: Branch): number {
  return branch.numberOf(CT_ZONE) ?? 0;
}

/** A template counts as an entry until conntrack sees the packet. */
export function attachTemplate(branch: Branch, zone: number | null): void {
  branch.template = true;
  branch.facts |= FACT.ENTRY;
  branch.set(CT_STATE, STATE.new);
  branch.set(CT_DIRECTION, 0);
  branch.set(CT_STATUS, STATUS.confirmed | STATUS.template);
  branch.set(CT_MARK, 0);
  branch.set(CT_ZONE, zone ?? undefined);
  // Kernel: nf_ct_tmpl_alloc(): its tuples are zeros [template].
  const none = (branch.facts & FACT.IPV6) !== 0 ? 0n : 0;
  const nothing = { src: none, dst: none, sport: 0, dport: 0 };
  setTuple(branch, ORIGINAL, nothing, NOTHING_OPEN);
  setTuple(branch, REPLY, nothing, NOTHING_OPEN);
}

/** Kernel: nf_conntrack_in() looks the packet up as what the template says, without it. */
export function takeTemplateOff(branch: Branch): void {
  branch.template = false;
  branch.facts &= ~FACT.ENTRY;
  branch.set(CT_STATE, STATE.invalid);
}

function attach(
  branch: Branch,
  connection: Connection,
  { state, direction }: { state: number; direction: number },
): void {
  branch.facts |= FACT.ENTRY;
  branch.set(CT_STATE, state);
  branch.set(CT_DIRECTION, direction);
  branch.set(CT_STATUS, connection.status);
  branch.set(CT_MARK, connection.mark);
  branch.set(CT_ZONE, connection.zone);
  branch.set(CT_LABEL, 0n);
  setTuple(branch, ORIGINAL, connection.original, connection.open.original);
  setTuple(branch, REPLY, connection.reply, connection.open.reply);
}

function setTuple(branch: Branch, variables: TupleVariables, { src, dst, sport, dport }: Tuple, open: OpenParts): void {
  branch.set(typeof src === 'bigint' ? variables.saddr6 : variables.saddr, open.src ? undefined : src);
  branch.set(typeof dst === 'bigint' ? variables.daddr6 : variables.daddr, open.dst ? undefined : dst);
  setPort(branch, variables.sport, open.sport ?? sport);
  setPort(branch, variables.dport, open.dport ?? dport);
}

/** A port, or a range out of which it was drawn. */
export function setPort(branch: Branch, variable: Variable, port: number | PortRange): void {
  if (typeof port === 'number') branch.set(variable, port);
  else branch.setDomain(variable, { kind: 'numbers', ranges: [port.from, port.to] });
}

function inverseParts({ src, dst, sport, dport }: OpenParts): OpenParts {
  return {
    ...(src ? { dst: src } : {}),
    ...(dst ? { src: dst } : {}),
    ...(sport ? { dport: sport } : {}),
    ...(dport ? { sport: dport } : {}),
  };
}

/** The addresses of a tuple's variables for the branch's family. */
export function tupleVariables(branch: Branch, { saddr, daddr, saddr6, daddr6, sport, dport }: TupleVariables) {
  const v6 = (branch.facts & FACT.IPV6) !== 0;
  return { src: v6 ? saddr6 : saddr, dst: v6 ? daddr6 : daddr, sport, dport };
}

/** The entry after the packet: what the next packet of the connection meets. Null without one. */
export function connectionOf(branch: Branch, packet: TracePacket): Connection | null {
  if ((branch.facts & FACT.ENTRY) === 0 || branch.template) return null;
  const original = readTuple(branch, ORIGINAL, packet);
  const reply = readTuple(branch, REPLY, packet);
  const status = branch.numberOf(CT_STATUS);
  if (status === null) return null;
  return {
    original: original.tuple,
    reply: reply.tuple,
    status,
    mark: branch.numberOf(CT_MARK) ?? 0,
    opening: branch.opening,
    zone: zoneOf(branch),
    open: { original: original.open, reply: reply.open },
  };
}

/** An address that nobody knows stands as 0, a port out of a range as its first. */
function readTuple(branch: Branch, variables: TupleVariables, packet: TracePacket): { tuple: Tuple; open: OpenParts } {
  const parts = tupleVariables(branch, variables);
  const nobody = packet.family === 'ip' ? 0 : 0n;
  const [src, dst] = [branch.addressOf(parts.src), branch.addressOf(parts.dst)];
  const ported = hasPorts(packet.protocol) || isIcmp(packet);
  const [sport, dport] = [parts.sport, parts.dport].map((variable) => (ported ? portIn(branch, variable) : 0));
  const first = (port: number | PortRange | undefined) => (typeof port === 'object' ? port.from : (port ?? 0));
  return {
    tuple: { src: src ?? nobody, dst: dst ?? nobody, sport: first(sport), dport: first(dport) },
    open: {
      ...(src === null ? { src: true } : {}),
      ...(dst === null ? { dst: true } : {}),
      ...(typeof sport === 'object' ? { sport } : {}),
      ...(typeof dport === 'object' ? { dport } : {}),
    },
  };
}

function portIn(branch: Branch, variable: Variable): number | PortRange {
  const known = branch.numberOf(variable);
  if (known !== null) return known;
  const range = branch.domains.get(variable.name);
  if (range?.kind !== 'numbers' || range.ranges.length < 2) return 0;
  return { from: range.ranges[0] as number, to: range.ranges[range.ranges.length - 1] as number };
}
