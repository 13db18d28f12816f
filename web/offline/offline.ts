/**
 * What the service worker does: keeps the files of its build, and only those, and answers with them, so that the page opens without a network. It
 * never sees a ruleset: those are typed, dropped or in the address behind the `#`, none of which is in a file of the build.
 *
 * - A build is kept whole or not at all: each file is compared with the hash that the build gave it.
 * - A new build waits until no page of the old one is open, or until the user says so (`take-over`).
 * - Files of an older build stay as long as a page may still ask for them: another tab may be one.
 */
import { type Build, cacheName, cachePrefix, isHashed, pathAsked } from './build-files.ts';
import type { WorkerScope } from './scope.ts';

/** From the page: the user wants the new build now; or a page has started, with the code of the active build. */
export type PageMessage = 'take-over' | 'started';

/** At a time. */
const FETCHES = 6;

export function startOffline(worker: WorkerScope, build: Build): void {
  const { scope } = worker.registration;
  const name = cacheName(scope, build.version);
  worker.addEventListener('install', (event) => event.waitUntil(keepBuild(worker, build, name)));
  // The first build takes over the page that asked for it, which has its files then if the network goes.
  worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
  worker.addEventListener('message', (event) => {
    if (event.data === 'take-over') event.waitUntil(worker.skipWaiting());
    if (event.data === 'started') event.waitUntil(forgetOlder(worker, name));
  });
  worker.addEventListener('fetch', (event) => {
    const { request } = event;
    const path = request.method === 'GET' ? pathAsked(request.url, scope) : null;
    // What the build does not have is none of our business.
    if (path === null || !(path in build.files || isHashed(path))) return;
    event.respondWith(answer(worker, name, path, request));
  });
}

async function keepBuild(worker: WorkerScope, build: Build, name: string): Promise<void> {
  const cache = await worker.caches.open(name);
  const older = await olderCaches(worker, name);
  const waiting = Object.entries(build.files);
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [path, integrity] = next;
      const url = new URL(path, worker.registration.scope).href;
      const known = isHashed(path) ? await firstMatch(older, url) : undefined;
      await cache.put(url, known ?? (await fetchChecked(worker, url, path, integrity)));
    }
  };
  try {
    await Promise.all(Array.from({ length: FETCHES }, work));
  } catch (error) {
    waiting.length = 0;
    await worker.caches.delete(name);
    throw error;
  }
}

/** Rejects if the file is not the build's: the server may have another build already. */
async function fetchChecked(worker: WorkerScope, url: string, path: string, integrity: string): Promise<Response> {
  const cache = isHashed(path) ? 'default' : 'reload';
  const response = await worker.fetch(new Request(url, { integrity, cache, credentials: 'same-origin' }));
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  // A page may not be answered with what was redirected, as some servers do with index.html.
  return new Response(await response.blob(), { headers: response.headers });
}

async function answer(worker: WorkerScope, name: string, path: string, request: Request): Promise<Response> {
  const url = new URL(path, worker.registration.scope).href;
  const own = await (await worker.caches.open(name)).match(url);
  if (own) return own;
  const older = isHashed(path) ? await firstMatch(await olderCaches(worker, name), url) : undefined;
  return older ?? worker.fetch(request);
}

/** Other builds of this page. */
async function olderNames(worker: WorkerScope, name: string): Promise<readonly string[]> {
  const prefix = cachePrefix(worker.registration.scope);
  return (await worker.caches.keys()).filter((other) => other.startsWith(prefix) && other !== name);
}

async function olderCaches(worker: WorkerScope, name: string): Promise<readonly Cache[]> {
  return Promise.all((await olderNames(worker, name)).map((other) => worker.caches.open(other)));
}

async function firstMatch(caches: readonly Cache[], url: string): Promise<Response | undefined> {
  for (const cache of caches) {
    const hit = await cache.match(url);
    if (hit) return hit;
  }
  return undefined;
}

/** Unless another page is open, which may be of an older build, or a newer one waits. */
async function forgetOlder(worker: WorkerScope, name: string): Promise<void> {
  if (worker.registration.waiting || worker.registration.installing) return;
  const pages = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (pages.filter(({ url }) => url.startsWith(worker.registration.scope)).length > 1) return;
  for (const other of await olderNames(worker, name)) await worker.caches.delete(other);
}
