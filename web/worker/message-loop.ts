/**
 * The worker's message loop over the pipeline and the views, without a worker around it. It keeps the documents' texts and the last
 * analysis; nothing else.
 *
 * A load is answered as soon as the map can be drawn. Where that took long, the findings are looked for afterwards, when the page asks for them, in
 * slices between which other questions are answered. So is the index of the first search.
 */
import { findAll, findInSteps } from '../findings/find.ts';
import type { Finding } from '../findings/finding.ts';
import { buffersOf } from '../layout/call-tree.ts';
import { readStructure } from '../pipeline.ts';
import type { Found, Overview } from '../views/answer.ts';
import { answerQuestion, NoSuchId } from '../views/answer-request.ts';
import { createEarlyContext, type ViewContext, withFindings } from '../views/context.ts';
import { prepareCost } from '../views/cost/build-cost.ts';
import { markMaps } from '../views/maps.ts';
import { buildOverview } from '../views/overview.ts';
import type { Question } from '../views/question.ts';
import { prepareSearch } from '../views/search/search-index.ts';
import { mayHide, visibleAnswer } from '../views/visible.ts';
import type { Answers, RequestKind, RequestMessage, Requests, WorkerMessage } from './protocol.ts';

/** Milliseconds: where reading took less, looking for findings does not take long either, and one answer is better than two. */
const QUICK = 150;
/** Milliseconds of looking for findings, or of building the index of the search, before other messages get their turn. */
const SLICE = 30;

interface Kept {
  readonly version: number;
  readonly text: string;
  /** There may be characters in it that nobody sees. */
  readonly hides: boolean;
}

interface Current {
  readonly context: ViewContext;
  readonly overview: Overview;
  /** There may be characters that nobody sees in the texts: answers write them out. */
  readonly hides: boolean;
}

type Asked<K extends RequestKind> = Extract<RequestMessage, { readonly kind: K }>;

/** The page did not send a text that the worker does not have, because it was restarted. */
class NeedsText extends Error {
  override name = 'NeedsText';
}

export interface Surroundings {
  /** Sends a message; the buffers of `transfer` are the receiver's then. */
  readonly post: (message: WorkerMessage, transfer: readonly ArrayBuffer[]) => void;
  /** Milliseconds. */
  readonly now: () => number;
  /** Runs something after the messages that have come in. */
  readonly later: (run: () => void) => void;
}

/**
 * The handler of the page's messages. Each request gets exactly one `answer` or `error`, in the order of the requests, but for `findings` and `search`, which
 * may take their time; `findings` and a load also report progress. After a load that failed, questions are refused until one succeeds.
 */
export function createMessageLoop(surroundings: Surroundings): (message: RequestMessage) => void {
  const loop = new MessageLoop(surroundings);
  return (message) => loop.receive(message);
}

/** Columns are handed over, not copied. */
function buffersIn(answer: Answers[RequestKind]): ArrayBuffer[] {
  if (answer instanceof Uint8Array) return [answer.buffer as ArrayBuffer];
  return typeof answer === 'object' && answer !== null && 'nameEnds' in answer ? buffersOf(answer) : [];
}

class MessageLoop {
  readonly #surroundings: Surroundings;
  readonly #texts = new Map<string, Kept>();
  #revision = 0;
  #current: Current | null = null;
  #search: { readonly ids: number[]; readonly steps: Generator<number, Finding[]> } | null = null;
  /** Searches that wait for their index. */
  #index: { readonly asked: Asked<'search'>[]; readonly steps: Generator<number, void> } | null = null;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  receive(message: RequestMessage): void {
    this.#guard([message.id], () => this.#handle(message));
  }

  #handle(message: RequestMessage): void {
    switch (message.kind) {
      case 'load':
        this.#answer(message.id, 'load', this.#load(message.id, message.request));
        return;
      case 'findings':
        this.#findings(message.id);
        return;
      case 'search':
        this.#searchFor(message);
        return;
      case 'proved':
        this.#answer(message.id, 'proved', this.#proved(message.request.findings));
        return;
      default:
        this.#answer(message.id, message.kind, this.#ask(message));
    }
  }

  #answer(id: number, kind: RequestKind, answer: Answers[RequestKind]): void {
    const shown = this.#current?.hides ? visibleAnswer(kind, answer) : answer;
    this.#surroundings.post({ type: 'answer', id, kind, answer: shown }, buffersIn(shown));
  }

  /** What goes wrong in `run` becomes the answer to these requests. */
  #guard(ids: readonly number[], run: () => void): void {
    try {
      run();
    } catch (error) {
      for (const id of ids)
        this.#surroundings.post({ type: 'error', id, code: codeOf(error), message: messageOf(error) }, []);
    }
  }

  #load(id: number, { documents }: Requests['load']): Overview {
    this.#abandonSearch();
    this.#current = null;
    keepTexts(this.#texts, documents);
    const { now, post } = this.#surroundings;
    const start = now();
    const structure = readStructure(
      documents.map((document) => ({ name: document.name, text: this.#texts.get(document.id)?.text ?? '' })),
      { now, onProgress: (phase, fraction) => post({ type: 'progress', id, phase, fraction }, []) },
    );
    const ids = documents.map((document) => document.id);
    let context = createEarlyContext(structure, ++this.#revision, ids);
    if (now() - start < QUICK) {
      post({ type: 'progress', id, phase: 'finding', fraction: 0 }, []);
      context = withFindings(context, findAll(structure));
    }
    const overview = buildOverview(context);
    const hides = [...this.#texts.values()].some((kept) => kept.hides);
    this.#current = { context, overview, hides };
    return overview;
  }

  #ask(question: Question): Answers[RequestKind] {
    const { context, overview } = this.#known();
    return answerQuestion(context, overview, question);
  }

  #known(): Current {
    if (!this.#current) throw new NoSuchId('nothing is loaded');
    return this.#current;
  }

  #findings(id: number): void {
    const { context, overview } = this.#known();
    if (!overview.searching) {
      this.#answer(id, 'findings', { findings: overview.findings, maps: overview.maps });
    } else if (this.#search) this.#search.ids.push(id);
    else {
      this.#search = { ids: [id], steps: findInSteps(context.analysis) };
      this.#continueSearch();
    }
  }

  #proved(findings: readonly Finding[]): Found {
    const { context, overview, hides } = this.#known();
    const found: Found = { findings, maps: markMaps(overview.maps, findings) };
    this.#current = {
      context: withFindings(context, findings),
      overview: { ...overview, ...found, searching: false },
      hides,
    };
    return found;
  }

  #continueSearch(): void {
    const search = this.#search;
    if (!search) return;
    const { now, post, later } = this.#surroundings;
    const start = now();
    const slice = (): void => {
      do {
        const { done, value } = search.steps.next();
        if (done) {
          this.#finishSearch(search.ids, value);
          return;
        }
        for (const id of search.ids) post({ type: 'progress', id, phase: 'finding', fraction: value }, []);
      } while (now() - start < SLICE);
      later(() => {
        if (this.#search === search) this.#continueSearch();
      });
    };
    this.#guard(search.ids, () => {
      try {
        slice();
      } catch (error) {
        this.#search = null;
        throw error;
      }
    });
  }

  #finishSearch(ids: readonly number[], findings: readonly Finding[]): void {
    const { context, overview, hides } = this.#known();
    const found: Found = { findings, maps: markMaps(overview.maps, findings) };
    this.#search = null;
    this.#current = {
      context: withFindings(context, findings),
      overview: { ...overview, ...found, searching: false },
      hides,
    };
    for (const id of ids) this.#answer(id, 'findings', found);
    this.#prepare(prepareCost(context, familyOf(overview)));
  }

  /** Of a large node: what a view would wait for is made while nobody asks for anything; other messages come between the steps. */
  #prepare(steps: Generator<void, void>): void {
    const { later } = this.#surroundings;
    const revision = this.#revision;
    later(() => {
      if (this.#revision !== revision) return;
      // What goes wrong is told to whoever asks for it: nobody has yet.
      this.#guard([], () => {
        if (!steps.next().done) this.#prepare(steps);
      });
    });
  }

  #searchFor(message: Asked<'search'>): void {
    const { context } = this.#known();
    const steps = this.#index ? null : prepareSearch(context);
    if (this.#index) this.#index.asked.push(message);
    else if (!steps) this.#answer(message.id, 'search', this.#ask(message));
    else {
      this.#index = { asked: [message], steps };
      this.#continueIndex();
    }
  }

  #continueIndex(): void {
    const index = this.#index;
    if (!index) return;
    const { now, later } = this.#surroundings;
    const start = now();
    const ids = index.asked.map(({ id }) => id);
    this.#guard(ids, () => {
      try {
        while (!index.steps.next().done) {
          if (now() - start < SLICE) continue;
          later(() => {
            if (this.#index === index) this.#continueIndex();
          });
          return;
        }
      } catch (error) {
        this.#index = null;
        throw error;
      }
      this.#index = null;
      for (const message of index.asked)
        this.#guard([message.id], () => this.#answer(message.id, 'search', this.#ask(message)));
    });
  }

  #abandonSearch(): void {
    const ids = [...(this.#search?.ids ?? []), ...(this.#index?.asked ?? []).map(({ id }) => id)];
    this.#search = null;
    this.#index = null;
    this.#guard(ids, () => {
      throw new NoSuchId('the documents are read again');
    });
  }
}

/** The one of the two that more can be said of. */
function familyOf({ maps }: Overview): 'ip' | 'ip6' {
  return maps.some(({ family }) => family === 'ip') ? 'ip' : 'ip6';
}

function keepTexts(texts: Map<string, Kept>, documents: Requests['load']['documents']): void {
  const ids = new Set(documents.map(({ id }) => id));
  for (const known of texts.keys()) if (!ids.has(known)) texts.delete(known);
  for (const { id, version, text } of documents) {
    if (text !== undefined) texts.set(id, { version, text, hides: mayHide(text) });
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
