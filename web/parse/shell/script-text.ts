/**
 * The lines that the commands of a script come to, as one text that the parsers of iptables-save, nft and ipset read; and where in the script each
 * piece of it is from.
 */
import type { Span } from '../../base/span.ts';
import type { Field } from './expand.ts';

/** A piece of the made text, and the script's text that it is from. */
interface Piece {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  /** The same characters. */
  readonly same: boolean;
}

/** Needs no quotes in a line of iptables-restore. */
const PLAIN = /^[\w./:,!+@%=*\-~^|&()[\]{}<>?;$]+$/;

export class ScriptText {
  private readonly pieces: Piece[] = [];
  private readonly texts: string[] = [];
  private readonly unknowns: Span[] = [];
  /** Of each line of commands: where it starts here, and the whole command in the script. */
  private readonly lines: Piece[] = [];
  private length = 0;

  constructor(private readonly script: string) {}

  get text(): string {
    return this.texts.join('');
  }

  /**
   * Adds a command's fields as a line of words, in double quotes where they need them or as `spelled` says; `command`: its place in the script.
   */
  addCommand(fields: readonly Field[], command: Span, spelled: (text: string) => string = quoted): Span {
    const start = this.length;
    fields.forEach((field, index) => {
      if (index > 0) this.push(' ');
      this.add(spelled(field.text), field.start, field.end, field.unknown);
    });
    const end = this.length;
    this.lines.push({ start, end, from: command.start, to: command.end, same: false });
    this.push('\n');
    return { start, end };
  }

  /** Adds text of a here-document, whose lines stand for themselves. */
  addText(text: string, from: number, to: number, unknown = false): Span {
    const start = this.length;
    this.add(text, from, to, unknown);
    return { start, end: this.length };
  }

  endText(): void {
    this.push('\n');
  }

  private push(text: string): void {
    this.texts.push(text);
    this.length += text.length;
  }

  private add(text: string, from: number, to: number, unknown: boolean): void {
    const start = this.length;
    this.push(text);
    const same = to - from === text.length && this.script.startsWith(text, from);
    this.pieces.push({ start, end: this.length, from, to, same });
    if (unknown) this.unknowns.push({ start, end: this.length });
  }

  /** Whether a part of `[start, end)` depends on what the script does not tell. O(log pieces). */
  isUnknown(start: number, end: number): boolean {
    const at = lastAt(this.unknowns, end - 1);
    return at !== null && at.end > start;
  }

  /** The whole command in the script that the line at `offset` is of; null in here-documents. */
  commandAt(offset: number): Span | null {
    const line = lastAt(this.lines, offset);
    return line && offset <= line.end ? { start: line.from, end: line.to } : null;
  }

  /** The place in the script. O(log pieces). */
  placeOf({ start, end }: Span): Span {
    const from = this.offsetOf(start, false);
    return { start: from, end: Math.max(from, this.offsetOf(Math.max(start, end), true)) };
  }

  private offsetOf(offset: number, isEnd: boolean): number {
    // An end belongs to the piece before it.
    const piece = lastAt(this.pieces, isEnd ? offset - 1 : offset);
    if (!piece) return 0;
    if (piece.same) return Math.min(piece.from + offset - piece.start, piece.to);
    return isEnd || offset >= piece.end ? piece.to : piece.from;
  }
}

/** The last of the sorted spans that starts at or before `offset`. */
function lastAt<T extends { readonly start: number }>(spans: readonly T[], offset: number): T | null {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle] as T).start <= offset) low = middle + 1;
    else high = middle;
  }
  return spans[low - 1] ?? null;
}

function quoted(text: string): string {
  if (PLAIN.test(text)) return text;
  return `"${text.replace(/[\n\r]/g, ' ').replace(/["\\]/g, '\\$&')}"`;
}
