import { describe, expect, test, vi } from 'vitest';
import { createClient, RequestError, type WorkerLike } from './client.ts';
import type { Overview, RequestMessage, WorkerMessage } from './protocol.ts';

/** A worker that does nothing by itself: the test answers. */
class FakeWorker implements WorkerLike {
  readonly received: RequestMessage[] = [];
  terminated = false;
  private readonly listeners = new Map<string, ((event: Event) => void)[]>();

  postMessage(message: RequestMessage): void {
    this.received.push(structuredClone(message));
  }
  terminate(): void {
    this.terminated = true;
  }
  addEventListener(type: string, listener: (event: Event) => void): void {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
  }
  emit(type: string, event: Event): void {
    for (const listener of this.listeners.get(type) ?? []) listener(event);
  }
  say(message: WorkerMessage): void {
    this.emit('message', new MessageEvent('message', { data: message }));
  }
  last(): RequestMessage {
    const message = this.received.at(-1);
    if (!message) throw new Error('the worker was asked nothing');
    return message;
  }
}

function setUp() {
  const workers: FakeWorker[] = [];
  const client = createClient(() => {
    const worker = new FakeWorker();
    workers.push(worker);
    return worker;
  });
  const worker = (): FakeWorker => {
    const last = workers.at(-1);
    if (!last) throw new Error('no worker was started');
    return last;
  };
  const overview = (revision: number): Overview => ({ revision }) as Overview;
  const answerLoad = (revision: number): void => {
    worker().say({ type: 'answer', id: worker().last().id, kind: 'load', answer: overview(revision) });
  };
  return { client, workers, worker, answerLoad, overview };
}

const DOC = { id: 'a', name: 'a.save', version: 1, text: '*filter' };

async function failure(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  return error instanceof RequestError ? error.code : String(error);
}

describe('answers', () => {
  test('reach the request with their id, in any order', async () => {
    const { client, worker } = setUp();
    const first = client.request('search', { query: 'a', limit: 1 });
    const second = client.request('search', { query: 'b', limit: 1 });
    const [a, b] = worker().received;
    worker().say({ type: 'answer', id: b!.id, kind: 'search', answer: { hits: [], more: {} } });
    const hit = { kind: 'owner', id: 'x', chain: null, title: '', detail: '', owner: 'x' } as const;
    worker().say({ type: 'answer', id: a!.id, kind: 'search', answer: { hits: [hit], more: {} } });
    expect(await first).toEqual({ hits: [hit], more: {} });
    expect(await second).toEqual({ hits: [], more: {} });
  });

  test('progress goes to its own request', async () => {
    const { client, worker, answerLoad } = setUp();
    const onProgress = vi.fn();
    const load = client.request('load', { documents: [DOC] }, { onProgress });
    worker().say({ type: 'progress', id: worker().last().id, phase: 'reading', fraction: 0.5 });
    worker().say({ type: 'progress', id: 999, phase: 'finding', fraction: 0.5 });
    answerLoad(1);
    await load;
    expect(onProgress.mock.calls).toEqual([[{ phase: 'reading', fraction: 0.5 }]]);
  });

  test('an error answer keeps its code and words', async () => {
    const { client, worker } = setUp();
    const asked = client.request('rule', { rule: 7 });
    worker().say({ type: 'error', id: worker().last().id, code: 'no-such-id', message: 'no rule 7' });
    await expect(asked).rejects.toMatchObject({ code: 'no-such-id', message: 'no rule 7' });
  });

  test('an aborted request fails at once and its late answer is dropped', async () => {
    const { client, worker } = setUp();
    const controller = new AbortController();
    const asked = client.request('rule', { rule: 7 }, { signal: controller.signal });
    controller.abort();
    expect(await failure(asked)).toBe('aborted');
    worker().say({ type: 'answer', id: worker().last().id, kind: 'rule', answer: {} as never });
    expect(await failure(client.request('rule', { rule: 7 }, { signal: controller.signal }))).toBe('aborted');
    expect(worker().received).toHaveLength(1);
  });

  test('a question by id that was overtaken by a load is stale; one by name is not', async () => {
    const { client, worker } = setUp();
    const load = client.request('load', { documents: [DOC] });
    const loadId = worker().last().id;
    const byId = client.request('chain', { chain: 3 });
    const byName = client.request('search', { query: 'x', limit: 1 });
    const searchId = worker().last().id;
    worker().say({ type: 'answer', id: loadId, kind: 'load', answer: { revision: 1 } as Overview });
    expect(await failure(byId)).toBe('stale');
    worker().say({ type: 'answer', id: searchId, kind: 'search', answer: [] });
    expect(await byName).toEqual([]);
    await load;
  });
});

describe('starting', () => {
  test('early makes the worker that the first request uses', async () => {
    const { client, workers, answerLoad } = setUp();
    client.start();
    client.start();
    expect(workers).toHaveLength(1);
    const load = client.request('load', { documents: [DOC] });
    answerLoad(1);
    await load;
    expect(workers).toHaveLength(1);
  });

  test('that fails is tried again at the first request', async () => {
    const client = createClient(() => {
      throw new Error('blocked');
    });
    client.start();
    expect(await failure(client.request('search', { query: 'x', limit: 1 }))).toBe('crashed');
  });
});

describe('texts', () => {
  const texts = (message: RequestMessage): (string | undefined)[] =>
    message.kind === 'load' ? message.request.documents.map((document) => document.text) : [];

  test('are sent once for each version', async () => {
    const { client, worker, answerLoad } = setUp();
    const other = { ...DOC, id: 'b', text: '*nat' };
    for (const [at, documents, expected] of [
      [1, [DOC], ['*filter']],
      [2, [DOC, other], [undefined, '*nat']],
      [3, [{ ...DOC, version: 2, text: '*raw' }, other], ['*raw', undefined]],
    ] as const) {
      const load = client.request('load', { documents });
      expect(texts(worker().last())).toEqual(expected);
      answerLoad(at);
      await load;
    }
  });

  test('are sent again when the worker lost them, but not for ever', async () => {
    const { client, worker, answerLoad } = setUp();
    const first = client.request('load', { documents: [DOC] });
    answerLoad(1);
    await first;
    const second = client.request('load', { documents: [DOC] });
    expect(texts(worker().last())).toEqual([undefined]);
    worker().say({ type: 'error', id: worker().last().id, code: 'needs-text', message: '' });
    expect(texts(worker().last())).toEqual(['*filter']);
    worker().say({ type: 'error', id: worker().last().id, code: 'needs-text', message: '' });
    expect(await failure(second)).toBe('needs-text');
  });

  test('an abort reaches a load that was sent a second time', async () => {
    const { client, worker } = setUp();
    const controller = new AbortController();
    const load = client.request('load', { documents: [DOC] }, { signal: controller.signal });
    worker().say({ type: 'error', id: worker().last().id, code: 'needs-text', message: '' });
    controller.abort();
    expect(await failure(load)).toBe('aborted');
  });
});

describe('a lost worker', () => {
  test.each([
    [
      'error',
      'crashed',
      (worker: FakeWorker) => worker.emit('error', Object.assign(new Event('error'), { message: 'boom' })),
    ],
    ['messageerror', 'crashed', (worker: FakeWorker) => worker.emit('messageerror', new Event('messageerror'))],
    [
      'out of memory',
      'out-of-memory',
      (worker: FakeWorker) => worker.say({ type: 'error', id: 1, code: 'out-of-memory', message: 'too big' }),
    ],
  ])('by %s fails what was asked and is replaced at the next request', async (_name, code, lose) => {
    const { client, workers, worker, answerLoad } = setUp();
    const lost = vi.fn();
    client.onLost(lost);
    const one = client.request('load', { documents: [DOC] });
    const two = client.request('search', { query: '', limit: 1 });
    const old = worker();
    lose(old);
    expect([await failure(one), await failure(two)]).toEqual([code, code]);
    expect(old.terminated).toBe(true);
    expect(lost.mock.calls).toEqual([[code]]);
    expect(workers).toHaveLength(1);
    const again = client.request('load', { documents: [DOC] });
    expect(workers).toHaveLength(2);
    expect(worker().last()).toMatchObject({ request: { documents: [DOC] } });
    // A word from the old one is not taken for the new one's.
    old.say({ type: 'answer', id: worker().last().id, kind: 'load', answer: { revision: 99 } as Overview });
    answerLoad(1);
    expect((await again).revision).toBe(1);
  });

  test('never repeats a revision', async () => {
    const { client, answerLoad } = setUp();
    const revisions: number[] = [];
    for (const fresh of [1, 2]) {
      const load = client.request('load', { documents: [DOC] });
      answerLoad(fresh);
      revisions.push((await load).revision);
    }
    client.cancel();
    const load = client.request('load', { documents: [DOC] });
    answerLoad(1);
    revisions.push((await load).revision);
    expect(revisions).toEqual([1, 2, 3]);
  });

  test('by cancel fails as cancelled', async () => {
    const { client, worker } = setUp();
    const load = client.request('load', { documents: [DOC] });
    const old = worker();
    client.cancel();
    expect(await failure(load)).toBe('cancelled');
    expect(old.terminated).toBe(true);
  });

  test('that cannot even start fails the request', async () => {
    const client = createClient(() => {
      throw new Error('no workers here');
    });
    await expect(client.request('print', { to: 'nft' })).rejects.toMatchObject({
      code: 'crashed',
      message: expect.stringContaining('no workers here') as string,
    });
  });
});
