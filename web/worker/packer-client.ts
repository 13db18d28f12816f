/** The page's side of the packer: links are made and read in a worker of their own, so that a large one does not stop the page. */
import type { LinkResult } from '../permalink/link.ts';
import { LinkError } from '../permalink/link-error.ts';
import type { LinkContent, LinkProgress, PackerMessage, PackerRequest } from './packer-protocol.ts';

/** The part of `Worker` that is used: tests give a fake one. */
export interface PackerWorkerLike {
  postMessage: (message: PackerRequest) => void;
  terminate: () => void;
  addEventListener: (type: 'message' | 'error' | 'messageerror', listener: (event: Event) => void) => void;
}

/** `cancelled`: the signal was given. `failed`: the worker ended, or there is a bug; the message is for the user. */
export class PackerError extends Error {
  override name = 'PackerError';
  readonly code: 'failed' | 'cancelled';
  constructor(code: 'failed' | 'cancelled', message: string) {
    super(message);
    this.code = code;
  }
}

export interface PackerOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LinkProgress) => void;
}

export type PackedLink =
  /** With its `#`. */
  | { readonly kind: 'packed'; readonly hash: string }
  /** Its length was foreseen (characters), and it was not made. */
  | { readonly kind: 'too-long'; readonly length: number };

/** Rejects with a PackerError only. Cost: see permalink/README.md. */
export async function packLink(
  spawn: () => PackerWorkerLike,
  { documents, view, notes }: LinkContent,
  options: PackerOptions = {},
): Promise<PackedLink> {
  const texts = documents.map(({ name, text }) => ({ name, text }));
  const answer = await ask(spawn, { kind: 'pack', documents: texts, view, notes }, options);
  if (answer.kind === 'packed' || answer.kind === 'too-long') return answer;
  throw unexpected(answer);
}

/** @param hash `location.hash`. Rejects with a PackerError only. */
export async function unpackLink(
  spawn: () => PackerWorkerLike,
  hash: string,
  options: PackerOptions = {},
): Promise<LinkResult> {
  const answer = await ask(spawn, { kind: 'unpack', hash }, options);
  if (answer.kind === 'unpacked') return { ok: true, ...answer.link };
  if (answer.kind === 'not-unpacked') return { ok: false, error: new LinkError(answer.code, answer.message) };
  throw unexpected(answer);
}

type Answer = Exclude<PackerMessage, { readonly kind: 'progress' | 'failed' }>;

function unexpected({ kind }: Answer): PackerError {
  return new PackerError('failed', `unexpected answer: ${kind}`);
}

function ask(
  spawn: () => PackerWorkerLike,
  request: PackerRequest,
  { signal, onProgress }: PackerOptions,
): Promise<Answer> {
  const worker = spawn();
  const answer = new Promise<Answer>((resolve, reject) => {
    const fail = (code: 'failed' | 'cancelled', message: string): void => reject(new PackerError(code, message));
    const crash = (event: Event): void => {
      event.preventDefault();
      fail('failed', 'message' in event && typeof event.message === 'string' ? event.message : 'the worker ended');
    };
    worker.addEventListener('error', crash);
    worker.addEventListener('messageerror', crash);
    worker.addEventListener('message', (event) => {
      const { data } = event as MessageEvent<PackerMessage>;
      if (data.kind === 'progress') onProgress?.({ fraction: data.fraction, length: data.length });
      else if (data.kind === 'failed') fail('failed', data.message);
      else resolve(data);
    });
    signal?.addEventListener('abort', () => fail('cancelled', 'Cancelled.'), { once: true });
    if (signal?.aborted) fail('cancelled', 'Cancelled.');
    else worker.postMessage(request);
  });
  return answer.finally(() => worker.terminate());
}
