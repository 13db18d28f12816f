/** The packer: a thin shell over web/permalink. Synchronous: it has nothing else to do, and cancelling ends it. */
import { isHopeless } from '../permalink/fit.ts';
import { decodeLinkInSteps, encodeLinkInSteps } from '../permalink/link.ts';
import type { LinkContent, LinkProgress, PackerMessage, PackerRequest } from './packer-protocol.ts';

/** Milliseconds between two messages of progress. */
const PROGRESS_PAUSE = 50;

let told = 0;

addEventListener('message', ({ data }: MessageEvent<PackerRequest>) => {
  try {
    post(data.kind === 'pack' ? pack(data) : unpack(data.hash));
  } catch (error) {
    post({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
});

function post(message: PackerMessage): void {
  postMessage(message);
}

function progress(so: LinkProgress): void {
  const now = performance.now();
  if (now - told < PROGRESS_PAUSE) return;
  told = now;
  post({ kind: 'progress', ...so });
}

function pack({ documents, view, notes }: LinkContent): PackerMessage {
  const steps = encodeLinkInSteps(documents, view, { notes });
  for (;;) {
    const step = steps.next();
    if (step.done) return { kind: 'packed', hash: step.value };
    const { length } = step.value;
    if (length !== null && isHopeless(length)) return { kind: 'too-long', length };
    progress(step.value);
  }
}

function unpack(hash: string): PackerMessage {
  const steps = decodeLinkInSteps(hash);
  for (;;) {
    const step = steps.next();
    if (!step.done) {
      progress({ fraction: step.value, length: null });
      continue;
    }
    if (!step.value.ok) {
      const { code, message } = step.value.error;
      return { kind: 'not-unpacked', code, message };
    }
    const { ok: _, ...link } = step.value;
    return { kind: 'unpacked', link };
  }
}
