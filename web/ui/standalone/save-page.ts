/** Saves the page with dumps inside as one `.html` file: see web/standalone. */
import { notesToJson } from '../../permalink/notes.ts';
import { encodeViewState } from '../../permalink/view-state.ts';
import { type Carried, packCarried } from '../../standalone/carried.ts';
import { composePage, type PageParts } from '../../standalone/page-file.ts';
import { notesNow } from '../../state/notes.ts';
import type { LinkContent } from '../../worker/packer-protocol.ts';
import { baseName } from '../export/names.ts';
import { session } from '../session.ts';
import { saveBlob } from '../shell/download.ts';
import { store } from '../use-store.ts';
import { ownParts } from './own-file.ts';

/** The file for these dumps. The code that goes into it comes with the first call. Rejects if that cannot be had. */
export async function buildStandalonePage(carried: Carried): Promise<Blob> {
  const [parts, dumps] = await Promise.all([pageParts(), packCarried(carried)]);
  return new Blob([...composePage(parts, dumps)], { type: 'text/html;charset=utf-8' });
}

/**
 * Saves what is open, as it is seen now. Never rejects: what goes wrong becomes a notice.
 * @param content something else than all that is open: a part of it, or the same with other names.
 */
export async function savePage(content: LinkContent = shownNow()): Promise<void> {
  try {
    const documents = content.documents.map(({ name, text }, at) => ({ name: name ?? `Dump ${at + 1}`, text }));
    const page = await buildStandalonePage({
      documents,
      view: encodeViewState(content.view),
      notes: notesToJson(content.notes),
    });
    saveBlob(`${baseName(documents)}${PAGE_ENDING}`, page);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    store.getState().notify({ severity: 'error', text: `The page could not be saved: ${reason}` });
  }
}

const PAGE_ENDING = '.nfscope.html';

function shownNow(): LinkContent {
  const state = store.getState();
  return { documents: state.documents, view: session.viewState(), notes: notesNow(state) };
}

async function pageParts(): Promise<PageParts> {
  const parts = ownParts() ?? (await import('virtual:nfscope-standalone')).parts;
  if (parts === null) throw new Error('this file has lost a part of itself');
  return parts;
}
