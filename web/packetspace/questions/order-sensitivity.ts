/**
 * Does the order of two owners matter? The packets whose fate would be another one, each kind of difference with a packet that shows it, replayed by the
 * tracer as things are and swapped; or the proof that there is none.
 */

import { type Fate, fateKey, fateOf } from '../../kernel/fate.ts';
import type { HookOrder } from '../../kernel/order.ts';
import { readPacket } from '../../kernel/packet-input.ts';
import { Plan } from '../../kernel/plan.ts';
import { AssumedTables } from '../../kernel/routing.ts';
import { createTracer, type Tracer, tracePacket } from '../../kernel/trace.ts';
import type { Cube } from '../diagram/cube.ts';
import { FALSE, type Ref, TRUE } from '../diagram/ref.ts';
import type { PacketSpace } from '../packet-space.ts';
import type { FamilySpace, Run } from '../symbolic/execute.ts';
import type { Family } from '../symbolic/layout.ts';
import type { Origin } from '../symbolic/universe.ts';
import { type DifferenceKind, differences, unknownsIn } from './compare-runs.ts';
import { type WitnessPacket, witnessPacket } from './witness-packet.ts';

/** One of the things that may become of a packet. */
export interface TracedFate {
  readonly fate: Fate;
  /** At the end; null: not known. */
  readonly mark: number | null;
}

/** A packet that shows that the order matters. */
export interface OrderWitness extends WitnessPacket {
  readonly kind: DifferenceKind;
  readonly family: Family;
  readonly origin: Origin;
  /** What the tracer says may become of it: as things are, and swapped. */
  readonly asIs: readonly TracedFate[];
  readonly swapped: readonly TracedFate[];
  /** The tracer's fates differ as claimed. */
  readonly replayed: boolean;
}

export interface OrderResult {
  /** null: not decided; `undecided` says why. */
  readonly sensitive: boolean | null;
  /** One for each kind of difference that there is. */
  readonly witnesses: readonly OrderWitness[];
  /** What nobody knows on which it depends: what the proof holds up to, or what the witnesses need an answer to. */
  readonly unknowns: readonly string[];
  readonly undecided: string | null;
}

/** Witnesses that are tried until the tracer agrees. */
const TRIES = 6;

/** Compares the node as it is with the same node in another order of chains. Cost: a run from the changed chain on, for each family and origin. */
export function compareOrder(space: PacketSpace, order: readonly HookOrder[]): OrderResult {
  const tracers = { asIs: space.tracer, swapped: createTracer(space.ruleset, order) };
  const found: OrderWitness[] = [];
  const unknowns = new Set<string>();
  let undecided: string | null = null;
  for (const family of space.families) {
    const own = space.family(family);
    const plan = new Plan(space.ruleset, order);
    for (const origin of ['received', 'sent'] as const) {
      const before = space.run(family, origin);
      const after = own.run(origin, {}, plan);
      try {
        undecided ??= before.undecided ?? after.undecided;
        if (before.undecided === null && after.undecided === null) {
          for (const text of collectWitnesses(own, tracers, before, after, found)) unknowns.add(text);
        }
      } finally {
        own.release(after);
      }
    }
  }
  // Sets that no packet shows would be a fault of the sets: nothing is claimed then.
  const shown = found.some(({ replayed }) => replayed);
  if (!shown && found.length > 0) undecided ??= 'sets differ, but no packet was found that shows it';
  const sensitive = shown ? true : undecided === null ? false : null;
  return { sensitive, witnesses: found, unknowns: [...unknowns], undecided };
}

function collectWitnesses(
  own: FamilySpace,
  tracers: { readonly asIs: Tracer; readonly swapped: Tracer },
  before: Run,
  after: Run,
  found: OrderWitness[],
): string[] {
  const unknowns: string[] = [];
  for (const { kind, packets } of differences(own, before, after)) {
    unknowns.push(...unknownsIn(own, packets));
    const known = found.findIndex((each) => each.kind === kind);
    if (known >= 0 && (found[known] as OrderWitness).replayed) continue;
    const witness = replayedWitness(own, tracers, before.origin, kind, packets);
    if (!witness) continue;
    if (known < 0) found.push(witness);
    else if (witness.replayed) found[known] = witness;
  }
  return unknowns;
}

/** The first of a few witnesses whose fates differ in the tracer, too; else the first. */
function replayedWitness(
  own: FamilySpace,
  tracers: { readonly asIs: Tracer; readonly swapped: Tracer },
  origin: Origin,
  kind: DifferenceKind,
  packets: Ref,
): OrderWitness | null {
  let left = packets;
  let first: OrderWitness | null = null;
  for (let tries = 0; tries < TRIES && left !== FALSE; tries++) {
    const chosen = witnessPacket(own, left, origin);
    if (!chosen) return first;
    const asIs = fatesOf(tracers.asIs, chosen, own);
    const swapped = fatesOf(tracers.swapped, chosen, own);
    const replayed = keysOf(asIs, kind) !== keysOf(swapped, kind);
    const made = { ...chosen, kind, family: own.family, origin, asIs, swapped, replayed };
    if (replayed) return made;
    first ??= made;
    left = own.diagrams.diff(left, alike(own, chosen, tries));
  }
  return first;
}

/** Packets that would show no more: those to the same destination, to the same port, of the same protocol. */
function alike(own: FamilySpace, { packet: json }: WitnessPacket, tries: number): Ref {
  const { packet } = readPacket(json);
  if (!packet) return TRUE;
  if (tries % 3 === 1 && packet.dport !== null) {
    return own.diagrams.cube(own.layout.dport.input.cube(packet.dport, null) as Cube);
  }
  if (tries % 3 === 2) return own.sets.protocol(packet.protocol);
  return own.diagrams.cube(own.layout.daddr.input.cube(packet.dst, null) as Cube);
}

/** What may become of the packet, with what has to be answered so. */
export function fatesOf(tracer: Tracer, { packet: json, answers }: WitnessPacket, own: FamilySpace): TracedFate[] {
  const { packet } = readPacket(json);
  if (!packet) return [];
  const routing = new AssumedTables(packet, new Set(own.sets.locals));
  const pins = new Map(answers.map(({ unknown, value }) => [unknown, value]));
  const run = tracePacket(tracer, packet, { routing, pins });
  return run.courses.map((course) => ({ fate: fateOf(course, packet, routing), mark: course.last.mark }));
}

function keysOf(fates: readonly TracedFate[], kind: DifferenceKind): string {
  const keys = fates.map(({ fate, mark }) => (kind === 'mark' ? `${fateKey(fate)} ${mark}` : fateKey(fate)));
  return [...new Set(keys)].sort().join('\n');
}
