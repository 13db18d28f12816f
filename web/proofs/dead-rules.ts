/** Rules that decide nothing, over all packets, with who took the packets that they ask for. */
import type { Scene } from '../findings/context.ts';
import { effectsOf, outcomeOf } from '../findings/rule-facts.ts';
import type { Rule } from '../model/ruleset.ts';
import { UNKNOWN } from '../owners/owner.ts';
import type { PacketSpace } from '../packetspace/packet-space.ts';
import { ruleStatuses, type Shadowed, shadowing } from '../packetspace/questions/rule-status.ts';
import { type LostElements, lostElements } from '../packetspace/questions/verdict-elements.ts';
import { asksWayBack } from './assumed.ts';
import { partyOfRule } from './change.ts';

export interface DeadRules {
  readonly shadowed: readonly Shadowed[];
  readonly elements: readonly LostElements[];
  /** Dead rules that were not asked who took their packets: there are too many. */
  readonly more: number;
}

/** Asking who took the packets costs another walk through the node, and remembers nothing: only so many rules, and no larger nodes. */
const MOST_ASKED = 400;
const LARGE = 40_000;

/** Executes the node where that is not done yet. */
export function findDeadRules(scene: Scene, space: PacketSpace): DeadRules {
  const { rules } = scene.ruleset;
  const statuses = ruleStatuses(space);
  const dead = rules.filter(
    (rule) =>
      isDead(statuses[rule.id]) && matters(rule) && isEntered(scene, rule) && isNews(scene, rule) && !asksWayBack(rule),
  );
  const asked = rules.length > LARGE ? [] : dead.slice(0, MOST_ASKED);
  return {
    shadowed: (asked.length > 0 ? shadowing(space, asked) : []).filter(({ by }) => !by.some(asksWayBack)),
    elements: lostElements(space),
    more: dead.length - asked.length,
  };
}

function isDead(status: string | undefined): boolean {
  return status === 'never-matches' || status === 'not-reached';
}

/** A second RETURN at a chain's end, or a rule that only counts, is nobody's loss. */
function matters(rule: Rule): boolean {
  const outcome = outcomeOf(rule);
  return effectsOf(rule) !== 0 || outcome?.kind === 'jump' || outcome?.kind === 'goto';
}

/**
 * Programs write rules for what may come, so that a rule of theirs that nothing matches is news only where another writer may have taken its packets: in
 * a chain that has rules of both. People's rules always are.
 */
function isNews(scene: Scene, rule: Rule): boolean {
  const own = partyOfRule(scene, rule);
  return own === UNKNOWN || rule.chain.rules.some((other) => partyOfRule(scene, other) !== own);
}

/** Chains that nobody jumps to are leftovers, which are told elsewhere. */
function isEntered({ graph }: Scene, { chain }: Rule): boolean {
  return graph.reached[chain.id] === 1;
}
