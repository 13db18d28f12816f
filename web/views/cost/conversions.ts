/** Chains as sets and maps, converted when somebody first asks and kept with the context; and the longest of them in words. */
import { type Conversion, convertChain, type Lookup } from '../../cost/convert.ts';
import { type ConvertedText, conversionText, lookupKey } from '../../cost/nft-text.ts';
import type { Chain, Ruleset } from '../../model/ruleset.ts';
import { spellStatement } from '../../model/spell.ts';
import type { ViewContext } from '../context.ts';
import type { LinearChain, LookupSummary } from './cost-answer.ts';

const kept = new WeakMap<Ruleset, Map<number, Conversion>>();

/** Cost: that of convertChain, once. */
export function conversionOf(context: ViewContext, chain: Chain): Conversion {
  const made = kept.get(context.analysis.ruleset) ?? new Map<number, Conversion>();
  kept.set(context.analysis.ruleset, made);
  let conversion = made.get(chain.id);
  if (!conversion) {
    conversion = convertChain(context.analysis.ruleset, context.analysis.graph, chain);
    made.set(chain.id, conversion);
  }
  return conversion;
}

export function buildConversionText(context: ViewContext, chain: Chain): ConvertedText {
  return conversionText(conversionOf(context, chain));
}

/** Chains that are looked at: the longest. */
const LOOKED_AT = 48;
const LISTED = 10;
/** Chains that stay as they are are listed too, but not many of one kind. */
const UNCHANGED = 3;
const SHORTEST = 4;

/** The longest chains that a packet can come to: those that would become shorter first. */
export function longestChains(context: ViewContext): LinearChain[] {
  const { ruleset, graph } = context.analysis;
  const long = ruleset.chains
    .filter((chain) => chain.rules.length >= SHORTEST && graph.reached[chain.id] === 1)
    .sort((a, b) => b.rules.length - a.rules.length)
    .slice(0, LOOKED_AT)
    .map((chain) => summary(context, chain));
  const shorter = long
    .filter(({ rules, after }) => after < rules)
    .sort((a, b) => b.rules - b.after - (a.rules - a.after));
  const families = new Set<string>();
  const same = long.filter(({ rules, after, name }) => {
    const stem = name.replace(/[-_][^-_]*$/, '');
    return after === rules && !families.has(stem) && families.add(stem);
  });
  const chosen = shorter.slice(0, LISTED - Math.min(UNCHANGED, same.length));
  return [...chosen, ...same.slice(0, UNCHANGED)].sort((a, b) => b.rules - a.rules);
}

function summary(context: ViewContext, chain: Chain): LinearChain {
  const { slots } = conversionOf(context, chain);
  const why = new Map<string, { rules: number; first: number }>();
  for (const slot of slots) {
    if (slot.kind === 'lookup') continue;
    const known = why.get(slot.why);
    if (known) known.rules++;
    else why.set(slot.why, { rules: 1, first: slot.reading.rule.index });
  }
  return {
    chain: chain.id,
    name: chain.name,
    table: `${chain.table.family} ${chain.table.name}`,
    owner: context.ownerOfChain(chain),
    rules: chain.rules.length,
    after: slots.length,
    lookups: slots.flatMap((slot) => (slot.kind === 'lookup' ? [lookupSummary(slot)] : [])),
    kept: [...why].map(([text, count]) => ({ why: text, ...count })).sort((a, b) => b.rules - a.rules),
  };
}

function lookupSummary(lookup: Lookup): LookupSummary {
  const { sameTail, readings, elements, first, dead } = lookup;
  const ends = sameTail
    ? first.tail.map(spellStatement).join(' ')
    : [...new Set(readings.map(({ entry }) => entry?.verdict?.kind ?? ''))].join(', ');
  return {
    kind: sameTail ? 'set' : 'map',
    rules: readings.length,
    elements: elements.length,
    key: lookupKey(lookup),
    ends,
    dead: dead.length,
  };
}
