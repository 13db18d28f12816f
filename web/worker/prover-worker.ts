/** The prover's entry: messages in, messages out. See prover-loop.ts. */
import { createProverLoop } from './prover-loop.ts';
import type { ProverRequest } from './prover-protocol.ts';

const handle = createProverLoop({
  post: (message) => postMessage(message),
  now: () => performance.now(),
  later: (run) => setTimeout(run),
});

addEventListener('message', ({ data }: MessageEvent<ProverRequest>) => handle(data));
