/**
 * `#url=https://...`: a dump from another place, loaded only when the user has said yes to its host, and only where the page's policy lets it connect
 * there. Nothing is sent along: no credentials, no referrer; redirects are not followed, because they could lead to another host, and nobody can see where.
 */

/** Bytes. */
export const MOST_REMOTE = 64 * 1024 * 1024;

export type Remote =
  | { readonly kind: 'bad'; readonly message: string }
  /** The policy of this page does not let it connect there. */
  | { readonly kind: 'forbidden'; readonly url: URL; readonly message: string }
  | { readonly kind: 'ask'; readonly url: URL; readonly name: string };

/**
 * @param asked what stands behind `#url=`, percent-encoded or not.
 * @param policy the page's Content-Security-Policy; null: none that the page can read.
 * @param self the page's own origin.
 */
export function checkRemote(asked: string, policy: string | null, self: string): Remote {
  const url = parse(asked);
  if (!url)
    return {
      kind: 'bad',
      message: 'What stands after #url= is not an address. It has to be a whole one, with https://.',
    };
  if (url.protocol !== 'https:') {
    return { kind: 'bad', message: `The address begins with ${url.protocol}//. Only https:// is loaded.` };
  }
  if (url.username !== '' || url.password !== '') {
    return { kind: 'bad', message: 'The address has a user name or password in it. Such addresses are not loaded.' };
  }
  if (!allows(policy, url, self)) {
    return {
      kind: 'forbidden',
      url,
      message: `This page’s own policy (connect-src) does not let it connect to ${url.host}, so that no ruleset can leave it. Download the file and drop it here, or ask whoever runs this page to allow that host.`,
    };
  }
  const name = decodeURIComponentOr(url.pathname.split('/').at(-1) ?? '');
  return { kind: 'ask', url, name: name === '' ? url.host : name };
}

function parse(asked: string): URL | null {
  for (const text of [asked, decodeURIComponentOr(asked)]) {
    try {
      return new URL(text);
    } catch {
      // Percent-encoded as a whole: the second form is tried.
    }
  }
  return null;
}

function decodeURIComponentOr(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Content Security Policy level 3, section 6.7.2: does connect-src (else default-src) match? No directive allows everything. */
export function allows(policy: string | null, url: URL, self: string): boolean {
  const directives = new Map(
    (policy ?? '')
      .split(';')
      .map((directive) => directive.trim().split(/\s+/))
      .reverse()
      .map(([name = '', ...sources]) => [name.toLowerCase(), sources]),
  );
  const sources = directives.get('connect-src') ?? directives.get('default-src');
  return sources === undefined || sources.some((source) => matches(source, url, self));
}

function matches(source: string, url: URL, self: string): boolean {
  if (source === '*') return true;
  if (source.toLowerCase() === "'self'") return url.origin === self;
  if (source.endsWith(':')) return url.protocol === source.toLowerCase();
  const found = /^(?:([a-z][\w+.-]*):\/\/)?(\*|(?:\*\.)?[\w-]+(?:\.[\w-]+)*)(?::(\d+|\*))?(\/[^?#]*)?$/i.exec(source);
  if (!found) return false;
  const [, scheme, host = '', port, path] = found;
  if (
    scheme !== undefined &&
    `${scheme.toLowerCase()}:` !== url.protocol &&
    !(scheme === 'http' && url.protocol === 'https:')
  )
    return false;
  const isHost =
    host === '*' ||
    (host.startsWith('*.') ? url.hostname.endsWith(host.slice(1).toLowerCase()) : url.hostname === host.toLowerCase());
  const ownPort = url.port === '' ? '443' : url.port;
  const isPort = port === '*' || ownPort === (port ?? '443');
  const isPath = path === undefined || (path.endsWith('/') ? url.pathname.startsWith(path) : url.pathname === path);
  return isHost && isPort && isPath;
}

export class RemoteError extends Error {
  override name = 'RemoteError';
}

export interface FetchTools {
  readonly fetch: typeof globalThis.fetch;
  /** Calls back when the browser says that the policy forbade a connection. Returns what ends it. */
  readonly onForbidden: (listener: () => void) => () => void;
}

/**
 * The bytes of an address. Rejects with `RemoteError`, whose message is a sentence, or with the signal's reason.
 * @param onProgress bytes so far.
 */
export async function fetchRemote(
  url: URL,
  { fetch, onForbidden }: FetchTools,
  signal: AbortSignal,
  onProgress: (bytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  let forbidden = false;
  const end = onForbidden(() => {
    forbidden = true;
  });
  try {
    const response = await fetch(url.href, {
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      redirect: 'manual',
      cache: 'no-store',
      mode: 'cors',
      signal,
    });
    const bytes = await readAnswer(url, response, onProgress);
    if (bytes.length === 0) throw new RemoteError(`What ${url.host} sent is empty`);
    return bytes;
  } catch (error) {
    if (signal.aborted || error instanceof RemoteError) throw error;
    throw new RemoteError(
      forbidden
        ? `The policy of this page forbids it to connect to ${url.host}`
        : `${url.host} could not be read: there is no connection, it broke off, or it does not let other pages read it (CORS)`,
    );
  } finally {
    end();
  }
}

async function readAnswer(
  url: URL,
  response: Response,
  onProgress: (bytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const refusal = refusalOf(url, response);
  if (refusal === null) return readCapped(response, onProgress);
  // Nobody wants the rest.
  await response.body?.cancel();
  throw refusal;
}

function refusalOf(url: URL, { type, ok, status, statusText, headers }: Response): RemoteError | null {
  if (type === 'opaqueredirect') {
    return new RemoteError(
      `${url.host} redirects to another address, which is not followed: a link has to name the last one`,
    );
  }
  if (!ok) return new RemoteError(`${url.host} answered ${status} ${statusText}`.trim());
  return Number(headers.get('content-length') ?? 0) > MOST_REMOTE ? tooBig() : null;
}

function tooBig(): RemoteError {
  return new RemoteError(`It has more than ${MOST_REMOTE / 1024 / 1024} MB`);
}

async function readCapped(response: Response, onProgress: (bytes: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
    size += piece.value.length;
    if (size > MOST_REMOTE) {
      await reader?.cancel();
      throw tooBig();
    }
    pieces.push(piece.value);
    onProgress(size);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
