/** What the answers share: one analysis, and the indexes over it that are only built when somebody asks. */
import { lineIndexAt, lineStarts } from '../base/span.ts';
import type { Chain, NamedSet, Rule } from '../model/ruleset.ts';
import type { OwnerId } from '../owners/owner.ts';
import type { Analysis } from '../pipeline.ts';

/** Rules of one document, by where they start. */
export interface RuleIndex {
  readonly starts: Uint32Array;
  readonly rules: readonly Rule[];
}

export interface ViewContext {
  readonly analysis: Analysis;
  readonly revision: number;
  /** The page's ids of the documents, in the order of `analysis.documents`. */
  readonly documentIds: readonly string[];
  readonly linesOf: (document: number) => Uint32Array;
  readonly rulesOf: (document: number) => RuleIndex;
  readonly lowerText: (document: number) => string;
  readonly ownerOfRule: (rule: Rule) => OwnerId;
  readonly ownerOfChain: (chain: Chain) => OwnerId;
  readonly ownerOfSet: (set: NamedSet) => OwnerId;
}

export function createViewContext(analysis: Analysis, revision: number, documentIds: readonly string[]): ViewContext {
  const { attribution } = analysis;
  const owner = (index: number | undefined): OwnerId => attribution.owners[index ?? 0] as OwnerId;
  return {
    analysis,
    revision,
    documentIds,
    linesOf: memo((document) => lineStarts(analysis.documents[document]?.text ?? '')),
    rulesOf: memo((document) => indexRules(analysis, document)),
    lowerText: memo((document) => (analysis.documents[document]?.text ?? '').toLowerCase()),
    ownerOfRule: (rule) => owner(attribution.ruleOwner[rule.id]),
    ownerOfChain: (chain) => owner(attribution.chainOwner[chain.id]),
    ownerOfSet: (set) => owner(attribution.setOwner[set.id]),
  };
}

function memo<T>(make: (document: number) => T): (document: number) => T {
  const made = new Map<number, T>();
  return (document) => {
    let found = made.get(document);
    if (found === undefined) {
      found = make(document);
      made.set(document, found);
    }
    return found;
  };
}

function indexRules(analysis: Analysis, document: number): RuleIndex {
  const rules = analysis.ruleset.rules.filter((rule) => documentOfChain(analysis, rule.chain) === document);
  for (let i = 1; i < rules.length; i++) {
    if ((rules[i - 1] as Rule).start > (rules[i] as Rule).start) {
      rules.sort((a, b) => a.start - b.start);
      break;
    }
  }
  return { starts: Uint32Array.from(rules, (rule) => rule.start), rules };
}

/** The document (position in the workspace) that a chain is listed in. */
export function documentOfChain(analysis: Analysis, chain: Chain): number {
  return analysis.ruleset.dumps[chain.table.dump]?.document ?? 0;
}

/** The rule whose text holds `offset`, or null. */
export function ruleAt(context: ViewContext, document: number, offset: number): Rule | null {
  const { starts, rules } = context.rulesOf(document);
  if (rules.length === 0) return null;
  const rule = rules[lineIndexAt(starts, offset)] as Rule;
  return offset >= rule.start && offset <= rule.end ? rule : null;
}

/** The 1-based line of an offset. */
export function lineOf(context: ViewContext, document: number, offset: number): number {
  return lineIndexAt(context.linesOf(document), offset) + 1;
}
