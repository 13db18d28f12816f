/** What a format is: the shape of the registry's entries (formats.ts) and of what a parser gives. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { FormatId, NamedSet, Table } from '../model/ruleset.ts';
import type { Trace } from '../model/trace.ts';
import type { LineEnds } from './text/coded-text.ts';
import type { Codes } from './text/codes.ts';
import type { CommandHint } from './text/command-hint.ts';

export interface ParsedSection {
  readonly tables: Table[];
  readonly ipsets: NamedSet[];
  readonly diagnostics: Diagnostic[];
  /** Of an output of a trace. */
  readonly traces?: readonly Trace[];
}

export interface ParseOptions {
  /** Called with 0..1 from time to time (about every MB). Must not throw. */
  readonly onProgress?: (fraction: number) => void;
  /** The document's name: a hint at the backend (`node.legacy.save`) and family. */
  readonly name?: string;
  /** The command that printed the section, where the text or the document's name has it. */
  readonly command?: CommandHint;
  /** The text's bytes, if the caller has them: codesOf(text). */
  readonly codes?: Codes;
  /** Where the whole text's lines end, if the caller knows: lineEndsOf(text). */
  readonly lineEnds?: LineEnds;
}

export interface Format {
  readonly id: FormatId;
  /** For people: `iptables-save`. */
  readonly label: string;
  /** How sure this format is that `head` (the first 64 KiB of a section) is its own: 0 (no) to 1. */
  readonly detect: (head: string) => number;
  /** Never throws. Spans are offsets in `text`; only `[start, end)` is read. Rule, chain, set and table ids are left 0. */
  readonly parse: (text: string, start: number, end: number, options: ParseOptions) => ParsedSection;
}
