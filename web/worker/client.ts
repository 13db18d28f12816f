/**
 * The page's side of the worker protocol: typed requests, one answer each, stale answers dropped, a lost worker replaced.
 *
 * Heavy work is synchronous inside the worker, so cancelling means ending the worker; the next request starts a new one. The client
 * remembers which text versions the present worker has seen and sends a text only when it has not. It knows nothing of the store.
 */
import type { Answers, Phase, RequestKind, RequestMessage, Requests, WorkerMessage } from './protocol.ts';

export type RequestErrorCode =
  | 'internal'
  | 'no-such-id'
  | 'needs-text'
  | 'out-of-memory'
  /** The worker ended by itself, or could not start. */
  | 'crashed'
  /** `cancel()` ended the worker. */
  | 'cancelled'
  /** The caller's signal. */
  | 'aborted'
  /** The documents were loaded anew after the question was asked: its ids mean something else now. */
  | 'stale';

export class RequestError extends Error {
  override name = 'RequestError';
  readonly code: RequestErrorCode;
  constructor(code: RequestErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Progress {
  readonly phase: Phase;
  /** 0..1 within the phase. */
  readonly fraction: number;
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface Client {
  /** Rejects with a `RequestError` only. */
  readonly request: <K extends RequestKind>(
    kind: K,
    request: Requests[K],
    options?: RequestOptions,
  ) => Promise<Answers[K]>;
  /** Starts the worker now, so that the first request need not wait for it. What goes wrong shows at that request. */
  readonly start: () => void;
  /** Ends the worker and all that it was doing; pending requests fail as `cancelled`. */
  readonly cancel: () => void;
  /** Called after the worker was lost (crash, out of memory, cancel): the new one knows no documents. Gives the unsubscriber. */
  readonly onLost: (listener: (code: 'crashed' | 'out-of-memory' | 'cancelled') => void) => () => void;
}

/** The part of `Worker` that the client uses: tests give a fake one. */
export interface WorkerLike {
  postMessage: (message: RequestMessage) => void;
  terminate: () => void;
  addEventListener: (type: 'message' | 'error' | 'messageerror', listener: (event: Event) => void) => void;
}

interface Pending {
  readonly kind: RequestKind;
  readonly message: RequestMessage;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly settle: (outcome: { readonly answer: Answers[RequestKind] } | { readonly error: RequestError }) => void;
  /** The whole texts of a `load`, for the second try after `needs-text`. */
  readonly documents: Requests['load']['documents'] | null;
  resent: boolean;
}

/** Requests about one load, most of which name chains, rules or sets by their ids: meaningless once another load was answered. */
const BY_ID: ReadonlySet<RequestKind> = new Set<RequestKind>([
  'findings',
  'proved',
  'rows',
  'chain',
  'tree',
  'rule',
  'set',
  'address',
]);

/**
 * @param spawn makes a worker; called at the first request and after each loss.
 */
export function createClient(spawn: () => WorkerLike): Client {
  let worker: WorkerLike | null = null;
  let nextId = 1;
  /** A new worker counts revisions from 1 again; the page must never see one twice. */
  let revisionBase = 0;
  let lastRevision = 0;
  const pending = new Map<number, Pending>();
  const sentVersions = new Map<string, number>();
  const listeners = new Set<(code: 'crashed' | 'out-of-memory' | 'cancelled') => void>();

  function lose(code: 'crashed' | 'out-of-memory' | 'cancelled', message: string): void {
    worker?.terminate();
    worker = null;
    sentVersions.clear();
    revisionBase = lastRevision;
    const lost = [...pending.values()];
    pending.clear();
    for (const request of lost) request.settle({ error: new RequestError(code, message) });
    for (const listener of listeners) listener(code);
  }

  function spawnWorker(): WorkerLike {
    const started = spawn();
    const crashed = (event: Event): void => {
      if (worker !== started) return;
      event.preventDefault();
      const detail = 'message' in event && typeof event.message === 'string' ? event.message : '';
      lose(
        'crashed',
        detail === '' ? 'The analysis stopped unexpectedly.' : `The analysis stopped unexpectedly: ${detail}`,
      );
    };
    started.addEventListener('error', crashed);
    started.addEventListener('messageerror', crashed);
    started.addEventListener('message', (event) => {
      if (worker === started) receive((event as MessageEvent<WorkerMessage>).data);
    });
    return started;
  }

  function receive(message: WorkerMessage): void {
    const request = pending.get(message.id);
    if (message.type === 'progress') {
      request?.onProgress?.({ phase: message.phase, fraction: message.fraction });
      return;
    }
    if (message.type === 'error') {
      receiveError(message, request);
      return;
    }
    if (!request) return;
    pending.delete(message.id);
    if (message.kind !== 'load') {
      request.settle({ answer: message.answer });
      return;
    }
    const overview = message.answer as Answers['load'];
    lastRevision = revisionBase + overview.revision;
    dropStale();
    request.settle({ answer: { ...overview, revision: lastRevision } });
  }

  function receiveError(message: Extract<WorkerMessage, { type: 'error' }>, request: Pending | undefined): void {
    if (message.code === 'out-of-memory') {
      // What the worker still holds is not to be trusted after a failed allocation.
      lose('out-of-memory', message.message);
      return;
    }
    if (!request) return;
    pending.delete(message.id);
    if (message.code === 'needs-text' && request.documents && !request.resent) {
      sentVersions.clear();
      send(nextId++, { ...request, resent: true });
      return;
    }
    if (request.kind === 'load') sentVersions.clear();
    request.settle({ error: new RequestError(message.code, message.message) });
  }

  function dropStale(): void {
    for (const [id, request] of pending) {
      if (!BY_ID.has(request.kind)) continue;
      pending.delete(id);
      request.settle({ error: new RequestError('stale', 'The dump was read again in the meantime.') });
    }
  }

  function send(id: number, request: Pending): void {
    pending.set(id, request);
    const message = request.documents ? loadMessage(id, request.documents) : { ...request.message, id };
    try {
      worker ??= spawnWorker();
      worker.postMessage(message);
    } catch (error) {
      lose('crashed', `The analysis could not start: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  function loadMessage(id: number, documents: Requests['load']['documents']): RequestMessage {
    const slim = documents.map((document) =>
      sentVersions.get(document.id) === document.version
        ? { id: document.id, name: document.name, version: document.version }
        : document,
    );
    for (const document of documents) sentVersions.set(document.id, document.version);
    return { id, kind: 'load', request: { documents: slim } };
  }

  function request<K extends RequestKind>(
    kind: K,
    body: Requests[K],
    options: RequestOptions = {},
  ): Promise<Answers[K]> {
    return new Promise<Answers[K]>((resolve, reject) => {
      const { signal, onProgress } = options;
      if (signal?.aborted) {
        reject(new RequestError('aborted', 'No longer needed.'));
        return;
      }
      let settled = false;
      const abort = (): void => {
        for (const [id, entry] of pending) if (entry.settle === settle) pending.delete(id);
        settle({ error: new RequestError('aborted', 'No longer needed.') });
      };
      const settle: Pending['settle'] = (outcome) => {
        if (settled) return;
        settled = true;
        signal?.removeEventListener('abort', abort);
        if ('error' in outcome) reject(outcome.error);
        else resolve(outcome.answer as Answers[K]);
      };
      signal?.addEventListener('abort', abort);
      const message = { id: 0, kind, request: body } as RequestMessage;
      const documents = message.kind === 'load' ? message.request.documents : null;
      send(nextId++, { kind, message, onProgress, settle, documents, resent: false });
    });
  }

  function start(): void {
    try {
      worker ??= spawnWorker();
    } catch {
      worker = null;
    }
  }

  return {
    request,
    start,
    cancel: () => lose('cancelled', 'Cancelled.'),
    onLost: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
