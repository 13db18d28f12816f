/**
 * Puts the questions that the store holds to the prover, and their answers into the store. Ids are those of one revision: a change of the dump clears all of
 * them. No React in it.
 */
import { ProverError } from '../worker/prover-client.ts';
import { type AskedStatus, NOTHING_SUPPOSED, supposedNow } from './asked.ts';
import type { Proofs } from './proofs.ts';
import type { State, Store } from './store.ts';

/** Returns what ends it. */
export function startQuestions(store: Store, proofs: Pick<Proofs, 'whatIf' | 'reach' | 'fates'>): () => void {
  /** Questions that have been put, by identity: asking again makes a new one. */
  const put = new WeakSet<object>();

  function ask<Answer>(
    asked: { readonly question: object; readonly status: AskedStatus } | null,
    question: () => Promise<Answer>,
    tell: (part: { status: AskedStatus; answer: Answer | null; message: string | null }) => void,
  ): void {
    if (asked?.status !== 'waiting' || put.has(asked)) return;
    put.add(asked);
    question().then(
      (answer) => tell({ status: 'ready', answer, message: null }),
      (error: unknown) => tell({ ...failure(error), answer: null }),
    );
  }

  function askAll(state: State): void {
    const change = supposedNow(state.supposed);
    if (change)
      ask(
        change,
        () => proofs.whatIf(change.question),
        (part) => store.getState().answerSupposed(change.question, part),
      );
    const { reach, fates } = state;
    if (reach)
      ask(
        reach,
        () => proofs.reach(reach.question),
        (part) => {
          if (store.getState().reach === reach) store.setState({ reach: { ...reach, ...part } });
        },
      );
    if (fates)
      ask(
        fates,
        () => proofs.fates(fates.question),
        (part) => {
          if (store.getState().fates === fates) store.setState({ fates: { ...fates, ...part } });
        },
      );
  }

  function clear(state: State): void {
    const { supposed, reach, fates } = state;
    if (supposed.history.length === 0 && !reach && !fates) return;
    store.setState({ supposed: NOTHING_SUPPOSED, reach: null, fates: null });
    if (supposed.at >= 0)
      store.getState().notify({ severity: 'info', text: 'The what-if was cleared: the dump has changed.' });
  }

  return store.subscribe((state, before) => {
    const isOther =
      state.documents !== before.documents ||
      (state.overview?.revision ?? null) !== (before.overview?.revision ?? null);
    if (isOther) clear(state);
    else askAll(state);
  });
}

function failure(error: unknown): { readonly status: AskedStatus; readonly message: string } {
  const message = error instanceof Error ? error.message : String(error);
  return { status: error instanceof ProverError && error.code === 'ended' ? 'stopped' : 'failed', message };
}
