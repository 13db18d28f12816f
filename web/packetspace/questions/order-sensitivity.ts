/**
 * Does the order of two owners matter? A packet whose fate would be another one, replayed by the tracer as things are and swapped; or the proof that there is
 * none. In which other ways fates differ, too, is order-kinds.ts's question.
 */
import type { HookOrder } from '../../kernel/order.ts';
import { Plan } from '../../kernel/plan.ts';
import { BudgetExceeded, type Limits } from '../diagram/budget.ts';
import type { PacketSpace } from '../packet-space.ts';
import type { FamilySpace, Run } from '../symbolic/execute.ts';
import type { Part } from '../symbolic/space.ts';
import type { Origin } from '../symbolic/universe.ts';
import { agree, type DifferenceKind, differences, suspiciousParts, unknownsIn, type Whole } from './compare-runs.ts';
import {
  addWitness,
  firstShown,
  isMinor,
  KINDS,
  type OrderWitness,
  replayedWitness,
  shownBy,
  type Tracers,
  unknownsOf,
} from './order-witness.ts';
import { QUICK } from './witness-packet.ts';

export interface OrderResult {
  /** null: not decided; `undecided` says why. */
  readonly sensitive: boolean | null;
  /** One for each kind of difference that was met. */
  readonly witnesses: readonly OrderWitness[];
  /** Kinds that were neither met nor ruled out: once one packet goes elsewhere, others are not looked for in earnest. */
  readonly open: readonly DifferenceKind[];
  /** What nobody knows on which it depends: what the proof holds up to, or what the witnesses need an answer to. */
  readonly unknowns: readonly string[];
  /** Why it is not decided whether packets go elsewhere; null: it is. With a minor difference, that may be all that is shown. */
  readonly undecided: string | null;
}

/** What one comparison may take: a large node has too many packets for some. */
export const LIMITS = { steps: 3_000_000, nodes: 1_500_000 };
/** Sets at a change, for each way in which packets leave it, out of which some are tried before both orders are followed to the end. */
const TRIED_AT_CHANGE = 6;
const LITTLE: Limits = { steps: 300_000, nodes: 150_000 };

/** Sets of which few packets are tried each, before others are. */
const TRIES_AT_FIRST = 3;

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
  const open = new Set<DifferenceKind>();
  let undecided: string | null = null;
  for (const family of space.families) {
    for (const origin of ['received', 'sent'] as const) {
      const run = space.run(family, origin);
      const made = compareRuns(space.family(family), tracers, run, plan, found, matters);
      for (const text of made.unknowns) unknowns.add(text);
      for (const kind of made.open) open.add(kind);
      undecided ??= made.undecided;
    }
  }
  const shown = found.filter(({ replayed }) => replayed);
  // Sets that no packet shows would be a fault of the sets: nothing is claimed then.
  if (shown.length < found.length) undecided ??= NOT_SHOWN;
  if (showsThatItMatters(found)) undecided = null;
  const sensitive = shown.length > 0 ? true : undecided === null ? false : null;
  const left = KINDS.filter((kind) => open.has(kind) && !shown.some((each) => each.kind === kind));
  return { sensitive, witnesses: found, open: left, unknowns: [...unknowns], undecided };
}

/** The packets of one family and origin: what they show is put to `found`. */
function compareRuns(
  own: FamilySpace,
  tracers: Tracers,
  run: Run,
  plan: Plan,
  found: OrderWitness[],
  matters: boolean,
): Collected {
  if (run.undecided !== null) return { unknowns: [], open: KINDS, undecided: run.undecided };
  const unknowns: string[] = [];
  let enough = false;
  const seen = (parts: readonly Part[]) => {
    unknowns.push(...tryFew(own, tracers, run.origin, parts, found));
    enough = matters || showsThatItMatters(found);
    return enough ? null : 'fates';
  };
  const pair = own.divergence(run, plan, 'fates', seen);
  if (!pair) return { unknowns, open: enough ? KINDS : [], undecided: null };
  const { before, after } = pair;
  try {
    const cut = before.undecided ?? after.undecided;
    if (cut !== null) return { unknowns, open: KINDS, undecided: cut };
    const collected = collectWitnesses(own, tracers, before, after, found);
    return { ...collected, unknowns: [...unknowns, ...collected.unknowns] };
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    return { unknowns, open: KINDS, undecided: TOO_MANY };
  } finally {
    if (before !== run) own.release(before);
    own.release(after);
  }
}

function showsThatItMatters(found: readonly OrderWitness[]): boolean {
  return found.some((witness) => witness.replayed && !isMinor(witness));
}

/** Puts packets to `found` of which a change makes something else, where their fates differ; what they need an answer to. */
export function tryFew(
  own: FamilySpace,
  tracers: Tracers,
  origin: Origin,
  parts: readonly Part[],
  found: OrderWitness[],
): string[] {
  const unknowns: string[] = [];
  for (const part of parts.slice(0, TRIED_AT_CHANGE)) {
    const most = found.length === 0 ? TRIES_AT_FIRST : 1;
    for (const witness of shownBy(own, tracers, origin, part, most, QUICK)) {
      if (!found.some(({ kind, replayed }) => replayed && kind === witness.kind)) unknowns.push(...unknownsOf(witness));
      addWitness(found, witness);
    }
  }
  return unknowns;
}

interface Collected {
  readonly unknowns: readonly string[];
  /** Kinds that were not ruled out. */
  readonly open: readonly DifferenceKind[];
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
    return { unknowns: [], open: KINDS, undecided: TOO_MANY };
  }
  const unknowns: string[] = [];
  const open = new Set<DifferenceKind>();
  let undecided: string | null = null;
  // Where destinations are new ones, packets may be a relation of many lines: what is decided without them, stands.
  for (const isMoved of [false, true]) {
    const group = parts.filter(({ view }) => view.daddr === isMoved);
    if (group.length === 0) continue;
    if (isMoved && showsThatItMatters(found)) return { unknowns, open: KINDS, undecided };
    const collected = ofParts(own, tracers, before, after, group, found);
    unknowns.push(...collected.unknowns);
    for (const kind of collected.open) open.add(kind);
    undecided ??= collected.undecided;
  }
  return { unknowns, open: [...open], undecided };
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
    const agreeIn = (aspect: Whole, limits: Limits = LIMITS) =>
      own.diagrams.within(limits, () => agree(own, before, after, parts, aspect));
    if (agreeIn('way')) {
      const isShown = () => isKnown('mark') || isKnown('snat');
      const shown = isShown() ? [] : firstShown(own, tracers, before.origin, parts);
      for (const witness of shown) addWitness(found, witness);
      const unknowns = isShown() ? shown.flatMap(unknownsOf) : parts.flatMap(({ set }) => unknownsIn(own, set));
      if (isShown())
        return { unknowns, open: minorKinds(isKnown('mark'), () => agreeIn('addresses', LITTLE)), undecided: null };
      if (agreeIn('fate')) return { unknowns, open: [], undecided: null };
    }
    const list = own.diagrams.within(LIMITS, () => differences(own, before, after, parts));
    const open: DifferenceKind[] = [];
    for (const { kind, packets } of list) {
      if (isKnown(kind)) continue;
      const witness = replayedWitness(own, tracers, before.origin, kind, packets);
      if (witness) addWitness(found, witness);
      if (!isKnown(kind)) open.push(kind);
    }
    const unknowns = list.flatMap(({ packets }) => unknownsIn(own, packets.set));
    return { unknowns, open, undecided: open.length > 0 ? NOT_SHOWN : null };
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
  }
  // The packets whose fates differ are too many to be had as one set: some of those are tried of which something differs.
  for (const part of parts) {
    for (const witness of shownBy(own, tracers, before.origin, part)) addWitness(found, witness);
  }
  const unknowns = parts.flatMap(({ set }) => unknownsIn(own, set));
  return { unknowns, open: KINDS, undecided: TOO_MANY };
}

/** Source ports are looked at at once where that is no work: else both orders would be followed once more. */
function minorKinds(hasOtherMark: boolean, haveSameAddresses: () => boolean): DifferenceKind[] {
  if (!hasOtherMark) return ['mark'];
  try {
    return haveSameAddresses() ? [] : ['snat'];
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    return ['snat'];
  }
}

export const TOO_MANY = 'the packets whose fates may differ are too many';
export const NOT_SHOWN = 'sets differ, but no packet was found that shows it';
