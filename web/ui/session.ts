/** The page's one session: what connects the store, the worker and the browser. Components call it; main.tsx starts it. */
import { browserPage } from '../state/browser-page.ts';
import { startProofs } from '../state/proofs.ts';
import { startQuestions } from '../state/questions.ts';
import { startSession } from '../state/session.ts';
import { openStorage } from '../state/storage.ts';
import { startWorkspaces } from '../state/workspaces.ts';
import type { ProverWorkerLike } from '../worker/prover-client.ts';
import { client } from './use-answer.ts';
import { store } from './use-store.ts';

export const session = startSession(store, client);

export const proofs = startProofs(
  store,
  client,
  () =>
    new Worker(new URL('../worker/prover-worker.ts', import.meta.url), {
      type: 'module',
      name: 'nfscope prover',
    }) as ProverWorkerLike,
);

startQuestions(store, proofs);

export const workspaces = startWorkspaces(store, session, openStorage(globalThis.indexedDB), browserPage());
