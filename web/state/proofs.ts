/**
 * Lets a prover try all contentions of what is shown, in a worker of its own, and puts what it proves into the overview. No React in it.
 */
import type { OrderChange } from '../findings/finding.ts';
import type { Client } from '../worker/client.ts';
import { RequestError } from '../worker/client.ts';
import { ProverError, type ProverSession, type ProverWorkerLike, startProver } from '../worker/prover-client.ts';
import type {
  FatesAnswer,
  PacketsQuestion,
  Place,
  ProverMessage,
  ReachAnswer,
  WhatIf,
} from '../worker/prover-protocol.ts';
import { NO_PROOF } from './proof-state.ts';
import type { Store } from './store.ts';

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

const LIMITS = { milliseconds: 120_000, maxNodes: 24_000_000 };

export function startProofs(store: Store, client: Client, spawn: () => ProverWorkerLike): Proofs {
  let session: ProverSession | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  /** The revision that is proved, or being proved. */
  let revision: number | null = null;
  /** When the documents changed last, and whether they had changed shortly before. */
  let changed = Number.NEGATIVE_INFINITY;
  /** What was proved while the worker still looks for findings: they go together. */
  let held: (() => void) | null = null;
  let isEdited = false;

  function end(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    session?.end();
    session = null;
    held = null;
  }

  function begin(): void {
    end();
    const { overview, documents } = store.getState();
    if (!overview) return;
    revision = overview.revision;
    const mine = revision;
    const isCurrent = () => revision === mine && store.getState().overview?.revision === mine;
    store.getState().setProof({ ...NO_PROOF, status: 'working', what: 'Starting' });
    const texts = documents.map(({ name, text }) => ({ name, text }));
    session = startProver(spawn, texts, LIMITS, {
      onProgress: (fraction, what) => {
        const { proof } = store.getState();
        if (isCurrent() && proof.status === 'working')
          store.getState().setProof({ fraction: Math.max(fraction, proof.fraction), what });
      },
      onFindings: (message) => {
        if (!isCurrent()) return;
        const tell = (): void => void show(message, isCurrent);
        if (store.getState().overview?.searching) held = tell;
        else tell();
      },
      onFailed: (message) => {
        if (isCurrent()) store.getState().setProof({ status: 'failed', message });
      },
    });
  }

  /** Never rejects. */
  async function show(
    { findings, summary, done }: Extract<ProverMessage, { kind: 'findings' }>,
    isCurrent: () => boolean,
  ): Promise<void> {
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

  function later(): void {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(begin, isEdited ? PROOF_PAUSE : FIRST_PAUSE);
  }

  const unsubscribe = store.subscribe((state, before) => {
    if (state.documents !== before.documents) {
      isEdited = Date.now() - changed < AWHILE;
      changed = Date.now();
      end();
      revision = null;
      if (state.proof !== NO_PROOF) state.setProof(NO_PROOF);
    }
    const { overview } = state;
    if (!overview || overview === before.overview) return;
    if (overview.revision !== revision) {
      revision = overview.revision;
      session?.end();
      session = null;
      held = null;
      later();
    } else if (held && !overview.searching) {
      const tell = held;
      held = null;
      tell();
    }
  });

  /** Questions start the prover again, where it was stopped. */
  function prover(): ProverSession {
    if (!session && store.getState().overview) begin();
    if (!session) throw new ProverError('ended', 'There is nothing to ask about.');
    return session;
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
