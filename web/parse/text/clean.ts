/**
 * Repairs what terminals, editors and chats do to a dump, without changing its length: noise becomes blanks. Each kind of repair looks for its
 * own sign with native search first, so that a clean text costs little (20 MB: some tens of milliseconds).
 */
import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import { span } from '../../base/span.ts';
import { repairCharacters } from './characters.ts';
import { CodedText } from './coded-text.ts';
import type { Repair } from './edits.ts';
import { repairPrompts, repairProse } from './lines.ts';
import { repairPrefixes } from './prefixes.ts';
import { joinWrappedLines } from './wrap.ts';

export interface Cleaned {
  /** As long as the text that was given. */
  readonly source: CodedText;
  /** One `info` for each kind of repair: how many, and where. */
  readonly repairs: readonly Diagnostic[];
}

const REPAIRS: readonly Repair[] = [...repairCharacters, repairPrefixes, repairProse, repairPrompts, joinWrappedLines];

/** Cost: linear. Never throws. */
export function cleanText(given: string): Cleaned {
  let source = new CodedText(given);
  const repairs: Diagnostic[] = [];
  for (const { code, edit, message } of REPAIRS) {
    const edits = edit(source);
    if (edits === null || edits.count === 0) continue;
    const { count, first, last } = edits;
    source = new CodedText(edits.apply());
    const said = `${message(count)} ${placesOf(given, first, last)}`;
    repairs.push(diagnostic('info', code, said, span(first, Math.min(first + 1, given.length))));
  }
  return { source, repairs };
}

/** In which lines a repair was made. Cost: the text up to the last of them. */
function placesOf(text: string, first: number, last: number): string {
  let line = 1;
  let at = text.indexOf('\n');
  for (; at >= 0 && at < first; at = text.indexOf('\n', at + 1)) line++;
  const from = line;
  for (; at >= 0 && at < last; at = text.indexOf('\n', at + 1)) line++;
  return from === line ? `(Line ${from}.)` : `(Lines ${from} to ${line}.)`;
}
