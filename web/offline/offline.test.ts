import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Build, cacheName, pathAsked } from './build-files.ts';
import { startOffline } from './offline.ts';
import type { WorkerScope } from './scope.ts';

const SCOPE = 'https://host.example/below/';

describe('pathAsked', () => {
  it.each([
    ['https://host.example/below/', ''],
    ['https://host.example/below/index.html', ''],
    ['https://host.example/below/?embed&theme=dark#v1.gz.AAAA', ''],
    ['https://host.example/below/assets/a-1.js', 'assets/a-1.js'],
    ['https://host.example/other/assets/a-1.js', null],
    ['https://host.example/below', null],
    ['https://elsewhere.example/below/', null],
  ])('%s', (url, path) => {
    expect(pathAsked(url, SCOPE)).toBe(path);
  });
});

/** Caches in memory, a server of some files, and a worker's events by hand. */
function surroundings(files: Record<string, string>) {
  const stores = new Map<string, Map<string, string>>();
  const asked: string[] = [];
  const listeners = new Map<string, (event: never) => void>();
  const pages: string[] = [];
  const registration: { scope: string; waiting: unknown; installing: unknown } = {
    scope: SCOPE,
    waiting: null,
    installing: null,
  };
  const cacheOf = (name: string): Cache => {
    let store = stores.get(name);
    if (!store) {
      store = new Map();
      stores.set(name, store);
    }
    const entries = store;
    return {
      match: async (url: string) => (entries.has(url) ? new Response(entries.get(url)) : undefined),
      put: async (url: string, response: Response) => void entries.set(url, await response.text()),
    } as unknown as Cache;
  };
  const worker: WorkerScope = {
    addEventListener: (kind, listener) => void listeners.set(kind, listener),
    registration,
    clients: {
      claim: () => Promise.resolve(),
      matchAll: () => Promise.resolve(pages.map((url) => ({ url }))),
    },
    skipWaiting: () => Promise.resolve(),
    caches: {
      open: (name) => Promise.resolve(cacheOf(name)),
      keys: () => Promise.resolve([...stores.keys()]),
      delete: (name) => Promise.resolve(stores.delete(name)),
    },
    fetch: async (request) => {
      const path = pathAsked(request.url, SCOPE) ?? '?';
      asked.push(path);
      const text = files[path];
      if (text === undefined) return new Response('', { status: 404 });
      if (request.integrity !== '' && request.integrity !== hash(text)) throw new TypeError('Failed to fetch');
      return new Response(text);
    },
  };
  /** Runs an event to its end; what is answered, if anything. */
  async function fire(kind: string, fields: object = {}): Promise<string | null> {
    const waits: Promise<unknown>[] = [];
    let response: Promise<Response> | null = null;
    const event = {
      ...fields,
      waitUntil: (done: Promise<unknown>) => void waits.push(done),
      respondWith: (given: Promise<Response>) => {
        response = given;
      },
    };
    listeners.get(kind)?.(event as never);
    await Promise.all(waits);
    return response === null ? null : (await (response as Promise<Response>)).text();
  }
  const get = (path: string): Promise<string | null> =>
    fire('fetch', { request: new Request(new URL(path, SCOPE).href) });
  return { worker, stores, asked, pages, registration, fire, get, files };
}

const hash = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
const buildOf = (version: string, files: Readonly<Record<string, string>>): Build => ({
  version,
  files: Object.fromEntries(Object.entries(files).map(([path, text]) => [path, hash(text)])),
});

const FIRST = { '': 'page 1', 'assets/a-1.js': 'a', 'assets/b-1.js': 'b', 'favicon.svg': 'icon' };
const SECOND = { '': 'page 2', 'assets/a-1.js': 'a', 'assets/b-2.js': 'bb', 'favicon.svg': 'icon' };

describe('startOffline', () => {
  it('keeps the files of the build and answers with them, and leaves everything else alone', async () => {
    const around = surroundings({ ...FIRST, 'other.txt': 'other' });
    startOffline(around.worker, buildOf('1', FIRST));
    await around.fire('install');
    expect([...(around.stores.get(cacheName(SCOPE, '1'))?.keys() ?? [])].sort()).toEqual(
      Object.keys(FIRST)
        .map((path) => SCOPE + path)
        .sort(),
    );
    around.asked.length = 0;
    expect(await around.get('?embed#v1.gz.AAAA')).toBe('page 1');
    expect(await around.get('assets/a-1.js')).toBe('a');
    expect(await around.get('other.txt')).toBeNull();
    expect(await around.get('https://elsewhere.example/')).toBeNull();
    expect(await around.fire('fetch', { request: new Request(SCOPE, { method: 'POST' }) })).toBeNull();
    expect(around.asked).toEqual([]);
  });

  it.each([
    ['a file that is missing', { ...SECOND, 'assets/b-2.js': undefined }],
    ['a page of another build', { ...SECOND, '': 'page 3' }],
  ])('keeps nothing of a build with %s', async (_what, served) => {
    const around = surroundings(JSON.parse(JSON.stringify(served)) as Record<string, string>);
    startOffline(around.worker, buildOf('2', SECOND));
    await expect(around.fire('install')).rejects.toThrow();
    expect([...around.stores.keys()]).toEqual([]);
  });

  it('fetches only what changed, and answers an older page from its own files until it is alone', async () => {
    const around = surroundings({ ...FIRST });
    startOffline(around.worker, buildOf('1', FIRST));
    await around.fire('install');
    Object.assign(around.files, SECOND);
    delete around.files['assets/b-1.js'];
    around.asked.length = 0;
    startOffline(around.worker, buildOf('2', SECOND));
    await around.fire('install');
    expect([...around.asked].sort()).toEqual(['', 'assets/b-2.js', 'favicon.svg']);
    expect(await around.get('')).toBe('page 2');
    expect(await around.get('assets/b-1.js')).toBe('b');

    around.pages.push(SCOPE, `${SCOPE}?x#v1`, 'https://host.example/other/');
    await around.fire('message', { data: 'started' });
    expect(around.stores.size).toBe(2);
    around.pages.splice(0, 1);
    around.registration.waiting = {};
    await around.fire('message', { data: 'started' });
    expect(around.stores.size, 'what waits is not older').toBe(2);
    around.registration.waiting = null;
    await around.fire('message', { data: 'started' });
    expect([...around.stores.keys()]).toEqual([cacheName(SCOPE, '2')]);
  });

  it('leaves the caches of other pages of the origin alone', async () => {
    const around = surroundings({ ...FIRST });
    await around.worker.caches.open('something else');
    await around.worker.caches.open(cacheName('https://host.example/other/', '1'));
    startOffline(around.worker, buildOf('1', FIRST));
    await around.fire('install');
    await around.fire('message', { data: 'started' });
    expect(around.stores.size).toBe(3);
  });

  it('asks the server where the browser threw its files away', async () => {
    const around = surroundings({ ...FIRST });
    startOffline(around.worker, buildOf('1', FIRST));
    await around.fire('install');
    around.stores.clear();
    expect(await around.get('assets/a-1.js')).toBe('a');
  });
});
