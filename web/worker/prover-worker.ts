/** The prover's entry: messages in, messages out. See prover-loop.ts. */
import { startPractice } from './practice.ts';
import { createProverLoop } from './prover-loop.ts';
import { practiseProofs } from './prover-practice.ts';
import type { ProverRequest } from './prover-protocol.ts';

const handle = createProverLoop({
  post: (message) => postMessage(message),
  now: () => performance.now(),
  later: (run) => setTimeout(run),
});

const endPractice = startPractice((run) => setTimeout(run), practiseProofs());

addEventListener('message', ({ data }: MessageEvent<ProverRequest>) => {
  endPractice();
  handle(data);
});
