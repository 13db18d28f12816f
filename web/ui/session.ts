/** The page's one session: what connects the store, the worker and the browser. Components call it; main.tsx starts it. */
import type { LinkResult } from '../permalink/link.ts';
import { browserPage, browserPlaces } from '../state/browser-page.ts';
import { keepChanged } from '../state/changed-storage.ts';
import { startNotes } from '../state/notes.ts';
import { startPlaces } from '../state/places.ts';
import { startProofs } from '../state/proofs.ts';
import { startQuestions } from '../state/questions.ts';
import { startSession } from '../state/session.ts';
import { keepSpare } from '../state/spare-worker.ts';
import { browserDatabases, keepNothing, openStorage } from '../state/storage.ts';
import { startWorkspaces, type WorkspaceTools } from '../state/workspaces.ts';
import type { PackerWorkerLike } from '../worker/packer-client.ts';
import type { ProverWorkerLike } from '../worker/prover-client.ts';
import { readEmbedding } from './embed/embedding.ts';
import { tellWork } from './shell/work-notice.ts';
import { spawnPacker, spawnProver } from './spawn.ts';
import { client } from './use-answer.ts';
import { store } from './use-store.ts';

export const session = startSession(store, client);

/** One for the page, one for the map's worker, one for the prover. */
const ENOUGH_PROCESSORS = 3;
const hasProcessors = navigator.hardwareConcurrency >= ENOUGH_PROCESSORS;

/** Milliseconds before a prover is made that nobody has asked for: the page comes first, and with it its first dump where they would be in each other's way. */
const BEFORE_SPARE = hasProcessors ? 1000 : 4000;
const takeProver = keepSpare(spawnProver, (run) => setTimeout(run, BEFORE_SPARE));

export const proofs = startProofs(store, client, () => takeProver() as ProverWorkerLike, { hasProcessors });

startQuestions(store, proofs);
startNotes(store, client);

/** Null: the whole page. */
export const embedding = readEmbedding(location.search);

/** What the user keeps in this browser. */
export const storage = keepChanged(embedding ? keepNothing : openStorage(browserDatabases()));

/** How far a link is unpacked, for the time before there is anything else to see; null: the page is drawn. */
let tellOpening: ((fraction: number) => void) | null = null;
export function onOpening(listener: ((fraction: number) => void) | null): void {
  tellOpening = listener;
}

async function readLink(hash: string): Promise<LinkResult> {
  const { unpackLink } = await import('../worker/packer-client.ts');
  const work = tellWork('Opening the link…');
  const onProgress = ({ fraction }: { readonly fraction: number }): void => (tellOpening ?? work.progress)(fraction);
  try {
    return await unpackLink(() => spawnPacker() as PackerWorkerLike, hash, { onProgress });
  } finally {
    work.end();
  }
}

/** Their code comes when it is needed: most visits have no link. */
const tools: WorkspaceTools = {
  readLink,
  saveFile: () =>
    void import('./share/workspace-file.ts').then(({ downloadShown }) =>
      downloadShown(store.getState(), session.viewState()),
    ),
};

/** A page inside of another one shows its link, and leaves what the user keeps alone. */
export const workspaces = embedding
  ? startWorkspaces(
      store,
      session,
      storage,
      { ...browserPage(), entry: () => null, backup: null, onLeave: () => () => undefined },
      tools,
    )
  : startWorkspaces(store, session, storage, browserPage(), tools);

// Inside of another page the history is that page's.
if (!embedding) startPlaces(store, session, browserPlaces());
