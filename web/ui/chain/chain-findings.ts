/** The findings that concern a chain: at its boundaries, and about what runs next. */
import { useMemo } from 'react';
import type { ChainDetail } from '../../worker/protocol.ts';
import type { Finding, FindingSeverity } from '../findings/finding.ts';
import { useStore } from '../use-store.ts';

const RANK: Readonly<Record<FindingSeverity, number>> = { error: 0, warning: 1, info: 2 };
const NONE: readonly Finding[] = [];

/** A line between two rules: at the upper edge of a segment, or (segment = their number) before the policy. */
export interface Boundary {
  readonly segment: number;
  /** Rule index from 1 before which it stands. */
  readonly before: number;
  /** The most severe first; empty where nothing is known of this boundary. */
  readonly findings: readonly Finding[];
  /** The first one's title stands at an earlier boundary of this chain already. */
  readonly repeated: boolean;
}

/** Every boundary between two owners, and the chain's two edges where a finding marks them. */
export function boundariesOf(
  { chain, segments, rules }: Pick<ChainDetail, 'chain' | 'segments' | 'rules'>,
  findings: readonly Finding[],
): Boundary[] {
  const marked = new Map<number, Finding[]>();
  for (const finding of findings) {
    for (const mark of finding.marks) {
      if (mark.chain !== chain) continue;
      const at = marked.get(mark.segment) ?? [];
      if (!at.includes(finding)) marked.set(mark.segment, [...at, finding]);
    }
  }
  const boundaries: Boundary[] = [];
  const told = new Set<Finding>();
  for (let segment = 0; segment <= segments.length; segment++) {
    const here = marked.get(segment);
    if (!here && (segment === 0 || segment === segments.length)) continue;
    const sorted = (here ?? []).sort((a, b) => RANK[a.severity] - RANK[b.severity]);
    const [first] = sorted;
    boundaries.push({
      segment,
      before: segments[segment]?.from ?? rules + 1,
      findings: sorted,
      repeated: first !== undefined && told.has(first),
    });
    if (first) told.add(first);
  }
  return boundaries;
}

export function useBoundaries(detail: ChainDetail): readonly Boundary[] {
  const findings = useStore((state) => state.overview?.findings ?? NONE);
  return useMemo(() => boundariesOf(detail, findings), [detail, findings]);
}

/** The finding that says that the next base chain refuses what this one accepts. */
export function useOverruling({ chain, base }: ChainDetail): Finding | null {
  const next = base?.next?.chain;
  return useStore(
    (state) =>
      state.overview?.findings.find(
        ({ mechanism, where, marks }) =>
          mechanism === 'later-base-chain-overrides-accept' &&
          [...where, ...marks].some((place) => place.chain === chain) &&
          [...where, ...marks].some((place) => place.chain === next),
      ) ?? null,
  );
}
