/** For the tests of the views: an analysis of texts, and what is looked up in it by name. */
import type { NodeFacts } from '../facts/fact.ts';
import { nodeFacts } from '../facts/node-facts.ts';
import type { Chain, NamedSet, Rule } from '../model/ruleset.ts';
import { analyse } from '../pipeline.ts';
import { createViewContext, type ViewContext } from './context.ts';

/** Document ids are `d0`, `d1`, ... */
export function contextOf(...texts: string[]): ViewContext {
  const documents = texts.map((text, i) => ({ name: `dump-${i}`, text }));
  return createViewContext(
    analyse(documents),
    1,
    texts.map((_, i) => `d${i}`),
  );
}

export function factsOf(...texts: string[]): NodeFacts {
  return nodeFacts(contextOf(...texts));
}

/** The first chain of that name. Throws where there is none. */
export function chainIn({ analysis }: ViewContext, name: string): Chain {
  const chain = analysis.ruleset.chains.find((one) => one.name === name);
  if (!chain) throw new Error(`no chain ${name}`);
  return chain;
}

export function ruleIn(context: ViewContext, chain: string, index = 1): Rule {
  const rule = chainIn(context, chain).rules[index - 1];
  if (!rule) throw new Error(`no rule ${index} in ${chain}`);
  return rule;
}

export function setIn({ analysis }: ViewContext, name: string): NamedSet {
  const set = analysis.ruleset.sets.find((one) => one.name === name);
  if (!set) throw new Error(`no set ${name}`);
  return set;
}
