import { describe, expect, it } from 'vitest';
import { type ProverWorkerLike, startProver } from './prover-client.ts';
import { createProverLoop } from './prover-loop.ts';
import type { PacketsQuestion, ProverMessage, ProverRequest } from './prover-protocol.ts';

const NODE = `*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A FORWARD -s 10.0.0.0/8 -j DROP
-A FORWARD -j ACCEPT
COMMIT
`;

/** A worker without a thread: messages are cloned, as a worker's are. */
function localWorker(): ProverWorkerLike {
  const listeners: ((event: Event) => void)[] = [];
  let ended = false;
  const handle = createProverLoop({
    post: (message: ProverMessage) => {
      if (!ended) for (const listener of listeners) listener({ data: structuredClone(message) } as unknown as Event);
    },
    now: () => performance.now(),
    later: (run) => setTimeout(run),
  });
  return {
    postMessage: (message: ProverRequest) => setTimeout(() => !ended && handle(structuredClone(message))),
    terminate: () => {
      ended = true;
    },
    addEventListener: (type, listener) => {
      if (type === 'message') listeners.push(listener);
    },
  };
}

function start(text: string) {
  const failures: string[] = [];
  const listener = {
    onProgress: () => undefined,
    onFindings: () => undefined,
    onFailed: (message: string) => failures.push(message),
  };
  const limits = { milliseconds: 20_000, maxNodes: 1_000_000 };
  return { prover: startProver(localWorker, [{ name: 'node.save', text }], limits, listener), failures };
}

const SSH: PacketsQuestion = {
  family: 'ip',
  origin: 'received',
  src: null,
  dst: null,
  addressed: 'node',
  protocol: 6,
  dport: [22, 22],
  iif: null,
  oif: null,
  state: 'new',
};

describe('questions through the prover', () => {
  it('are answered each with its own answer', async () => {
    const { prover, failures } = start(NODE);
    const [whatIf, reach, fates] = await Promise.all([
      prover.whatIf({ kind: 'without-rule', chain: 1, rule: 1 }),
      prover.reach({ kind: 'policy', chain: 0 }),
      prover.fates(SSH),
    ]);
    prover.end();
    expect(whatIf).toMatchObject({ state: 'differs', words: 'without rule 1 of ip filter FORWARD' });
    expect(reach?.words).toBe('the policy of ip filter INPUT');
    expect(fates.fates.map(({ kind, packets }) => [kind, packets.lines])).toEqual([
      ['delivered-local', ['tcp port 22']],
    ]);
    expect(failures).toEqual([]);
  });

  it('that wait are ended with it', async () => {
    const { prover } = start(NODE);
    const waiting = prover.fates(SSH);
    prover.end();
    await expect(waiting).rejects.toMatchObject({ code: 'ended' });
    await expect(prover.fates(SSH)).rejects.toMatchObject({ code: 'ended' });
  });
});
