/** The anonymiser's worker. The key is made here for one copy, and nobody else ever has it. */
import { anonymise } from '../anonymise/anonymise.ts';
import { KEY_LENGTH } from '../anonymise/keyed-hash.ts';
import { withStrings } from '../anonymise/strings.ts';
import type { AnonymisedCopy, AnonymiseRequest, AnonymiserMessage } from './anonymiser-protocol.ts';
import { answerRequests } from './answering.ts';

answerRequests((request: AnonymiseRequest<unknown>): AnonymiserMessage => ({ kind: 'done', copy: copyOf(request) }));

function copyOf({ documents, view, counters = 'keep' }: AnonymiseRequest<unknown>): AnonymisedCopy<unknown> {
  const key = crypto.getRandomValues(new Uint8Array(KEY_LENGTH));
  const { text, ...copy } = anonymise(documents, { key, counters });
  return { ...copy, view: withStrings(view, text) };
}
