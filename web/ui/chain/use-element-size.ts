/** The size of an element, as state. */
import { type RefCallback, useCallback, useRef, useState } from 'react';

export interface ElementSize {
  /** Pixels, content box; 0 before the first measurement. */
  readonly width: number;
  readonly height: number;
}

export function useElementSize<E extends Element>(): readonly [RefCallback<E>, ElementSize] {
  const [size, setSize] = useState<ElementSize>({ width: 0, height: 0 });
  const observer = useRef<ResizeObserver | null>(null);
  const ref = useCallback((element: E | null) => {
    observer.current?.disconnect();
    observer.current = null;
    if (!element) return;
    const { width, height } = element.getBoundingClientRect();
    setSize({ width, height });
    observer.current = new ResizeObserver(([entry]) => {
      if (!entry) return;
      const { width: w, height: h } = entry.contentRect;
      setSize((before) => (before.width === w && before.height === h ? before : { width: w, height: h }));
    });
    observer.current.observe(element);
  }, []);
  return [ref, size];
}
