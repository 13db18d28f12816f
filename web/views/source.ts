/** What the source panel asks: what stands at an offset, the outline, and who owns each line. */
import { lineIndexAt, type Span } from '../base/span.ts';
import type { Chain, NamedSet, Rule } from '../model/ruleset.ts';
import type { OutlineEntry, Spot } from './answer.ts';
import { documentOfChain, ruleAt, type ViewContext } from './context.ts';
import { usersOf } from './details.ts';
import { ownerEntry } from './owner-entry.ts';
import { buildRow } from './rows.ts';

const MAX_REFERENCES = 2000;
const WORD = /[\w.:@/+-]/;

export function buildSpot(context: ViewContext, document: number, offset: number): Spot {
  const text = context.analysis.documents[document]?.text ?? '';
  const rule = ruleAt(context, document, offset);
  const { word, span } = wordAt(text, offset);
  const table = rule?.chain.table ?? tableAt(context, document, offset);
  const chain = table?.chainNamed.get(word) ?? null;
  const set = chain
    ? null
    : (table?.setNamed.get(word.replace(/^@/, '')) ?? context.analysis.ruleset.ipsets.get(word) ?? null);
  const symbol = chain && !chain.implicit ? chainSymbol(context, chain) : set ? setSymbol(context, set) : null;
  return {
    chain: rule?.chain.id ?? chain?.id ?? null,
    rule: rule?.id ?? null,
    set: set?.id ?? null,
    symbol: symbol && span.end > span.start ? symbol : null,
    hover: hoverText(context, rule, chain, set),
  };
}

function wordAt(text: string, offset: number): { word: string; span: Span } {
  let start = offset;
  let end = offset;
  while (start > 0 && offset - start < 256 && WORD.test(text[start - 1] as string)) start--;
  while (end < text.length && end - offset < 256 && WORD.test(text[end] as string)) end++;
  // `:cali-FORWARD - [0:0]` declares; the colon is not of the name.
  if (text[start] === ':') start++;
  return { word: text.slice(start, end), span: { start, end } };
}

function tableAt(context: ViewContext, document: number, offset: number) {
  const { ruleset } = context.analysis;
  return ruleset.tables.find(
    (table) =>
      ruleset.dumps[table.dump]?.document === document && table.span.start <= offset && offset <= table.span.end,
  );
}

function chainSymbol(context: ViewContext, chain: Chain): Spot['symbol'] {
  const { graph, ruleset } = context.analysis;
  const document = context.documentIds[documentOfChain(context.analysis, chain)] ?? '';
  const callers = graph.into(chain.id).slice(0, MAX_REFERENCES);
  return {
    kind: 'chain',
    name: chain.name,
    definition: { document, span: chain.nameSpan },
    references: callers.map(({ rule }) => ({
      document,
      span: nameIn(context, ruleset.rules[rule] as Rule, chain.name),
    })),
  };
}

function setSymbol(context: ViewContext, set: NamedSet): Spot['symbol'] {
  const { dumps } = context.analysis.ruleset;
  const home = set.table ? dumps[set.table.dump] : dumps.find(({ ipsets }) => ipsets.includes(set));
  return {
    kind: 'set',
    name: set.name,
    definition: home ? { document: context.documentIds[home.document] ?? '', span: set.nameSpan } : null,
    references: usersOf(context, set)
      .slice(0, MAX_REFERENCES)
      .map((rule) => ({
        document: context.documentIds[documentOfChain(context.analysis, rule.chain)] ?? '',
        span: nameIn(context, rule, set.name),
      })),
  };
}

/** Where `name` stands in the rule's text; the whole rule if the text spells it otherwise. */
function nameIn(context: ViewContext, rule: Rule, name: string): Span {
  const text = context.analysis.ruleset.dumps[rule.chain.table.dump]?.text ?? '';
  const at = text.lastIndexOf(name, rule.end - name.length);
  return at >= rule.start ? { start: at, end: at + name.length } : { start: rule.start, end: rule.end };
}

function hoverText(context: ViewContext, rule: Rule | null, chain: Chain | null, set: NamedSet | null): string[] {
  const paragraphs: string[] = [];
  if (chain && !chain.implicit) {
    const owner = ownerEntry(context.ownerOfChain(chain)).name;
    const below = context.analysis.graph.rulesFrom(chain.id) - chain.rules.length;
    paragraphs.push(
      `Chain **${escapeMarkdown(chain.name)}** of ${escapeMarkdown(owner)}: ${chain.rules.length} rules here, ${below} below`,
    );
  }
  if (set) paragraphs.push(`Set **${escapeMarkdown(set.name)}**: ${set.elements.length} elements`);
  if (rule) {
    const row = buildRow(context, rule);
    const owner = ownerEntry(row.owner).name;
    const evidence = context.analysis.attribution.evidenceOfRule(rule);
    const { verdict } = row;
    paragraphs.push(
      `${escapeMarkdown(rule.chain.name)} rule ${rule.index} · **${escapeMarkdown(owner)}** (${escapeMarkdown(evidence.text)})`,
      `${row.match.length === 0 ? 'any packet' : row.match.map((token) => escapeMarkdown([token.field, token.op, token.value].filter(Boolean).join(' '))).join(', ')} → **${escapeMarkdown(`${verdict.kind} ${verdict.detail}`.trim())}**`,
    );
    const meanings = row.match.flatMap(({ meaning, value }) => (meaning ? [`${value}: ${meaning}`] : []));
    if (meanings.length > 0) paragraphs.push(escapeMarkdown(meanings.join('; ')));
  }
  return paragraphs;
}

/** Names and comments come from the dump: nothing in them may act as Markdown or HTML. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|~<>&]/g, '\\$&');
}

export function buildOutline(context: ViewContext, document: number): OutlineEntry[] {
  const { ruleset } = context.analysis;
  return ruleset.dumps
    .filter((dump) => dump.document === document)
    .flatMap((dump) => [
      ...dump.tables.map(
        (table): OutlineEntry => ({
          name: `${table.family} ${table.name}`,
          detail: table.backend,
          kind: 'table',
          span: table.span,
          nameSpan: { start: table.span.start, end: table.span.start },
          children: [
            ...table.sets.map((set) => outlineSet(set)),
            ...table.chains.filter((chain) => !chain.implicit).map((chain) => outlineChain(chain)),
            ...table.objects.map(
              ({ name, kind, span }): OutlineEntry => ({
                name,
                detail: kind,
                kind: 'object',
                span,
                nameSpan: span,
                children: [],
              }),
            ),
          ].sort((a, b) => a.span.start - b.span.start),
        }),
      ),
      ...dump.ipsets.map(outlineSet),
    ]);
}

function outlineSet(set: NamedSet): OutlineEntry {
  return {
    name: set.name,
    detail: `${set.elements.length} elements`,
    kind: 'set',
    span: set.span,
    nameSpan: set.nameSpan,
    children: [],
  };
}

function outlineChain(chain: Chain): OutlineEntry {
  const detail = chain.base ? `${chain.base.hook} ${chain.base.priority}` : `${chain.rules.length} rules`;
  return { name: chain.name, detail, kind: 'chain', span: chain.span, nameSpan: chain.nameSpan, children: [] };
}

/** Owner per line: index into `owners` (the overview's order) plus 1; 0 where a line belongs to nobody. */
export function buildLineOwners(context: ViewContext, document: number, owners: readonly string[]): Uint8Array {
  const lines = context.linesOf(document);
  const column = new Uint8Array(lines.length);
  const numbers = new Map(owners.map((id, i) => [id, i + 1]));
  for (const rule of context.rulesOf(document).rules) {
    const owner = numbers.get(context.ownerOfRule(rule)) ?? 0;
    const last = lineIndexAt(lines, rule.end);
    for (let line = lineIndexAt(lines, rule.start); line <= last; line++) column[line] = owner;
  }
  return column;
}
