/** The rules of the map's open cards: asked for by pages as their cards come into view, and laid out as lines. */
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { type EdgesGeometry, layoutEdges } from '../../layout/hook-map-edges.ts';
import type { CardGeometry, HookMapGeometry, OwnerLook } from '../../layout/hook-map-geometry.ts';
import type { HookMapModel } from '../../layout/hook-map-model.ts';
import { layoutRuleLines, type RuleLine, type RuleWords } from '../../layout/hook-map-rules.ts';
import type { Selection } from '../../state/store.ts';
import type { DocumentText, RuleRow } from '../../worker/protocol.ts';
import { createRowPages, type RowPages } from '../chain/row-pages.ts';
import { shownTokens } from '../chain/tokens.ts';
import { ask, useAnswer } from '../use-answer.ts';
import { useStore } from '../use-store.ts';

const NONE: readonly RuleLine[] = [];

export interface RuleLinesInput {
  readonly geometry: HookMapGeometry | null;
  readonly model: HookMapModel;
  readonly zoom: number;
  readonly look: (owner: string) => OwnerLook;
  /** Chains of the open cards in view. */
  readonly inView: ReadonlySet<number>;
}

/** The same array while nothing has changed. */
export function useRuleLines({ geometry, model, zoom, look, inView }: RuleLinesInput): readonly RuleLine[] {
  const revision = useStore((state) => state.overview?.revision ?? null);
  const documents = useStore((state) => state.documents);
  // biome-ignore lint/correctness/useExhaustiveDependencies: ids of another revision mean other rules
  const pages = useMemo(() => createRowPages((request) => ask('rows', request)), [revision]);
  const version = useSyncExternalStore(pages.subscribe, pages.version);
  const cards = useMemo(
    () => geometry?.cards.filter(({ chain, open }) => open !== null && inView.has(chain)) ?? [],
    [geometry, inView],
  );
  useEffect(() => need(pages, cards), [pages, cards]);
  const mostPackets = useMemo(() => packetsOf(model), [model]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: version stands for the rows that have arrived
  return useMemo(() => {
    if (cards.length === 0) return NONE;
    const texts = new Map(documents.map((document) => [document.id, document]));
    const words = (chain: number, index: number): RuleWords | undefined => {
      const row = pages.row(chain, index);
      return row ? wordsOf(row, texts.get(row.document)) : undefined;
    };
    return layoutRuleLines({ cards, zoom, words, look, mostPackets });
  }, [cards, zoom, look, mostPackets, documents, pages, version]);
}

/** Asks for the rules that the cards have lines for. */
function need(pages: RowPages, cards: readonly CardGeometry[]): void {
  for (const { rooms } of cards) {
    for (const { slots } of rooms) {
      for (const slot of slots) if (slot.kind === 'rule') pages.need(slot.chain, slot.index, slot.index);
    }
  }
}

function packetsOf(model: HookMapModel): number {
  let most = 0;
  for (const { cards } of model.hooks) {
    for (const { segments } of cards) for (const { packets } of segments) most = Math.max(most, packets ?? 0);
  }
  return most;
}

/** A row of the rules table as the map writes it. */
function wordsOf(row: RuleRow, document: DocumentText | undefined): RuleWords {
  const { kind, detail, target, below } = row.verdict;
  return {
    rule: row.rule,
    owner: row.owner,
    packets: row.packets,
    match: shownTokens(row.match).map(({ field, op, value, meaning }) => ({
      field: op === '' ? field : `${field} ${op}`.trim(),
      value,
      meaning,
    })),
    verdict: kind,
    detail,
    target: target === null ? null : { chain: target, below },
    source:
      document?.text.slice(row.span.start, row.span.end).replace(COUNTERS, '').replaceAll(/\s+/g, ' ').trim() ?? '',
  };
}

/** Counters before an iptables rule: the map draws them. */
const COUNTERS = /^\s*\[\d+:\d+\] /;

/** Rules whose edges are worth a line each. */
const MOST_EDGES = 60;

/** The edges of the jump that is pointed at, else of the one that is selected; null: none of a rule in an open card. */
export function useEdges(
  geometry: HookMapGeometry | null,
  lines: readonly RuleLine[],
  hovered: Selection | null,
  selected: Selection | null,
): EdgesGeometry | null {
  const line = jumpOf(lines, hovered) ?? jumpOf(lines, selected);
  const target = line?.target ?? null;
  const { answer, status } = useAnswer('jumpsInto', target === null ? null : { chain: target, limit: MOST_EDGES });
  return useMemo(() => {
    if (!geometry || !line || !answer || status !== 'ready') return null;
    const { name, jumps, more } = answer;
    return layoutEdges(geometry, lines, { chain: line.card, index: line.index }, { name, places: jumps, more });
  }, [geometry, lines, line, answer, status]);
}

function jumpOf(lines: readonly RuleLine[], selection: Selection | null): RuleLine | null {
  if (selection?.kind !== 'rule') return null;
  return lines.find(({ rule, target }) => rule === selection.rule && target !== null) ?? null;
}
