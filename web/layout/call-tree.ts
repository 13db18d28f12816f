/**
 * A chain and all that it calls, as columns: what the icicle is laid out from. Each chain and each jump is there once, so that a node of
 * 10,000 Services takes a few megabytes however many call paths it has; who lays it out follows only the paths that can be seen.
 *
 * Over a call path a chain counts with the product of the jumps' shares: `total[c] = own[c] + sum of share[j] * total[targets[j]]` for the jumps
 * j of c. What a chain calls twice counts twice; what would lead back to a chain on the path (a loop, which no kernel loads) has the share 0.
 */
import type { OwnerId } from '../owners/owner.ts';

/** What sizes stand for: rules, worst-case evaluations of one packet, or matches by the dump's counters. */
export type TreeMeasure = 'rules' | 'evaluations' | 'packets';

export interface CallTree {
  readonly measure: TreeMeasure;
  /** Chain.id. Number 0 is the chain that was asked for; the others in the order in which a packet meets them first. */
  readonly chains: Int32Array;
  /** All names in one text: that of number n ends at `nameEnds[n]`. */
  readonly names: string;
  readonly nameEnds: Int32Array;
  readonly ownerIds: readonly OwnerId[];
  /** Into `ownerIds`. */
  readonly owners: Uint16Array;
  readonly rules: Int32Array;
  /** Of the chain's own rules, in the measure's unit. */
  readonly own: Float64Array;
  /** With all below. */
  readonly total: Float64Array;
  /** The jumps of number n are `starts[n]` up to `starts[n + 1]`, in rule order. */
  readonly starts: Int32Array;
  /** By jump: the number of the chain that is called. */
  readonly targets: Int32Array;
  /** By jump: the rule's index in its chain, from 1. A verdict map gives several jumps of one rule. */
  readonly at: Int32Array;
  readonly gotos: Uint8Array;
  /** By jump: of the chain's own measure what its rules up to this one have. */
  readonly ahead: Float64Array;
  /** By jump: the part of its target's measure that counts on this path. */
  readonly share: Float64Array;
}

export function chainName({ names, nameEnds }: CallTree, number: number): string {
  return names.slice(number === 0 ? 0 : nameEnds[number - 1], nameEnds[number]);
}

export function chainOwner({ ownerIds, owners }: CallTree, number: number): OwnerId {
  return ownerIds[owners[number] as number] as OwnerId;
}

/** The buffers, to hand them over instead of copying them. */
export function buffersOf(tree: CallTree): ArrayBuffer[] {
  return Object.values(tree).flatMap((column: unknown) =>
    ArrayBuffer.isView(column) && column.buffer instanceof ArrayBuffer ? [column.buffer] : [],
  );
}
