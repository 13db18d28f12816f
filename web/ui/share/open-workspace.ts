/** Opens `NAME.nfscope.json` in the place of what is shown, which is kept. What cannot be opened is said. */
import { decodeFile } from '../../permalink/file.ts';
import { workspaces } from '../session.ts';
import { store } from '../use-store.ts';

export function openWorkspaceFile(name: string, text: string): void {
  const { notify } = store.getState();
  const file = decodeFile(text);
  if (!file.ok) {
    notify({ severity: 'error', text: `“${name}”: ${file.message}` });
    return;
  }
  for (const warning of file.warnings) notify({ severity: 'warning', text: warning });
  workspaces.replace(file.documents, `“${name}”`, file.view, file.notes);
}
