import { expect, test, vi } from 'vitest';
import { type ArchiveWorkerLike, openArchiveWorker } from './archive-client.ts';
import type { ArchiveMessage, ArchiveRequest, Listing } from './archive-protocol.ts';

const LISTING: Listing = { files: ['x'], members: 0, nodes: [], problems: [] };

function fake() {
  const listeners = new Map<string, (event: Event) => void>();
  const asked: ArchiveRequest[] = [];
  const terminate = vi.fn();
  const worker: ArchiveWorkerLike = {
    postMessage: (message) => asked.push(message),
    terminate,
    addEventListener: (type, listener) => listeners.set(type, listener),
  };
  const say = (data: ArchiveMessage): void => listeners.get('message')?.(new MessageEvent('message', { data }));
  const crash = (): void => listeners.get('error')?.(Object.assign(new Event('error'), { message: 'out of memory' }));
  return { opening: openArchiveWorker(() => worker), asked, terminate, say, crash };
}

test('progress, then the listing, then the texts', async () => {
  const { opening, asked, say } = fake();
  const progress = vi.fn();
  const listing = opening.list([], progress);
  say({ kind: 'progress', fraction: 0.5, found: 2 });
  say({ kind: 'listing', listing: LISTING });
  expect(await listing).toBe(LISTING);
  expect(progress).toHaveBeenCalledExactlyOnceWith(0.5, 2);
  const texts = opening.read([3], () => undefined);
  say({ kind: 'texts', texts: [{ id: 3, name: 'a', text: 't' }] });
  expect(await texts).toEqual([{ id: 3, name: 'a', text: 't' }]);
  expect(asked.map(({ kind }) => kind)).toEqual(['list', 'read']);
});

test('closing ends the worker and what is pending', async () => {
  const { opening, terminate } = fake();
  const listing = opening.list([], () => undefined);
  opening.close();
  opening.close();
  await expect(listing).rejects.toMatchObject({ code: 'closed' });
  expect(terminate).toHaveBeenCalledTimes(1);
  await expect(opening.read([], () => undefined)).rejects.toMatchObject({ code: 'closed' });
});

test('a failure and a crash are told with their words', async () => {
  const failing = fake();
  const failed = failing.opening.list([], () => undefined);
  failing.say({ kind: 'failed', message: 'the file is gone' });
  await expect(failed).rejects.toMatchObject({ code: 'failed', message: 'the file is gone' });
  const crashing = fake();
  const crashed = crashing.opening.list([], () => undefined);
  crashing.crash();
  await expect(crashed).rejects.toMatchObject({ code: 'failed', message: 'out of memory' });
  expect(crashing.terminate).toHaveBeenCalled();
});
