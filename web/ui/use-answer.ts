/**
 * Asks the worker from components. `ask` for event handlers and editors, `useAnswer` for what is drawn. The page's one worker client
 * lives here; the worker starts at the first question.
 */
import { useEffect, useRef, useState } from 'react';
import { createClient, type RequestError, type RequestOptions, type WorkerLike } from '../worker/client.ts';
import type { Answers, RequestKind, Requests } from '../worker/protocol.ts';
import { spawnWorker } from './spawn.ts';
import { useStore } from './use-store.ts';

export const client = createClient(() => spawnWorker() as WorkerLike);

/** Rejects with `RequestError` (`aborted`, `stale` and `cancelled` are not worth telling the user). */
export function ask<K extends RequestKind>(
  kind: K,
  request: Requests[K],
  options?: RequestOptions,
): Promise<Answers[K]> {
  return client.request(kind, request, options);
}

export interface AnswerState<K extends RequestKind> {
  /** `idle`: nothing asked. `waiting` keeps the last answer, which may be that of the request before. */
  readonly status: 'idle' | 'waiting' | 'ready' | 'failed';
  readonly answer: Answers[K] | null;
  readonly error: RequestError | null;
}

const IDLE = { status: 'idle', answer: null, error: null } as const;

/**
 * The answer to `request`, asked again when it or the overview's revision changes. `null` asks nothing; so does a missing overview.
 * The request is compared by value: callers need not memoise it.
 */
export function useAnswer<K extends RequestKind>(kind: K, request: Requests[K] | null): AnswerState<K> {
  const revision = useStore((state) => state.overview?.revision ?? null);
  const key = request === null || revision === null ? null : `${revision} ${kind} ${JSON.stringify(request)}`;
  const [state, setState] = useState<AnswerState<K> & { readonly key: string | null }>({ ...IDLE, key: null });
  const latest = useRef(request);
  latest.current = request;

  useEffect(() => {
    const body = latest.current;
    if (key === null || body === null) {
      setState({ ...IDLE, key: null });
      return;
    }
    const controller = new AbortController();
    client.request(kind, body, { signal: controller.signal }).then(
      (answer) => setState({ status: 'ready', answer, error: null, key }),
      (error: RequestError) => {
        // The revision is about to change, or the component is gone: whoever asks next shows the result.
        if (error.code === 'aborted' || error.code === 'stale' || error.code === 'cancelled') return;
        setState({ status: 'failed', answer: null, error, key });
      },
    );
    return () => controller.abort();
  }, [key, kind]);

  if (key === null) return IDLE;
  if (state.key !== key) return { status: 'waiting', answer: state.answer, error: null };
  return state;
}
