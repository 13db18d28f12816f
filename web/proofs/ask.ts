/** Questions about a node whose packets have been executed: what another order would change, and who comes to a place in the rules. */

import { assertNever } from '../base/assert.ts';
import { pushAll } from '../base/lists.ts';
import type { Scene } from '../findings/context.ts';
import type { FindingWitness, OrderChange } from '../findings/finding.ts';
import { chainName, programName, ruleName } from '../findings/words.ts';
import type { Chain, Rule } from '../model/ruleset.ts';
import { BudgetExceeded } from '../packetspace/diagram/budget.ts';
import { FALSE } from '../packetspace/diagram/ref.ts';
import type { PacketSpace } from '../packetspace/packet-space.ts';
import { compareFully } from '../packetspace/questions/order-kinds.ts';
import { inputSet } from '../packetspace/questions/reach-of.ts';
import { inWords, type SetInWords } from '../packetspace/questions/set-words.ts';
import type { FamilySpace } from '../packetspace/symbolic/execute.ts';
import type { Family } from '../packetspace/symbolic/layout.ts';
import type { Part } from '../packetspace/symbolic/space.ts';
import type { Origin } from '../packetspace/symbolic/universe.ts';
import { applyChange, changeWords, partyOfRule } from './change.ts';
import { type Example, exampleOf, LIMITS, wayWords } from './fates.ts';
import { toldWitness } from './sentence.ts';

export interface WhatIf {
  readonly change: OrderChange;
  /** `with Docker's rules at the top of ip filter FORWARD`. */
  readonly words: string;
  /** `same`: no packet has another fate; `nothing-moves`: the rules are in that order already. */
  readonly state: 'differs' | 'same' | 'undecided' | 'nothing-moves';
  /** One for each kind of difference. */
  readonly witnesses: readonly FindingWitness[];
  readonly unknowns: readonly string[];
  readonly reason: string | null;
}

/** Cost: as compareFully. */
export function whatIf(scene: Scene, space: PacketSpace, change: OrderChange): WhatIf {
  const words = changeWords(scene, change);
  const order = applyChange(scene, change);
  if (!order) return { change, words, state: 'nothing-moves', witnesses: [], unknowns: [], reason: null };
  const { sensitive, witnesses, unknowns, undecided } = compareFully(space, order);
  const shown = witnesses.filter(({ replayed }) => replayed).map((witness) => toldWitness(scene, witness, change));
  const state = shown.length > 0 ? 'differs' : sensitive === false ? 'same' : 'undecided';
  return { change, words, state, witnesses: shown, unknowns, reason: state === 'undecided' ? undecided : null };
}

/** A place in the rules: a rule, a chain (its first rule), a base chain's policy, or all base-chain rules of a program. */
export type Place =
  | { readonly kind: 'rule'; readonly rule: number }
  | { readonly kind: 'chain'; readonly chain: number }
  | { readonly kind: 'policy'; readonly chain: number }
  | { readonly kind: 'program'; readonly program: string };

export interface ReachAnswer {
  readonly place: Place;
  /** `rule 4 of ip filter FORWARD`. */
  readonly words: string;
  /** For each family and origin with packets that come there; empty: none does. */
  readonly ways: readonly {
    readonly family: Family;
    readonly origin: Origin;
    readonly reached: SetInWords;
    /** Those that the rules match; null where the place is no rule. */
    readonly matched: SetInWords | null;
    /** A packet that is matched; where none is, one that comes there. */
    readonly example: Example | null;
  }[];
  /** Parts that were not followed to their end. */
  readonly undecided: readonly string[];
}

/** Cost: the node is gone through once more, every way into its chains. */
export function whoReaches(scene: Scene, space: PacketSpace, place: Place): ReachAnswer | null {
  const told = asked(scene, place);
  if (!told) return null;
  const undecided: string[] = [];
  const ways = space.families.flatMap((family) => {
    const own = space.family(family);
    return (['received', 'sent'] as const).flatMap((origin) => {
      const { parts, open } = collect(own, origin, told);
      if (open !== null) undecided.push(open);
      try {
        return own.diagrams.within(LIMITS, () => wayOf(own, origin, parts, told.isRule));
      } catch (error) {
        if (!(error instanceof BudgetExceeded)) throw error;
        undecided.push(`${wayWords(family, origin)}: there are too many kinds of them to be told`);
        return [];
      }
    });
  });
  return { place, words: told.words, ways, undecided };
}

/** Nothing where none comes there. */
function wayOf(own: FamilySpace, origin: Origin, parts: Collected, isRule: boolean): ReachAnswer['ways'] {
  const [reached, matched] = [inputSet(own, parts.reached), inputSet(own, parts.matched)];
  if (reached === FALSE) return [];
  return [
    {
      family: own.family,
      origin,
      reached: inWords(own, reached, origin),
      matched: isRule ? inWords(own, matched, origin) : null,
      example: exampleOf(own, matched === FALSE ? reached : matched, origin),
    },
  ];
}

interface Asked {
  readonly words: string;
  readonly isRule: boolean;
  readonly reaches: (rule: Rule) => boolean;
  readonly policy: Chain | null;
}

function asked(scene: Scene, place: Place): Asked | null {
  switch (place.kind) {
    case 'rule': {
      const rule = scene.ruleset.rules[place.rule];
      return rule ? { words: ruleName(rule), isRule: true, reaches: (each) => each === rule, policy: null } : null;
    }
    case 'chain': {
      const chain = scene.ruleset.chains[place.chain];
      const first = chain?.rules[0];
      return first
        ? { words: chainName(first.chain), isRule: false, reaches: (each) => each === first, policy: null }
        : null;
    }
    case 'policy': {
      const chain = scene.ruleset.chains[place.chain];
      if (!chain?.base) return null;
      return { words: `the policy of ${chainName(chain)}`, isRule: false, reaches: () => false, policy: chain };
    }
    case 'program': {
      const rules = new Set(
        scene.baseChains.flatMap((chain) => chain.rules.filter((rule) => partyOfRule(scene, rule) === place.program)),
      );
      if (rules.size === 0) return null;
      const words = `${programName(place.program)}'s rules in base chains`;
      return { words, isRule: true, reaches: (each) => rules.has(each), policy: null };
    }
    default:
      return assertNever(place, 'place');
  }
}

interface Collected {
  readonly reached: readonly Part[];
  readonly matched: readonly Part[];
}

/** Of use until the next run. */
function collect(
  own: FamilySpace,
  origin: Origin,
  { reaches, policy }: Asked,
): { readonly parts: Collected; readonly open: string | null } {
  const reached: Part[] = [];
  const matched: Part[] = [];
  const run = own.run(origin, {
    everyTime: true,
    reaches: (parts, at) => {
      if (reaches(at)) pushAll(reached, parts);
    },
    steps: (parts, step) => {
      if (step.type === 'rule' && reaches(step.rule)) pushAll(matched, parts);
      if (step.type === 'policy' && policy !== null && step.site.base.chain === policy) pushAll(reached, parts);
    },
    *roots() {
      for (const { set } of reached) yield set;
      for (const { set } of matched) yield set;
    },
  });
  own.release(run);
  return { parts: { reached, matched }, open: run.undecided };
}
