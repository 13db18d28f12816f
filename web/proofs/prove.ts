/**
 * Tries every contention point of a node for all packets, one after the other, so that whoever runs it can show what is known so far, or end it. The
 * map needs none of this; it may take seconds on a large node.
 */
import type { FindingContext, Scene } from '../findings/context.ts';
import { createScene } from '../findings/context.ts';
import type { Finding, FindingWitness } from '../findings/finding.ts';
import { PacketSpace } from '../packetspace/packet-space.ts';
import type { DifferenceKind } from '../packetspace/questions/compare-runs.ts';
import { findKinds } from '../packetspace/questions/order-kinds.ts';
import { compareOrder } from '../packetspace/questions/order-sensitivity.ts';
import { isMinor, KINDS } from '../packetspace/questions/order-witness.ts';
import { applyChange } from './change.ts';
import { type DeadRules, findDeadRules } from './dead-rules.ts';
import { likelyAddresses } from './likely.ts';
import { findOverruled, type Overruled } from './overruled.ts';
import { type ContentionPoint, contentionPoints } from './points.ts';
import { toldWitness } from './sentence.ts';
import { findShown, type Shown } from './shown.ts';

/** What was found out of a point. */
export interface PointProof {
  readonly point: ContentionPoint;
  /** `mark-only`: every packet goes the same way, to and from the same addresses; some with another mark, or another choice of source ports. */
  readonly state: 'order-sensitive' | 'mark-only' | 'benign' | 'undecided';
  /** One for each kind of difference; of an undecided point those that take no packet elsewhere. */
  readonly witnesses: readonly FindingWitness[];
  /** Kinds of difference that are neither shown nor ruled out, where the order is shown to make one. */
  readonly open: readonly DifferenceKind[];
  /** Why there are such; null: there are none, or they are still to be looked for. */
  readonly openReason: string | null;
  /** What nobody knows, up to which it holds. */
  readonly unknowns: readonly string[];
  /** Why it is not decided; null: it is. */
  readonly reason: string | null;
}

export interface Proofs {
  readonly points: readonly PointProof[];
  readonly overruled: readonly Overruled[];
  /** Packets for findings that speak of no order. */
  readonly shown: Shown;
  readonly dead: DeadRules | null;
  /** Parts that were not tried, in words; empty: everything was. */
  readonly undecided: readonly string[];
}

export interface ProveOptions {
  /** Milliseconds; without it nothing runs out. */
  readonly now?: () => number;
  /** What it may take altogether. */
  readonly milliseconds?: number;
  /** Nodes of each family's diagrams. */
  readonly maxNodes?: number;
  /** 0..1; called at least every 100 ms or so. */
  readonly onProgress?: (fraction: number, what: string) => void;
}

/** A node's packets, kept for further questions. */
export interface Prover {
  readonly scene: Scene;
  readonly space: PacketSpace;
  /** Contention points that there are to try. */
  readonly points: number;
}

/** Nothing is executed yet. */
export function createProver(context: FindingContext, options: ProveOptions = {}): Prover {
  const scene = createScene(context);
  const { now, milliseconds, maxNodes, onProgress } = options;
  const rules = Math.max(1, context.ruleset.rules.length);
  const space = new PacketSpace(context.ruleset, {
    order: context.order,
    likely: (family) => likelyAddresses(scene, family),
    ...(now ? { clock: now } : {}),
    ...(milliseconds === undefined ? {} : { milliseconds }),
    ...(maxNodes === undefined ? {} : { maxNodes }),
    ...(onProgress
      ? {
          onProgress: (count: number) =>
            onProgress(EXECUTION * Math.min(1, count / rules), 'Sending all packets through the rules'),
        }
      : {}),
  });
  return { scene, space, points: contentionPoints(scene).points.length };
}

/** The share of the work that the first execution is. */
const EXECUTION = 0.5;

/** Yields what is known so far, whenever there is more. Cost: see packetspace/README.md. */
export function* prove(
  { scene, space }: Prover,
  findings: readonly Finding[],
  options: ProveOptions = {},
): Generator<Proofs, Proofs> {
  const { onProgress, now, milliseconds } = options;
  const start = now?.() ?? 0;
  const isLate = () => now !== undefined && milliseconds !== undefined && now() - start > milliseconds;
  const { points, left } = contentionPoints(scene);
  const undecided: string[] =
    left > 0 ? [`${left} pairs of programs on hooks were not compared: there are too many`] : [];
  for (const run of space.execute()) {
    if (run.undecided !== null)
      undecided.push(
        `${FAMILY_WORDS[run.family]} packets that ${run.origin === 'sent' ? 'the node sends' : 'come in'}: ${run.undecided}`,
      );
  }
  const proved: PointProof[] = [];
  for (const [i, point] of points.entries()) {
    onProgress?.(
      EXECUTION + (1 - EXECUTION) * 0.5 * (i / points.length),
      `Comparing orders, ${i + 1} of ${points.length}`,
    );
    proved.push(isLate() ? { ...UNTRIED, point, reason: LATE } : provePoint(scene, space, point));
    yield { points: [...proved], overruled: [], shown: NONE, dead: null, undecided };
  }
  onProgress?.(0.75, 'Looking for packets that are accepted and refused later');
  const found = isLate() ? [] : findOverruled(scene, space);
  const overruled = found === 'too-large' ? [] : found;
  if (found === 'too-large')
    undecided.push('packets that one base chain accepts and another refuses: there are too many rules');
  yield { points: proved, overruled, shown: NONE, dead: null, undecided };
  onProgress?.(0.8, 'Looking for packets that show what was found');
  const shown = isLate() || scene.ruleset.rules.length > LARGE ? NONE : findShown(scene, space, findings);
  yield { points: proved, overruled, shown, dead: null, undecided };
  onProgress?.(0.85, 'Looking for rules that no packet reaches');
  const dead = isLate() ? null : findDeadRules(scene, space);
  if (dead === null) undecided.push(`rules that no packet reaches: ${LATE}`);
  for (const [i, each] of proved.entries()) {
    if (each.open.length === 0) continue;
    yield { points: [...proved], overruled, shown, dead, undecided };
    onProgress?.(
      0.9 + 0.1 * (i / proved.length),
      `Looking for other kinds of difference, ${i + 1} of ${proved.length}`,
    );
    proved[i] = isLate() ? { ...each, openReason: LATE } : withAllKinds(scene, space, each);
  }
  return { points: proved, overruled, shown, dead, undecided };
}

const NONE: Shown = new Map();
/** Comparing a node with itself without a rule takes long on a large one. */
const LARGE = 40_000;
/** Why something was not tried. */
export const LATE = 'the time for it has run out';
const FAMILY_WORDS = { ip: 'IPv4', ip6: 'IPv6' } as const;

const UNTRIED = { state: 'undecided', witnesses: [], open: [], openReason: null, unknowns: [] } as const;

/** Whether the order matters: that is known as soon as one packet goes elsewhere. */
function provePoint(scene: Scene, space: PacketSpace, point: ContentionPoint): PointProof {
  const witnesses: FindingWitness[] = [];
  const unknowns = new Set<string>();
  const open = new Set<DifferenceKind>();
  let matters = false;
  let undecided: string | null = null;
  for (const change of point.changes) {
    const order = applyChange(scene, change);
    if (!order) continue;
    const result = compareOrder(space, order, matters);
    for (const text of result.unknowns) unknowns.add(text);
    for (const kind of result.open) open.add(kind);
    undecided ??= result.undecided;
    for (const witness of result.witnesses) {
      if (!witness.replayed || witnesses.some(({ kind }) => kind === witness.kind)) continue;
      matters ||= !isMinor(witness);
      witnesses.push(toldWitness(scene, witness, change));
    }
  }
  const reason = matters ? null : undecided;
  const state = stateOf(witnesses.length > 0, matters, reason);
  const left = KINDS.filter((kind) => open.has(kind) && !isShown(witnesses, kind));
  return {
    point,
    state,
    witnesses,
    // Of what is not decided no more is found out by looking again.
    open: state === 'order-sensitive' || state === 'mark-only' ? left : [],
    openReason: null,
    unknowns: [...unknowns],
    reason,
  };
}

function isShown(witnesses: readonly FindingWitness[], kind: DifferenceKind): boolean {
  return witnesses.some((each) => each.kind === kind);
}

function stateOf(shown: boolean, matters: boolean, reason: string | null): PointProof['state'] {
  if (matters) return 'order-sensitive';
  if (reason !== null) return 'undecided';
  return shown ? 'mark-only' : 'benign';
}

/** With a packet for each other kind of difference that there is, behind those that it has: by the first one a finding is known again. */
function withAllKinds(scene: Scene, space: PacketSpace, proof: PointProof): PointProof {
  const witnesses = [...proof.witnesses];
  const unknowns = new Set(proof.unknowns);
  const open = new Set<DifferenceKind>();
  let openReason: string | null = null;
  for (const change of proof.point.changes) {
    const wanted = proof.open.filter((kind) => !isShown(witnesses, kind));
    const order = wanted.length === 0 ? null : applyChange(scene, change);
    if (!order) continue;
    const result = findKinds(space, order, wanted);
    for (const witness of result.witnesses) witnesses.push(toldWitness(scene, witness, change));
    for (const text of result.unknowns) unknowns.add(text);
    for (const kind of result.open) open.add(kind);
    openReason ??= result.undecided;
  }
  const left = proof.open.filter((kind) => open.has(kind) && !isShown(witnesses, kind));
  return { ...proof, witnesses, unknowns: [...unknowns], open: left, openReason: left.length > 0 ? openReason : null };
}
