/** The outline of a document: its tables with their chains, sets and objects, and its ipsets. */
import { nameSpanOf, spanOf } from '../model/rule.ts';
import type { Chain, NamedSet } from '../model/ruleset.ts';
import type { OutlineEntry } from './answer.ts';
import type { ViewContext } from './context.ts';
import { plural } from './plural.ts';

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
    detail: plural(set.elements.length, 'element'),
    kind: 'set',
    span: set.span,
    nameSpan: set.nameSpan,
    children: [],
  };
}

function outlineChain(chain: Chain): OutlineEntry {
  const detail = chain.base ? `${chain.base.hook} ${chain.base.priority}` : plural(chain.rules.length, 'rule');
  return { name: chain.name, detail, kind: 'chain', span: spanOf(chain), nameSpan: nameSpanOf(chain), children: [] };
}
