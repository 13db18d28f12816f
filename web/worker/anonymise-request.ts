/** Anonymised copies of texts, as the page asks for them: apart from the message loop, because their code is only fetched when somebody asks. */
import { anonymise } from '../anonymise/anonymise.ts';
import { KEY_LENGTH } from '../anonymise/keyed-hash.ts';
import type { Kept, Replacement } from '../anonymise/report.ts';

export interface AnonymiseRequest {
  readonly documents: readonly { readonly name: string; readonly text: string }[];
  /** Other texts about them: names in a selection, notes. */
  readonly texts: readonly string[];
}

export interface AnonymiseAnswer {
  readonly documents: readonly { readonly name: string; readonly text: string }[];
  readonly texts: readonly string[];
  /** The first `MOST_SHOWN`. */
  readonly replaced: readonly Replacement[];
  readonly replacements: number;
  /** The first `MOST_SHOWN`. */
  readonly kept: readonly Kept[];
  /** What reads otherwise than before, in sentences. */
  readonly differences: readonly string[];
}

export const MOST_SHOWN = 2000;

/** With a key of its own that nobody keeps. Never throws on input. */
export function answerAnonymise({ documents, texts }: AnonymiseRequest): AnonymiseAnswer {
  const made = anonymise(documents, { key: crypto.getRandomValues(new Uint8Array(KEY_LENGTH)) });
  return {
    documents: made.documents.map(({ name, text }) => ({ name, text })),
    texts: texts.map(made.text),
    replaced: made.replaced.slice(0, MOST_SHOWN),
    replacements: made.replaced.length,
    kept: made.kept.slice(0, MOST_SHOWN),
    differences: made.differences,
  };
}
