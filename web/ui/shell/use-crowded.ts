/** Whether what stands in a row has no room there: what is less important is then left out by the style sheet. */
import { type RefObject, useLayoutEffect } from 'react';

/**
 * Marks the element with `data-crowded` while its content is wider than it is. `content`: changes when the content does. Without React's state: the mark
 * is right in the same frame, and measuring with and without it cannot go back and forth.
 */
export function useCrowded(ref: RefObject<HTMLElement | null>, content: unknown): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: other content may be wider
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = (): void => {
      element.removeAttribute('data-crowded');
      element.toggleAttribute('data-crowded', element.scrollWidth > element.clientWidth + 1);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref, content]);
}
