/**
 * A recorded case (a line of `--cases`): rulesets in the order in which they were loaded, a packet, the node's addresses and routes, and how its connection
 * came to be. What the case says of the outcome is not read.
 */

import type { SetChanges } from '../kernel/branch.ts';
import { traceConnection } from '../kernel/connection.ts';
import { type Connection, insertedConnection, STATUS } from '../kernel/conntrack.ts';
import { effectiveOrder, type HookOrder } from '../kernel/order.ts';
import type { TracePacket } from '../kernel/packet.ts';
import type { PacketJson, PacketProblem } from '../kernel/packet-fields.ts';
import { readPacket } from '../kernel/packet-input.ts';
import { KnownTables, type RoutingTables } from '../kernel/routing.ts';
import { readTopology } from '../kernel/topology-input.ts';
import { createTracer, type TraceOptions, type TraceRun, type Tracer, tracePacket } from '../kernel/trace.ts';
import { linkRuleset } from '../model/link.ts';
import type { Ruleset } from '../model/ruleset.ts';
import { readDocument } from '../parse/read.ts';
import { LoadOrder } from './load-order.ts';

export interface CaseRuleset {
  readonly format: string;
  readonly text: string;
  readonly family?: number;
}

export interface RecordedCase {
  readonly rulesets: readonly CaseRuleset[];
  readonly ipset: string | null;
  readonly packet: PacketJson;
  readonly topology: unknown;
  readonly setup: Readonly<Record<string, unknown>>;
}

export interface CaseRun {
  readonly run: TraceRun;
  readonly packet: TracePacket;
  readonly ruleset: Ruleset;
  readonly routing: RoutingTables;
}

/** A case that cannot be run: the message says why. */
export class CaseError extends Error {
  override name = 'CaseError';
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** Throws CaseError. */
export function readCase(json: unknown): RecordedCase {
  if (!isObject(json)) throw new CaseError('the case is no JSON object');
  const { packet, ipset, topology, setup } = json;
  if (!isObject(packet)) throw new CaseError('the case has no packet');
  return {
    rulesets: caseRulesets(json),
    ipset: typeof ipset === 'string' ? ipset : null,
    packet,
    topology,
    setup: isObject(setup) ? setup : {},
  };
}

function caseRulesets({ rulesets, ruleset, format }: Record<string, unknown>): CaseRuleset[] {
  const listed = Array.isArray(rulesets) ? rulesets : [{ format, text: ruleset }];
  return listed.map((each: unknown) => {
    if (!isObject(each) || typeof each['text'] !== 'string' || typeof each['format'] !== 'string') {
      throw new CaseError('a ruleset of the case has no text or no format');
    }
    const family = each['family'];
    return { format: each['format'], text: each['text'], ...(typeof family === 'number' ? { family } : {}) };
  });
}

/** Runs cases one after the other; a ruleset that the case before had too is not read again. */
export class CaseRunner {
  private key = '';
  private tracer: Tracer | null = null;

  /** Throws CaseError. */
  run(recorded: RecordedCase): CaseRun {
    const tracer = this.tracerFor(recorded);
    const packet = casePacket(recorded);
    const topology = readTopology(recorded.topology);
    if (!topology) throw new CaseError('the case has no topology');
    const routing = new KnownTables(topology);
    // A recorded namespace has nothing in it but rules.
    const options: TraceOptions = { routing, bridgeCallsIp: bridgeCallsIp(recorded.packet), noPrograms: true };
    const before = connectionBefore(tracer, packet, recorded, options);
    const run = tracePacket(tracer, packet, { ...options, ...before });
    return { run, packet, ruleset: tracer.program.ruleset, routing };
  }

  private tracerFor({ rulesets, ipset, packet }: RecordedCase): Tracer {
    const key = JSON.stringify([rulesets, ipset]);
    if (this.tracer && this.key === key) return this.tracer;
    const { ruleset, order } = loadedNode(rulesets, ipset, packet['family'] === 6);
    const tracer = createTracer(ruleset, order);
    this.key = key;
    this.tracer = tracer;
    return tracer;
  }
}

/**
 * Rulesets as they are when they have been loaded one after the other, with the order in which their base chains then run. `v6`: what iptables' formats
 * without a family of their own are of.
 */
export function loadedNode(
  rulesets: readonly CaseRuleset[],
  ipset: string | null,
  v6: boolean,
): { readonly ruleset: Ruleset; readonly order: readonly HookOrder[] } {
  const load = new LoadOrder();
  for (const each of rulesets) addRuleset(load, each, v6);
  if (ipset !== null) load.addDumps(readDocument(0, 'ipset', ipset));
  const { dumps, registered } = load.result();
  const ruleset = linkRuleset(dumps);
  return { ruleset, order: effectiveOrder(ruleset, registered) };
}

/** An iptables dump is read as one that begins with its tool's own line, so that engine and family are known. */
function addRuleset(load: LoadOrder, { format, text, family }: CaseRuleset, v6: boolean): void {
  const read = /^(ip6?tables)-(nft|legacy)$/.exec(format);
  if (!read) {
    load.addScript(text);
    return;
  }
  const tool = read[1] === 'ip6tables' || family === 6 || (family === undefined && v6) ? 'ip6tables' : 'iptables';
  const engine = read[2] === 'legacy' ? 'legacy' : 'nf_tables';
  load.addDumps(readDocument(0, format, `# Generated by ${tool}-save v1.8.9 (${engine})\n${text}`));
}

/** Throws CaseError for an impossible packet. */
function casePacket({ packet: json, setup }: RecordedCase): TracePacket {
  const { packet, problems } = readPacket(withoutForeignFields(json));
  if (!packet) throw new CaseError(problemText(problems));
  const own = packet.path === 'output';
  return {
    ...packet,
    uid: own ? (packet.uid ?? 0) : null,
    gid: own ? (packet.gid ?? 0) : null,
    badChecksum: packet.badChecksum || setup['mode'] === 'bad layer-4 checksum',
  };
}

const PORTED: ReadonlySet<unknown> = new Set(['tcp', 'udp', 'sctp', 'udplite', 'dccp', 6, 17, 132, 136, 33]);

/** Recorded packets may carry ports that their protocol does not have; the kernel never saw them. */
function withoutForeignFields(json: PacketJson): PacketJson {
  if (PORTED.has(json['proto'] ?? 'tcp')) return json;
  const { sport: _sport, dport: _dport, ...rest } = json;
  return rest;
}

export function problemText(problems: readonly PacketProblem[]): string {
  return problems
    .filter(({ severity }) => severity === 'error')
    .map(({ message }) => message)
    .join(' ');
}

function bridgeCallsIp({ sysctls }: PacketJson): boolean {
  const value = isObject(sysctls) ? sysctls['net.bridge.bridge-nf-call-iptables'] : undefined;
  return value === undefined || Number(value) === 1;
}

// What came before -------------------------------------------------------------------------------------------------------------

interface Before {
  readonly connection?: Connection | null;
  readonly sets?: SetChanges;
}

/** The packets that the case sent before the one that is traced: a handshake through the rules, or the same packet a few times. */
function connectionBefore(
  tracer: Tracer,
  packet: TracePacket,
  { packet: json, setup }: RecordedCase,
  options: TraceOptions,
): Before {
  if (packet.state === 'established') {
    const reply = packet.direction === 'reply';
    const mode = setup['mode'] ?? json['ctSetup'] ?? (reply ? 'insert' : 'through');
    return mode === 'through' ? handshake(tracer, packet, options) : { connection: insertedConnection(packet) };
  }
  const prior = Number(setup['priorPackets'] ?? json['priorPackets'] ?? 0);
  if (packet.state !== 'new' || !(prior > 0)) return {};
  let before: Before = {};
  for (let i = 0; i < Math.min(prior, 16); i++)
    before = passBefore(tracer, unmarked(packet), { ...options, ...before });
  return before;
}

/** Only the packet that is traced carries the mark, unless it is the node's own. */
function unmarked(packet: TracePacket): TracePacket {
  return packet.path === 'output' ? packet : { ...packet, mark: 0 };
}

function passBefore(tracer: Tracer, packet: TracePacket, options: TraceOptions): Before {
  const [course] = tracePacket(tracer, packet, options).courses;
  const connection = course?.connection ?? null;
  const confirmed = connection !== null && (connection.status & STATUS.confirmed) !== 0;
  return { connection: confirmed ? connection : null, ...(course ? { sets: course.sets } : {}) };
}

const HANDSHAKE_PAYLOAD = 8;

function handshake(tracer: Tracer, packet: TracePacket, options: TraceOptions): Before {
  const { packet: plain } = readPacket(handshakeJson(packet));
  if (!plain) return {};
  const first = { ...unmarked({ ...plain, mark: packet.mark }), smac: packet.smac, uid: packet.uid, gid: packet.gid };
  const { established, connection, sets } = traceConnection(
    tracer,
    { ...first, src: packet.src, dst: packet.dst, family: packet.family },
    {
      ...options,
      routing: () => options.routing,
      payload: packet.protocol === 6 ? 0 : HANDSHAKE_PAYLOAD,
      handshakeOnly: true,
    },
  );
  return { connection: established ? connection : insertedConnection(packet), sets };
}

/** A plain first packet of the same connection. */
function handshakeJson({ family, path, iif, oif, protocol, sport, dport, icmpId, icmpType }: TracePacket): PacketJson {
  const any = family === 'ip' ? '192.0.2.1' : '2001:db8::1';
  return {
    family: family === 'ip' ? 4 : 6,
    path,
    ...(iif === null ? {} : { iif }),
    ...(oif === null ? {} : { oif }),
    src: any,
    dst: any,
    proto: protocol,
    ...(sport === null ? {} : { sport }),
    ...(dport === null ? {} : { dport }),
    ...(icmpId === null ? {} : { icmpId }),
    ...(icmpType === null ? {} : { icmpType: 'echo-request' }),
    ...(protocol === 6 ? {} : { payloadLen: HANDSHAKE_PAYLOAD }),
  };
}
