import { expect, test, vi } from 'vitest';
import { LinkError } from '../permalink/link-error.ts';
import { type PackerOptions, type PackerWorkerLike, packLink, unpackLink } from './packer-client.ts';
import type { PackerMessage, PackerRequest } from './packer-protocol.ts';

const CONTENT = { documents: [{ name: 'a', text: '*filter\nCOMMIT\n' }], view: {}, notes: [] };

function fakeWorker() {
  const listeners = new Map<string, (event: Event) => void>();
  const asked: PackerRequest[] = [];
  const terminate = vi.fn();
  const worker: PackerWorkerLike = {
    postMessage: (message) => asked.push(message),
    terminate,
    addEventListener: (type, listener) => listeners.set(type, listener),
  };
  const say = (data: PackerMessage): void => listeners.get('message')?.(new MessageEvent('message', { data }));
  const crash = (): void => listeners.get('error')?.(Object.assign(new Event('error'), { message: 'out of memory' }));
  return { worker, asked, terminate, say, crash };
}

function packing(options: PackerOptions = {}) {
  const fake = fakeWorker();
  return { ...fake, link: packLink(() => fake.worker, CONTENT, options) };
}

test('asks once, tells how far it is, and ends the worker with the answer', async () => {
  const told: unknown[] = [];
  const { link, asked, terminate, say } = packing({ onProgress: (progress) => told.push(progress) });
  say({ kind: 'progress', fraction: 0.5, length: 1234 });
  say({ kind: 'packed', hash: '#v2.nf.AA' });
  expect(await link).toEqual({ kind: 'packed', hash: '#v2.nf.AA' });
  expect(told).toEqual([{ fraction: 0.5, length: 1234 }]);
  expect(asked).toEqual([{ kind: 'pack', ...CONTENT }]);
  expect(terminate).toHaveBeenCalledTimes(1);
});

test('a link that is too long is an answer, not an error', async () => {
  const { link, say } = packing();
  say({ kind: 'too-long', length: 5_000_000 });
  expect(await link).toEqual({ kind: 'too-long', length: 5_000_000 });
});

test('failures, crashes and cancelling end the worker', async () => {
  const failing = packing();
  failing.say({ kind: 'failed', message: 'a bug' });
  await expect(failing.link).rejects.toMatchObject({ code: 'failed', message: 'a bug' });
  const crashing = packing();
  crashing.crash();
  await expect(crashing.link).rejects.toMatchObject({ code: 'failed', message: 'out of memory' });
  const control = new AbortController();
  const cancelled = packing({ signal: control.signal });
  control.abort();
  await expect(cancelled.link).rejects.toMatchObject({ code: 'cancelled' });
  const late = packing({ signal: control.signal });
  await expect(late.link).rejects.toMatchObject({ code: 'cancelled' });
  expect(late.asked).toEqual([]);
  for (const { terminate } of [failing, crashing, cancelled, late]) expect(terminate).toHaveBeenCalledTimes(1);
});

test('what is wrong with a link comes back with its code', async () => {
  const broken = fakeWorker();
  const result = unpackLink(() => broken.worker, '#v2.nf.AA');
  broken.say({ kind: 'not-unpacked', code: 'truncated', message: 'The link is cut off.' });
  expect(await result).toEqual({ ok: false, error: new LinkError('truncated', 'The link is cut off.') });
  expect(broken.asked).toEqual([{ kind: 'unpack', hash: '#v2.nf.AA' }]);
  const good = fakeWorker();
  const opened = unpackLink(() => good.worker, '#v2.nf.AA');
  good.say({ kind: 'unpacked', link: { ...CONTENT, warnings: ['left out'] } });
  expect(await opened).toEqual({ ok: true, ...CONTENT, warnings: ['left out'] });
});
