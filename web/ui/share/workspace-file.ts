/** Saves a workspace as `NAME.nfscope.json`. Knows no session: the session offers it where the browser keeps nothing. */
import { encodeFile, FILE_ENDING } from '../../permalink/file.ts';
import type { ViewState } from '../../permalink/view-state.ts';
import { notesNow } from '../../state/notes.ts';
import type { State } from '../../state/store.ts';
import type { LinkContent } from '../../worker/packer-protocol.ts';
import { download } from '../shell/download.ts';

export function downloadWorkspace({ documents, view, notes }: LinkContent): void {
  const named = documents.map(({ name, text }, at) => ({ name: name ?? `Dump ${at + 1}`, text }));
  const first = named[0]?.name ?? 'workspace';
  const base = first.replace(/\.(?:save|nft|txt|json)$/, '').replace(/[^\w.-]+/g, '-');
  download(`${base}${FILE_ENDING}`, encodeFile({ documents: named, view, notes }), 'application/json');
}

/** What the page shows. */
export function downloadShown(state: State, view: ViewState): void {
  downloadWorkspace({ documents: state.documents, view, notes: notesNow(state) });
}
