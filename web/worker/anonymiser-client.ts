/** The page's side of the anonymiser. */
import type { AnonymisedCopy, AnonymiseRequest, AnonymiserMessage } from './anonymiser-protocol.ts';

/** The part of `Worker` that is used: tests give a fake one. */
export interface AnonymiserWorkerLike {
  postMessage: (message: AnonymiseRequest<unknown>) => void;
  terminate: () => void;
  addEventListener: (type: 'message' | 'error' | 'messageerror', listener: (event: Event) => void) => void;
}

/** `cancelled`: the signal was given. `failed`: the worker ended, or there is a bug; the message is for the user. */
export class AnonymiserError extends Error {
  override name = 'AnonymiserError';
  readonly code: 'failed' | 'cancelled';
  constructor(code: 'failed' | 'cancelled', message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * An anonymised copy of a workspace, made in a worker of its own, which is ended then. Rejects with an AnonymiserError only. Cost: about ten times what
 * reading the documents takes.
 */
export function anonymisedCopy<View>(
  spawn: () => AnonymiserWorkerLike,
  request: AnonymiseRequest<View>,
  signal?: AbortSignal,
): Promise<AnonymisedCopy<View>> {
  const worker = spawn();
  const answer = new Promise<AnonymisedCopy<View>>((resolve, reject) => {
    const fail = (code: 'failed' | 'cancelled', message: string): void => reject(new AnonymiserError(code, message));
    const crash = (event: Event): void => {
      event.preventDefault();
      fail('failed', 'message' in event && typeof event.message === 'string' ? event.message : 'the worker ended');
    };
    worker.addEventListener('error', crash);
    worker.addEventListener('messageerror', crash);
    worker.addEventListener('message', (event) => {
      const { data } = event as MessageEvent<AnonymiserMessage>;
      // The view comes back in the shape in which it was given: only its strings are others.
      if (data.kind === 'done') resolve(data.copy as AnonymisedCopy<View>);
      else fail('failed', data.message);
    });
    signal?.addEventListener('abort', () => fail('cancelled', 'Cancelled.'), { once: true });
    if (signal?.aborted) fail('cancelled', 'Cancelled.');
    else worker.postMessage(request);
  });
  return answer.finally(() => worker.terminate());
}
