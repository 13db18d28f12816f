/** Two fingers on an element. */
import { type RefObject, useEffect, useRef } from 'react';

/**
 * Tells, as two fingers move apart or together, by what factor since the last time, and where their middle is in the window. True while they are
 * down, for what one finger would do.
 */
export function usePinch(
  host: RefObject<HTMLElement | null>,
  pinch: (factor: number, clientY: number) => void,
): RefObject<boolean> {
  const latest = useRef(pinch);
  latest.current = pinch;
  const pinching = useRef(false);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const fingers = new Map<number, { readonly x: number; readonly y: number }>();
    const apart = (): number => {
      const [a, b] = [...fingers.values()];
      return a && b ? Math.max(1, Math.hypot(a.x - b.x, a.y - b.y)) : 1;
    };
    const put = ({ pointerId, clientX, clientY }: PointerEvent): void => {
      fingers.set(pointerId, { x: clientX, y: clientY });
    };
    const down = (event: PointerEvent): void => {
      if (event.pointerType !== 'touch') return;
      put(event);
      if (fingers.size === 2) pinching.current = true;
    };
    const move = (event: PointerEvent): void => {
      if (!fingers.has(event.pointerId)) return;
      const before = apart();
      put(event);
      if (fingers.size !== 2) return;
      const [a, b] = [...fingers.values()];
      latest.current(apart() / before, ((a?.y ?? 0) + (b?.y ?? 0)) / 2);
    };
    const up = ({ pointerId }: PointerEvent): void => {
      fingers.delete(pointerId);
      if (fingers.size === 0) pinching.current = false;
    };
    const abort = new AbortController();
    const options = { signal: abort.signal };
    element.addEventListener('pointerdown', down, options);
    element.addEventListener('pointermove', move, options);
    // Also where the finger has left the element.
    window.addEventListener('pointerup', up, options);
    window.addEventListener('pointercancel', up, options);
    return () => abort.abort();
  }, [host]);
  return pinching;
}
