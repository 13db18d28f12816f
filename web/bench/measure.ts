/** Timing for the benchmarks: repetitions, median, memory. Milliseconds and bytes. */
import { spawnSync } from 'node:child_process';

export interface Timing {
  readonly median: number;
  readonly runs: readonly number[];
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

export function time(repetitions: number, run: () => void): Timing {
  const runs: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    const start = performance.now();
    run();
    runs.push(performance.now() - start);
  }
  return { median: medianOf(runs), runs };
}

export interface CommandResult {
  readonly timing: Timing | null;
  /** Why there is no timing: the tool is absent, failed, or ran out of time. */
  readonly reason: string | null;
}

/** Runs a shell command in a network namespace of its own, `repetitions` times; each run may take `timeout` milliseconds. */
export function timeCommand(repetitions: number, command: string, timeout: number): CommandResult {
  const runs: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    const start = performance.now();
    const result = spawnSync('unshare', ['-n', 'sh', '-c', `exec ${command}`], {
      encoding: 'utf8',
      timeout,
      killSignal: 'SIGKILL',
    });
    const took = performance.now() - start;
    if (result.error)
      return { timing: null, reason: took >= timeout ? `longer than ${timeout / 1000} s` : result.error.message };
    if (result.status !== 0)
      return { timing: null, reason: (result.stderr || `exit ${result.status}`).split('\n')[0] as string };
    runs.push(took);
  }
  return { timing: { median: medianOf(runs), runs }, reason: null };
}

/** The heap that `make`'s result holds. Needs --expose-gc; null without. */
export function heapOf<T>(make: () => T): { readonly bytes: number | null; readonly value: T } {
  const collect = globalThis.gc;
  collect?.();
  const before = process.memoryUsage().heapUsed;
  const value = make();
  collect?.();
  return { bytes: collect ? process.memoryUsage().heapUsed - before : null, value };
}
