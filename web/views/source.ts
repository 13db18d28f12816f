/** What stands at an offset of a document: the rule, chain or set, where a name is declared and used, and the hover. */

import type { Span } from '../base/span.ts';
import { nameSpanOf } from '../model/rule.ts';
import type { Chain, NamedSet, Rule, Table } from '../model/ruleset.ts';
import type { Spot } from './answer.ts';
import { documentOfChain, documentOfSet, ruleAt, setAt, type ViewContext } from './context.ts';
import { buildHover } from './hover.ts';
import { isNameAt, namesAt, occurrences } from './source-words.ts';

const MAX_REFERENCES = 2000;

type Named = { readonly kind: 'chain'; readonly chain: Chain } | { readonly kind: 'set'; readonly set: NamedSet };

/** Cost: a binary search, and for a name the rules that refer to it. */
export function buildSpot(context: ViewContext, document: number, offset: number): Spot {
  const rule = ruleAt(context, document, offset);
  const inSet = rule ? null : setAt(context, document, offset);
  const table = rule?.chain.table ?? inSet?.table ?? tableAt(context, document, offset);
  const around = rule || inSet ? null : chainAt(table, offset);
  const named = nameAt(context, { document, offset, rule, inSet, around, table });
  const chain = named?.kind === 'chain' ? named.chain : null;
  const set = named?.kind === 'set' ? named.set : inSet;
  return {
    chain: rule?.chain.id ?? chain?.id ?? around?.id ?? null,
    rule: rule?.id ?? null,
    set: set?.id ?? null,
    symbol: chain ? chainSymbol(context, chain) : named?.kind === 'set' ? setSymbol(context, named.set) : null,
    hover: buildHover(context, rule, chain ?? around, set),
  };
}

interface Place {
  readonly document: number;
  readonly offset: number;
  readonly rule: Rule | null;
  readonly inSet: NamedSet | null;
  readonly around: Chain | null;
  readonly table: Table | null;
}

/** The chain or set that the word at the offset names. Outside rules and sets only a declaration's own name is one: `hook input` is not. */
function nameAt(context: ViewContext, place: Place): Named | null {
  const { document, offset, rule, inSet, around, table } = place;
  if (inSet && holds(inSet.nameSpan, offset)) return { kind: 'set', set: inSet };
  if (around) return holds(nameSpanOf(around), offset) ? { kind: 'chain', chain: around } : null;
  if (!rule && !inSet) return null;
  const text = context.analysis.documents[document]?.text ?? '';
  for (const { word, before } of namesAt(text, offset)) {
    const chain = table?.chainNamed.get(word);
    const set = table?.setNamed.get(word);
    const ipset = context.analysis.ruleset.ipsets.get(word);
    if (before === 'set' && set) return { kind: 'set', set };
    if (before === 'ipset' && ipset) return { kind: 'set', set: ipset };
    if (before === 'set' || before === 'ipset') continue;
    if (chain && !chain.implicit) return { kind: 'chain', chain };
    // A member of a list:set.
    if (!rule && inSet?.table === null && ipset) return { kind: 'set', set: ipset };
  }
  return null;
}

function holds({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}

function tableAt(context: ViewContext, document: number, offset: number): Table | null {
  const { tables, dumps } = context.analysis.ruleset;
  return tables.find(({ dump, span }) => dumps[dump]?.document === document && holds(span, offset)) ?? null;
}

function chainAt(table: Table | null, offset: number): Chain | null {
  return table?.chains.find((chain) => !chain.implicit && holds(chain, offset)) ?? null;
}

function chainSymbol(context: ViewContext, chain: Chain): Spot['symbol'] {
  const document = context.documentIds[documentOfChain(context.analysis, chain)] ?? '';
  const spans = [...jumpNames(context, chain), ...mapNames(context, chain)].slice(0, MAX_REFERENCES);
  return {
    kind: 'chain',
    name: chain.name,
    definition: { document, span: nameSpanOf(chain) },
    references: spans.map((span) => ({ document, span })),
  };
}

/** The name in the rules that jump to the chain. A verdict map with a name of its own has it in its elements instead. */
function jumpNames(context: ViewContext, chain: Chain): Span[] {
  const { graph, ruleset } = context.analysis;
  const spans: Span[] = [];
  let last = -1;
  for (const { rule: id } of graph.into(chain.id)) {
    if (id === last) continue;
    last = id;
    const rule = ruleset.rules[id] as Rule;
    for (const start of occurrences(textOf(context, chain.table), chain.name, rule.start, rule.end)) {
      if (isNameAt(textOf(context, chain.table), start)) spans.push({ start, end: start + chain.name.length });
    }
    if (spans.length >= MAX_REFERENCES) break;
  }
  return spans;
}

/** The name in the elements of the table's named verdict maps. */
function mapNames(context: ViewContext, chain: Chain): Span[] {
  const spans: Span[] = [];
  const text = textOf(context, chain.table);
  for (const set of chain.table.sets) {
    if (set.data?.types[0] !== 'verdict') continue;
    for (const start of occurrences(text, chain.name, set.span.start, set.span.end)) {
      if (isNameAt(text, start)) spans.push({ start, end: start + chain.name.length });
    }
  }
  return spans;
}

function textOf(context: ViewContext, table: Table): string {
  return context.analysis.ruleset.dumps[table.dump]?.text ?? '';
}

function setSymbol(context: ViewContext, set: NamedSet): Spot['symbol'] {
  const references: { document: string; span: Span }[] = [];
  for (const rule of context.usersOf(set)) {
    const document = context.documentIds[documentOfChain(context.analysis, rule.chain)] ?? '';
    for (const start of occurrences(textOf(context, rule.chain.table), set.name, rule.start, rule.end)) {
      references.push({ document, span: { start, end: start + set.name.length } });
    }
    if (references.length >= MAX_REFERENCES) break;
  }
  return {
    kind: 'set',
    name: set.name,
    definition: { document: context.documentIds[documentOfSet(context.analysis, set)] ?? '', span: set.nameSpan },
    references: references.slice(0, MAX_REFERENCES),
  };
}
