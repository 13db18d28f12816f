/**
 * Tries every contention point of a node for all packets, one after the other, so that whoever runs it can show what is known so far, or end it. The
 * map needs none of this; it may take seconds on a large node.
 */
import type { FindingContext, Scene } from '../findings/context.ts';
import { createScene } from '../findings/context.ts';
import type { Finding, FindingWitness } from '../findings/finding.ts';
import { PacketSpace } from '../packetspace/packet-space.ts';
import { compareOrder, isMinor } from '../packetspace/questions/order-sensitivity.ts';
import { applyChange } from './change.ts';
import { type DeadRules, findDeadRules } from './dead-rules.ts';
import { findOverruled, type Overruled } from './overruled.ts';
import { type ContentionPoint, contentionPoints } from './points.ts';
import { toldWitness } from './sentence.ts';
import { findShown, type Shown } from './shown.ts';

/** What was found out of a point. */
export interface PointProof {
  readonly point: ContentionPoint;
  /** `mark-only`: every packet goes the same way, to and from the same addresses; some with another mark, or another choice of source ports. */
  readonly state: 'order-sensitive' | 'mark-only' | 'benign' | 'undecided';
  readonly witnesses: readonly FindingWitness[];
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
      EXECUTION + (1 - EXECUTION) * 0.8 * (i / points.length),
      `Comparing orders, ${i + 1} of ${points.length}`,
    );
    proved.push(
      isLate()
        ? { point, state: 'undecided', witnesses: [], unknowns: [], reason: LATE }
        : provePoint(scene, space, point),
    );
    yield { points: proved, overruled: [], shown: NONE, dead: null, undecided };
  }
  onProgress?.(0.9, 'Looking for packets that are accepted and refused later');
  const found = isLate() ? [] : findOverruled(scene, space);
  const overruled = found === 'too-large' ? [] : found;
  if (found === 'too-large')
    undecided.push('packets that one base chain accepts and another refuses: there are too many rules');
  yield { points: proved, overruled, shown: NONE, dead: null, undecided };
  onProgress?.(0.93, 'Looking for packets that show what was found');
  const shown = isLate() || scene.ruleset.rules.length > LARGE ? NONE : findShown(scene, space, findings);
  yield { points: proved, overruled, shown, dead: null, undecided };
  onProgress?.(0.95, 'Looking for rules that no packet reaches');
  const dead = isLate() ? null : findDeadRules(scene, space);
  if (dead === null) undecided.push(`rules that no packet reaches: ${LATE}`);
  return { points: proved, overruled, shown, dead, undecided };
}

const NONE: Shown = new Map();
/** Comparing a node with itself without a rule takes long on a large one. */
const LARGE = 40_000;
const LATE = 'the time for it has run out';
const FAMILY_WORDS = { ip: 'IPv4', ip6: 'IPv6' } as const;

function provePoint(scene: Scene, space: PacketSpace, point: ContentionPoint): PointProof {
  const witnesses: FindingWitness[] = [];
  const unknowns = new Set<string>();
  let matters = false;
  let reason: string | null = null;
  for (const change of point.changes) {
    const order = applyChange(scene, change);
    if (!order) continue;
    const result = compareOrder(space, order, matters);
    for (const text of result.unknowns) unknowns.add(text);
    if (result.sensitive === null) reason ??= result.undecided;
    for (const witness of result.witnesses) {
      if (!witness.replayed || witnesses.some(({ kind }) => kind === witness.kind)) continue;
      matters ||= !isMinor(witness);
      witnesses.push(toldWitness(scene, witness, change));
    }
  }
  const isShown = witnesses.length > 0;
  const state = stateOf(isShown, matters, reason);
  return { point, state, witnesses, unknowns: [...unknowns], reason: isShown ? null : reason };
}

function stateOf(isShown: boolean, matters: boolean, reason: string | null): PointProof['state'] {
  if (isShown) return matters ? 'order-sensitive' : 'mark-only';
  return reason === null ? 'benign' : 'undecided';
}
