/**
 * Offsets and Monaco's positions. Monaco ends lines at `\r\n`, `\n` and a lone `\r`, drops a byte order mark, and makes mixed line ends one kind;
 * so its own offsets are not those of the document. Lines and columns are the common ground.
 */

import type { Span } from '../../base/span.ts';
import { lineIndexAt, lineStarts } from '../../base/span.ts';

/** Offsets at which Monaco's lines start. O(text). */
export function editorLineStarts(text: string): Uint32Array {
  const starts = text.includes('\r') ? withReturns(text) : lineStarts(text);
  if (text.charCodeAt(0) === 0xfeff) starts[0] = 1;
  return starts;
}

/** Also a `\r` ends a line; before a `\n` it belongs to that. */
function withReturns(text: string): Uint32Array {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
  }
  return Uint32Array.from(starts);
}

/** Line and column as Monaco counts them, from 1. */
export function editorPosition(starts: Uint32Array, offset: number): { lineNumber: number; column: number } {
  const line = lineIndexAt(starts, offset);
  return { lineNumber: line + 1, column: Math.max(1, offset - (starts[line] as number) + 1) };
}

export function editorRange(starts: Uint32Array, { start, end }: Span) {
  const from = editorPosition(starts, start);
  const to = editorPosition(starts, end);
  return {
    startLineNumber: from.lineNumber,
    startColumn: from.column,
    endLineNumber: to.lineNumber,
    endColumn: to.column,
  };
}

export function offsetOf(starts: Uint32Array, position: { lineNumber: number; column: number }): number {
  return (starts[position.lineNumber - 1] ?? 0) + position.column - 1;
}
