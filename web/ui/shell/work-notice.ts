/** Work that may take longer than a moment: after a while a notice tells of it, how far it is, and how to stop it. */
import { store } from '../use-store.ts';

export interface WorkNotice {
  /** @param fraction 0..1 */
  readonly progress: (fraction: number) => void;
  /** The work has come to its end, whichever. */
  readonly end: () => void;
}

/** Milliseconds that work may take before the page says so. */
const PATIENCE = 300;

/**
 * Call when the work begins.
 * @param text `Making the link…`
 * @param stop ends the work; without it there is no button.
 */
export function tellWork(text: string, stop?: () => void): WorkNotice {
  const startedAt = performance.now();
  let id: number | null = null;
  return {
    progress: (fraction) => {
      const { notify, setFraction } = store.getState();
      if (id !== null) setFraction(id, fraction);
      else if (performance.now() - startedAt > PATIENCE) {
        const action = stop === undefined ? {} : { action: { label: 'Stop', run: stop } };
        id = notify({ severity: 'info', text, fraction, ...action });
      }
    },
    end: () => {
      if (id !== null) store.getState().dismiss(id);
    },
  };
}
