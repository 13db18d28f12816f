/** The editor of the active document: Monaco, kept in step with the store in both directions. */

import type { editor as MonacoEditor } from 'monaco-editor/editor/editor.api.js';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { pauseWithin } from '../../state/pause.ts';
import type { State } from '../../state/store.ts';
import { useMedia } from '../shell/use-media.ts';
import { useAnswer } from '../use-answer.ts';
import { store, useStore } from '../use-store.ts';
import { askOrNull } from './ask-or-null.ts';
import { languageOf } from './languages.ts';
import { editorRange, offsetOf } from './lines.ts';
import { createModels, type SourceModels } from './models.ts';
import type * as Monaco from './monaco.ts';
import { noteDecoration } from './note-decoration.ts';
import { paintOwners } from './owner-stripes.ts';
import { registerProviders } from './providers.ts';
import { type Place, placeOf } from './selection.ts';

/** Text is read back from the editor this long after the last key; a large one costs more to read. */
const EDIT_DELAY = (length: number): number => (length > 2_000_000 ? 900 : 150);
/** Milliseconds after which the text of somebody who never pauses is taken: only then it is kept. */
const EDIT_LATEST = 3000;
const CURSOR_DELAY = 80;

let shared: SourceModels | null = null;

/** The models outlive the component: closing the panel keeps undo. */
function sharedModels(monaco: typeof Monaco): SourceModels {
  if (!shared) {
    shared = createModels(monaco);
    registerProviders(monaco, shared);
  }
  return shared;
}

export function Editor({
  monaco,
  onCursor,
}: {
  readonly monaco: typeof Monaco;
  readonly onCursor: (at: string) => void;
}): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<MonacoEditor.IStandaloneCodeEditor | null>(null);
  const models = sharedModels(monaco);

  useEffect(() => {
    if (!host.current) return;
    const made = monaco.editor.create(host.current, OPTIONS);
    letTabType(monaco, made);
    // The model of a large text comes in a task of its own.
    const timer = setTimeout(() => setEditor(made));
    return () => {
      clearTimeout(timer);
      setEditor(null);
      made.dispose();
    };
  }, [monaco]);

  useTheme(monaco);
  const shown = useDocument(editor, models);
  useMarkers(monaco, editor, models, shown);
  useOwners(editor, shown);
  useHighlights(editor, models, shown);
  useNotes(editor, models, shown);
  useCursor(editor, models, shown, onCursor);
  useReveal(editor, models, shown);
  return <div className="source-editor" ref={host} />;
}

const OPTIONS: MonacoEditor.IStandaloneEditorConstructionOptions = {
  model: null,
  automaticLayout: true,
  fontFamily: '"JetBrains Mono Variable", "JetBrains Mono", ui-monospace, Menlo, Consolas, monospace',
  fontSize: 11,
  lineHeight: 18,
  fontLigatures: '"calt" 0',
  minimap: { enabled: false },
  glyphMargin: false,
  lineDecorationsWidth: 10,
  lineNumbersMinChars: 4,
  folding: true,
  foldingMaximumRegions: 50_000,
  showFoldingControls: 'mouseover',
  stickyScroll: { enabled: true, maxLineCount: 2 },
  renderLineHighlight: 'none',
  renderWhitespace: 'none',
  overviewRulerLanes: 2,
  overviewRulerBorder: false,
  hideCursorInOverviewRuler: true,
  scrollBeyondLastLine: false,
  wordWrap: 'off',
  guides: { indentation: false },
  matchBrackets: 'near',
  // Hue means owner: brackets have none.
  bracketPairColorization: { enabled: false },
  scrollbar: { verticalScrollbarSize: 9, horizontalScrollbarSize: 9, useShadows: false },
  links: false,
  // Tab leaves the editor, as everywhere on the page, until a key asks otherwise.
  tabFocusMode: true,
  colorDecorators: false,
  // Dropped files belong to the page; a pasted text to the editor.
  dropIntoEditor: { enabled: false },
  unusualLineTerminators: 'off',
  unicodeHighlight: { ambiguousCharacters: false, invisibleCharacters: true },
  maxTokenizationLineLength: 4000,
  stopRenderingLineAfter: 10_000,
  fixedOverflowWidgets: true,
  padding: { top: 6, bottom: 12 },
};

/** Ctrl+M, on a Mac Ctrl+Shift+M, as in other editors. Monaco's own action cannot take back what OPTIONS says. */
function letTabType({ editor, KeyMod, KeyCode }: typeof Monaco, made: MonacoEditor.IStandaloneCodeEditor): void {
  const isMac = navigator.platform.startsWith('Mac');
  made.addCommand((isMac ? KeyMod.WinCtrl | KeyMod.Shift : KeyMod.CtrlCmd) | KeyCode.KeyM, () => {
    const leaves = !made.getOption(editor.EditorOption.tabFocusMode);
    made.updateOptions({ tabFocusMode: leaves });
    const text = leaves
      ? 'Tab leaves the source.'
      : 'Tab types into the source; the same keys again, and it leaves it.';
    store.getState().notify({ severity: 'info', text });
  });
}

function useTheme(monaco: typeof Monaco): void {
  const theme = useStore((state) => state.theme);
  const systemDark = useMedia('(prefers-color-scheme: dark)');
  const dark = theme === 'dark' || (theme === 'system' && systemDark);
  useEffect(() => monaco.editor.setTheme(dark ? 'nfscope-dark' : 'nfscope-light'), [monaco, dark]);
}

const activeDocument = (state: State) => state.documents.find(({ id }) => id === state.active) ?? null;

/** Shows the active document's model and carries edits to the store. Gives the id of the document that the editor shows by now. */
function useDocument(editor: MonacoEditor.IStandaloneCodeEditor | null, models: SourceModels): string | null {
  const [shown, setShown] = useState<string | null>(null);
  const document = useStore(activeDocument);
  const format = useStore(
    (state) => state.overview?.documents.find(({ id }) => id === state.active)?.dumps[0]?.format ?? null,
  );
  const positions = useRef(new Map<string, MonacoEditor.ICodeEditorViewState | null>());
  const id = document?.id ?? null;

  useEffect(() => {
    if (!editor || !document) return;
    let current = true;
    void models.prepare(document).then(() => {
      if (!current) return;
      const model = models.show(document, languageOf(format, document.text.slice(0, 4096)));
      if (editor.getModel() !== model) {
        editor.setModel(model);
        editor.restoreViewState(positions.current.get(document.id) ?? null);
        editor.updateOptions({ ariaLabel: `Text of ${document.name}` });
      }
      setShown(document.id);
      models.keepOnly(store.getState().documents.map((one) => one.id));
    });
    return () => {
      current = false;
    };
  }, [editor, models, document, format]);

  useEffect(() => {
    if (!editor || id === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let since: number | null = null;
    const flush = (): void => {
      clearTimeout(timer);
      since = null;
      const text = models.takeEdit(id);
      if (text !== null) store.getState().editDocument(id, text);
    };
    const listeners = [
      editor.onDidChangeModelContent(({ isFlush }) => {
        if (isFlush) return;
        clearTimeout(timer);
        since ??= Date.now();
        const delay = EDIT_DELAY(editor.getModel()?.getValueLength() ?? 0);
        timer = setTimeout(flush, pauseWithin(delay, EDIT_LATEST, since));
      }),
      editor.onDidBlurEditorText(flush),
    ];
    // Captured: before the page writes its workspace for the last time.
    addEventListener('pagehide', flush, true);
    return () => {
      positions.current.set(id, editor.saveViewState());
      flush();
      removeEventListener('pagehide', flush, true);
      for (const listener of listeners) listener.dispose();
    };
  }, [editor, models, id]);
  return shown === id ? shown : null;
}

function useMarkers(
  monaco: typeof Monaco,
  editor: MonacoEditor.IStandaloneCodeEditor | null,
  models: SourceModels,
  shown: string | null,
): void {
  const document = useStore((state) => state.overview?.documents.find(({ id }) => id === shown) ?? null);
  useEffect(() => {
    const model = document ? models.modelOf(document.id) : null;
    if (!editor || !model || !document) return;
    const { Error: error, Warning: warning, Info: info } = monaco.MarkerSeverity;
    const severities = { error, warning, info } as const;
    monaco.editor.setModelMarkers(
      model,
      'nfscope',
      (model.getValueLength() < 100 && model.getValue().trim() === '' ? [] : document.diagnostics).map(
        ({ severity, code, message, span, notes }) => ({
          ...editorRange(models.linesOf(document.id), span),
          severity: severities[severity],
          message: [message, ...notes].join('\n'),
          code,
          source: 'nfscope',
        }),
      ),
    );
  }, [monaco, editor, models, document]);
}

function useOwners(editor: MonacoEditor.IStandaloneCodeEditor | null, active: string | null): void {
  const known = useStore((state) => state.overview?.documents.some(({ id }) => id === active) ?? false);
  const owners = useStore((state) => state.overview?.owners ?? null);
  const dimmed = useStore((state) => state.dimmed);
  const { answer, status } = useAnswer('lineOwners', active !== null && known ? { document: active } : null);
  useEffect(() => {
    if (!editor || !answer || !owners || status !== 'ready') return;
    return paintOwners(editor, answer, owners, dimmed);
  }, [editor, answer, owners, dimmed, status]);
}

/** Marks what is selected and what is under the pointer elsewhere, and scrolls to a selection that was made elsewhere. */
function useHighlights(
  editor: MonacoEditor.IStandaloneCodeEditor | null,
  models: SourceModels,
  active: string | null,
): void {
  const selection = useStore((state) => state.selection);
  const source = useStore((state) => state.selectionSource);
  const hover = useStore((state) => state.hover);
  const overview = useStore((state) => state.overview);
  const [selected, setSelected] = useState<Place | null>(null);
  const [hovered, setHovered] = useState<Place | null>(null);

  useEffect(() => follow(selection, overview, setSelected), [selection, overview]);
  useEffect(() => follow(hover, overview, setHovered), [hover, overview]);

  useEffect(() => {
    if (!selected || source === 'source') return;
    if (selected.document !== store.getState().active) store.getState().activate(selected.document);
  }, [selected, source]);

  useEffect(() => {
    if (!editor || !selected || selected.document !== active || source === 'source') return;
    const range = editorRange(models.linesOf(selected.document), selected.span);
    editor.revealLineInCenterIfOutsideViewport(range.startLineNumber);
  }, [editor, models, selected, active, source]);

  useEffect(() => {
    if (!editor) return;
    const decorations = editor.createDecorationsCollection(
      [
        highlight(models, selected, active, 'source-selected'),
        highlight(models, hovered, active, 'source-hovered'),
      ].flat(),
    );
    return () => decorations.clear();
  }, [editor, models, selected, hovered, active]);
}

/** Notes stand behind their rules' lines. */
function useNotes(
  editor: MonacoEditor.IStandaloneCodeEditor | null,
  models: SourceModels,
  active: string | null,
): void {
  const notes = useStore((state) => state.notes);
  const places = useStore((state) => state.notePlaces);
  useEffect(() => {
    if (!editor || active === null || !models.modelOf(active)) return;
    const lines = models.linesOf(active);
    const decorations = editor.createDecorationsCollection(
      places.flatMap((place, at) => {
        const note = notes[at];
        return place?.document === active && note ? [noteDecoration(lines, place.offset, note)] : [];
      }),
    );
    return () => decorations.clear();
  }, [editor, models, active, notes, places]);
}

/** Looks a selection's place up; the result of an earlier one is dropped. */
function follow(
  selection: State['selection'],
  overview: State['overview'],
  set: (place: Place | null) => void,
): (() => void) | undefined {
  if (!selection || !overview) {
    set(null);
    return undefined;
  }
  let current = true;
  void placeOf(selection, overview).then((place) => {
    if (current) set(place);
  });
  return () => {
    current = false;
  };
}

function highlight(
  models: SourceModels,
  place: Place | null,
  active: string | null,
  className: string,
): MonacoEditor.IModelDeltaDecoration[] {
  if (!place || place.document !== active || !models.modelOf(place.document)) return [];
  const range = editorRange(models.linesOf(place.document), place.span);
  return [{ range, options: { isWholeLine: true, className, marginClassName: className } }];
}

/** The cursor selects the rule or chain that it stands in. */
function useCursor(
  editor: MonacoEditor.IStandaloneCodeEditor | null,
  models: SourceModels,
  active: string | null,
  onCursor: (at: string) => void,
): void {
  useEffect(() => {
    if (!editor || active === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const listener = editor.onDidChangeCursorPosition(({ position, source }) => {
      onCursor(`${position.lineNumber}:${position.column}`);
      // Only the user's own moves select: setting a model or undoing moves the cursor too.
      if (source !== 'mouse' && source !== 'keyboard') return;
      clearTimeout(timer);
      timer = setTimeout(() => void selectAt(models, active, position), CURSOR_DELAY);
    });
    return () => {
      clearTimeout(timer);
      listener.dispose();
    };
  }, [editor, models, active, onCursor]);
}

async function selectAt(
  models: SourceModels,
  document: string,
  position: { lineNumber: number; column: number },
): Promise<void> {
  // While an edit is on its way, offsets of the text and of the analysis differ.
  if (models.isEdited(document) || store.getState().overview === null) return;
  const spot = await askOrNull('spot', { document, offset: offsetOf(models.linesOf(document), position) });
  if (!spot) return;
  const { select } = store.getState();
  if (spot.rule !== null && spot.chain !== null) select({ kind: 'rule', chain: spot.chain, rule: spot.rule }, 'source');
  else if (spot.chain !== null) select({ kind: 'chain', chain: spot.chain }, 'source');
  else if (spot.set !== null) select({ kind: 'set', set: spot.set }, 'source');
}

/** Goes where the user asked to: a diagnostic, a definition. */
function useReveal(
  editor: MonacoEditor.IStandaloneCodeEditor | null,
  models: SourceModels,
  active: string | null,
): void {
  const reveal = useStore((state) => state.reveal);
  const done = useRef<State['reveal']>(null);
  useEffect(() => {
    if (!editor || !reveal || reveal.document !== active || done.current === reveal) return;
    done.current = reveal;
    const { startLineNumber: lineNumber, startColumn: column } = editorRange(models.linesOf(reveal.document), {
      start: reveal.offset,
      end: reveal.offset,
    });
    editor.setPosition({ lineNumber, column });
    editor.revealLineInCenter(lineNumber);
    editor.focus();
  }, [editor, models, reveal, active]);
}
