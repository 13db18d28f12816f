/** Opens the dumps of a page file that was dropped on this page, in the place of what is shown, which is kept. What cannot be opened is said. */
import { notesFromJson } from '../../permalink/notes.ts';
import { decodeViewState } from '../../permalink/view-state.ts';
import { CarriedError, unpackCarried } from '../../standalone/carried.ts';
import { packedDumpsOf } from '../../standalone/page-file.ts';
import { CAPACITY } from '../../state/capacity.ts';
import { workspaces } from '../session.ts';
import { store } from '../use-store.ts';

/** Rejects only for bugs. */
export async function openPageFile(name: string, text: string): Promise<void> {
  const { notify } = store.getState();
  const packed = packedDumpsOf(text);
  if (packed === null) {
    notify({ severity: 'warning', text: `“${name}” is nfscope itself, without dumps inside.` });
    return;
  }
  try {
    const { documents, view, notes } = await unpackCarried(packed, CAPACITY);
    const { state, warnings } = decodeViewState(view.split('&'));
    for (const warning of warnings) notify({ severity: 'warning', text: warning });
    workspaces.replace(documents, `“${name}”`, state, notesFromJson(notes).notes);
  } catch (error) {
    if (!(error instanceof CarriedError)) throw error;
    notify({ severity: 'error', text: `“${name}”: ${error.message}` });
  }
}
