/**
 * Which chain the chain view shows, and the way back through those that were shown before.
 *
 * `state.chain` pins a chain; null follows the selection. A selection made elsewhere (map, source, findings, search) unpins it, so that what
 * the user selects is what the view shows; a selection made in the view itself does not: it may lie in a chain that is opened inside it.
 */
import { useEffect, useRef, useState } from 'react';
import type { Selection, State } from '../../state/store.ts';
import { store, useStore } from '../use-store.ts';

/** The chain that a selection lies in; null for sets and owners. */
export function chainOfSelection(selection: Selection | null, state: Pick<State, 'overview'>): number | null {
  switch (selection?.kind) {
    case 'chain':
    case 'segment':
    case 'rule':
      return selection.chain;
    case 'finding': {
      const finding = state.overview?.findings.find(({ id }) => id === selection.finding);
      return finding?.where[0]?.chain ?? finding?.marks[0]?.chain ?? null;
    }
    default:
      return null;
  }
}

/** Null without an overview, or when it has no chain at all. */
export function shownChain(state: State): number | null {
  if (!state.overview) return null;
  const chosen = state.chain ?? chainOfSelection(state.selection, state);
  return chosen ?? firstBaseChain(state);
}

/** Forward's filter is where writers meet most; else the first base chain that has rules. */
function firstBaseChain({ overview, family }: State): number | null {
  const map = overview?.maps.find((one) => one.family === family) ?? overview?.maps[0];
  const cards = map?.hooks.flatMap(({ hook, cards: all }) => all.map((card) => ({ hook, card }))) ?? [];
  const withRules = cards.filter(({ card }) => card.rules > 0);
  const forward = withRules
    .filter(({ hook }) => hook === 'forward')
    .sort((a, b) => b.card.segments.length - a.card.segments.length);
  return (forward[0] ?? withRules[0] ?? cards[0])?.card.chain ?? null;
}

store.subscribe((state, before) => {
  if (state.selection === before.selection || state.chain !== before.chain || state.chain === null) return;
  // A new overview brings chain and selection of its own.
  if (state.overview !== before.overview) return;
  if (state.selectionSource === 'table' || state.selectionSource === 'tree') return;
  const chain = chainOfSelection(state.selection, state);
  if (chain !== null && chain !== state.chain) store.setState({ chain: null });
});

/** Pins the chain that is shown before something else is selected inside the view. */
export function pinShownChain(): void {
  const state = store.getState();
  const shown = shownChain(state);
  if (state.chain === null && shown !== null) store.setState({ chain: shown });
}

export interface Visits {
  readonly canGoBack: boolean;
  readonly goBack: () => void;
}

/** Longest way back that is kept. */
const MAX_VISITS = 100;

/** Ids are those of one revision: an edit forgets the way. */
export function useVisits(shown: number | null): Visits {
  const revision = useStore((state) => state.overview?.revision ?? null);
  const visits = useRef<{ revision: number | null; current: number | null; before: number[] }>({
    revision: null,
    current: null,
    before: [],
  });
  const [, setCount] = useState(0);
  useEffect(() => {
    const kept = visits.current;
    if (kept.revision !== revision) visits.current = { revision, current: shown, before: [] };
    else if (kept.current !== shown) {
      if (kept.current !== null) kept.before = [...kept.before, kept.current].slice(-MAX_VISITS);
      kept.current = shown;
    }
    setCount(visits.current.before.length);
  }, [shown, revision]);
  return {
    canGoBack: visits.current.before.length > 0,
    goBack: () => {
      const kept = visits.current;
      const last = kept.before.at(-1);
      if (last === undefined) return;
      kept.before = kept.before.slice(0, -1);
      kept.current = last;
      store.getState().select({ kind: 'chain', chain: last }, 'table');
      store.getState().showChain(last);
    },
  };
}
