/** How dumps come in: files, archives of files, pasted text, an empty editor. What cannot be read becomes a notice; the rest opens. */
import { looksLikeWorkspace } from '../../permalink/file.ts';
import { looksLikePage } from '../../standalone/page-file.ts';
import { readFile } from '../../state/read-file.ts';
import { openArchives } from '../intake/archive-intake.ts';
import { store } from '../use-store.ts';

/** A saved workspace, or a page with one inside, takes the place of this one; false where the text is neither. */
function openIfWorkspace(name: string, text: string): boolean {
  const opening = looksLikeWorkspace(text)
    ? import('../share/open-workspace.ts').then(({ openWorkspaceFile }) => openWorkspaceFile(name, text))
    : looksLikePage(text)
      ? import('../standalone/open-page.ts').then(({ openPageFile }) => openPageFile(name, text))
      : null;
  opening?.catch((error: unknown) =>
    store
      .getState()
      .notify({ severity: 'error', text: `“${name}” could not be opened (${String(error)}). Try again.` }),
  );
  return opening !== null;
}

/**
 * Opens each file as a dump of this workspace, and asks what to open of archives; a workspace file is opened in the place of this one. Never rejects.
 */
export async function addFiles(files: readonly File[]): Promise<void> {
  const results = await Promise.all(files.map(readFile));
  const { addDocuments, notify, togglePanel } = store.getState();
  const texts = results
    .filter((result) => result.kind === 'text')
    .filter(({ name, text }) => !openIfWorkspace(name, text));
  for (const result of results) {
    if (result.kind === 'refused') notify({ severity: 'error', text: result.message });
  }
  const archives = results.flatMap((result) => (result.kind === 'archive' ? [result.file] : []));
  if (archives.length > 0) void openArchives(archives);
  if (texts.length === 0) return;
  addDocuments(texts);
  if (texts.every(({ text }) => text.trim() === '')) {
    notify({
      severity: 'warning',
      text: texts.length === 1 ? `“${texts[0]?.name}” is empty.` : 'These files are empty.',
    });
    togglePanel('source', true);
  }
}

export function addPastedText(text: string): void {
  if (text.trim() === '') {
    store
      .getState()
      .notify({ severity: 'warning', text: 'The clipboard has no text. Copy the dump again, or choose its file.' });
    return;
  }
  if (openIfWorkspace('Pasted workspace', text)) return;
  store.getState().addDocuments([{ name: 'Pasted dump', text }]);
}

export function addEmptyDocument(): void {
  const { addDocuments, togglePanel, setView } = store.getState();
  addDocuments([{ name: 'New dump', text: '' }]);
  togglePanel('source', true);
  if (matchMedia('(max-width: 699px)').matches) setView('source');
}

/** The id of FileInput's element. */
export const FILE_INPUT = 'file-input';

/** Asks for files. The browser shows its picker only within a click or key press. */
export function chooseFiles(): void {
  document.getElementById(FILE_INPUT)?.click();
}

/** For the menu: browsers may refuse, then Ctrl+V does it. */
export async function pasteFromClipboard(): Promise<void> {
  try {
    addPastedText(await navigator.clipboard.readText());
  } catch {
    store.getState().notify({
      severity: 'info',
      text: 'The browser does not let the page read the clipboard by itself. Press Ctrl+V (⌘V) anywhere on the page.',
    });
  }
}
