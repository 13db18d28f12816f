/**
 * The worker's message loop over the pipeline and the views, without a worker around it. It keeps the documents' texts and the last
 * analysis; nothing else.
 */
import { analyse } from '../pipeline.ts';
import type { Overview } from '../views/answer.ts';
import { answerQuestion, NoSuchId } from '../views/answer-request.ts';
import { createViewContext, type ViewContext } from '../views/context.ts';
import { buildOverview } from '../views/overview.ts';
import type { Answers, Question, Requests } from '../views/question.ts';
import type { RequestKind, RequestMessage, WorkerMessage } from './protocol.ts';

interface Kept {
  readonly version: number;
  readonly text: string;
}

/** The page did not send a text that the worker does not have, because it was restarted. */
class NeedsText extends Error {
  override name = 'NeedsText';
}

/**
 * The handler of the page's messages. Each request gets exactly one `answer` or `error`, in the order of the requests; a load also reports
 * progress. After a load that failed, questions are refused until one succeeds.
 *
 * @param post sends a message; the buffers of `transfer` are the receiver's then
 * @param now milliseconds
 */
export function createMessageLoop(
  post: (message: WorkerMessage, transfer: readonly ArrayBuffer[]) => void,
  now: () => number,
): (message: RequestMessage) => void {
  const texts = new Map<string, Kept>();
  let revision = 0;
  let current: { readonly context: ViewContext; readonly overview: Overview } | null = null;

  const load = (id: number, { documents }: Requests['load']): Overview => {
    current = null;
    keepTexts(texts, documents);
    const analysis = analyse(
      documents.map((document) => ({ name: document.name, text: texts.get(document.id)?.text ?? '' })),
      { now, onProgress: (phase, fraction) => post({ type: 'progress', id, phase, fraction }, []) },
    );
    const ids = documents.map((document) => document.id);
    const context = createViewContext(analysis, ++revision, ids);
    const overview = buildOverview(context);
    current = { context, overview };
    return overview;
  };

  const ask = (question: Question): Answers[RequestKind] => {
    if (!current) throw new NoSuchId('nothing is loaded');
    return answerQuestion(current.context, current.overview, question);
  };

  return (message) => {
    const { id, kind } = message;
    try {
      const answer = message.kind === 'load' ? load(id, message.request) : ask(message);
      const transfer = answer instanceof Uint8Array ? [answer.buffer as ArrayBuffer] : [];
      post({ type: 'answer', id, kind, answer }, transfer);
    } catch (error) {
      post({ type: 'error', id, code: codeOf(error), message: messageOf(error) }, []);
    }
  };
}

function keepTexts(texts: Map<string, Kept>, documents: Requests['load']['documents']): void {
  const ids = new Set(documents.map(({ id }) => id));
  for (const known of texts.keys()) if (!ids.has(known)) texts.delete(known);
  for (const { id, version, text } of documents) {
    if (text !== undefined) texts.set(id, { version, text });
    else if (texts.get(id)?.version !== version) throw new NeedsText(`no text of version ${version} of ${id}`);
  }
}

function codeOf(error: unknown): Extract<WorkerMessage, { type: 'error' }>['code'] {
  if (error instanceof NeedsText) return 'needs-text';
  if (error instanceof NoSuchId) return 'no-such-id';
  // V8: "Array buffer allocation failed", "Invalid string length", "Map maximum size exceeded".
  if (error instanceof RangeError && /memory|length|size|allocation/i.test(error.message)) return 'out-of-memory';
  return 'internal';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
