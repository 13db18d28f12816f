/**
 * Lets a prover try all contentions of what is shown, in a worker of its own, and puts what it proves into the overview. No React in it.
 */
import type { OrderChange } from '../findings/finding.ts';
import type { Client } from '../worker/client.ts';
import { RequestError } from '../worker/client.ts';
import type { DocumentText } from '../worker/protocol.ts';
import { ProverError, type ProverSession, type ProverWorkerLike, startProver } from '../worker/prover-client.ts';
import type {
  FatesAnswer,
  PacketsQuestion,
  Place,
  ProverMessage,
  ReachAnswer,
  WhatIf,
} from '../worker/prover-protocol.ts';
import { documentsOfNode } from './nodes.ts';
import { NO_PROOF } from './proof-state.ts';
import type { State, Store } from './store.ts';

export interface Proofs {
  /** Ends proving, and questions that wait; what is proved stands. */
  readonly stop: () => void;
  /** Proves again, after a stop or a failure. */
  readonly again: () => void;
  /** Which packets another order would treat otherwise. Waits for proofs that are going on. Rejects with a ProverError only. */
  readonly whatIf: (change: OrderChange) => Promise<WhatIf>;
  /** Which packets come to a place; null: the place is not there. Rejects with a ProverError only. */
  readonly reach: (place: Place) => Promise<ReachAnswer | null>;
  /** What becomes of some packets. Rejects with a ProverError only. */
  readonly fates: (question: PacketsQuestion) => Promise<FatesAnswer>;
  /** Ends everything. */
  readonly end: () => void;
}

/** Milliseconds for an edit to be followed by another one. */
export const PROOF_PAUSE = 200;
/** For the map to be drawn first, where nobody is editing: the documents have not changed for a while before. */
const FIRST_PAUSE = 30;
const AWHILE = 1500;

/** Characters: so much is read beside the map's own worker, where that has a processor to itself. */
const EARLY = 2_000_000;

export interface ProofOptions {
  /** There are processors enough for the map and a prover at the same time: where there are two, the map would come later. */
  readonly hasProcessors?: boolean;
}

const LIMITS = { milliseconds: 120_000, maxNodes: 24_000_000 };

/** One prover, and what it proves. */
interface Round {
  readonly session: ProverSession;
  readonly documents: readonly DocumentText[];
  /** Of the overview that shows these documents; null: there is none yet. */
  revision: number | null;
  /** What it said before there was one. */
  readonly waiting: (() => void)[];
}

export function startProofs(
  store: Store,
  client: Client,
  spawn: () => ProverWorkerLike,
  { hasProcessors = false }: ProofOptions = {},
): Proofs {
  let round: Round | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  /** The last overview that was looked at, with proofs or without. */
  let revision: number | null = null;
  /** When the documents changed last, and whether they had changed shortly before. */
  let changed = Number.NEGATIVE_INFINITY;
  /** What was proved while the worker still looks for findings: they go together. */
  let held: (() => void) | null = null;
  let isEdited = false;

  function end(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    round?.session.end();
    round = null;
    held = null;
  }

  /** Those that are read. */
  function current(): readonly DocumentText[] {
    const { documents, node } = store.getState();
    return documentsOfNode(documents, node);
  }

  /** Gives a prover the documents; what it says waits for the overview that shows them. */
  function spawnRound(): Round {
    const documents = current();
    const texts = documents.map(({ name, text }) => ({ name, text }));
    const waiting: (() => void)[] = [];
    const hear = (tell: () => void): void => {
      if (made === null || made.revision === null) waiting.push(tell);
      else if (isShown(made)) tell();
    };
    let made: Round | null = null;
    const session = startProver(spawn, texts, LIMITS, {
      onProgress: (fraction, what) =>
        hear(() => {
          const { proof } = store.getState();
          if (proof.status === 'working')
            store.getState().setProof({ fraction: Math.max(fraction, proof.fraction), what });
        }),
      onFindings: (message) =>
        hear(() => {
          const tell = (): void => void show(message);
          if (store.getState().overview?.searching) held = tell;
          else tell();
        }),
      onFailed: (message) => hear(() => store.getState().setProof({ status: 'failed', message })),
    });
    made = { session, documents, revision: null, waiting };
    return made;
  }

  function isShown(given: Round): boolean {
    return round === given && store.getState().overview?.revision === given.revision;
  }

  /** Proves what is shown, with the prover that has begun with it already where there is one. */
  function begin(): void {
    const { overview } = store.getState();
    if (!overview) return;
    if (round?.revision !== null || !isSame(round.documents, current())) {
      end();
      round = spawnRound();
    }
    revision = overview.revision;
    round.revision = revision;
    store.getState().setProof({ ...NO_PROOF, status: 'working', what: 'Starting' });
    for (const tell of round.waiting.splice(0)) if (round && isShown(round)) tell();
  }

  /** Never rejects. */
  async function show({ findings, summary, done }: Extract<ProverMessage, { kind: 'findings' }>): Promise<void> {
    const mine = round;
    const isCurrent = () => mine !== null && isShown(mine);
    try {
      const found = await client.request('proved', { findings });
      if (!isCurrent()) return;
      store.getState().completeOverview(found);
      store.getState().setProof(done ? { status: 'done', fraction: 1, what: '', summary } : { summary });
    } catch (error) {
      // The worker was lost or reads the documents again: a new overview comes, and is proved.
      if (!(error instanceof RequestError)) throw error;
      if (error.code === 'internal' && isCurrent())
        store.getState().setProof({ status: 'failed', message: error.message });
    }
  }

  function later(pause: number): void {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(begin, pause);
  }

  /** Other documents are there, or of those the ones of another node: they are read now. */
  function onDocuments({ documents, proof }: State, before: State): void {
    const now = Date.now();
    isEdited = now - changed < AWHILE;
    changed = now;
    end();
    revision = null;
    if (proof !== NO_PROOF) store.getState().setProof(NO_PROOF);
    const isTyped = documents !== before.documents && haveSameIds(documents, before.documents);
    const isEarly = hasProcessors && !isEdited && !isTyped;
    if (isEarly && documents.length > 0 && lengthOf(current()) < EARLY) round = spawnRound();
  }

  const unsubscribe = store.subscribe((state, before) => {
    if (state.documents !== before.documents || state.node !== before.node) onDocuments(state, before);
    else if (round?.revision === null && isGivenUp(state) && !isGivenUp(before)) end();
    const { overview } = state;
    if (!overview || overview === before.overview) return;
    if (overview.revision !== revision) {
      revision = overview.revision;
      if (round?.revision === null && isSame(round.documents, current())) {
        begin();
        return;
      }
      end();
      later(isEdited ? PROOF_PAUSE : FIRST_PAUSE);
    } else if (held && !overview.searching) {
      const tell = held;
      held = null;
      tell();
    }
  });

  /** Questions start the prover again, where it was stopped. */
  function prover(): ProverSession {
    if (!round && store.getState().overview) begin();
    if (!round) throw new ProverError('ended', 'There is nothing to ask about.');
    return round.session;
  }

  return {
    stop: () => {
      end();
      // What is proved stands: only a question was ended then.
      if (store.getState().proof.status !== 'done') store.getState().setProof({ status: 'stopped' });
    },
    again: begin,
    whatIf: async (change) => prover().whatIf(change),
    reach: async (place) => prover().reach(place),
    fates: async (question) => prover().fates(question),
    end: () => {
      end();
      unsubscribe();
    },
  };
}

function isSame(a: readonly DocumentText[], b: readonly DocumentText[]): boolean {
  return a.length === b.length && a.every((document, i) => document === b[i]);
}

/** Reading has ended without anything to show. */
function isGivenUp({ analysis: { status } }: State): boolean {
  return status === 'failed' || status === 'cancelled';
}

function haveSameIds(a: readonly DocumentText[], b: readonly DocumentText[]): boolean {
  return a.length === b.length && a.every(({ id }, i) => id === b[i]?.id);
}

function lengthOf(documents: readonly DocumentText[]): number {
  return documents.reduce((sum, { text }) => sum + text.length, 0);
}
