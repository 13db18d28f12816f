/** Whether a media query holds, as state. */
import { useSyncExternalStore } from 'react';

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => matchMedia(query).matches,
  );
}

/** Below it the page is laid out for a phone. */
export const PHONE = '(max-width: 699px)';
/** Below it the findings are a drawer: the map keeps its 660. */
export const NARROW = '(max-width: 899px)';
/** Below it three panels side by side leave the middle one no room for its words. */
export const TWO_PANELS = '(max-width: 1099px)';
