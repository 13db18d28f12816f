/** All findings of a ruleset: runs the detectors, caps what one of them may say, and sorts. */
import { createScene, type FindingContext, type Scene } from './context.ts';
import { findBothBackends } from './detectors/backends.ts';
import { findDangling } from './detectors/dangling.ts';
import { findDuplicates } from './detectors/duplicates.ts';
import { findLeftovers } from './detectors/leftovers.ts';
import { findLinearCost } from './detectors/linear-cost.ts';
import { findMarkCollisions } from './detectors/mark-bits.ts';
import { findNatCaptures } from './detectors/nat-capture.ts';
import { findOverruledAccepts } from './detectors/overruled-accept.ts';
import { findPolicyDrops } from './detectors/policy-drop.ts';
import { findSameChainOrder } from './detectors/same-chain-order.ts';
import { findSamePriority } from './detectors/same-priority.ts';
import { findShadowedRules } from './detectors/shadowed.ts';
import { type Draft, finding } from './draft.ts';
import type { Finding, FindingSeverity } from './finding.ts';
import { findAddressTrouble } from './known/addresses.ts';
import { findDockerConflicts } from './known/docker.ts';
import { findEarlierVerdicts } from './known/earlier-verdicts.ts';
import { findFlushes } from './known/flushes.ts';
import { findIstioConflicts } from './known/istio.ts';
import { findJumpOrder } from './known/jump-order.ts';
import { findMarkMeanings } from './known/mark-meanings.ts';
import { findTailscaleConflicts } from './known/tailscale.ts';
import { findKnownTraces } from './known/traces.ts';

export type { FindingContext } from './context.ts';

export type Detector = (scene: Scene) => Draft[];

/** In the order in which equal findings are listed. */
export const DETECTORS: readonly Detector[] = [
  findDangling,
  findEarlierVerdicts,
  findDockerConflicts,
  findTailscaleConflicts,
  findIstioConflicts,
  findPolicyDrops,
  findOverruledAccepts,
  findShadowedRules,
  findJumpOrder,
  findNatCaptures,
  findMarkCollisions,
  findMarkMeanings,
  findBothBackends,
  findSamePriority,
  findKnownTraces,
  findFlushes,
  findAddressTrouble,
  findSameChainOrder,
  findDuplicates,
  findLeftovers,
  findLinearCost,
];

/** What one detector may say about one dump before the rest is only counted. */
const MOST_PER_DETECTOR = 40;

const SEVERITIES: readonly FindingSeverity[] = ['error', 'warning', 'info'];

/**
 * All findings, worst first, then by their owners. Ids are stable for the same dump. Cost: linear in rules.
 */
export function findAll(context: FindingContext): Finding[] {
  const steps = findInSteps(context);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** The same, detector by detector: whoever runs the steps can do something else in between. Yields how far it is, 0..1. */
export function* findInSteps(context: FindingContext): Generator<number, Finding[]> {
  const scene = createScene(context);
  const findings: Finding[] = [];
  for (const [index, detector] of DETECTORS.entries()) {
    for (const draft of capped(detector(scene))) findings.push(finding(draft));
    yield (index + 1) / DETECTORS.length;
  }
  return sortFindings(findings);
}

/** Worst first, then by their owners, with ids that differ. Equal ones keep their order. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const sorted = findings
    .map((entry, position) => ({ entry, position, owners: [...entry.owners].sort().join('+') }))
    .sort(
      (a, b) =>
        SEVERITIES.indexOf(a.entry.severity) - SEVERITIES.indexOf(b.entry.severity) ||
        compareText(a.owners, b.owners) ||
        a.position - b.position,
    )
    .map(({ entry }) => entry);
  return withUniqueIds(sorted);
}

/** Code unit order, the same on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The worst ones are kept; the last one says how many more there are. */
function capped(drafts: readonly Draft[]): readonly Draft[] {
  if (drafts.length <= MOST_PER_DETECTOR) return drafts;
  const sorted = [...drafts].sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  const kept = sorted.slice(0, MOST_PER_DETECTOR);
  const last = kept.at(-1) as Draft;
  const rest = drafts.length - kept.length;
  return [...kept.slice(0, -1), { ...last, title: `${last.title} (and ${rest} more of this kind)` }];
}

/** Two findings with the same key (both backends, both directions) get a number. */
function withUniqueIds(findings: readonly Finding[]): Finding[] {
  const seen = new Map<string, number>();
  return findings.map((entry) => {
    const times = (seen.get(entry.id) ?? 0) + 1;
    seen.set(entry.id, times);
    return times === 1 ? entry : { ...entry, id: `${entry.id}~${times}` };
  });
}
