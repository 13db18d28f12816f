import { expect, test, vi } from 'vitest';
import { type AnonymiserWorkerLike, anonymisedCopy } from './anonymiser-client.ts';
import type { AnonymisedCopy, AnonymiseRequest, AnonymiserMessage } from './anonymiser-protocol.ts';

const REQUEST = { documents: [{ name: 'a', text: 't' }], view: { view: 'hooks' } };
const COPY: AnonymisedCopy<unknown> = {
  documents: [{ name: 'b', text: 'u' }],
  view: { view: 'hooks' },
  replaced: [],
  kept: [],
  differences: [],
};

function fake(signal?: AbortSignal) {
  const listeners = new Map<string, (event: Event) => void>();
  const asked: AnonymiseRequest<unknown>[] = [];
  const terminate = vi.fn();
  const worker: AnonymiserWorkerLike = {
    postMessage: (message) => asked.push(message),
    terminate,
    addEventListener: (type, listener) => listeners.set(type, listener),
  };
  const copy = anonymisedCopy(() => worker, REQUEST, signal);
  const say = (data: AnonymiserMessage): void => listeners.get('message')?.(new MessageEvent('message', { data }));
  const crash = (): void => listeners.get('error')?.(Object.assign(new Event('error'), { message: 'out of memory' }));
  return { copy, asked, terminate, say, crash };
}

test('asks once, and ends the worker with the answer', async () => {
  const { copy, asked, terminate, say } = fake();
  say({ kind: 'done', copy: COPY });
  expect(await copy).toBe(COPY);
  expect(asked).toEqual([REQUEST]);
  expect(terminate).toHaveBeenCalledTimes(1);
});

test('failures and crashes are told with their words', async () => {
  const failing = fake();
  failing.say({ kind: 'failed', message: 'a bug' });
  await expect(failing.copy).rejects.toMatchObject({ code: 'failed', message: 'a bug' });
  const crashing = fake();
  crashing.crash();
  await expect(crashing.copy).rejects.toMatchObject({ code: 'failed', message: 'out of memory' });
  expect(crashing.terminate).toHaveBeenCalledTimes(1);
});

test('cancelling ends the worker', async () => {
  const control = new AbortController();
  const { copy, terminate } = fake(control.signal);
  control.abort();
  await expect(copy).rejects.toMatchObject({ code: 'cancelled' });
  expect(terminate).toHaveBeenCalledTimes(1);
  const late = fake(control.signal);
  await expect(late.copy).rejects.toMatchObject({ code: 'cancelled' });
  expect(late.asked).toEqual([]);
});
