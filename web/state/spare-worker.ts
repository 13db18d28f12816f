/**
 * A worker that is there before it is needed: it has loaded its code and practised (worker/practice.ts) when its first message comes. As soon as it is
 * taken the next one is made, when there is time for it. No browser in it.
 */

export interface SpareWorker {
  readonly addEventListener: (type: 'error', listener: () => void) => void;
}

/**
 * @param spawn may throw: where there is no spare one, so does taking one.
 * @param later runs something when the page has nothing else to do.
 * @returns takes the spare worker, or makes one.
 */
export function keepSpare<W extends SpareWorker>(spawn: () => W, later: (run: () => void) => void): () => W {
  let spare: W | null = null;
  let isPlanned = false;

  function make(): void {
    isPlanned = false;
    if (spare) return;
    // What cannot start is nobody's loss yet: whoever takes one is told by the next.
    try {
      const made = spawn();
      made.addEventListener('error', () => {
        if (spare === made) spare = null;
      });
      spare = made;
    } catch {
      spare = null;
    }
  }

  function plan(): void {
    if (isPlanned) return;
    isPlanned = true;
    later(make);
  }

  plan();
  return () => {
    const taken = spare;
    spare = null;
    plan();
    return taken ?? spawn();
  };
}
