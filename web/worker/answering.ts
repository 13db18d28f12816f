/** The worker's side of those that answer each request before they look at the next one: cancelling ends them. */
import type { FailedMessage } from './one-answer.ts';

/** Milliseconds between two messages of progress. */
const PROGRESS_PAUSE = 50;

/** Posts what each request is answered with; what is thrown, as `failed`. */
export function answerRequests<Request, Message>(answer: (request: Request) => Message): void {
  addEventListener('message', ({ data }: MessageEvent<Request>) => {
    try {
      postMessage(answer(data));
    } catch (error) {
      const failed: FailedMessage = {
        kind: 'failed',
        message: error instanceof Error ? error.message : String(error),
      };
      postMessage(failed);
    }
  });
}

/** Posts a message of progress now and then. */
export function postSometimes<Message>(): (message: Message) => void {
  let told = 0;
  return (message) => {
    const now = performance.now();
    if (now - told < PROGRESS_PAUSE) return;
    told = now;
    postMessage(message);
  };
}
