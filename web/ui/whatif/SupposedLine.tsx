/** The line in a chain's table where rules would stand: while they are dragged there, and as long as it is supposed. */
import type { ReactElement } from 'react';
import type { ChainDetail } from '../../worker/protocol.ts';
import { store } from '../use-store.ts';
import { rangeWords } from './change-words.ts';
import { nextMove, segmentOf } from './moves.ts';
import type { SupposedChain } from './supposed-chain.ts';
import type { BoundaryPlace, SegmentDrag } from './use-segment-drag.ts';

export interface SupposedLineProps {
  readonly detail: ChainDetail;
  readonly drag: SegmentDrag['drag'];
  readonly supposed: SupposedChain | null;
  readonly boundaries: readonly BoundaryPlace[];
}

export function SupposedLine({ detail, drag, supposed, boundaries }: SupposedLineProps): ReactElement | null {
  const to = drag ? drag.to : (supposed?.to ?? null);
  const place = boundaries.find(({ segment }) => segment === to);
  if (to === null || !place) return null;
  return (
    <div
      className="supposed-line"
      role="presentation"
      data-edge={to === 0 ? 'top' : undefined}
      style={{ transform: `translateY(${place.top - 1}px)` }}
    >
      <span>{drag ? dragWords(detail, drag) : (supposed?.words ?? '')}</span>
    </div>
  );
}

function dragWords({ segments }: ChainDetail, { segment, to }: NonNullable<SegmentDrag['drag']>): string {
  const own = segments[segment];
  const range = own ? rangeWords(own) : 'rules';
  return to === segment || to === segment + 1 ? `Leave ${range} where they are` : `What if: ${range} here`;
}

/**
 * Alt+Up and Alt+Down move the selected rule's segment by one boundary, in supposition.
 * @returns what to say; empty: it cannot go further; null: not such a key, or nothing to move.
 */
export function moveByKey(
  key: string,
  { chain, segments, base }: ChainDetail,
  index: number | null,
  supposed: SupposedChain | null,
): string | null {
  if ((key !== 'ArrowUp' && key !== 'ArrowDown') || !base || segments.length < 2) return null;
  const segment = index === null ? null : segmentOf(segments, index);
  const own = segment === null ? undefined : segments[segment];
  if (segment === null || !own) return null;
  const from = supposed?.moved.length === 1 && supposed.moved[0] === segment ? (supposed.to ?? segment) : segment;
  const to = nextMove(segments, segment, from, key === 'ArrowUp' ? -1 : 1);
  if (to === null) return '';
  if (to === segment) {
    store.getState().clearSupposed();
    return `${rangeWords(own)} where they are`;
  }
  store.getState().suppose({ kind: 'move', chain, segment, to });
  const next = segments[to];
  return `What if: ${rangeWords(own)} ${next ? `above rule ${next.from}` : 'at the end'}`;
}
