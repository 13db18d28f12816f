/** The page's side of the packer: links are made and read in a worker of their own, so that a large one does not stop the page. */
import type { LinkResult } from '../permalink/link.ts';
import { LinkError } from '../permalink/link-error.ts';
import { OneAnswerError, type OneAnswerWorker, oneAnswer } from './one-answer.ts';
import type { LinkContent, LinkProgress, PackerMessage, PackerRequest } from './packer-protocol.ts';

export type PackerWorkerLike = OneAnswerWorker<PackerRequest>;

export interface PackerOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LinkProgress) => void;
}

export type PackedLink =
  /** With its `#`. */
  | { readonly kind: 'packed'; readonly hash: string }
  /** Its length was foreseen (characters), and it was not made. */
  | { readonly kind: 'too-long'; readonly length: number };

/** Rejects with a OneAnswerError only. Cost: see permalink/README.md. */
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

/** @param hash `location.hash`. Rejects with a OneAnswerError only. */
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

function unexpected({ kind }: Answer): OneAnswerError {
  return new OneAnswerError('failed', `unexpected answer: ${kind}`);
}

function ask(
  spawn: () => PackerWorkerLike,
  request: PackerRequest,
  { signal, onProgress }: PackerOptions,
): Promise<Answer> {
  return oneAnswer<PackerRequest, PackerMessage>(spawn, request, {
    signal,
    onProgress: ({ fraction, length }) => onProgress?.({ fraction, length }),
  });
}
