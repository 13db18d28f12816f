/**
 * What the page asks the prover: to prove all contentions of some documents, and questions about packets from then on. It has a worker of its own, so that
 * seconds of proving hold up nothing, and ending it is the way to cancel.
 */
import type { Finding, OrderChange } from '../findings/finding.ts';
import type { Place, ReachAnswer, WhatIf } from '../proofs/ask.ts';
import type { FatesAnswer, PacketsQuestion } from '../proofs/fates.ts';

export type { SetInWords } from '../packetspace/questions/set-words.ts';
export type { Place, ReachAnswer, WhatIf } from '../proofs/ask.ts';
export type { Example, FateInWords, FatesAnswer, PacketsQuestion } from '../proofs/fates.ts';

export interface ProverLimits {
  /** Of proving all contentions. */
  readonly milliseconds: number;
  /** Of the diagrams of each family. */
  readonly maxNodes: number;
}

export type ProverRequest =
  | {
      readonly kind: 'prove';
      readonly documents: readonly { readonly name: string; readonly text: string }[];
      readonly limits: ProverLimits;
    }
  | { readonly kind: 'what-if'; readonly id: number; readonly change: OrderChange }
  | { readonly kind: 'reach'; readonly id: number; readonly place: Place }
  | { readonly kind: 'fates'; readonly id: number; readonly question: PacketsQuestion };

/** How many contention points came out how. */
export interface ProofSummary {
  readonly points: number;
  readonly tried: number;
  readonly sensitive: number;
  readonly markOnly: number;
  readonly benign: number;
  readonly undecided: number;
  /** Parts that were not tried, in words. */
  readonly open: readonly string[];
}

export type ProverMessage =
  /** `fraction` is 0..1. */
  | { readonly kind: 'progress'; readonly fraction: number; readonly what: string }
  /** All findings, with what is proved so far. The last one has `done`. */
  | {
      readonly kind: 'findings';
      readonly findings: readonly Finding[];
      readonly summary: ProofSummary;
      readonly done: boolean;
    }
  | { readonly kind: 'what-if'; readonly id: number; readonly answer: WhatIf }
  | { readonly kind: 'reach'; readonly id: number; readonly answer: ReachAnswer | null }
  | { readonly kind: 'fates'; readonly id: number; readonly answer: FatesAnswer }
  /** `id` null: proving ended with it. */
  | { readonly kind: 'failed'; readonly id: number | null; readonly message: string };
