/** Monaco, set up for dumps. Comes with the editor's lazy chunks (see load.ts): nothing else imports Monaco's code. */
import './monaco-contributions.ts';
import { PieceTreeTextBufferBuilder } from 'monaco-editor/editor/common/model/pieceTreeTextBuffer/pieceTreeTextBufferBuilder.js';
import { editor, KeyCode, KeyMod, languages, MarkerSeverity, Uri } from 'monaco-editor/editor/editor.api.js';
import editorWorker from 'monaco-editor/editor/editor.worker.js?worker&url';
import { spawnEditorWorker } from '../spawn.ts';
import { registerLanguages } from './languages.ts';
import { editorTheme } from './theme.ts';

globalThis.MonacoEnvironment = { getWorker: () => spawnEditorWorker(editorWorker) };
registerLanguages(languages);
editor.defineTheme('nfscope-light', editorTheme('light'));
editor.defineTheme('nfscope-dark', editorTheme('dark'));

/** Pieces of this length are split into lines in one task each. */
const CHUNK = 1 << 20;

/**
 * A text's buffer for `createModel`, made in many short tasks: splitting 20 MB into lines at once would block input for a quarter of a second.
 * Monaco's model service takes a buffer where its public signature says string; createModel passes it through when a language is named.
 */
export async function prepareBuffer(text: string): Promise<string> {
  const builder = new PieceTreeTextBufferBuilder();
  for (let at = 0; at < text.length; at += CHUNK) {
    builder.acceptChunk(text.slice(at, at + CHUNK));
    await new Promise((resolve) => setTimeout(resolve));
  }
  return builder.finish() as unknown as string;
}

export { editor, KeyCode, KeyMod, languages, MarkerSeverity, Uri };
