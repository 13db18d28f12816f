/** The page's side of the prover: one worker for one state of the documents. */
import type { OrderChange } from '../findings/finding.ts';
import type {
  FatesAnswer,
  PacketsQuestion,
  Place,
  ProverLimits,
  ProverMessage,
  ProverRequest,
  ReachAnswer,
  WhatIf,
} from './prover-protocol.ts';

export interface ProverWorkerLike {
  postMessage: (message: ProverRequest) => void;
  terminate: () => void;
  addEventListener: (type: 'message' | 'error' | 'messageerror', listener: (event: Event) => void) => void;
}

/** Why a question has no answer: the worker was ended, or it failed. */
export class ProverError extends Error {
  override name = 'ProverError';
  readonly code: 'ended' | 'failed';
  constructor(code: 'ended' | 'failed', message: string) {
    super(message);
    this.code = code;
  }
}

export interface ProverListener {
  readonly onProgress: (fraction: number, what: string) => void;
  readonly onFindings: (message: Extract<ProverMessage, { kind: 'findings' }>) => void;
  /** Proving ended with an error; questions fail from then on. */
  readonly onFailed: (message: string) => void;
}

export interface ProverSession {
  /** Waits for what is being proved. Rejects with a ProverError only. */
  readonly whatIf: (change: OrderChange) => Promise<WhatIf>;
  /** null: the place is not there. Rejects with a ProverError only. */
  readonly reach: (place: Place) => Promise<ReachAnswer | null>;
  /** Rejects with a ProverError only. */
  readonly fates: (question: PacketsQuestion) => Promise<FatesAnswer>;
  /** Ends the worker: what was said stands. May be called twice. */
  readonly end: () => void;
}

type ProverAnswer = WhatIf | ReachAnswer | FatesAnswer | null;

interface Pending {
  readonly resolve: (answer: ProverAnswer) => void;
  readonly reject: (error: ProverError) => void;
}

/** Starts a worker and lets it prove the documents' contentions. Never throws: what goes wrong is told to the listener. */
export function startProver(
  spawn: () => ProverWorkerLike,
  documents: Extract<ProverRequest, { kind: 'prove' }>['documents'],
  limits: ProverLimits,
  listener: ProverListener,
): ProverSession {
  const pending = new Map<number, Pending>();
  let nextId = 1;
  let ended: ProverError | null = null;
  let worker: ProverWorkerLike | null = null;

  function end(error = new ProverError('ended', 'The proofs were ended.')): void {
    if (ended) return;
    ended = error;
    worker?.terminate();
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
  }

  function fail(message: string): void {
    if (ended) return;
    end(new ProverError('failed', message));
    listener.onFailed(message);
  }

  function receive(message: ProverMessage): void {
    switch (message.kind) {
      case 'progress':
        listener.onProgress(message.fraction, message.what);
        return;
      case 'findings':
        listener.onFindings(message);
        return;
      case 'failed':
        if (message.id === null) fail(message.message);
        else take(message.id)?.reject(new ProverError('failed', message.message));
        return;
      default:
        take(message.id)?.resolve(message.answer);
    }
  }

  function take(id: number): Pending | undefined {
    const request = pending.get(id);
    pending.delete(id);
    return request;
  }

  function ask<T extends ProverAnswer>(make: (id: number) => ProverRequest): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (ended || !worker) {
        reject(ended ?? new ProverError('failed', 'The proofs could not start.'));
        return;
      }
      const id = nextId++;
      pending.set(id, { resolve: (answer) => resolve(answer as T), reject });
      worker.postMessage(make(id));
    });
  }

  try {
    worker = spawn();
    worker.addEventListener('message', (event) => {
      if (!ended) receive((event as MessageEvent<ProverMessage>).data);
    });
    const crashed = (event: Event): void => {
      event.preventDefault();
      fail(
        'message' in event && typeof event.message === 'string' && event.message !== ''
          ? event.message
          : 'the prover stopped',
      );
    };
    worker.addEventListener('error', crashed);
    worker.addEventListener('messageerror', crashed);
    worker.postMessage({ kind: 'prove', documents, limits });
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }

  return {
    whatIf: (change) => ask<WhatIf>((id) => ({ kind: 'what-if', id, change })),
    reach: (place) => ask<ReachAnswer | null>((id) => ({ kind: 'reach', id, place })),
    fates: (question) => ask<FatesAnswer>((id) => ({ kind: 'fates', id, question })),
    end: () => end(),
  };
}
