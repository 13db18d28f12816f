/** The page's side of the anonymiser. */
import type { AnonymisedCopy, AnonymiseRequest, AnonymiserMessage } from './anonymiser-protocol.ts';
import { type OneAnswerWorker, oneAnswer } from './one-answer.ts';

export type AnonymiserWorkerLike = OneAnswerWorker<AnonymiseRequest<unknown>>;

/**
 * An anonymised copy of a workspace, made in a worker of its own, which is ended then. Rejects with a OneAnswerError only. Cost: about ten times what
 * reading the documents takes.
 */
export async function anonymisedCopy<View>(
  spawn: () => AnonymiserWorkerLike,
  request: AnonymiseRequest<View>,
  signal?: AbortSignal,
): Promise<AnonymisedCopy<View>> {
  const { copy } = await oneAnswer<AnonymiseRequest<unknown>, AnonymiserMessage>(spawn, request, { signal });
  // The view comes back in the shape in which it was given: only its strings are others.
  return copy as AnonymisedCopy<View>;
}
