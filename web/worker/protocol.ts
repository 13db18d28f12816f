/**
 * What the page asks the worker. Every request has an id; the client drops stale answers. Each request kind has exactly one answer kind
 * (views/question.ts); failures are the one `error` message.
 */
import type { Phase } from '../pipeline.ts';
import type { Answers, Requests } from '../views/question.ts';

export type { CallTree, TreeMeasure } from '../layout/call-tree.ts';
export type { CardModel, MapFamily } from '../layout/hook-map-model.ts';
export type { Phase } from '../pipeline.ts';
export type * from '../views/answer.ts';
export type * from '../views/cost/cost-answer.ts';
export type { ExcerptAnswer } from '../views/excerpt/excerpt.ts';
export type { Answers, Requests } from '../views/question.ts';
export type * from '../views/recorded/recorded-answer.ts';
export type { Completion } from '../views/trace/completions.ts';
export type { PacketFacts } from '../views/trace/packet-facts.ts';
export type { Preset } from '../views/trace/presets.ts';
export type { ReachAnswer } from '../views/trace/reach-packet.ts';
export type * from '../views/trace/trace-answer.ts';

export type RequestKind = keyof Requests;

export type RequestMessage = {
  [K in RequestKind]: { readonly id: number; readonly kind: K; readonly request: Requests[K] };
}[RequestKind];

export type WorkerMessage =
  | { readonly type: 'answer'; readonly id: number; readonly kind: RequestKind; readonly answer: Answers[RequestKind] }
  | { readonly type: 'progress'; readonly id: number; readonly phase: Phase; readonly fraction: number }
  | {
      readonly type: 'error';
      readonly id: number;
      readonly code: 'internal' | 'no-such-id' | 'needs-text' | 'out-of-memory';
      readonly message: string;
    };
