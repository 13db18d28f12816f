/** The prover's message loop, without a worker around it. */
import { assertNever } from '../base/assert.ts';
import type { Finding } from '../findings/finding.ts';
import { analyse } from '../pipeline.ts';
import { whatIf, whoReaches } from '../proofs/ask.ts';
import { whatBecomes } from '../proofs/fates.ts';
import { createProver, type Proofs, type Prover, prove } from '../proofs/prove.ts';
import { withProofs } from '../proofs/proved-findings.ts';
import type { ProofSummary, ProverMessage, ProverRequest } from './prover-protocol.ts';

export interface ProverSurroundings {
  readonly post: (message: ProverMessage) => void;
  /** Milliseconds. */
  readonly now: () => number;
  /** Runs something after the messages that have come in. */
  readonly later: (run: () => void) => void;
}

/** Milliseconds between two messages of progress, and between two lists of findings. */
const PROGRESS_PAUSE = 60;
const FINDINGS_PAUSE = 400;
/** Milliseconds of proving before other questions get their turn. */
const SLICE = 40;

/** The handler of the page's messages. `prove` comes once, and first; questions are answered between the steps of proving. */
export function createProverLoop(surroundings: ProverSurroundings): (request: ProverRequest) => void {
  const loop = new ProverLoop(surroundings);
  return (request) => loop.receive(request);
}

class ProverLoop {
  readonly #around: ProverSurroundings;
  #prover: Prover | null = null;
  #told = Number.NEGATIVE_INFINITY;
  #shown = Number.NEGATIVE_INFINITY;

  constructor(around: ProverSurroundings) {
    this.#around = around;
  }

  receive(request: ProverRequest): void {
    try {
      this.#handle(request);
    } catch (error) {
      this.#fail('id' in request ? request.id : null, error);
    }
  }

  #handle(request: ProverRequest): void {
    if (request.kind === 'prove') {
      this.#start(request);
      return;
    }
    const { id } = request;
    if (!this.#prover) throw new Error('nothing is loaded');
    const { scene, space } = this.#prover;
    const { post } = this.#around;
    switch (request.kind) {
      case 'what-if':
        post({ kind: 'what-if', id, answer: whatIf(scene, space, request.change) });
        return;
      case 'reach':
        post({ kind: 'reach', id, answer: whoReaches(scene, space, request.place) });
        return;
      case 'fates':
        post({ kind: 'fates', id, answer: whatBecomes(space, scene, request.question) });
        return;
      default:
        assertNever(request, 'request');
    }
  }

  #start({ documents, limits }: Extract<ProverRequest, { kind: 'prove' }>): void {
    const { now } = this.#around;
    const onProgress = (fraction: number, what: string): void => this.#progress(fraction, what);
    onProgress(0, 'Reading');
    const analysis = analyse(documents);
    const options = { now, onProgress, ...limits };
    const prover = createProver(analysis, options);
    this.#prover = prover;
    this.#continue(analysis.findings, prover, prove(prover, analysis.findings, options));
  }

  #continue(findings: readonly Finding[], prover: Prover, steps: Generator<Proofs, Proofs>): void {
    const { now, later } = this.#around;
    const start = now();
    try {
      do {
        const { done, value } = steps.next();
        if (done || now() - this.#shown > FINDINGS_PAUSE) this.#show(findings, prover, value, done === true);
        if (done) return;
      } while (now() - start < SLICE);
    } catch (error) {
      this.#fail(null, error);
      return;
    }
    later(() => this.#continue(findings, prover, steps));
  }

  #show(findings: readonly Finding[], { scene, points }: Prover, proofs: Proofs, done: boolean): void {
    this.#shown = this.#around.now();
    this.#around.post({
      kind: 'findings',
      findings: withProofs(scene, findings, proofs),
      summary: summaryOf(proofs, points),
      done,
    });
  }

  #progress(fraction: number, what: string): void {
    const now = this.#around.now();
    if (now - this.#told < PROGRESS_PAUSE) return;
    this.#told = now;
    this.#around.post({ kind: 'progress', fraction, what });
  }

  #fail(id: number | null, error: unknown): void {
    this.#around.post({ kind: 'failed', id, message: error instanceof Error ? error.message : String(error) });
  }
}

function summaryOf({ points, undecided }: Proofs, all: number): ProofSummary {
  const count = (state: Proofs['points'][number]['state']) => points.filter((each) => each.state === state).length;
  return {
    points: all,
    tried: points.length,
    sensitive: count('order-sensitive'),
    markOnly: count('mark-only'),
    benign: count('benign'),
    undecided: count('undecided'),
    open: undecided,
  };
}
