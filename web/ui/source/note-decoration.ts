/** A note as the editor shows it: its text behind the rule's line, and the line set off where it is highlighted. */
import type { editor as MonacoEditor } from 'monaco-editor/editor/editor.api.js';
import type { Note } from '../../permalink/notes.ts';
import '../notes/notes.css';
import { editorRange } from './lines.ts';

/** Characters of a note that stand behind a line. */
const SHOWN = 80;

export function noteDecoration(
  lines: Parameters<typeof editorRange>[0],
  offset: number,
  note: Note,
): MonacoEditor.IModelDeltaDecoration {
  const { startLineNumber } = editorRange(lines, { start: offset, end: offset });
  const [first = ''] = note.text.split('\n');
  const text = first.length > SHOWN ? `${first.slice(0, SHOWN)}…` : first;
  const end = Number.MAX_SAFE_INTEGER;
  return {
    range: { startLineNumber, startColumn: 1, endLineNumber: startLineNumber, endColumn: end },
    options: {
      ...(note.highlight
        ? { className: 'source-highlighted', marginClassName: 'source-highlighted', isWholeLine: true }
        : {}),
      lineNumberClassName: 'source-noted',
      after: { content: `   ✎ ${text}`, inlineClassName: 'source-note' },
    },
  };
}
