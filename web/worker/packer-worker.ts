/** The packer: a thin shell over web/permalink. Synchronous: it has nothing else to do, and cancelling ends it. */
import { isHopeless } from '../permalink/fit.ts';
import { decodeLinkInSteps, encodeLinkInSteps } from '../permalink/link.ts';
import { answerRequests, postSometimes } from './answering.ts';
import type { LinkContent, PackerMessage, PackerRequest } from './packer-protocol.ts';

const progress = postSometimes<PackerMessage>();

answerRequests((data: PackerRequest): PackerMessage => (data.kind === 'pack' ? pack(data) : unpack(data.hash)));

function pack({ documents, view, notes }: LinkContent): PackerMessage {
  const steps = encodeLinkInSteps(documents, view, { notes });
  for (;;) {
    const step = steps.next();
    if (step.done) return { kind: 'packed', hash: step.value };
    const { length } = step.value;
    if (length !== null && isHopeless(length)) return { kind: 'too-long', length };
    progress({ kind: 'progress', ...step.value });
  }
}

function unpack(hash: string): PackerMessage {
  const steps = decodeLinkInSteps(hash);
  for (;;) {
    const step = steps.next();
    if (!step.done) {
      progress({ kind: 'progress', fraction: step.value, length: null });
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
