import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ProverWorkerLike } from '../worker/prover-client.ts';
import type { ProofSummary, ProverMessage, ProverRequest } from '../worker/prover-protocol.ts';
import { NO_PROOF } from './proof-state.ts';
import { PROOF_PAUSE, startProofs } from './proofs.ts';
import { startSession } from './session.ts';
import { createNfscopeStore } from './store.ts';
import { fakeClient } from './testing.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Until somebody listens. */
function unheard(message: ProverMessage): void {
  throw new Error(`nobody hears ${message.kind}`);
}

const SUMMARY: ProofSummary = { points: 1, tried: 1, sensitive: 0, markOnly: 0, benign: 1, undecided: 0, open: [] };

function setUp(hasProcessors = false) {
  const store = createNfscopeStore();
  const client = fakeClient();
  const workers: { asked: ProverRequest[]; ended: boolean; say: (message: ProverMessage) => void }[] = [];
  startSession(store, client);
  const proofs = startProofs(
    store,
    client,
    () => {
      const made = { asked: [] as ProverRequest[], ended: false, say: unheard };
      workers.push(made);
      const like: ProverWorkerLike = {
        postMessage: (message) => made.asked.push(message),
        terminate: () => {
          made.ended = true;
        },
        addEventListener: (type, listener) => {
          if (type === 'message') made.say = (data) => listener(new MessageEvent('message', { data }));
        },
      };
      return like;
    },
    { hasProcessors },
  );
  const read = async (text: string): Promise<void> => {
    store.getState().addDocuments([{ name: 'a', text }]);
    await vi.advanceTimersByTimeAsync(0);
    await client.loads[0]?.answer();
    await vi.advanceTimersByTimeAsync(PROOF_PAUSE);
  };
  return { store, client, workers, proofs, read, proof: () => store.getState().proof };
}

describe('proofs', () => {
  test('begin when a dump was read, with its texts, and end when it changes', async () => {
    const { store, workers, read, proof } = setUp();
    await read('one');
    expect(workers.map(({ asked }) => asked[0])).toEqual([
      expect.objectContaining({ kind: 'prove', documents: [{ name: 'a', text: 'one' }] }),
    ]);
    expect(proof().status).toBe('working');
    workers[0]?.say({ kind: 'progress', fraction: 0.4, what: 'Comparing orders' });
    expect(proof()).toMatchObject({ fraction: 0.4, what: 'Comparing orders' });
    store.getState().editDocument(store.getState().active ?? '', 'two');
    expect(workers[0]?.ended).toBe(true);
    expect(proof()).toEqual(NO_PROOF);
  });

  test('begin at once after a drop, and wait while somebody types', async () => {
    const { store, client, workers } = setUp();
    const changed = async (change: () => void, pause: number): Promise<void> => {
      change();
      // Edits are read when there is no other one for a moment.
      await vi.advanceTimersByTimeAsync(pause);
      await client.loads[0]?.answer();
      await vi.advanceTimersByTimeAsync(PROOF_PAUSE / 4);
    };
    await changed(() => store.getState().addDocuments([{ name: 'a', text: 'one' }]), 0);
    expect(workers).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(500);
    await changed(() => store.getState().editDocument(store.getState().active ?? '', 'two'), 500);
    expect(workers).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(PROOF_PAUSE);
    expect(workers).toHaveLength(2);
  });

  test('begin to read beside the map, and wait for it with what they say', async () => {
    const { client, store, workers, proof } = setUp(true);
    store.getState().addDocuments([{ name: 'a', text: 'one' }]);
    expect(workers.map(({ asked }) => asked[0])).toEqual([
      expect.objectContaining({ kind: 'prove', documents: [{ name: 'a', text: 'one' }] }),
    ]);
    workers[0]?.say({ kind: 'progress', fraction: 0.4, what: 'Comparing orders' });
    workers[0]?.say({ kind: 'findings', findings: [], summary: SUMMARY, done: true });
    expect(proof()).toEqual(NO_PROOF);
    await vi.advanceTimersByTimeAsync(0);
    vi.spyOn(client, 'request').mockResolvedValueOnce({ findings: [], maps: [] } as never);
    await client.loads[0]?.answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(proof()).toMatchObject({ status: 'done', summary: SUMMARY });
    await vi.advanceTimersByTimeAsync(PROOF_PAUSE * 3);
    expect(workers).toHaveLength(1);
  });

  test('that have begun to read end when the reading does', async () => {
    const { client, store, workers, proof } = setUp(true);
    store.getState().addDocuments([{ name: 'a', text: 'one' }]);
    await vi.advanceTimersByTimeAsync(0);
    store.getState().setAnalysis({ status: 'cancelled' });
    expect(workers[0]?.ended).toBe(true);
    expect(proof()).toEqual(NO_PROOF);
    expect(client.loads).toHaveLength(1);
  });

  test('a large dump is not read twice at the same time', async () => {
    const { client, store, workers } = setUp(true);
    store.getState().addDocuments([{ name: 'a', text: 'x'.repeat(3_000_000) }]);
    await vi.advanceTimersByTimeAsync(0);
    expect(workers).toHaveLength(0);
    await client.loads[0]?.answer();
    await vi.advanceTimersByTimeAsync(PROOF_PAUSE / 4);
    expect(workers).toHaveLength(1);
  });

  test.each([true, false])('get the dumps of the node that is shown, and no others: early %s', async (early) => {
    const { client, store, workers } = setUp(early);
    store.getState().addDocuments([
      { name: 'one.save', text: 'first' },
      { name: 'two.save', text: 'second' },
    ]);
    await vi.advanceTimersByTimeAsync(0);
    await client.loads[0]?.answer();
    await vi.advanceTimersByTimeAsync(2 * PROOF_PAUSE);
    const texts = () => {
      const asked = workers.at(-1)?.asked[0];
      return asked?.kind === 'prove' ? asked.documents.map(({ text }) => text) : null;
    };
    expect(texts()).toEqual(['first', 'second']);
    store.getState().setNode('two');
    await vi.advanceTimersByTimeAsync(0);
    await client.loads[0]?.answer();
    await vi.advanceTimersByTimeAsync(2 * PROOF_PAUSE);
    expect(workers).toHaveLength(2);
    expect(workers[0]?.ended).toBe(true);
    expect(texts()).toEqual(['second']);
  });

  test('put what they find into the overview, once, and are done', async () => {
    const { client, store, workers, read, proof } = setUp();
    await read('one');
    const found = { findings: [], maps: [] };
    vi.spyOn(client, 'request').mockResolvedValueOnce(found as never);
    workers[0]?.say({ kind: 'findings', findings: [], summary: SUMMARY, done: true });
    await vi.advanceTimersByTimeAsync(0);
    expect(store.getState().overview).toMatchObject(found);
    expect(proof()).toMatchObject({ status: 'done', summary: SUMMARY });
    await vi.advanceTimersByTimeAsync(PROOF_PAUSE * 3);
    expect(workers).toHaveLength(1);
  });

  test('begin while findings are still looked for, and are shown with them', async () => {
    const { client, store, workers, proof } = setUp();
    store.getState().addDocuments([{ name: 'a', text: 'one' }]);
    await vi.advanceTimersByTimeAsync(0);
    let found: (answer: never) => void = () => undefined;
    const request = vi.spyOn(client, 'request').mockReturnValueOnce(
      new Promise<never>((resolve) => {
        found = resolve;
      }),
    );
    await client.loads[0]?.answer({ searching: true });
    await vi.advanceTimersByTimeAsync(PROOF_PAUSE);
    expect(workers).toHaveLength(1);
    workers[0]?.say({ kind: 'findings', findings: [], summary: SUMMARY, done: true });
    await vi.advanceTimersByTimeAsync(0);
    expect(proof().status).toBe('working');
    request.mockResolvedValueOnce({ findings: [], maps: [] } as never);
    found({ findings: [], maps: [] } as never);
    await vi.advanceTimersByTimeAsync(0);
    expect(proof()).toMatchObject({ status: 'done', summary: SUMMARY });
  });

  test('stopped by the user, stay stopped until asked again; questions start them', async () => {
    const { workers, read, proofs, proof } = setUp();
    await read('one');
    proofs.stop();
    expect(workers[0]?.ended).toBe(true);
    expect(proof().status).toBe('stopped');
    await vi.advanceTimersByTimeAsync(PROOF_PAUSE * 3);
    expect(workers).toHaveLength(1);
    const asked = expect(proofs.whatIf({ kind: 'without', program: 'docker' })).rejects.toMatchObject({
      code: 'ended',
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(workers[1]?.asked.map(({ kind }) => kind)).toEqual(['prove', 'what-if']);
    proofs.end();
    await asked;
  });

  test('that fail, say why', async () => {
    const { workers, read, proof } = setUp();
    await read('one');
    workers[0]?.say({ kind: 'failed', id: null, message: 'out of memory' });
    expect(proof()).toMatchObject({ status: 'failed', message: 'out of memory' });
  });
});
