/**
 * Positions in a text. Offsets are in UTF-16 code units, as JavaScript strings and Monaco count; lines and columns are
 * derived from them for display only and count from 1.
 */

/** A half-open piece `[start, end)` of one text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place for people: both count from 1, the column in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export function span(start: number, end: number): Span {
  return { start, end };
}

/** The offset at which each line starts; entry 0 is 0. `\n` ends a line (a `\r` before it belongs to the line). O(text). */
export function lineStarts(text: string): Uint32Array {
  // Searching is what costs: once, with room for lines of 64 characters at first.
  let starts = new Uint32Array(16 + (text.length >> 6));
  let count = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    if (count === starts.length) {
      const larger = new Uint32Array(count * 2);
      larger.set(starts);
      starts = larger;
    }
    starts[count++] = at + 1;
  }
  return starts.slice(0, count);
}

/** The 0-based line that holds `offset`. O(log lines). */
export function lineIndexAt(starts: Uint32Array, offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Line and column (both from 1) of `offset`. */
export function positionAt(starts: Uint32Array, offset: number): Position {
  const line = lineIndexAt(starts, offset);
  return { line: line + 1, column: offset - (starts[line] as number) + 1 };
}

/** The line starts of texts, each counted once: the many dumps of one document share its text. */
export function createLineStarts(): (text: string) => Uint32Array {
  const known = new Map<string, Uint32Array>();
  return (text) => {
    let starts = known.get(text);
    if (!starts) {
      starts = lineStarts(text);
      known.set(text, starts);
    }
    return starts;
  };
}
