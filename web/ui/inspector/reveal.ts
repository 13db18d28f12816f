/** Selecting and showing from the panels: one selection for all views, and the view that can show it. */

import type { SelectionSource } from '../../state/store.ts';
import type { MapFamily, Overview } from '../../worker/protocol.ts';
import type { Finding } from '../findings/finding.ts';
import { store } from '../use-store.ts';

export interface Place {
  readonly chain: number;
  /** Rule.id; null is the chain as a whole. */
  readonly rule: number | null;
}

/** Selects the rule, or the chain, everywhere. The view stays. */
export function selectPlace({ chain, rule }: Place, source: SelectionSource): void {
  store.getState().select(rule === null ? { kind: 'chain', chain } : { kind: 'rule', chain, rule }, source);
  showFamilyOf([chain]);
}

/** Shows the chain in the chain view. */
export function openChain(chain: number, source: SelectionSource): void {
  store.getState().select({ kind: 'chain', chain }, source);
  store.getState().showChain(chain);
}

/** Shows the rule in the chain view, in its own chain. */
export function openRule({ chain, rule }: Place, source: SelectionSource): void {
  selectPlace({ chain, rule }, source);
  store.getState().showChain(chain);
}

/** Shows where the rule stands in the source, and opens the source if it is folded away. */
export function openSource(document: string, offset: number): void {
  store.getState().togglePanel('source', true);
  store.getState().revealOffset(document, offset);
}

export function showOnMap(finding: Finding): void {
  store.getState().select({ kind: 'finding', finding: finding.id }, 'findings');
  showFamilyOf([...finding.marks, ...finding.where].map(({ chain }) => chain));
  store.getState().setView('hooks');
}

/** The map's family changes only where the present one has none of the chains. */
function showFamilyOf(chains: readonly number[]): void {
  const { overview, family, setFamily } = store.getState();
  if (!overview) return;
  const other = familyWith(overview, chains, family);
  if (other !== null && other !== family) setFamily(other);
}

/** The family whose map has a card of one of the chains, `present` first; null if none has: only base chains are on maps. */
export function familyWith(overview: Overview, chains: readonly number[], present: MapFamily): MapFamily | null {
  const wanted = new Set(chains);
  const holds = overview.maps.filter((map) =>
    map.hooks.some(({ cards }) => cards.some((card) => wanted.has(card.chain))),
  );
  return holds.find(({ family }) => family === present)?.family ?? holds[0]?.family ?? null;
}

/** Whether a base chain of any map is among the chains: otherwise there is nothing to show on a map. */
export function isOnMap(overview: Overview | null, finding: Finding): boolean {
  if (!overview) return false;
  return (
    familyWith(
      overview,
      [...finding.marks, ...finding.where].map(({ chain }) => chain),
      'ip',
    ) !== null
  );
}
