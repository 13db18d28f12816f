/** What the user wants to share: which part of the workspace, and what stays out of it. */
import { useEffect, useMemo, useState } from 'react';
import { textsOf, withTexts } from '../../permalink/rename.ts';
import { notesNow } from '../../state/notes.ts';
import { type AnonymiserWorkerLike, anonymisedCopy } from '../../worker/anonymiser-client.ts';
import type { AnonymisedCopy } from '../../worker/anonymiser-protocol.ts';
import type { LinkContent } from '../../worker/packer-protocol.ts';
import type { ExcerptAnswer, Overview } from '../../worker/protocol.ts';
import { session } from '../session.ts';
import { spawnAnonymiser } from '../spawn.ts';
import { useAnswer } from '../use-answer.ts';
import { store, useStore } from '../use-store.ts';

export interface ShareChoice {
  /** Chains by id, with what they need; null: everything. */
  readonly chains: readonly number[] | null;
  readonly counters: boolean;
  readonly comments: 'all' | 'no-hashes' | 'none';
  readonly view: boolean;
  readonly notes: boolean;
  /** With other addresses and names. */
  readonly anonymise: boolean;
}

export const WHOLE: ShareChoice = {
  chains: null,
  counters: true,
  comments: 'all',
  view: true,
  notes: true,
  anonymise: false,
};

/** Dumps of nodes that are not read now are in it as well: nothing is cut out of any. */
export function isWhole({ chains, counters, comments }: ShareChoice): boolean {
  return chains === null && counters && comments === 'all';
}

export interface Shared {
  /** Null while the worker cuts it out. */
  readonly content: LinkContent | null;
  /** What is in it; null where the workspace is not read: it is shared as it is. */
  readonly excerpt: ExcerptAnswer | null;
  readonly failed: string | null;
  /** What was replaced; null where nothing is, or not yet. */
  readonly anonymised: Replacements | null;
}

/** What became of addresses and names. */
export type Replacements = Pick<AnonymisedCopy<unknown>, 'replaced' | 'kept' | 'differences'>;

export function useShared(choice: ShareChoice): Shared {
  const isRead = useStore((state) => state.overview !== null && state.analysis.status === 'ready');
  const { chains, counters, comments } = choice;
  const { answer, status, error } = useAnswer('excerpt', isRead ? { chains, counters, comments } : null);
  const excerpt = isRead && status === 'ready' ? answer : null;
  const plain = useMemo(
    () => (isRead && excerpt === null ? null : contentOf(choice, excerpt)),
    [isRead, excerpt, choice],
  );
  const hidden = useAnonymised(choice.anonymise ? plain : null);
  return {
    content: choice.anonymise ? hidden.content : plain,
    excerpt,
    failed: error?.message ?? hidden.failed,
    anonymised: hidden.answer,
  };
}

interface Anonymised {
  readonly content: LinkContent | null;
  readonly answer: Replacements | null;
  readonly failed: string | null;
}

const NOTHING: Anonymised = { content: null, answer: null, failed: null };

/** The same with other addresses and names: each time with others, because nobody keeps the key. */
function useAnonymised(plain: LinkContent | null): Anonymised {
  const [made, setMade] = useState<Anonymised & { readonly of: LinkContent | null }>({ ...NOTHING, of: null });
  useEffect(() => {
    if (!plain) return;
    const controller = new AbortController();
    const documents = plain.documents.map(({ name, text }) => ({ name: name ?? '', text }));
    const spawn = () => spawnAnonymiser() as AnonymiserWorkerLike;
    // Counters are left out by another choice.
    const request = { documents, view: textsOf(plain) };
    anonymisedCopy(spawn, request, controller.signal).then(
      (answer) => {
        const content = { ...withTexts(plain, answer.view), documents: answer.documents };
        setMade({ content, answer, failed: null, of: plain });
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        const reason = error instanceof Error ? error.message : String(error);
        setMade({ ...NOTHING, failed: `It could not be anonymised: ${reason}`, of: plain });
      },
    );
    return () => controller.abort();
  }, [plain]);
  return plain !== null && made.of === plain ? made : NOTHING;
}

/** What the store has now: nothing changes behind a dialog. */
function contentOf(choice: ShareChoice, excerpt: ExcerptAnswer | null): LinkContent {
  const state = store.getState();
  const documents = state.documents.flatMap(({ id, name, text }) => {
    const part = excerpt?.documents.find((one) => one.id === id);
    return part || excerpt === null || isWhole(choice) ? [{ name, text: part?.text ?? text }] : [];
  });
  const { active, node, ...view } = choice.view ? session.viewState() : {};
  const numbers = { ...(active === undefined ? {} : { active }), ...(node === undefined ? {} : { node }) };
  return {
    documents,
    // Which document is shown, and of which node, is told by numbers, which are others in a part.
    view: documents.length === state.documents.length ? { ...view, ...numbers } : view,
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
