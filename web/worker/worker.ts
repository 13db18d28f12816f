/** The worker: a message loop over the pipeline and the views. It keeps the documents' texts and the last analysis; nothing else. */
import { analyse } from '../pipeline.ts';
import type { Overview } from '../views/answer.ts';
import { answerQuestion, NoSuchId } from '../views/answer-request.ts';
import { createViewContext, type ViewContext } from '../views/context.ts';
import { buildOverview } from '../views/overview.ts';
import type { Question, Requests } from '../views/question.ts';
import type { RequestMessage, WorkerMessage } from './protocol.ts';

interface Kept {
  readonly version: number;
  readonly text: string;
}

const texts = new Map<string, Kept>();
let revision = 0;
let current: { readonly context: ViewContext; readonly overview: Overview } | null = null;

class NeedsText extends Error {
  override name = 'NeedsText';
}

addEventListener('message', ({ data }: MessageEvent<RequestMessage>) => {
  try {
    const answer = data.kind === 'load' ? load(data.id, data.request) : ask(data);
    post(
      { type: 'answer', id: data.id, kind: data.kind, answer },
      answer instanceof Uint8Array ? [answer.buffer as ArrayBuffer] : [],
    );
  } catch (error) {
    post({
      type: 'error',
      id: data.id,
      code: codeOf(error),
      message: error instanceof Error ? error.message : String(error),
    });
  }
});

function post(message: WorkerMessage, transfer: Transferable[] = []): void {
  postMessage(message, { transfer });
}

function codeOf(error: unknown): Extract<WorkerMessage, { type: 'error' }>['code'] {
  if (error instanceof NeedsText) return 'needs-text';
  if (error instanceof NoSuchId) return 'no-such-id';
  if (error instanceof RangeError && /memory|length|size/i.test(error.message)) return 'out-of-memory';
  return 'internal';
}

function load(id: number, { documents }: Requests['load']): Overview {
  for (const { id: document, version, text } of documents) {
    if (text !== undefined) texts.set(document, { version, text });
    else if (texts.get(document)?.version !== version)
      throw new NeedsText(`no text of version ${version} of ${document}`);
  }
  const ids = new Set(documents.map((document) => document.id));
  for (const known of texts.keys()) if (!ids.has(known)) texts.delete(known);
  current = null;
  const analysis = analyse(
    documents.map((document) => ({ name: document.name, text: texts.get(document.id)?.text ?? '' })),
    { now: () => performance.now(), onProgress: (phase, fraction) => post({ type: 'progress', id, phase, fraction }) },
  );
  const context = createViewContext(
    analysis,
    ++revision,
    documents.map((document) => document.id),
  );
  const overview = buildOverview(context);
  current = { context, overview };
  return overview;
}

function ask(question: Question) {
  if (!current) throw new NoSuchId('nothing is loaded');
  return answerQuestion(current.context, current.overview, question);
}
