import { describe, expect, test, vi } from 'vitest';
import { allows, checkRemote, fetchRemote, MOST_REMOTE } from './remote.ts';

const SELF = 'https://nfscope.example';
const OPEN = "default-src 'none'; connect-src https://raw.example 'self'";

describe('what is asked for', () => {
  test.each([
    ['https%3A%2F%2Fraw.example%2Fa%2Fnode%20a.save', 'ask'],
    ['https://raw.example/a.save', 'ask'],
    ['https://nfscope.example/a.save', 'ask'],
    ['http://raw.example/a', 'bad'],
    ['file:///etc/passwd', 'bad'],
    ['javascript:alert(1)', 'bad'],
    ['/relative', 'bad'],
    ['', 'bad'],
    ['https://user:secret@raw.example/', 'bad'],
    ['https://other.example/a', 'forbidden'],
    ['https://raw.example.evil.example/a', 'forbidden'],
  ])('%s: %s', (asked, kind) => {
    expect(checkRemote(asked, OPEN, SELF).kind).toBe(kind);
  });

  test('the name is the file’s', () => {
    expect(checkRemote('https://raw.example/a/node%20a.save?x=1', OPEN, SELF)).toMatchObject({ name: 'node a.save' });
    expect(checkRemote('https://raw.example', OPEN, SELF)).toMatchObject({ name: 'raw.example' });
  });

  test('the page as it is built connects nowhere', () => {
    const remote = checkRemote('https://raw.example/a', "default-src 'none'; connect-src 'none'", SELF);
    expect(remote).toMatchObject({
      kind: 'forbidden',
      message: expect.stringMatching(/policy \(connect-src\).*Download/) as string,
    });
  });
});

test.each([
  [null, 'https://a.example/', true],
  ["script-src 'self'", 'https://a.example/', true],
  ["default-src 'self'", 'https://a.example/', false],
  ["default-src 'self'", 'https://nfscope.example/x', true],
  ['connect-src *', 'https://a.example/', true],
  ['connect-src https:', 'https://a.example/', true],
  ['connect-src https://*.example', 'https://a.example/', true],
  ['connect-src *.b.example', 'https://b.example/', false],
  ['connect-src https://a.example:8443', 'https://a.example/', false],
  ['connect-src https://a.example:8443', 'https://a.example:8443/', true],
  ['connect-src https://a.example:*', 'https://a.example:99/', true],
  ['connect-src https://a.example/dumps/', 'https://a.example/dumps/x', true],
  ['connect-src https://a.example/dumps/', 'https://a.example/other', false],
  ['connect-src https://a.example/one', 'https://a.example/one/more', false],
  ["connect-src 'none'; connect-src *", 'https://a.example/', false],
])('policy %s and %s: %s', (policy, url, expected) => {
  expect(allows(policy, new URL(url), SELF)).toBe(expected);
});

describe('loading', () => {
  const URL_ = new URL('https://raw.example/a.save');
  const load = (answer: () => Promise<Response>, forbid = false) => {
    const asked: (RequestInit | undefined)[] = [];
    let tell: () => void = () => undefined;
    const tools = {
      fetch: (async (_url: string, options?: RequestInit) => {
        asked.push(options);
        if (forbid) tell();
        return answer();
      }) as typeof fetch,
      onForbidden: (listener: () => void) => {
        tell = listener;
        return () => undefined;
      },
    };
    return { asked, result: fetchRemote(URL_, tools, new AbortController().signal, () => undefined) };
  };

  test('sends neither credentials nor referrer, and follows no redirect', async () => {
    const { asked, result } = load(async () => new Response('*filter'));
    expect(new TextDecoder().decode(await result)).toBe('*filter');
    expect(asked[0]).toMatchObject({ credentials: 'omit', referrerPolicy: 'no-referrer', redirect: 'manual' });
  });

  test.each([
    [
      'an answer that is none',
      async () => new Response('', { status: 404, statusText: 'Not Found' }),
      /answered 404 Not Found/,
    ],
    [
      'a redirect',
      async () => Object.defineProperty(new Response(null), 'type', { value: 'opaqueredirect' }),
      /redirects to another address.*name the last one/,
    ],
    ['nothing', async () => new Response(''), /sent is empty/],
    ['no connection', () => Promise.reject(new TypeError('Failed to fetch')), /no connection.*CORS/],
    [
      'too big, as it says',
      async () => new Response('', { headers: { 'content-length': String(MOST_REMOTE + 1) } }),
      /more than 64 MB/,
    ],
    [
      'too big, though it does not say so',
      async () => {
        const piece = new Uint8Array(8 * 1024 * 1024);
        return new Response(new ReadableStream({ pull: (controller) => controller.enqueue(piece) }));
      },
      /more than 64 MB/,
    ],
  ])('%s', async (_name, answer, message) => {
    await expect(load(answer).result).rejects.toThrow(message);
  });

  test('what is refused is not fetched to its end', async () => {
    const cancelled = vi.fn();
    const body = new ReadableStream({ cancel: cancelled });
    const headers = { 'content-length': String(MOST_REMOTE + 1) };
    await expect(load(async () => new Response(body, { headers })).result).rejects.toThrow(/more than 64 MB/);
    expect(cancelled).toHaveBeenCalledOnce();
  });

  test('a policy in a header is told apart', async () => {
    await expect(load(() => Promise.reject(new TypeError('x')), true).result).rejects.toThrow(
      /policy of this page forbids/,
    );
  });
});
