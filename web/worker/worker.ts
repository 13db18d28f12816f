/** The worker's entry: messages in, messages out. See message-loop.ts. */
import { createMessageLoop } from './message-loop.ts';
import type { RequestMessage } from './protocol.ts';

const handle = createMessageLoop(
  (message, transfer) => postMessage(message, { transfer: [...transfer] }),
  () => performance.now(),
);

addEventListener('message', ({ data }: MessageEvent<RequestMessage>) => handle(data));
