/** Where the page's selection stands in the documents: one span each for a rule, chain, segment, set or finding. */

import type { Span } from '../../base/span.ts';
import type { Selection } from '../../state/store.ts';
import type { Overview } from '../../worker/protocol.ts';
import { askOrNull } from './ask-or-null.ts';

export interface Place {
  readonly document: string;
  readonly span: Span;
}

/** null where the selection has no place in a text (an owner), or is void by now. */
export async function placeOf(selection: Selection, overview: Overview): Promise<Place | null> {
  switch (selection.kind) {
    case 'rule': {
      const rule = await askOrNull('rule', { rule: selection.rule });
      return rule && { document: rule.row.document, span: rule.row.span };
    }
    case 'chain': {
      const chain = await askOrNull('chain', { chain: selection.chain });
      return chain && { document: chain.document, span: chain.span };
    }
    case 'segment': {
      const chain = await askOrNull('chain', { chain: selection.chain });
      const segment = chain?.segments[selection.segment];
      if (!segment) return null;
      const first = (await askOrNull('rows', { chain: selection.chain, from: segment.from, count: 1 }))?.[0];
      const last = (await askOrNull('rows', { chain: selection.chain, from: segment.to, count: 1 }))?.[0];
      return first && last ? { document: first.document, span: { start: first.span.start, end: last.span.end } } : null;
    }
    case 'set': {
      const set = await askOrNull('set', { set: selection.set });
      return set && { document: set.document, span: set.span };
    }
    case 'finding': {
      const finding = overview.findings.find(({ id }) => id === selection.finding);
      const place = finding?.where.find(({ rule }) => rule !== null) ?? finding?.where[0];
      if (!place) return null;
      return placeOf(
        place.rule === null
          ? { kind: 'chain', chain: place.chain }
          : { kind: 'rule', chain: place.chain, rule: place.rule },
        overview,
      );
    }
    case 'owner':
      return null;
  }
}
