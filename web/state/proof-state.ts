/** How far proving is, for whoever shows it. */
import type { ProofSummary } from '../worker/prover-protocol.ts';

export interface ProofState {
  /** `stopped`: by the user; what was proved by then stands. */
  readonly status: 'idle' | 'working' | 'done' | 'stopped' | 'failed';
  /** 0..1. */
  readonly fraction: number;
  /** What is being done, in words. */
  readonly what: string;
  readonly summary: ProofSummary | null;
  readonly message: string | null;
}

export const NO_PROOF: ProofState = { status: 'idle', fraction: 0, what: '', summary: null, message: null };
