/** Changes to a text that keep its length: collected in order, applied at once. */
import { InternalError } from '../../base/assert.ts';
import type { CodedText } from './coded-text.ts';

export class Edits {
  readonly #text: string;
  readonly #pieces: string[] = [];
  #copied = 0;
  /** How many changes, and where the first one is (-1: none). */
  count = 0;
  first = -1;
  /** Where the last one is. */
  last = -1;

  constructor(text: string) {
    this.#text = text;
  }

  /** Replaces `[start, end)`, behind all earlier ones, by as many characters. `counted`: this is a repair of its own, not a part of the last. */
  replace(start: number, end: number, replacement: string, counted = true): void {
    if (replacement.length !== end - start || start < this.#copied) throw new InternalError('an edit moves the text');
    this.#pieces.push(this.#text.slice(this.#copied, start), replacement);
    this.#copied = end;
    if (!counted) return;
    if (this.count === 0) this.first = start;
    this.last = start;
    this.count++;
  }

  blank(start: number, end: number, counted = true): void {
    this.replace(start, end, ' '.repeat(end - start), counted);
  }

  apply(): string {
    if (this.#pieces.length === 0) return this.#text;
    this.#pieces.push(this.#text.slice(this.#copied));
    return this.#pieces.join('');
  }
}

/** Calls `visit(start, end)` for each line, without its `\n`. */
export function eachLine(text: string, visit: (start: number, end: number) => void): void {
  let at = 0;
  while (at < text.length) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    visit(at, end);
    at = end + 1;
  }
}

/** A kind of repair. `edit` gives null where there is nothing to do. */
export interface Repair {
  readonly code: string;
  readonly edit: (source: CodedText) => Edits | null;
  readonly message: (count: number) => string;
}
