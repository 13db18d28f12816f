/**
 * Repairs what terminals, editors and chats do to a dump, without changing its length: noise becomes blanks. Each kind of repair looks for its
 * own sign with native search first, so that a clean text costs little (20 MB: some tens of milliseconds).
 */
import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import { span } from '../../base/span.ts';
import { repairCharacters } from './characters.ts';
import type { Repair } from './edits.ts';
import { repairPrefixes, repairPrompts } from './lines.ts';
import { SourceText } from './source-text.ts';
import { joinWrappedLines } from './wrap.ts';

export interface Cleaned {
  /** As long as the text that was given. */
  readonly source: SourceText;
  /** One `info` for each kind of repair: how many, and the first place. */
  readonly repairs: readonly Diagnostic[];
}

const REPAIRS: readonly Repair[] = [...repairCharacters, repairPrefixes, repairPrompts, joinWrappedLines];

/** Cost: linear. Never throws. */
export function cleanText(given: string): Cleaned {
  let source = new SourceText(given);
  const repairs: Diagnostic[] = [];
  for (const { code, edit, message } of REPAIRS) {
    const edits = edit(source);
    if (edits === null || edits.count === 0) continue;
    source = new SourceText(edits.apply());
    repairs.push(
      diagnostic('info', code, message(edits.count), span(edits.first, Math.min(edits.first + 1, given.length))),
    );
  }
  return { source, repairs };
}
