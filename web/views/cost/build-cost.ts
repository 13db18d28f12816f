/**
 * The answers to the Cost view: packets traced and hooks summed up; chains converted; objects counted. Three questions, so that the quick ones are
 * answered first. What does not depend on the packet is kept with the context, because views come and go.
 */
import { countProgramming, type OwnerColumns } from '../../cost/programming.ts';
import { estimateIptables, estimateNft, growthOf, RECORDED_RELOAD } from '../../cost/reload.ts';
import { factsInSteps, nodeFacts } from '../../facts/node-facts.ts';
import type { Ruleset } from '../../model/ruleset.ts';
import type { OwnerId } from '../../owners/owner.ts';
import type { ViewContext } from '../context.ts';
import { longestChains } from './conversions.ts';
import type { CostAnswer, LinearChain, LoaderCost, ProgrammingCost } from './cost-answer.ts';
import { buildCurve } from './curve.ts';
import { buildHooks } from './hooks.ts';
import { buildPackets, type OwnPacket, servicesOf } from './packets.ts';

export interface CostRequest {
  readonly family: 'ip' | 'ip6';
  /** The packet of the Trace view, if there is one of this family. */
  readonly own: OwnPacket | null;
}

const chains = new WeakMap<Ruleset, readonly LinearChain[]>();
const programmed = new WeakMap<Ruleset, ProgrammingCost>();

/** By ruleset, which findings do not change: each answer by its request. */
const answers = new WeakMap<Ruleset, Map<string, CostAnswer>>();
/** A user who tries packet after packet shall not fill the memory. */
const MOST_ANSWERS = 8;

/** Never throws. Cost: linear in the rules the first time, for the facts of the node and the counters; then that of some traces; nothing when it was asked before. */
export function buildCost(context: ViewContext, request: CostRequest): CostAnswer {
  const { ruleset } = context.analysis;
  const known = answers.get(ruleset) ?? new Map<string, CostAnswer>();
  answers.set(ruleset, known);
  const key = JSON.stringify([request.family, request.own]);
  const found = known.get(key) ?? answerCost(context, request);
  if (known.size >= MOST_ANSWERS) known.clear();
  known.set(key, found);
  return found;
}

function answerCost(context: ViewContext, { family, own }: CostRequest): CostAnswer {
  const packets = buildPackets(context, family, own);
  const hooks = buildHooks(context, family, packets);
  return {
    family,
    services: servicesOf(nodeFacts(context), family).length,
    packets,
    hooks,
    curve: buildCurve(context, family, { packets, hooks, chains: buildCostChains(context) }),
  };
}

/** What the first answer costs on a large node, in steps, while nobody asks for anything. */
export function* prepareCost(context: ViewContext, family: CostRequest['family']): Generator<void, void> {
  yield* factsInSteps(context);
  yield;
  buildCostChains(context);
  yield;
  buildProgrammingCost(context);
  yield;
  buildCost(context, { family, own: null });
}

/** Cost: linear in the rules of the longest chains and what is below them, once. */
export function buildCostChains(context: ViewContext): readonly LinearChain[] {
  return memo(chains, context, longestChains);
}

/** Cost: linear in rules and elements, once. */
export function buildProgrammingCost(context: ViewContext): ProgrammingCost {
  return memo(programmed, context, countCost);
}

function memo<T>(made: WeakMap<Ruleset, T>, context: ViewContext, make: (context: ViewContext) => T): T {
  const { ruleset } = context.analysis;
  const known = made.get(ruleset) ?? make(context);
  made.set(ruleset, known);
  return known;
}

function countCost({ analysis: { ruleset, attribution } }: ViewContext): ProgrammingCost {
  const columns: OwnerColumns = {
    rule: ({ id }) => attribution.ruleOwner[id] as number,
    chain: ({ id }) => attribution.chainOwner[id] as number,
    set: ({ id }) => attribution.setOwner[id] as number,
  };
  const { total, byOwner, byLoader } = countProgramming(ruleset, columns);
  const loaders = [...byLoader].map(
    ([loader, counts]): LoaderCost => ({
      loader,
      counts,
      reload: loader === 'nft' ? estimateNft(counts) : loader === 'iptables' ? estimateIptables(counts.rules) : null,
    }),
  );
  return {
    total,
    owners: [...byOwner]
      .map(([owner, counts]) => ({ owner: attribution.owners[owner] as OwnerId, ...counts }))
      .sort((a, b) => b.rules - a.rules),
    loaders: loaders.sort((a, b) => (b.reload?.seconds ?? 0) - (a.reload?.seconds ?? 0)),
    recorded: RECORDED_RELOAD,
    growth: {
      nft: growthOf('nft'),
      anonymous: growthOf('anonymous'),
      chains: growthOf('chains'),
      iptables: growthOf('iptables'),
    },
  };
}
