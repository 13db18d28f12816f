/** Segments: the maximal runs of neighbouring rules of one owner in a chain, which the map draws. */
import type { Chain, Rule } from '../model/ruleset.ts';
import { type Attribution, type OwnerId, type Segment, UNKNOWN } from './owner.ts';

/** The segments of a chain in rule order; none for an empty chain. Linear in its rules. */
export function segmentsOf(chain: Chain, attribution: Attribution): Segment[] {
  const segments: Segment[] = [];
  const { rules } = chain;
  let from = 0;
  for (let i = 1; i <= rules.length; i++) {
    const owner = ownerIndex(attribution, rules[i - 1] as Rule);
    const next = i < rules.length ? ownerIndex(attribution, rules[i] as Rule) : -1;
    if (next === owner) continue;
    segments.push({ owner: attribution.owners[owner] ?? UNKNOWN, from: from + 1, to: i });
    from = i;
  }
  return segments;
}

function ownerIndex({ ruleOwner }: Attribution, { id }: Rule): number {
  return ruleOwner[id] ?? 0;
}

export function ownerOfRule(attribution: Attribution, rule: Rule): OwnerId {
  return attribution.owners[ownerIndex(attribution, rule)] ?? UNKNOWN;
}

export function ownerOfChain(attribution: Attribution, chain: Chain): OwnerId {
  return attribution.owners[attribution.chainOwner[chain.id] ?? 0] ?? UNKNOWN;
}

/** Owners with rules in the chain, each once, in the order of their first rule. */
export function ownersIn(chain: Chain, attribution: Attribution): OwnerId[] {
  return [...new Set(segmentsOf(chain, attribution).map(({ owner }) => owner))];
}

/** The segment that holds the rule with this index (from 1), or null. */
export function segmentAt(segments: readonly Segment[], index: number): Segment | null {
  return segments.find(({ from, to }) => from <= index && index <= to) ?? null;
}
