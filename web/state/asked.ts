/** Questions to the prover, as the page keeps them: what is asked, how far the answer is, and the supposed orders one after the other. Pure. */
import type { OrderChange } from '../findings/finding.ts';
import type { FatesAnswer, PacketsQuestion, Place, ReachAnswer, WhatIf } from '../worker/prover-protocol.ts';

/** `stopped`: the proofs were ended before the answer came; `failed`: `message` says why. */
export type AskedStatus = 'waiting' | 'ready' | 'stopped' | 'failed';

export interface Asked<Question, Answer> {
  readonly question: Question;
  readonly status: AskedStatus;
  readonly answer: Answer | null;
  readonly message: string | null;
}

export type AskedChange = Asked<OrderChange, WhatIf>;
/** The answer null: the place is not there. */
export type AskedPlace = Asked<Place, ReachAnswer>;
export type AskedPackets = Asked<PacketsQuestion, FatesAnswer>;

/** What was supposed, in turn, and which of it is looked at: -1 is none of it, the node as it is. */
export interface Supposed {
  readonly history: readonly AskedChange[];
  readonly at: number;
}

export const NOTHING_SUPPOSED: Supposed = { history: [], at: -1 };

/** Longest history that is kept. */
const MOST = 50;

export function asking<Question, Answer>(question: Question): Asked<Question, Answer> {
  return { question, status: 'waiting', answer: null, message: null };
}

/** What is supposed now. */
export function supposedNow({ history, at }: Supposed): AskedChange | null {
  return history[at] ?? null;
}

/** Supposes something else; what was undone is forgotten. The same again asks again only where there is no answer. */
export function suppose(supposed: Supposed, change: OrderChange): Supposed {
  const now = supposedNow(supposed);
  if (now && now.status === 'ready' && sameChange(now.question, change)) return supposed;
  const before = supposed.history.slice(0, supposed.at + 1);
  const kept = now && sameChange(now.question, change) ? before.slice(0, -1) : before;
  const history = [...kept, asking<OrderChange, WhatIf>(change)].slice(-MOST);
  return { history, at: history.length - 1 };
}

export function canUndo({ at }: Supposed): boolean {
  return at >= 0;
}

export function canRedo({ history, at }: Supposed): boolean {
  return at + 1 < history.length;
}

/** One step back (-1) or forth (1), as far as there are any. */
export function step(supposed: Supposed, by: -1 | 1): Supposed {
  const possible = by < 0 ? canUndo(supposed) : canRedo(supposed);
  return possible ? { ...supposed, at: supposed.at + by } : supposed;
}

/** The entry of a change with what has become of it. */
export function answered(supposed: Supposed, change: OrderChange, part: Partial<AskedChange>): Supposed {
  const history = supposed.history.map((each) => (each.question === change ? { ...each, ...part } : each));
  return { ...supposed, history };
}

function sameChange(a: OrderChange, b: OrderChange): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
