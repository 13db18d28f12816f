/** What the answers share: one analysis, and the indexes over it that are only built when somebody asks. */
import { lineIndexAt, lineStarts } from '../base/span.ts';
import type { Finding } from '../findings/finding.ts';
import type { Chain, NamedSet, Rule } from '../model/ruleset.ts';
import type { OwnerId } from '../owners/owner.ts';
import type { Analysis, Structure } from '../pipeline.ts';
import { indexSetUsers } from './set-users.ts';

/** Rules of one document, by where they start. */
export interface RuleIndex {
  readonly starts: Uint32Array;
  readonly rules: readonly Rule[];
}

/** Sets, maps and ipsets of one document, by where they start. */
export interface SetIndex {
  readonly starts: Uint32Array;
  readonly sets: readonly NamedSet[];
}

export interface ViewContext {
  readonly analysis: Analysis;
  readonly revision: number;
  /** The findings are still being looked for: there are none yet. */
  readonly searching: boolean;
  /** The page's ids of the documents, in the order of `analysis.documents`. */
  readonly documentIds: readonly string[];
  /** The owners that have a rule, chain or set here. */
  readonly owners: ReadonlySet<OwnerId>;
  readonly linesOf: (document: number) => Uint32Array;
  readonly rulesOf: (document: number) => RuleIndex;
  readonly setsOf: (document: number) => SetIndex;
  /** Rules that refer to the set. */
  readonly usersOf: (set: NamedSet) => readonly Rule[];
  readonly ownerOfRule: (rule: Rule) => OwnerId;
  readonly ownerOfChain: (chain: Chain) => OwnerId;
  readonly ownerOfSet: (set: NamedSet) => OwnerId;
}

/** The context before anybody has looked for findings. */
export function createEarlyContext(
  structure: Structure,
  revision: number,
  documentIds: readonly string[],
): ViewContext {
  return { ...createViewContext({ ...structure, findings: [] }, revision, documentIds), searching: true };
}

/** The same context, with what was found. Its indexes stay. */
export function withFindings(context: ViewContext, findings: readonly Finding[]): ViewContext {
  return { ...context, analysis: { ...context.analysis, findings }, searching: false };
}

export function createViewContext(analysis: Analysis, revision: number, documentIds: readonly string[]): ViewContext {
  const { attribution } = analysis;
  let users: ReturnType<typeof indexSetUsers> | null = null;
  const owner = (index: number | undefined): OwnerId => attribution.owners[index ?? 0] as OwnerId;
  return {
    analysis,
    revision,
    searching: false,
    documentIds,
    owners: ownersPresent(analysis),
    linesOf: memo((document) => lineStarts(analysis.documents[document]?.text ?? '')),
    rulesOf: memo((document) => indexRules(analysis, document)),
    setsOf: memo((document) => indexSets(analysis, document)),
    usersOf: (set) => {
      users ??= indexSetUsers(analysis.ruleset);
      return users.get(set) ?? [];
    },
    ownerOfRule: (rule) => owner(attribution.ruleOwner[rule.id]),
    ownerOfChain: (chain) => owner(attribution.chainOwner[chain.id]),
    ownerOfSet: (set) => owner(attribution.setOwner[set.id]),
  };
}

function ownersPresent({ attribution, ruleset }: Analysis): Set<OwnerId> {
  const seen = new Uint8Array(attribution.owners.length);
  const mark = (column: Uint8Array, length: number): void => {
    for (let i = 0; i < length; i++) seen[column[i] as number] = 1;
  };
  mark(attribution.ruleOwner, ruleset.rules.length);
  mark(attribution.chainOwner, ruleset.chains.length);
  mark(attribution.setOwner, ruleset.sets.length);
  return new Set(attribution.owners.filter((_, owner) => seen[owner] === 1));
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

function indexSets(analysis: Analysis, document: number): SetIndex {
  const sets = analysis.ruleset.sets.filter((set) => documentOfSet(analysis, set) === document);
  sets.sort((a, b) => a.span.start - b.span.start);
  return { starts: Uint32Array.from(sets, (set) => set.span.start), sets };
}

/** The document that a set is listed in. */
export function documentOfSet(analysis: Analysis, set: NamedSet): number {
  const { dumps } = analysis.ruleset;
  if (set.table) return dumps[set.table.dump]?.document ?? 0;
  return dumps.find(({ ipsets }) => ipsets.includes(set))?.document ?? 0;
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

/** The set whose text holds `offset`, or null. */
export function setAt(context: ViewContext, document: number, offset: number): NamedSet | null {
  const { starts, sets } = context.setsOf(document);
  if (sets.length === 0) return null;
  const set = sets[lineIndexAt(starts, offset)] as NamedSet;
  return offset >= set.span.start && offset <= set.span.end ? set : null;
}

/** The 1-based line of an offset. */
export function lineOf(context: ViewContext, document: number, offset: number): number {
  return lineIndexAt(context.linesOf(document), offset) + 1;
}
