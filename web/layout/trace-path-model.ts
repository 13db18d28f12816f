/** A packet's way over the hook map, before geometry: what each base chain on it did to the packet. */
import type { Hook } from '../model/hook.ts';

/** Something that happened in a segment (or at the policy) of a base chain, to be marked on the map. */
export interface PathStop {
  /** From 0; null: the policy, or the card as a whole. */
  readonly segment: number | null;
  /** The step's number in the list. */
  readonly number: number;
  /** `policy allows`, `accept`: beside the stripe. */
  readonly title: string;
  /** `0x0 → 0x80000`: below it, in mono, line by line. */
  readonly detail: readonly string[];
  /** The way forks here. */
  readonly fork: boolean;
  /** It settles the packet's fate. */
  readonly decides: boolean;
  /** A kernel did it, and it was not predicted. */
  readonly differs: boolean;
}

export interface PathVisit {
  readonly hook: Hook;
  /** Chain.id of the base chain. */
  readonly chain: number;
  /** In the order of the packet. */
  readonly stops: readonly PathStop[];
  /** The last segment that the packet met; null: all of them, and the policy. */
  readonly until: number | null;
}

export type PathEnd =
  | { readonly kind: 'delivered'; readonly to: 'local' | 'out' }
  /** By a rule or policy of the last visit; drawn with a cross. */
  | { readonly kind: 'refused' }
  /** Outside of the rules: routing, TTL. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'taken' }
  /** Nobody told. */
  | { readonly kind: 'untold' };

export interface TracePathModel {
  /** The hooks on the way, in the packet's order: only these get a column. */
  readonly hooks: readonly Hook[];
  /** In the packet's order. */
  readonly visits: readonly PathVisit[];
  readonly end: PathEnd;
  /** At the end of the way: `Rejected by rule 9`, `accepted at 0 by rule 10`. */
  readonly label: readonly string[];
}
