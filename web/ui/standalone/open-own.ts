/** Opens the dumps that this page file carries. */
import { notesFromJson } from '../../permalink/notes.ts';
import { decodeViewState } from '../../permalink/view-state.ts';
import { type Carried, CarriedError, unpackCarried } from '../../standalone/carried.ts';
import { session, storage } from '../session.ts';
import { store } from '../use-store.ts';
import { packedDumps } from './own-file.ts';

/**
 * Call before anything is saved: what is as the file has it is not kept a second time in the browser, where all files share one storage.
 * @param show false: something else is shown already, such as the dumps after an edit. Rejects only for bugs.
 */
export async function openOwnDumps(show: boolean): Promise<void> {
  const packed = packedDumps();
  if (packed === null) return;
  const carried = await unpack(packed);
  if (carried === null) return;
  storage.leaveOut(carried.documents, carried.notes);
  if (!show) return;
  const { state, warnings } = decodeViewState(carried.view.split('&'));
  for (const text of warnings) store.getState().notify({ severity: 'warning', text });
  session.open(carried.documents, state, notesFromJson(carried.notes).notes);
}

async function unpack(packed: string): Promise<Carried | null> {
  try {
    return await unpackCarried(packed);
  } catch (error) {
    if (!(error instanceof CarriedError)) throw error;
    store.getState().notify({ severity: 'error', text: error.message });
    return null;
  }
}
