/**
 * Whole connections: the first packet, the answer, and later packets, each through the rules with the entry that the one before left behind. Kernel: what
 * the NAT hooks mapped for the first packet is done to all later ones, and undone for the answers [f1-f4, f28].
 */
import type { PacketView, PortView, SetChanges } from './branch.ts';
import { type Connection, STATUS } from './conntrack.ts';
import { type Fate, fateOf } from './fate.ts';
import { type OpenParts, PROTOCOL, type TracePacket } from './packet.ts';
import { packetLength } from './packet-bytes.ts';
import type { RoutingTables } from './routing.ts';
import { type Course, type TraceOptions, type TraceRun, type Tracer, tracePacket } from './trace.ts';

/** One packet of a connection. */
export interface Passage {
  readonly role: 'first' | 'reply' | 'later';
  readonly run: TraceRun;
  /** The course that was followed: the likeliest. */
  readonly course: Course;
  readonly fate: Fate;
}

export interface ConnectionTrace {
  /** In order; the last one is the first that did not arrive, or the last of the story. */
  readonly passages: readonly Passage[];
  /** Both ends heard of each other. */
  readonly established: boolean;
  /** The entry at the end; null: none. */
  readonly connection: Connection | null;
  /** What rules wrote to sets. */
  readonly sets: SetChanges;
}

export type RoutingFor = (packet: TracePacket) => RoutingTables;

export interface ConnectionOptions extends Omit<TraceOptions, 'routing'> {
  readonly routing: RoutingFor;
  /** Bytes behind the headers of all packets but the first; default 0. */
  readonly payload?: number;
  /** Only what makes the connection established, without a packet after it. */
  readonly handshakeOnly?: boolean;
}

/**
 * The first packet as given; then the answer of whoever got it, and one more packet of the sender. Each goes on from the likeliest course of the one
 * before it. Cost: three traces (SCTP: five).
 */
export function traceConnection(tracer: Tracer, first: TracePacket, options: ConnectionOptions): ConnectionTrace {
  const passages: Passage[] = [];
  let connection: Connection | null = options.connection ?? null;
  let sets = options.sets;
  let outward: Passage | null = null;
  for (const { role, shape } of scriptOf(first, options.handshakeOnly ?? false)) {
    const packet: TracePacket =
      role === 'reply' ? answerTo(outward as Passage, shape) : { ...first, ...shape, state: first.state };
    const passage = pass(tracer, sized(packet, first, options.payload ?? 0), role, {
      ...options,
      connection,
      ...(sets ? { sets } : {}),
    });
    passages.push(passage);
    sets = passage.course.sets;
    if (!arrived(passage.fate)) return { passages, established: false, connection, sets };
    connection = confirmed(passage.course.connection) ?? connection;
    if (role !== 'reply') outward = passage;
  }
  return { passages, established: true, connection, sets: sets ?? new Map() };
}

function pass(tracer: Tracer, packet: TracePacket, role: Passage['role'], options: ConnectionOptions): Passage {
  const routing = options.routing(packet);
  const run = tracePacket(tracer, packet, { ...options, routing });
  const course = run.courses[0] as Course;
  return { role, run, course, fate: fateOf(course, packet, routing) };
}

function confirmed(connection: Connection | null): Connection | null {
  return connection !== null && (connection.status & STATUS.confirmed) !== 0 ? connection : null;
}

export function arrived({ kind }: Fate): boolean {
  return kind === 'delivered-local' || kind === 'delivered-left' || kind === 'delivered-right';
}

function sized(packet: TracePacket, first: TracePacket, payload: number): TracePacket {
  return packet === first ? packet : { ...packet, length: packetLength(packet, payload) };
}

interface Shaped {
  readonly role: Passage['role'];
  readonly shape: Partial<TracePacket>;
}

const SYN = 2;
const ACK = 16;

const FIRST: Shaped = { role: 'first', shape: {} };
const LATER: Shaped = { role: 'later', shape: {} };

/** The packets of a connection's beginning, and one after it. */
function scriptOf({ protocol }: TracePacket, handshakeOnly: boolean): Shaped[] {
  switch (protocol) {
    case PROTOCOL.tcp:
      return [FIRST, { role: 'reply', shape: { tcpFlags: SYN | ACK } }, { role: 'later', shape: { tcpFlags: ACK } }];
    case PROTOCOL.sctp: {
      const handshake: Shaped[] = [
        FIRST,
        { role: 'reply', shape: { sctpChunk: 2 } },
        { role: 'later', shape: { sctpChunk: 10 } },
        { role: 'reply', shape: { sctpChunk: 11 } },
      ];
      return handshakeOnly ? handshake : [...handshake, { role: 'later', shape: { sctpChunk: 0 } }];
    }
    default: {
      const exchange: Shaped[] = [FIRST, { role: 'reply', shape: {} }];
      return handshakeOnly ? exchange : [...exchange, LATER];
    }
  }
}

const ICMP_REPLIES: ReadonlyMap<number, number> = new Map([
  [8, 0],
  [13, 14],
  [128, 129],
]);

function firstOf(port: PortView): number | null {
  return typeof port === 'object' ? (port?.from ?? null) : port;
}

/** What of the answer's addresses and ports nobody knows. */
function openIn({ src, dst, sport, dport }: PacketView): OpenParts {
  return {
    ...(dst === null ? { src: true } : {}),
    ...(src === null ? { dst: true } : {}),
    ...(typeof dport === 'object' && dport ? { sport: dport } : {}),
    ...(typeof sport === 'object' && sport ? { dport: sport } : {}),
  };
}

/** The packet that the receiver sends back: from where the other arrived, to whom it seemed to come from. */
export function answerTo(outward: Passage, shape: Partial<TracePacket>): TracePacket {
  const { packet } = outward.run;
  const { last } = outward.course;
  const local = outward.fate.kind === 'delivered-local';
  const entry = outward.course.connection;
  const reply: TracePacket = {
    ...packet,
    path: local ? 'output' : 'forward',
    iif: local ? null : (last.oif ?? packet.oif),
    oif: local && packet.path === 'output' ? 'lo' : packet.iif,
    src: last.dst ?? entry?.reply.src ?? packet.dst,
    dst: last.src ?? entry?.reply.dst ?? packet.src,
    sport: firstOf(last.dport),
    dport: firstOf(last.sport),
    icmpId: packet.icmpId === null ? null : (entry?.reply.sport ?? packet.icmpId),
    open: openIn(last),
    icmpType: packet.icmpType === null ? null : (ICMP_REPLIES.get(packet.icmpType) ?? packet.icmpType),
    mark: 0,
    ttl: 64,
    dscp: 0,
    ecn: 0,
    uid: null,
    gid: null,
    state: 'new',
    direction: 'original',
    ...shape,
  };
  // Whoever the node itself sent to is answered at the node.
  return !local && packet.path === 'output' ? { ...reply, path: 'input', oif: null } : reply;
}
