/** One question to a worker of its own, which is ended with the answer, with an error, and to cancel: the anonymiser, the packer. */

/** The part of `Worker` that is used: tests give a fake one. */
export interface OneAnswerWorker<Request> {
  postMessage: (message: Request) => void;
  terminate: () => void;
  addEventListener: (type: 'message' | 'error' | 'messageerror', listener: (event: Event) => void) => void;
}

/** `cancelled`: the signal was given. `failed`: the worker ended, or there is a bug; the message is for the user. */
export class OneAnswerError extends Error {
  override name = 'OneAnswerError';
  readonly code: 'failed' | 'cancelled';
  constructor(code: 'failed' | 'cancelled', message: string) {
    super(message);
    this.code = code;
  }
}

export interface FailedMessage {
  readonly kind: 'failed';
  readonly message: string;
}

export interface OneAnswerOptions<Progress> {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((message: Progress) => void) | undefined;
}

/** `progress` is no answer yet. Rejects with a OneAnswerError only. */
export function oneAnswer<Request, Message extends { readonly kind: string }>(
  spawn: () => OneAnswerWorker<Request>,
  request: Request,
  { signal, onProgress }: OneAnswerOptions<Extract<Message, { readonly kind: 'progress' }>> = {},
): Promise<Exclude<Message, FailedMessage | { readonly kind: 'progress' }>> {
  type Answer = Exclude<Message, FailedMessage | { readonly kind: 'progress' }>;
  const worker = spawn();
  const answer = new Promise<Answer>((resolve, reject) => {
    const fail = (code: 'failed' | 'cancelled', message: string): void => reject(new OneAnswerError(code, message));
    const crash = (event: Event): void => {
      event.preventDefault();
      fail('failed', 'message' in event && typeof event.message === 'string' ? event.message : 'the worker ended');
    };
    worker.addEventListener('error', crash);
    worker.addEventListener('messageerror', crash);
    worker.addEventListener('message', (event) => {
      const { data } = event as MessageEvent<Message | FailedMessage>;
      if (data.kind === 'progress') onProgress?.(data as Extract<Message, { readonly kind: 'progress' }>);
      else if (data.kind === 'failed') fail('failed', (data as FailedMessage).message);
      else resolve(data as Answer);
    });
    signal?.addEventListener('abort', () => fail('cancelled', 'Cancelled.'), { once: true });
    if (signal?.aborted) fail('cancelled', 'Cancelled.');
    else worker.postMessage(request);
  });
  return answer.finally(() => worker.terminate());
}
