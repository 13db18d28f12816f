/**
 * The owner's stripe in the editor's margin. Only the lines in view are decorated: 150,000 decorations would cost more than the whole analysis.
 */
import type { editor as Editor } from 'monaco-editor/editor/editor.api.js';
import type { OwnerOverview } from '../../worker/protocol.ts';

/** Lines decorated above and below the view, so that scrolling does not flicker. */
const MARGIN = 60;

/** Decorates what is in view, now and after each scroll, from `lines`: owner number plus 1 per line, 0 for nobody. */
export function paintOwners(
  editor: Editor.ICodeEditor,
  lines: Uint8Array,
  owners: readonly OwnerOverview[],
  dimmed: readonly string[],
): () => void {
  const decorations = editor.createDecorationsCollection();
  let painted = { from: 0, to: 0 };
  const paint = (): void => {
    const ranges = editor.getVisibleRanges();
    const first = ranges[0];
    const last = ranges.at(-1);
    if (!first || !last) return;
    if (painted.from !== 0 && first.startLineNumber >= painted.from && last.endLineNumber <= painted.to) return;
    const from = Math.max(1, first.startLineNumber - MARGIN);
    const to = Math.min(lines.length, last.endLineNumber + MARGIN);
    painted = { from: from === 1 ? -1 : from, to: to === lines.length ? Number.POSITIVE_INFINITY : to };
    // Folded lines lie between the visible ranges: a huge fold must not be walked line by line each time.
    const shown =
      ranges.length === 1 ? [{ from, to }] : ranges.map((r) => ({ from: r.startLineNumber, to: r.endLineNumber }));
    if (ranges.length > 1) painted = { from: 0, to: 0 };
    decorations.set(shown.flatMap((range) => stripes(lines, owners, dimmed, range.from, range.to)));
  };
  paint();
  const listeners = [editor.onDidScrollChange(paint), editor.onDidLayoutChange(paint)];
  return () => {
    for (const listener of listeners) listener.dispose();
    decorations.clear();
  };
}

function stripes(
  lines: Uint8Array,
  owners: readonly OwnerOverview[],
  dimmed: readonly string[],
  from: number,
  to: number,
): Editor.IModelDeltaDecoration[] {
  const found: Editor.IModelDeltaDecoration[] = [];
  for (let line = from; line <= to; ) {
    const number = lines[line - 1] ?? 0;
    let end = line;
    while (end < to && (lines[end] ?? 0) === number) end++;
    const owner = number === 0 ? undefined : owners[number - 1];
    if (owner) {
      found.push({
        range: { startLineNumber: line, startColumn: 1, endLineNumber: end, endColumn: 1 },
        options: {
          isWholeLine: true,
          linesDecorationsClassName: `source-owner source-owner-${owner.slot}${dimmed.includes(owner.id) ? ' source-owner-dimmed' : ''}`,
        },
      });
    }
    line = end + 1;
  }
  return found;
}
