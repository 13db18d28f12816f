/** What the user wants to share: which part of the workspace, and what stays out of it. */
import { useMemo } from 'react';
import { notesNow } from '../../state/notes.ts';
import type { ExcerptAnswer, Overview } from '../../worker/protocol.ts';
import { session } from '../session.ts';
import { useAnswer } from '../use-answer.ts';
import { store, useStore } from '../use-store.ts';
import type { LinkContent } from './use-link.ts';

export interface ShareChoice {
  /** Chains by id, with what they need; null: everything. */
  readonly chains: readonly number[] | null;
  readonly counters: boolean;
  readonly comments: 'all' | 'no-hashes' | 'none';
  readonly view: boolean;
  readonly notes: boolean;
}

export const WHOLE: ShareChoice = { chains: null, counters: true, comments: 'all', view: true, notes: true };

export interface Shared {
  /** Null while the worker cuts it out. */
  readonly content: LinkContent | null;
  /** What is in it; null where the workspace is not read: it is shared as it is. */
  readonly excerpt: ExcerptAnswer | null;
  readonly failed: string | null;
}

export function useShared(choice: ShareChoice): Shared {
  const isRead = useStore((state) => state.overview !== null && state.analysis.status === 'ready');
  const { chains, counters, comments } = choice;
  const { answer, status, error } = useAnswer('excerpt', isRead ? { chains, counters, comments } : null);
  const excerpt = isRead && status === 'ready' ? answer : null;
  const content = useMemo(
    () => (isRead && excerpt === null ? null : contentOf(choice, excerpt)),
    [isRead, excerpt, choice],
  );
  return { content, excerpt, failed: error?.message ?? null };
}

/** What the store has now: nothing changes behind a dialog. */
function contentOf(choice: ShareChoice, excerpt: ExcerptAnswer | null): LinkContent {
  const state = store.getState();
  const documents = excerpt
    ? excerpt.documents.flatMap(({ id, text }) => {
        const document = state.documents.find((one) => one.id === id);
        return document ? [{ name: document.name, text: text ?? document.text }] : [];
      })
    : state.documents.map(({ name, text }) => ({ name, text }));
  const { active, ...view } = choice.view ? session.viewState() : {};
  return {
    documents,
    // Which document is shown is told by its number, which is another one in a part.
    view: active !== undefined && documents.length === state.documents.length ? { ...view, active } : view,
    notes: choice.notes ? notesNow(state) : [],
  };
}

export interface ChainChoice {
  readonly chain: number;
  readonly name: string;
}

/** Base chains in map order, each once. */
export function baseChainsOf(overview: Overview | null): readonly ChainChoice[] {
  const seen = new Map<number, string>();
  for (const { hooks } of overview?.maps ?? [])
    for (const { cards } of hooks)
      for (const card of cards) if (!seen.has(card.chain)) seen.set(card.chain, `${card.table} ${card.name}`);
  return [...seen].map(([chain, name]) => ({ chain, name }));
}
