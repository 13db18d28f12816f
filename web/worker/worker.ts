/** The worker's entry: messages in, messages out. See message-loop.ts. */
import { createMessageLoop } from './message-loop.ts';
import { startPractice } from './practice.ts';
import type { RequestMessage } from './protocol.ts';

const handle = createMessageLoop({
  post: (message, transfer) => postMessage(message, { transfer: [...transfer] }),
  now: () => performance.now(),
  later: (run) => setTimeout(run),
});

const endPractice = startPractice((run) => setTimeout(run));

addEventListener('message', ({ data }: MessageEvent<RequestMessage>) => {
  endPractice();
  handle(data);
});
