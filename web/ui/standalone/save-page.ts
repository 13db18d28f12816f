/** Saves the page with dumps inside as one `.html` file: see web/standalone. */
import { notesToJson } from '../../permalink/notes.ts';
import { encodeViewState } from '../../permalink/view-state.ts';
import { type Carried, type CarriedDocument, packCarried } from '../../standalone/carried.ts';
import { composePage, type PageParts } from '../../standalone/page-file.ts';
import { notesNow } from '../../state/notes.ts';
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
 * @param documents others than what is open, such as the same without names.
 */
export async function savePage(documents: readonly CarriedDocument[] = store.getState().documents): Promise<void> {
  try {
    const page = await buildStandalonePage({
      documents,
      view: encodeViewState(session.viewState()),
      notes: notesToJson(notesNow(store.getState())),
    });
    saveBlob(`${baseName(documents)}.nfscope.html`, page);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    store.getState().notify({ severity: 'error', text: `The page could not be saved: ${reason}` });
  }
}

async function pageParts(): Promise<PageParts> {
  const parts = ownParts() ?? (await import('virtual:nfscope-standalone')).parts;
  if (parts === null) throw new Error('this file has lost a part of itself');
  return parts;
}
