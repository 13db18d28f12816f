/** Questions whose answer may be void by the time it comes: the text changed, or the analysis was cancelled. */
import { RequestError } from '../../worker/client.ts';
import type { Answers, RequestKind, Requests } from '../../worker/protocol.ts';
import { ask } from '../use-answer.ts';

const VOID = new Set<string>(['aborted', 'stale', 'cancelled', 'no-such-id', 'needs-text']);

/** null where the question became void: whoever shows the answer asks again at the next revision. Other failures reject. */
export async function askOrNull<K extends RequestKind>(kind: K, request: Requests[K]): Promise<Answers[K] | null> {
  try {
    return await ask(kind, request);
  } catch (error) {
    if (error instanceof RequestError && VOID.has(error.code)) return null;
    throw error;
  }
}
