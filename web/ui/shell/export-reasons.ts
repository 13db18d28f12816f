/** Why something cannot be exported now, in words; null where it can. Pure. */
import type { State } from '../../state/store.ts';

export interface Reasons {
  readonly view: string | null;
  readonly slide: string | null;
  readonly findings: string | null;
  readonly graph: string | null;
  readonly ruleset: string | null;
}

export function reasons({ overview, family, view }: Pick<State, 'overview' | 'family' | 'view'>): Reasons {
  if (!overview) {
    const unread = 'Nothing is read yet';
    return { view: unread, slide: unread, findings: unread, graph: unread, ruleset: unread };
  }
  const { chains, rules, sets } = overview.counts;
  const noChains = chains === 0 ? 'No chain was found in the text' : null;
  const map = overview.maps.find((one) => one.family === family);
  const anyCards = map?.hooks.some(({ cards }) => cards.length > 0) ?? false;
  return {
    view: noChains ?? (view === 'source' ? 'The source is saved as text, below' : null),
    slide: noChains ?? (anyCards ? null : 'No base chains in this family'),
    findings: overview.searching
      ? 'Still looking for findings'
      : (noChains ?? (overview.findings.length === 0 ? 'There are none' : null)),
    graph: noChains,
    ruleset: rules + chains + sets === 0 ? 'No rule was found in the text' : null,
  };
}
