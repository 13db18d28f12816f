/**
 * Dragging an owner's run of rules to another boundary of its chain: nothing moves but a line where it would stand; letting go supposes it. Escape ends it.
 */
import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { store } from '../use-store.ts';
import { nearestBoundary } from './moves.ts';

export interface BoundaryPlace {
  /** The boundary: the upper edge of this segment, or (as many as segments) the chain's end. */
  readonly segment: number;
  /** Pixels from the upper edge of the lines. */
  readonly top: number;
}

export interface DragInput {
  readonly chain: number;
  /** Those that are drawn now. */
  readonly boundaries: readonly BoundaryPlace[];
  readonly scroller: RefObject<HTMLElement | null>;
  readonly lines: RefObject<HTMLElement | null>;
}

export interface SegmentDrag {
  /** What is dragged, and to where; null: nothing is. */
  readonly drag: { readonly segment: number; readonly to: number } | null;
  readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
}

/** Pixels before a press is a drag. */
const THRESHOLD = 4;
/** Pixels from the edge within which the table scrolls, and how far in each frame. */
const EDGE = 34;
const SCROLL = 9;

export function useSegmentDrag(input: DragInput): SegmentDrag {
  const [drag, setDrag] = useState<SegmentDrag['drag']>(null);
  const latest = useRef(input);
  latest.current = input;
  const end = useRef<(() => void) | null>(null);
  useEffect(() => () => end.current?.(), []);

  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    const handle = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-handle]') : null;
    const segment = Number(handle?.dataset['segment'] ?? Number.NaN);
    const { lines, chain } = input;
    if (event.button !== 0 || !handle || Number.isNaN(segment) || !lines.current) return;
    event.preventDefault();
    end.current = follow(lines.current, event, latest, segment, setDrag, (to) =>
      store.getState().suppose({ kind: 'move', chain, segment, to }),
    );
  };
  return { drag, onPointerDown };
}

/** Listens until the pointer is let go; gives what ends it early. */
function follow(
  lines: HTMLElement,
  { clientY: start, pointerId }: PointerEvent,
  latest: RefObject<DragInput>,
  segment: number,
  onDrag: (drag: SegmentDrag['drag']) => void,
  onDrop: (to: number) => void,
): () => void {
  let y = start;
  let to: number | null = null;
  let frame = 0;
  let isDrag = false;
  const isElsewhere = () => to !== null && to !== segment && to !== segment + 1;
  const look = (): void => {
    const { boundaries, scroller } = latest.current;
    to = nearestBoundary(boundaries, y - lines.getBoundingClientRect().top);
    onDrag({ segment, to: to ?? segment });
    const box = scroller.current?.getBoundingClientRect();
    if (box && y < box.top + EDGE) scroller.current?.scrollBy(0, -SCROLL);
    if (box && y > box.bottom - EDGE) scroller.current?.scrollBy(0, SCROLL);
    frame = requestAnimationFrame(look);
  };
  const move = (event: globalThis.PointerEvent): void => {
    y = event.clientY;
    if (isDrag || Math.abs(y - start) < THRESHOLD) return;
    isDrag = true;
    lines.setPointerCapture(pointerId);
    look();
  };
  const stop = (): void => {
    cancelAnimationFrame(frame);
    removeEventListener('pointermove', move);
    removeEventListener('pointerup', drop);
    removeEventListener('pointercancel', stop);
    removeEventListener('keydown', leave, true);
    onDrag(null);
  };
  const drop = (): void => {
    const target = to;
    const isMove = isDrag && isElsewhere();
    stop();
    if (isMove && target !== null) onDrop(target);
  };
  const leave = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !isDrag) return;
    event.preventDefault();
    event.stopPropagation();
    stop();
  };
  addEventListener('pointermove', move);
  addEventListener('pointerup', drop);
  addEventListener('pointercancel', stop);
  addEventListener('keydown', leave, true);
  return stop;
}
