/** The page's side of the archive worker: one opening from the files to the chosen texts. */
import type { ArchiveMessage, ArchiveRequest, DumpText, Listing } from './archive-protocol.ts';

/** The part of `Worker` that is used: tests give a fake one. */
export interface ArchiveWorkerLike {
  postMessage: (message: ArchiveRequest) => void;
  terminate: () => void;
  addEventListener: (type: 'message' | 'error' | 'messageerror', listener: (event: Event) => void) => void;
}

export class ArchiveError extends Error {
  override name = 'ArchiveError';
  readonly code: 'failed' | 'closed';
  constructor(code: 'failed' | 'closed', message: string) {
    super(message);
    this.code = code;
  }
}

export type ArchiveProgress = (fraction: number, found: number) => void;

export interface ArchiveOpening {
  /** Rejects with an ArchiveError only. */
  readonly list: (files: readonly File[], onProgress: ArchiveProgress) => Promise<Listing>;
  /** After `list`; in the order of `ids`. Rejects with an ArchiveError only. */
  readonly read: (ids: readonly number[], onProgress: ArchiveProgress) => Promise<readonly DumpText[]>;
  /** Ends the worker; what is pending rejects as `closed`. May be called twice. */
  readonly close: () => void;
}

interface Pending {
  readonly onProgress: ArchiveProgress;
  readonly resolve: (message: ArchiveMessage) => void;
  readonly reject: (error: ArchiveError) => void;
}

/** One request at a time. */
export function openArchiveWorker(spawn: () => ArchiveWorkerLike): ArchiveOpening {
  const worker = spawn();
  let pending: Pending | null = null;
  let closed = false;

  function settle(use: (request: Pending) => void): void {
    const request = pending;
    pending = null;
    if (request) use(request);
  }

  function close(): void {
    if (closed) return;
    closed = true;
    worker.terminate();
    settle(({ reject }) => reject(new ArchiveError('closed', 'Cancelled.')));
  }

  function crash(event: Event): void {
    event.preventDefault();
    const detail = 'message' in event && typeof event.message === 'string' ? event.message : 'the worker ended';
    settle(({ reject }) => reject(new ArchiveError('failed', detail)));
    close();
  }

  worker.addEventListener('error', crash);
  worker.addEventListener('messageerror', crash);
  worker.addEventListener('message', (event) => {
    const { data } = event as MessageEvent<ArchiveMessage>;
    if (data.kind === 'progress') pending?.onProgress(data.fraction, data.found);
    else if (data.kind === 'failed') settle(({ reject }) => reject(new ArchiveError('failed', data.message)));
    else settle(({ resolve }) => resolve(data));
  });

  function ask(request: ArchiveRequest, onProgress: ArchiveProgress): Promise<ArchiveMessage> {
    return new Promise((resolve, reject) => {
      if (closed) {
        reject(new ArchiveError('closed', 'Cancelled.'));
        return;
      }
      pending = { onProgress, resolve, reject };
      worker.postMessage(request);
    });
  }

  return {
    list: async (files, onProgress) => {
      const answer = await ask({ kind: 'list', files }, onProgress);
      if (answer.kind !== 'listing') throw new ArchiveError('failed', `unexpected answer: ${answer.kind}`);
      return answer.listing;
    },
    read: async (ids, onProgress) => {
      const answer = await ask({ kind: 'read', ids }, onProgress);
      if (answer.kind !== 'texts') throw new ArchiveError('failed', `unexpected answer: ${answer.kind}`);
      return answer.texts;
    },
    close,
  };
}
