/** What Monaco asks about a place: hover, definition, references, outline, folding. The worker answers; this only translates. */
import type { editor as Editor, languages as Languages } from 'monaco-editor/editor/editor.api.js';
import type { Span } from '../../base/span.ts';
import type { OutlineEntry } from '../../worker/protocol.ts';
import { store } from '../use-store.ts';
import { askOrNull } from './ask-or-null.ts';
import { LANGUAGE_IDS } from './languages.ts';
import { editorRange, offsetOf } from './lines.ts';
import type { SourceModels } from './models.ts';
import type * as Monaco from './monaco.ts';

/** Registers all providers for the dump languages; the result takes them back. */
export function registerProviders(monaco: typeof Monaco, models: SourceModels): { dispose: () => void } {
  const selector = [...LANGUAGE_IDS];
  const registered = [
    monaco.languages.registerHoverProvider(selector, hoverProvider(models)),
    monaco.languages.registerDefinitionProvider(selector, definitionProvider(models)),
    monaco.languages.registerReferenceProvider(selector, referenceProvider(models)),
    monaco.languages.registerDocumentSymbolProvider(selector, symbolProvider(models)),
    monaco.languages.registerFoldingRangeProvider(selector, foldingProvider(models)),
    monaco.editor.registerEditorOpener({
      openCodeEditor: (_source, resource, target) => {
        const model = monaco.editor.getModel(resource);
        const document = model ? models.documentOf(model) : null;
        if (document === null) return false;
        const position =
          target &&
          ('lineNumber' in target ? target : { lineNumber: target.startLineNumber, column: target.startColumn });
        store.getState().revealOffset(document, position ? offsetOf(models.linesOf(document), position) : 0);
        return true;
      },
    }),
  ];
  return {
    dispose: () => {
      for (const one of registered) one.dispose();
    },
  };
}

async function askSpot(
  models: SourceModels,
  model: Editor.ITextModel,
  position: { lineNumber: number; column: number },
) {
  const document = models.documentOf(model);
  if (document === null || store.getState().overview === null) return null;
  return askOrNull('spot', { document, offset: offsetOf(models.linesOf(document), position) });
}

function hoverProvider(models: SourceModels): Languages.HoverProvider {
  return {
    provideHover: async (model, position) => {
      const spot = await askSpot(models, model, position);
      return spot && spot.hover.length > 0
        ? { contents: spot.hover.map((value) => ({ value, isTrusted: false, supportHtml: false })) }
        : null;
    },
  };
}

function location(models: SourceModels, { document, span }: { document: string; span: Span }): Languages.Location[] {
  const model = models.modelOf(document) ?? openModel(models, document);
  return model ? [{ uri: model.uri, range: editorRange(models.linesOf(document), span) }] : [];
}

/** A definition may be in a document that was never shown. */
function openModel(models: SourceModels, id: string): Editor.ITextModel | null {
  const document = store.getState().documents.find((one) => one.id === id);
  return document ? models.show(document, 'plaintext') : null;
}

function definitionProvider(models: SourceModels): Languages.DefinitionProvider {
  return {
    provideDefinition: async (model, position) => {
      const definition = (await askSpot(models, model, position))?.symbol?.definition;
      return definition ? location(models, definition) : null;
    },
  };
}

function referenceProvider(models: SourceModels): Languages.ReferenceProvider {
  return {
    provideReferences: async (model, position, { includeDeclaration }) => {
      const symbol = (await askSpot(models, model, position))?.symbol;
      if (!symbol) return null;
      const places =
        includeDeclaration && symbol.definition ? [symbol.definition, ...symbol.references] : symbol.references;
      return places.flatMap((place) => location(models, place));
    },
  };
}

/** The outline of a document, or nothing while there is none. */
async function outlineOf(
  models: SourceModels,
  model: Editor.ITextModel,
): Promise<{ entries: readonly OutlineEntry[]; lines: Uint32Array }> {
  const document = models.documentOf(model);
  if (document === null || store.getState().overview === null) return { entries: [], lines: new Uint32Array(1) };
  return { entries: (await askOrNull('outline', { document })) ?? [], lines: models.linesOf(document) };
}

/** Monaco's SymbolKind: Module, Function, Array, Object. */
const SYMBOL_KINDS = { table: 1, chain: 11, set: 17, object: 18 } as const;

function symbolProvider(models: SourceModels): Languages.DocumentSymbolProvider {
  return {
    displayName: 'nfscope',
    provideDocumentSymbols: async (model) => {
      const { entries, lines } = await outlineOf(models, model);
      const symbol = (entry: OutlineEntry): Languages.DocumentSymbol => ({
        name: entry.name || '(no name)',
        detail: entry.detail,
        kind: SYMBOL_KINDS[entry.kind],
        tags: [],
        range: editorRange(lines, entry.span),
        selectionRange: editorRange(lines, entry.nameSpan),
        children: entry.children.map(symbol),
      });
      return entries.map(symbol);
    },
  };
}

function foldingProvider(models: SourceModels): Languages.FoldingRangeProvider {
  return {
    provideFoldingRanges: async (model) => {
      const { entries, lines } = await outlineOf(models, model);
      const ranges: Languages.FoldingRange[] = [];
      const fold = (entry: OutlineEntry): void => {
        const range = editorRange(lines, entry.span);
        // The closing brace stays visible; a `COMMIT` line too.
        const end = range.endColumn === 1 ? range.endLineNumber - 2 : range.endLineNumber - 1;
        if (end > range.startLineNumber) ranges.push({ start: range.startLineNumber, end });
        entry.children.forEach(fold);
      };
      entries.forEach(fold);
      return [...ranges, ...chainRuns(model)];
    },
  };
}

/** Above this, only tables fold: a fold per chain of 30,000 chains costs more than it helps. */
const MAX_LINES_FOR_RUNS = 60_000;

/** In iptables-save, the rules of one chain stand together: each run folds. */
function chainRuns(model: Editor.ITextModel): Languages.FoldingRange[] {
  if (model.getLanguageId() !== 'iptables-save' || model.getLineCount() > MAX_LINES_FOR_RUNS) return [];
  const ranges: Languages.FoldingRange[] = [];
  let name = '';
  let start = 0;
  const close = (line: number): void => {
    if (name !== '' && line - 1 > start) ranges.push({ start, end: line - 1 });
  };
  const last = model.getLineCount();
  for (let line = 1; line <= last; line++) {
    const chain = /^(?:\[\d+:\d+\] )?-A (\S+)/.exec(model.getLineContent(line))?.[1] ?? '';
    if (chain === name) continue;
    close(line);
    name = chain;
    start = line;
  }
  close(last + 1);
  return ranges;
}
