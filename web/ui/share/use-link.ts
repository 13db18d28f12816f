/** The link of what is chosen, packed in a worker: a large dump takes seconds, which the page does not stop for, and which the user can end. */
import { useEffect, useState } from 'react';
import { type PackerWorkerLike, packLink } from '../../worker/packer-client.ts';
import type { LinkContent } from '../../worker/packer-protocol.ts';
import { spawnPacker } from '../spawn.ts';

export type LinkState =
  /** `fraction` 0..1; `length`: about how many characters it will have, null while nobody can tell; `slow`: long enough to be stopped. */
  | { readonly kind: 'packing'; readonly fraction: number; readonly length: number | null; readonly slow: boolean }
  /** With its `#`. */
  | { readonly kind: 'packed'; readonly hash: string }
  /** It is not made: nothing would open it. */
  | { readonly kind: 'too-long'; readonly length: number }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly error: string };

export interface Link {
  readonly state: LinkState;
  readonly stop: () => void;
  /** After `stop`, or again. */
  readonly start: () => void;
}

const PACKING: LinkState = { kind: 'packing', fraction: 0, length: null, slow: false };
/** Milliseconds: a button that goes away at once confuses. */
const SLOW = 700;

interface Made {
  readonly of: LinkContent;
  readonly attempt: number;
  readonly state: LinkState;
}

/** @param content compared by identity; null while it is made. */
export function useLink(content: LinkContent | null): Link {
  const [made, setMade] = useState<Made | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [stopped, setStopped] = useState<LinkContent | null>(null);
  const isStopped = content !== null && stopped === content;
  useEffect(() => {
    if (!content || isStopped) return;
    const controller = new AbortController();
    const startedAt = performance.now();
    const set = (state: LinkState): void => {
      if (!controller.signal.aborted) setMade({ of: content, attempt, state });
    };
    packLink(() => spawnPacker() as PackerWorkerLike, content, {
      signal: controller.signal,
      onProgress: (progress) => set({ kind: 'packing', ...progress, slow: performance.now() - startedAt > SLOW }),
    }).then(set, (error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      set({ kind: 'failed', error: `The link could not be made: ${reason}` });
    });
    return () => controller.abort();
  }, [content, attempt, isStopped]);
  const isCurrent = made !== null && made.of === content && made.attempt === attempt;
  return {
    state: isStopped ? { kind: 'stopped' } : isCurrent ? made.state : PACKING,
    stop: () => setStopped(content),
    start: () => {
      setStopped(null);
      setAttempt(attempt + 1);
    },
  };
}
