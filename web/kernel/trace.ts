/**
 * What happens to one packet: every rule that it matches, in order, and its fate; with all fates that are possible where the dump does not decide.
 */
import type { Ruleset } from '../model/ruleset.ts';
import {
  type Branch,
  type Choice,
  type Effect,
  type HookPassed,
  listOf,
  type PacketView,
  type SetChanges,
  type TraceStep,
} from './branch.ts';
import { Program } from './compile.ts';
import { connectionOf } from './connection-state.ts';
import type { Connection } from './conntrack.ts';
import type { End } from './domain.ts';
import { Journey } from './journey.ts';
import type { HookOrder } from './order.ts';
import type { TracePacket } from './packet.ts';
import { Plan } from './plan.ts';
import type { RoutingTables } from './routing.ts';
import { startBranch } from './start.ts';
import { TraceDomain } from './trace-domain.ts';
import type { RuleWatch } from './trace-forks.ts';
import { viewOf } from './view.ts';

/** A ruleset made ready for packets: share it between traces, because rules are compiled and sets indexed as packets meet them. */
export interface Tracer {
  readonly program: Program;
  readonly plan: Plan;
}

/** `order` where it is known already. Cost: that of effectiveOrder and conntrackUse. */
export function createTracer(ruleset: Ruleset, order?: readonly HookOrder[]): Tracer {
  return { program: new Program(ruleset), plan: new Plan(ruleset, order) };
}

export interface TraceOptions {
  readonly routing: RoutingTables;
  /** The connection's entry before this packet; null: none (the packet's `state` says what there is). */
  readonly connection?: Connection | null;
  /** What the rules wrote to sets for packets before this one. */
  readonly sets?: SetChanges;
  /** Answers that the user gives: by the unknown's text. */
  readonly pins?: ReadonlyMap<string, boolean | number | string>;
  /** Default 256. */
  readonly maxBranches?: number;
  readonly bridgeCallsIp?: boolean;
  /** No program of the node takes packets out of queues or by a proxy's socket; default: it is not known whether one does. */
  readonly noPrograms?: boolean;
  readonly watch?: RuleWatch;
}

/** A packet that `dup` or TEE sent. */
export interface CopySent {
  readonly end: End;
  readonly last: PacketView;
  readonly toSelf: boolean;
}

/** One way that the packet may take. */
export interface Course {
  readonly steps: readonly TraceStep[];
  readonly hooks: readonly HookPassed[];
  readonly effects: readonly Effect[];
  /** Copies that were sent, each with its own end. */
  readonly copies: readonly CopySent[];
  readonly end: End;
  /** The packet where it left the rules. */
  readonly last: PacketView;
  /** It was redirected to the node itself: whatever its destination turned out to be is an address of the node. */
  readonly toSelf: boolean;
  readonly choices: readonly Choice[];
  readonly idle: ReadonlySet<string>;
  /** Of all choices together; null where one is not known. */
  readonly probability: number | null;
  readonly weight: number;
  readonly notes: readonly string[];
  /** The entry after the packet. */
  readonly connection: Connection | null;
  /** What rules wrote to sets, with what they wrote before. */
  readonly sets: SetChanges;
}

export interface TraceRun {
  readonly packet: TracePacket;
  /** The likeliest first; at least one. */
  readonly courses: readonly Course[];
  /** There are more than were followed. */
  readonly cut: boolean;
  /** Every question that came up, pinned ones too. */
  readonly asked: ReadonlySet<string>;
}

/** Cost: linear in the rules that the packet meets, times the branches. Never throws. */
export function tracePacket(tracer: Tracer, packet: TracePacket, options: TraceOptions): TraceRun {
  const domain = new TraceDomain({
    packet,
    routing: options.routing,
    pins: options.pins ?? new Map(),
    maxBranches: options.maxBranches ?? 256,
    noPrograms: options.noPrograms ?? false,
    watch: options.watch,
  });
  const journey = new Journey(tracer.program, tracer.plan, domain, { bridgeCallsIp: options.bridgeCallsIp ?? false });
  const branch = startBranch(packet);
  branch.connection = options.connection ?? null;
  if (options.sets) branch.sets = options.sets;
  if (packet.path === 'output' && packet.arp === null) domain.routeFirst(branch);
  if (packet.arp !== null) journey.arp([branch], packet.path === 'output' ? 'output' : 'input');
  else if (packet.path === 'output') journey.send([branch], packet.family);
  else if (packet.path === 'bridge') journey.bridge([branch], packet.family);
  else journey.receive([branch], packet.family);
  const courses = domain.done.map((done) => courseOf(done, packet)).sort((a, b) => b.weight - a.weight);
  return { packet, courses, cut: domain.cut, asked: domain.asked };
}

function courseOf(branch: Branch, packet: TracePacket): Course {
  return {
    steps: listOf(branch.steps),
    hooks: listOf(branch.hooks),
    effects: listOf(branch.effects),
    copies: listOf(branch.copies).map((copy) => ({ end: copy.end as End, last: viewOf(copy), toSelf: copy.toSelf })),
    end: branch.end as End,
    last: viewOf(branch),
    toSelf: branch.toSelf,
    choices: listOf(branch.choices),
    idle: branch.idle,
    probability: branch.probability,
    weight: branch.weight,
    notes: [...branch.notes],
    connection: connectionOf(branch, packet),
    sets: branch.sets,
  };
}
