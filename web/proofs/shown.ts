/**
 * Packets for findings that speak of no order: one that is refused by the very rule or policy that the finding names, or whose fate hangs on a rule that it
 * names. Only what the tracer confirms.
 */
import type { Scene } from '../findings/context.ts';
import type { Finding, FindingWitness } from '../findings/finding.ts';
import { fateOf } from '../kernel/fate.ts';
import { readPacket } from '../kernel/packet-input.ts';
import { AssumedTables } from '../kernel/routing.ts';
import { tracePacket } from '../kernel/trace.ts';
import type { Rule } from '../model/ruleset.ts';
import { BudgetExceeded } from '../packetspace/diagram/budget.ts';
import { FALSE } from '../packetspace/diagram/ref.ts';
import type { PacketSpace } from '../packetspace/packet-space.ts';
import { compareOrder } from '../packetspace/questions/order-sensitivity.ts';
import { inputsOf } from '../packetspace/questions/reach-of.ts';
import { type WitnessPacket, witnessPacket } from '../packetspace/questions/witness-packet.ts';
import type { FamilySpace } from '../packetspace/symbolic/execute.ts';
import type { Outcome } from '../packetspace/symbolic/outcomes.ts';
import type { Origin } from '../packetspace/symbolic/universe.ts';
import { applyChange } from './change.ts';
import { fatesWords, packetWords, toldWitness } from './sentence.ts';

/** By the finding's id. */
export type Shown = ReadonlyMap<string, FindingWitness>;

/** Findings that a packet can show. */
const BY_PACKET: ReadonlySet<Finding['mechanism']> = new Set([
  'policy-drop-by-one-owner',
  'earlier-terminal-verdict-shadows-later-owner',
  'later-base-chain-overrides-accept',
  'nat-capture',
  'unmasked-mark-set',
  'mark-bit-collision',
]);
/** Comparisons with a node without a rule: each costs as much as a swap. */
const MOST_COMPARED = 12;
const MOST_RULES = 3;
const LIMITS = { steps: 2_000_000, nodes: 1_000_000 };

export function findShown(scene: Scene, space: PacketSpace, findings: readonly Finding[]): Map<string, FindingWitness> {
  const shown = new Map<string, FindingWitness>();
  let compared = 0;
  for (const each of findings) {
    if (!BY_PACKET.has(each.mechanism) || each.severity === 'info') continue;
    const witness = refusedAt(scene, space, each);
    if (witness) shown.set(each.id, witness);
    else if (compared < MOST_COMPARED) {
      compared++;
      const other = hangingOn(scene, space, each);
      if (other) shown.set(each.id, other);
    }
  }
  return shown;
}

/** A packet that ends where the finding says that packets end. */
function refusedAt(scene: Scene, space: PacketSpace, { where, mechanism }: Finding): FindingWitness | null {
  const rules = new Set(where.map(({ rule }) => rule));
  const policies = new Set(where.filter(({ rule }) => rule === null).map(({ chain }) => chain));
  const isMeant = ({ kind, end, rule }: Outcome): boolean => {
    if (kind !== 'dropped' && kind !== 'rejected') return false;
    if (rule) return rules.has(rule.id);
    return mechanism === 'policy-drop-by-one-owner' && 'site' in end && policies.has(end.site.base.chain.id);
  };
  for (const family of space.families) {
    const own = space.family(family);
    for (const origin of ['received', 'sent'] as const) {
      for (const outcome of space.run(family, origin).outcomes) {
        const witness = isMeant(outcome) ? memberOf(scene, space, own, origin, outcome) : null;
        if (witness) return witness;
      }
    }
  }
  return null;
}

function memberOf(
  scene: Scene,
  space: PacketSpace,
  own: FamilySpace,
  origin: Origin,
  outcome: Outcome,
): FindingWitness | null {
  try {
    const set = own.diagrams.within(LIMITS, () => inputsOf(own, outcome.parts));
    const chosen = set === FALSE ? null : witnessPacket(own, set, origin);
    return chosen && confirmed(scene, space, own, chosen, outcome);
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    return null;
  }
}

/** null where the tracer has it end elsewhere. */
function confirmed(
  scene: Scene,
  space: PacketSpace,
  own: FamilySpace,
  { packet: json, answers }: WitnessPacket,
  { rule, end }: Outcome,
): FindingWitness | null {
  const { packet } = readPacket(json);
  if (!packet) return null;
  const routing = new AssumedTables(packet, new Set(own.sets.locals));
  const pins = new Map(answers.map(({ unknown, value }) => [unknown, value]));
  const { courses } = tracePacket(space.tracer, packet, { routing, pins });
  const chain = 'site' in end ? end.site.base.chain : null;
  const course = courses.find(
    (each) =>
      'site' in each.end && each.end.site.base.chain === chain && ('rule' in each.end ? each.end.rule : null) === rule,
  );
  if (!course) return null;
  const who = packetWords(json);
  const asIs = fatesWords(scene, [{ fate: fateOf(course, packet, routing), mark: course.last.mark }], false);
  const told = { kind: 'shown', packet: json, pins: answers, change: null, who, asIs, changed: null } as const;
  return { ...told, sentence: `${who} is ${asIs}.` };
}

/** A packet that fares otherwise without one of the base-chain rules that the finding names. */
function hangingOn(scene: Scene, space: PacketSpace, { where }: Finding): FindingWitness | null {
  const rules = where
    .flatMap(({ rule }) => (rule === null ? [] : [scene.ruleset.rules[rule] as Rule]))
    .filter(({ chain }) => chain.base !== null)
    .slice(0, MOST_RULES);
  for (const rule of rules) {
    const change = { kind: 'without-rule', chain: rule.chain.id, rule: rule.id } as const;
    const order = applyChange(scene, change);
    if (!order) continue;
    const witness = compareOrder(space, order).witnesses.find(({ replayed, kind }) => replayed && kind !== 'mark');
    if (witness) return toldWitness(scene, witness, change);
  }
  return null;
}
