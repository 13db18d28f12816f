/** Packets that show that an order matters: taken out of sets, and replayed by the tracer as things are and swapped. */
import { type Fate, fateOf } from '../../kernel/fate.ts';
import { MARK } from '../../kernel/fields.ts';
import { readPacket } from '../../kernel/packet-input.ts';
import { AssumedTables } from '../../kernel/routing.ts';
import { type Tracer, tracePacket } from '../../kernel/trace.ts';
import { not, type Ref, TRUE } from '../diagram/ref.ts';
import type { FamilySpace } from '../symbolic/execute.ts';
import type { Family } from '../symbolic/layout.ts';
import type { Part } from '../symbolic/space.ts';
import type { Origin } from '../symbolic/universe.ts';
import type { DifferenceKind } from './compare-runs.ts';
import { commonWitness, type QUICK, type WitnessPacket } from './witness-packet.ts';

/** One of the things that may become of a packet. */
export interface TracedFate {
  readonly fate: Fate;
  /** At the end; null: not known. */
  readonly mark: number | null;
}

const TRIES_IN_A_PART = 3;
/** Witnesses that are tried until the tracer agrees. */
const TRIES = 6;

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

export interface Tracers {
  readonly asIs: Tracer;
  readonly swapped: Tracer;
}

/** No packet goes elsewhere: another mark, or the same source from another choice of ports (masqueraded with random ports, and without). */
export function isMinor({ kind, asIs, swapped }: OrderWitness): boolean {
  const sources = (fates: readonly TracedFate[]) => textsOf(fates, ({ fate }) => String(fate.snat?.address));
  return kind === 'mark' || (kind === 'snat' && sources(asIs) === sources(swapped));
}

export function unknownsOf({ answers }: OrderWitness): string[] {
  return answers.map(({ unknown }) => unknown);
}

/** What the first part shows of which a few packets show anything. */
export function firstShown(own: FamilySpace, tracers: Tracers, origin: Origin, parts: readonly Part[]): OrderWitness[] {
  for (const part of parts) {
    const shown = shownBy(own, tracers, origin, part, 1);
    if (shown.length > 0) return shown;
  }
  return [];
}

/** One of each kind, rather one that the tracer shows. */
export function addWitness(found: OrderWitness[], witness: OrderWitness): void {
  const known = found.findIndex(({ kind }) => kind === witness.kind);
  if (known < 0) found.push(witness);
  else if (witness.replayed && !(found[known] as OrderWitness).replayed) found[known] = witness;
}

/** Some packets of a part whose fates differ. */
export function shownBy(
  own: FamilySpace,
  tracers: Tracers,
  origin: Origin,
  part: Part,
  most = TRIES_IN_A_PART,
  effort?: typeof QUICK,
): OrderWitness[] {
  const found: OrderWitness[] = [];
  const sets = [...own.domain.frames.sets(part)];
  for (let tries = 0; tries < most; tries++) {
    const chosen = commonWitness(own, sets, origin, effort);
    if (!chosen) return found;
    const asIs = fatesOf(tracers.asIs, chosen, own);
    const swapped = fatesOf(tracers.swapped, chosen, own);
    const [kind] = kindsOf(own, asIs, swapped);
    if (kind) found.push({ ...chosen, kind, family: own.family, origin, asIs, swapped, replayed: true });
    if (kind === 'verdict') return found;
    sets.push(not(alike(own, chosen, tries)));
  }
  return found;
}

/** The ways in which fates differ, the most important first. Where the verdict is another one, nothing else is compared. */
export function kindsOf(
  own: FamilySpace,
  asIs: readonly TracedFate[],
  swapped: readonly TracedFate[],
): DifferenceKind[] {
  const asked = askedMarkBits(own);
  const kinds = KINDS.filter((kind) => keysOf(asIs, kind, asked) !== keysOf(swapped, kind, asked));
  return kinds[0] === 'verdict' ? ['verdict'] : kinds;
}

/** The bits of the mark that some rule asks for: no other ones make a difference. */
export function askedMarkBits({ layout }: FamilySpace): number {
  return Number(layout.bitsOf(MARK)?.now.mask ?? 0n);
}

export const KINDS: readonly DifferenceKind[] = ['verdict', 'dnat', 'snat', 'mark'];

/** The first of a few witnesses whose fates differ in the tracer, too; else the first. */
export function replayedWitness(
  own: FamilySpace,
  tracers: Tracers,
  origin: Origin,
  kind: DifferenceKind,
  packets: Part,
): OrderWitness | null {
  const sets = [...own.domain.frames.sets(packets)];
  let first: OrderWitness | null = null;
  for (let tries = 0; tries < TRIES; tries++) {
    const chosen = commonWitness(own, sets, origin);
    if (!chosen) return first;
    const asIs = fatesOf(tracers.asIs, chosen, own);
    const swapped = fatesOf(tracers.swapped, chosen, own);
    // What the tracer shows may be more than what the sets know: a hash that decides a verdict.
    const [shown] = kindsOf(own, asIs, swapped);
    const replayed = shown !== undefined;
    const made = { ...chosen, kind: shown ?? kind, family: own.family, origin, asIs, swapped, replayed };
    if (replayed) return made;
    first ??= made;
    sets.push(not(alike(own, chosen, tries)));
  }
  return first;
}

/** The first of a few packets of a part that differs in this way in the tracer, too, whatever else differs; null: none does. */
export function witnessOfKind(
  own: FamilySpace,
  tracers: Tracers,
  origin: Origin,
  kind: DifferenceKind,
  packets: Part,
): OrderWitness | null {
  const sets = [...own.domain.frames.sets(packets)];
  for (let tries = 0; tries < TRIES; tries++) {
    const chosen = commonWitness(own, sets, origin);
    if (!chosen) return null;
    const asIs = fatesOf(tracers.asIs, chosen, own);
    const swapped = fatesOf(tracers.swapped, chosen, own);
    if (kindsOf(own, asIs, swapped).includes(kind))
      return { ...chosen, kind, family: own.family, origin, asIs, swapped, replayed: true };
    sets.push(not(alike(own, chosen, tries)));
  }
  return null;
}

/** Packets that would show no more: those to the same destination, to the same port, of the same protocol. */
function alike(own: FamilySpace, { packet: json }: WitnessPacket, tries: number): Ref {
  const { packet } = readPacket(json);
  if (!packet) return TRUE;
  if (tries % 3 === 1 && packet.dport !== null) {
    return own.layout.dport.input.alike(own.diagrams, packet.dport);
  }
  if (tries % 3 === 2) return own.sets.protocol(packet.protocol);
  return own.layout.daddr.input.alike(own.diagrams, packet.dst);
}

/** What may become of the packet, with what has to be answered so. */
export function fatesOf(tracer: Tracer, { packet: json, answers }: WitnessPacket, own: FamilySpace): TracedFate[] {
  const { packet } = readPacket(json);
  // A packet from an address to itself shows nothing: no node sends it.
  if (!packet || packet.src === packet.dst) return [];
  const routing = new AssumedTables(packet, new Set(own.sets.locals));
  const pins = new Map(answers.map(({ unknown, value }) => [unknown, value]));
  const run = tracePacket(tracer, packet, { routing, pins });
  return run.courses.map((course) => ({ fate: fateOf(course, packet, routing), mark: course.last.mark }));
}

function keysOf(fates: readonly TracedFate[], kind: DifferenceKind, asked: number): string {
  return textsOf(fates, (traced) => TEXTS[kind](traced, asked));
}

function textsOf(fates: readonly TracedFate[], textOf: (fate: TracedFate) => string): string {
  return [...new Set(fates.map(textOf))].sort().join('\n');
}

/** What each kind looks at: where packets that are not delivered would have gone makes no difference. By which interface a packet leaves is decided by its new destination; why it is lost, by nobody's rules. */
const TEXTS: Readonly<Record<DifferenceKind, (fate: TracedFate, askedMark: number) => string>> = {
  verdict: verdictText,
  dnat: ({ fate }) => (isDelivered(fate) ? `${fate.dnat?.address} ${JSON.stringify(fate.dnat?.port)}` : ''),
  snat: ({ fate }) => (isDelivered(fate) ? `${fate.snat?.address} ${JSON.stringify(fate.snat?.port)}` : ''),
  mark: markText,
};

function isDelivered({ kind }: Fate): boolean {
  return kind.startsWith('delivered');
}

function verdictText({ fate: { kind, reply } }: TracedFate): string {
  const isOut = kind === 'delivered-left' || kind === 'delivered-right';
  return `${isOut ? 'delivered-out' : kind} ${reply?.kind} ${reply?.type} ${reply?.code}`;
}

/** The mark of a packet that is dropped is nobody's any more. */
function markText(traced: TracedFate, asked: number): string {
  const { mark, fate } = traced;
  return `${verdictText(traced)} ${isDelivered(fate) ? mark && (mark & asked) >>> 0 : ''}`;
}
