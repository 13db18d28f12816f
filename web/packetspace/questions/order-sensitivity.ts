/**
 * Does the order of two owners matter? Packets whose fate would be another one, for each kind of difference that was met, replayed by the
 * tracer as things are and swapped; or the proof that there is none.
 */

import { type Fate, fateOf } from '../../kernel/fate.ts';
import { MARK } from '../../kernel/fields.ts';
import type { HookOrder } from '../../kernel/order.ts';
import { readPacket } from '../../kernel/packet-input.ts';
import { Plan } from '../../kernel/plan.ts';
import { AssumedTables } from '../../kernel/routing.ts';
import { type Tracer, tracePacket } from '../../kernel/trace.ts';
import { BudgetExceeded } from '../diagram/budget.ts';
import type { Cube } from '../diagram/cube.ts';
import { not, type Ref, TRUE } from '../diagram/ref.ts';
import type { PacketSpace } from '../packet-space.ts';
import type { FamilySpace, Run } from '../symbolic/execute.ts';
import type { Family } from '../symbolic/layout.ts';
import type { Part } from '../symbolic/space.ts';
import type { Origin } from '../symbolic/universe.ts';
import { agree, type DifferenceKind, differences, suspiciousParts, unknownsIn } from './compare-runs.ts';
import { commonWitness, QUICK, type WitnessPacket } from './witness-packet.ts';

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
  /** One for each kind of difference that was met: once one shows a packet that goes elsewhere, others are not looked for in earnest. */
  readonly witnesses: readonly OrderWitness[];
  /** What nobody knows on which it depends: what the proof holds up to, or what the witnesses need an answer to. */
  readonly unknowns: readonly string[];
  readonly undecided: string | null;
}

interface Tracers {
  readonly asIs: Tracer;
  readonly swapped: Tracer;
}

/** What one comparison may take: a large node has too many packets for some. */
const LIMITS = { steps: 3_000_000, nodes: 1_500_000 };
const TRIES_IN_A_PART = 3;
/** Sets at a change, for each way in which packets leave it, out of which some are tried before both orders are followed to the end. */
const TRIED_AT_CHANGE = 6;
/** Witnesses that are tried until the tracer agrees. */
const TRIES = 6;

/**
 * Compares the node as it is with the same node in another order of chains. Cost: the changed chains, for each family and origin; where no packet of which
 * they make something else shows at once that it goes elsewhere, a run of both orders from there on, too.
 *
 * `matters`: that it does is known from elsewhere; more packets are tried, and nothing is compared that they do not show.
 */
export function compareOrder(space: PacketSpace, order: readonly HookOrder[], matters = false): OrderResult {
  const plan = new Plan(space.ruleset, order);
  const tracers: Tracers = { asIs: space.tracer, swapped: { program: space.tracer.program, plan } };
  const found: OrderWitness[] = [];
  const unknowns = new Set<string>();
  let undecided: string | null = null;
  for (const family of space.families) {
    const own = space.family(family);
    for (const origin of ['received', 'sent'] as const) {
      const run = space.run(family, origin);
      undecided ??= run.undecided;
      const isEnough = (parts: readonly Part[]) => {
        for (const text of tryFew(own, tracers, origin, parts, found)) unknowns.add(text);
        return matters || showsThatItMatters(found);
      };
      const pair = run.undecided === null ? own.divergence(run, plan, isEnough) : null;
      if (!pair) continue;
      const { before, after } = pair;
      try {
        undecided ??= before.undecided ?? after.undecided;
        if (before.undecided === null && after.undecided === null) {
          const collected = collectWitnesses(own, tracers, before, after, found);
          for (const text of collected.unknowns) unknowns.add(text);
          undecided ??= collected.undecided;
        }
      } catch (error) {
        if (!(error instanceof BudgetExceeded)) throw error;
        undecided ??= TOO_MANY;
      } finally {
        if (before !== run) own.release(before);
        own.release(after);
      }
    }
  }
  // Sets that no packet shows would be a fault of the sets: nothing is claimed then.
  const shown = found.some(({ replayed }) => replayed);
  if (!shown && found.length > 0) undecided ??= NOT_SHOWN;
  const sensitive = shown ? true : undecided === null ? false : null;
  return { sensitive, witnesses: found, unknowns: [...unknowns], undecided };
}

function showsThatItMatters(found: readonly OrderWitness[]): boolean {
  return found.some((witness) => witness.replayed && !isMinor(witness));
}

/** No packet goes elsewhere: another mark, or the same source from another choice of ports (masqueraded with random ports, and without). */
export function isMinor({ kind, asIs, swapped }: OrderWitness): boolean {
  const sources = (fates: readonly TracedFate[]) => textsOf(fates, ({ fate }) => String(fate.snat?.address));
  return kind === 'mark' || (kind === 'snat' && sources(asIs) === sources(swapped));
}

/** Puts packets to `found` of which a change makes something else, where their fates differ; what they need an answer to. */
function tryFew(
  own: FamilySpace,
  tracers: Tracers,
  origin: Origin,
  parts: readonly Part[],
  found: OrderWitness[],
): string[] {
  const unknowns: string[] = [];
  for (const part of parts.slice(0, TRIED_AT_CHANGE)) {
    const most = found.length === 0 ? TRIES_IN_A_PART : 1;
    for (const witness of shownBy(own, tracers, origin, part, most, QUICK)) {
      if (!found.some(({ kind, replayed }) => replayed && kind === witness.kind)) unknowns.push(...unknownsOf(witness));
      addWitness(found, witness);
    }
  }
  return unknowns;
}

interface Collected {
  readonly unknowns: readonly string[];
  readonly undecided: string | null;
}

/** Puts what was found to the others; the texts of what it depends on. */
function collectWitnesses(
  own: FamilySpace,
  tracers: Tracers,
  before: Run,
  after: Run,
  found: OrderWitness[],
): Collected {
  let parts: readonly Part[];
  try {
    parts = own.diagrams.within(LIMITS, () => suspiciousParts(own, before, after));
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    return { unknowns: [], undecided: TOO_MANY };
  }
  const unknowns: string[] = [];
  let undecided: string | null = null;
  // Where destinations are new ones, packets may be a relation of many lines: what is decided without them, stands.
  for (const isMoved of [false, true]) {
    if (isMoved && showsThatItMatters(found)) break;
    const group = parts.filter(({ view }) => view.daddr === isMoved);
    const collected = group.length === 0 ? null : ofParts(own, tracers, before, after, group, found);
    unknowns.push(...(collected?.unknowns ?? []));
    undecided ??= collected?.undecided ?? null;
  }
  return { unknowns, undecided };
}

function ofParts(
  own: FamilySpace,
  tracers: Tracers,
  before: Run,
  after: Run,
  parts: readonly Part[],
  found: OrderWitness[],
): Collected {
  const isKnown = (kind: DifferenceKind) => found.some((each) => each.kind === kind && each.replayed);
  try {
    const agreeIn = (aspect: 'way' | 'fate') =>
      own.diagrams.within(LIMITS, () => agree(own, before, after, parts, aspect));
    if (agreeIn('way')) {
      const isShown = () => isKnown('mark') || isKnown('snat');
      const shown = isShown() ? [] : firstShown(own, tracers, before.origin, parts);
      for (const witness of shown) addWitness(found, witness);
      const unknowns = isShown() ? shown.flatMap(unknownsOf) : parts.flatMap(({ set }) => unknownsIn(own, set));
      if (isShown() || agreeIn('fate')) return { unknowns, undecided: null };
    }
    const list = own.diagrams.within(LIMITS, () => differences(own, before, after, parts));
    let undecided: string | null = null;
    for (const { kind, packets } of list) {
      if (isKnown(kind)) continue;
      const witness = replayedWitness(own, tracers, before.origin, kind, packets);
      if (witness) addWitness(found, witness);
      else undecided = NOT_SHOWN;
    }
    return { unknowns: list.flatMap(({ packets }) => unknownsIn(own, packets.set)), undecided };
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
  }
  // The packets whose fates differ are too many to be had as one set: some of those are tried of which something differs.
  let shown = false;
  for (const part of parts) {
    for (const witness of shownBy(own, tracers, before.origin, part)) {
      shown = true;
      addWitness(found, witness);
    }
  }
  const unknowns = parts.flatMap(({ set }) => unknownsIn(own, set));
  return { unknowns, undecided: shown ? null : TOO_MANY };
}

function unknownsOf({ answers }: OrderWitness): string[] {
  return answers.map(({ unknown }) => unknown);
}

/** What the first part shows of which a few packets show anything. */
function firstShown(own: FamilySpace, tracers: Tracers, origin: Origin, parts: readonly Part[]): OrderWitness[] {
  for (const part of parts) {
    const shown = shownBy(own, tracers, origin, part, 1);
    if (shown.length > 0) return shown;
  }
  return [];
}

const TOO_MANY = 'the packets whose fates may differ are too many';
const NOT_SHOWN = 'sets differ, but no packet was found that shows it';

/** One of each kind, rather one that the tracer shows. */
function addWitness(found: OrderWitness[], witness: OrderWitness): void {
  const known = found.findIndex(({ kind }) => kind === witness.kind);
  if (known < 0) found.push(witness);
  else if (witness.replayed && !(found[known] as OrderWitness).replayed) found[known] = witness;
}

/** Some packets of a part whose fates differ. */
function shownBy(
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
    const kind = kindOf(own, asIs, swapped);
    if (kind) found.push({ ...chosen, kind, family: own.family, origin, asIs, swapped, replayed: true });
    if (kind === 'verdict') return found;
    sets.push(not(alike(own, chosen, tries)));
  }
  return found;
}

/** The most important way in which fates differ. */
function kindOf(own: FamilySpace, asIs: readonly TracedFate[], swapped: readonly TracedFate[]): DifferenceKind | null {
  const asked = askedMarkBits(own);
  return KINDS.find((kind) => keysOf(asIs, kind, asked) !== keysOf(swapped, kind, asked)) ?? null;
}

/** The bits of the mark that some rule asks for: no other ones make a difference. */
export function askedMarkBits({ layout }: FamilySpace): number {
  return Number(layout.bitsOf(MARK)?.now.mask ?? 0n);
}

const KINDS: readonly DifferenceKind[] = ['verdict', 'dnat', 'snat', 'mark'];

/** The first of a few witnesses whose fates differ in the tracer, too; else the first. */
function replayedWitness(
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
    const shown = kindOf(own, asIs, swapped);
    const replayed = shown !== null;
    const made = { ...chosen, kind: shown ?? kind, family: own.family, origin, asIs, swapped, replayed };
    if (replayed) return made;
    first ??= made;
    sets.push(not(alike(own, chosen, tries)));
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
