/** How the segments of a chain share the height of its jump tree, and what chains are called that are drawn as one. Pure. */
import type { CallTree } from './call-tree.ts';

export interface Segment {
  readonly owner: string;
  /** Rule indexes, from 1. */
  readonly from: number;
  readonly to: number;
  readonly packets?: number | null;
}

export const MIN_SEGMENT = 17;

/** `KUBE-SVC-…`: what two names have in common, up to a hyphen; the first one and more where that is nothing. */
export function stemOf(first: string, last: string): string {
  let same = 0;
  while (same < first.length && first[same] === last[same]) same++;
  const cut = first.slice(0, same).lastIndexOf('-');
  return cut > 0 ? `${first.slice(0, cut + 1)}…` : `${first} …`;
}

/** The jumps of the root that a segment's rules make: the first, and the one after the last. */
export function jumpsOf({ starts, at }: CallTree, { from, to }: Segment): [number, number] {
  let first = starts[0] as number;
  const last = starts[1] as number;
  while (first < last && (at[first] as number) < from) first++;
  let end = first;
  while (end < last && (at[end] as number) <= to) end++;
  return [first, end];
}

/** The measure of the root's rules before a segment. */
export function baseOf({ measure }: CallTree, segments: readonly Segment[], at: number): number {
  return measure === 'packets'
    ? sum(segments.slice(0, at), ({ packets }) => packets ?? 0)
    : (segments[at] as Segment).from - 1;
}

export function segmentSize(tree: CallTree, segments: readonly Segment[], at: number): number {
  const segment = segments[at] as Segment;
  let size = tree.measure === 'packets' ? (segment.packets ?? 0) : segment.to - segment.from + 1;
  const [first, end] = jumpsOf(tree, segment);
  for (let jump = first; jump < end; jump++) {
    size += (tree.share[jump] as number) * (tree.total[tree.targets[jump] as number] as number);
  }
  return size;
}

/** The segment that a rule of the root lies in. */
export function segmentOfRule(segments: readonly Segment[], index: number): number | null {
  const found = segments.findIndex(({ from, to }) => index >= from && index <= to);
  return found === -1 ? null : found;
}

/** Linear, but nobody below MIN_SEGMENT: what the small ones get too much, the others give. */
export function shareHeight(weights: readonly number[], height: number): number[] {
  const result = weights.map(() => MIN_SEGMENT);
  let open = weights.map((_, at) => at);
  let left = height;
  for (;;) {
    const total = sum(open, (at) => weights[at] as number);
    const small = open.filter((at) => ((weights[at] as number) / total) * left < MIN_SEGMENT);
    if (small.length === 0) {
      for (const at of open) result[at] = ((weights[at] as number) / total) * left;
      return result;
    }
    left -= small.length * MIN_SEGMENT;
    open = open.filter((at) => !small.includes(at));
    if (open.length === 0 || left <= 0) return result;
  }
}

export function sum<T>(list: readonly T[], of: (entry: T) => number): number {
  let total = 0;
  for (const entry of list) total += of(entry);
  return total;
}
