/** Monaco's models: one per document, kept over tab switches, so that undo and folding stay. */
import type { editor as Editor } from 'monaco-editor/editor/editor.api.js';
import type { DocumentText } from '../../worker/protocol.ts';
import type { LanguageId } from './languages.ts';
import { editorLineStarts } from './lines.ts';
import type * as Monaco from './monaco.ts';

type TextModel = Editor.ITextModel;

export interface SourceModels {
  /** Makes a large document ready to be shown, in short tasks. Resolves at once where there is nothing to do. */
  readonly prepare: (document: DocumentText) => Promise<void>;
  /** The model of a document, with its text as it is now. */
  readonly show: (document: DocumentText, language: LanguageId) => TextModel;
  readonly documentOf: (model: Editor.ITextModel) => string | null;
  readonly modelOf: (document: string) => TextModel | null;
  /** Line starts of the text that the model holds. */
  readonly linesOf: (document: string) => Uint32Array;
  /** Whether the user has typed since `show` or `takeEdit`. */
  readonly isEdited: (document: string) => boolean;
  /** The user's text, once, if they have typed since `show` or the last call; null otherwise. Whoever takes it hands it to the store. */
  readonly takeEdit: (document: string) => string | null;
  /** Frees the models of all documents but these. */
  readonly keepOnly: (documents: readonly string[]) => void;
}

/** Texts from this length on are prepared in short tasks. */
const LARGE = 2_000_000;

interface Kept {
  readonly model: TextModel;
  /** The document's text at `version` of the model. */
  text: string;
  version: number;
  lines: Uint32Array | null;
}

export function createModels(monaco: typeof Monaco): SourceModels {
  const kept = new Map<string, Kept>();
  const buffers = new Map<string, { readonly text: string; readonly buffer: string }>();
  return {
    prepare: async ({ id, text }) => {
      if (text.length < LARGE || kept.has(id) || buffers.get(id)?.text === text) return;
      buffers.set(id, { text, buffer: await monaco.prepareBuffer(text) });
    },
    show: (document, language) => {
      const found = kept.get(document.id);
      if (!found) {
        const prepared = buffers.get(document.id);
        buffers.delete(document.id);
        return make(
          monaco,
          kept,
          document,
          language,
          prepared?.text === document.text ? prepared.buffer : document.text,
        );
      }
      if (found.text !== document.text) {
        if (found.model.getValue() !== document.text) found.model.setValue(document.text);
        found.text = document.text;
        found.version = found.model.getVersionId();
        found.lines = null;
      }
      if (found.model.getLanguageId() !== language) monaco.editor.setModelLanguage(found.model, language);
      return found.model;
    },
    documentOf: (model) => {
      for (const [id, { model: known }] of kept) if (known === model) return id;
      return null;
    },
    modelOf: (document) => kept.get(document)?.model ?? null,
    linesOf: (document) => {
      const found = kept.get(document);
      if (!found) return new Uint32Array(1);
      found.lines ??= editorLineStarts(found.text);
      return found.lines;
    },
    isEdited: (document) => isEdited(kept.get(document)),
    takeEdit: (document) => {
      const found = kept.get(document);
      if (!found || !isEdited(found)) return null;
      found.text = found.model.getValue();
      found.version = found.model.getVersionId();
      found.lines = null;
      return found.text;
    },
    keepOnly: (documents) => {
      for (const [id, { model }] of kept) {
        if (documents.includes(id)) continue;
        model.dispose();
        kept.delete(id);
      }
    },
  };
}

function isEdited(kept: Kept | undefined): boolean {
  return kept !== undefined && kept.model.getVersionId() !== kept.version;
}

function make(
  monaco: typeof Monaco,
  kept: Map<string, Kept>,
  document: DocumentText,
  language: LanguageId,
  content: string,
): TextModel {
  const uri = monaco.Uri.from({ scheme: 'inmemory', authority: 'nfscope', path: `/${document.id}/${document.name}` });
  const model = monaco.editor.createModel(content, language, uri);
  // Hue means owner: brackets have none. The editor's own option does not reach models.
  model.updateOptions({ bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false } });
  kept.set(document.id, { model, text: document.text, version: model.getVersionId(), lines: null });
  return model;
}
