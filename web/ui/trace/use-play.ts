/** Playing a trace step by step (VISUAL.md, "Motion"): 140 ms a step, at most 3 s in all; any key ends it at its result. */
import { useCallback, useEffect, useState } from 'react';
import { useMedia } from '../shell/use-media.ts';

const STEP = 140;
const LONGEST = 3000;

export interface Play {
  /** The last step that is shown; null: all. */
  readonly progress: number | null;
  readonly playing: boolean;
  readonly start: () => void;
  readonly stop: () => void;
}

/**
 * @param steps how many there are
 * @param key a new trace begins anew
 * @param onEnd the way is shown whole again
 */
export function usePlay(steps: number, key: unknown): Play {
  const [progress, setProgress] = useState<number | null>(null);
  const still = useMedia('(prefers-reduced-motion: reduce)');
  // biome-ignore lint/correctness/useExhaustiveDependencies: another trace ends the play of the one before
  useEffect(() => setProgress(null), [key]);
  const playing = progress !== null;
  const pause = Math.min(STEP, LONGEST / Math.max(1, steps));
  useEffect(() => {
    if (progress === null) return;
    const timer = setTimeout(() => setProgress(progress >= steps ? null : progress + 1), pause);
    return () => clearTimeout(timer);
  }, [progress, steps, pause]);
  const stop = useCallback(() => setProgress(null), []);
  const start = useCallback(() => {
    // Without motion there is nothing to play: the keys step.
    if (!still && steps > 0) setProgress(0);
  }, [still, steps]);
  useEffect(() => {
    if (!playing) return;
    addEventListener('keydown', stop, true);
    return () => removeEventListener('keydown', stop, true);
  }, [playing, stop]);
  return { progress, playing, start, stop };
}
