/** Long work on the page's own thread, in slices: the browser gets a turn between them. */

/** Milliseconds: half a frame's budget at most is missed. */
const SLICE = 24;

/**
 * Runs `steps` to the end and gives what it returns. Rejects with what it throws, or with the signal's reason.
 * @param onProgress called after each slice with what the generator yielded last.
 */
export async function runInSlices<T>(
  steps: Generator<number, T>,
  options: { readonly signal?: AbortSignal; readonly onProgress?: (fraction: number) => void } = {},
): Promise<T> {
  for (;;) {
    options.signal?.throwIfAborted();
    const until = performance.now() + SLICE;
    let step = steps.next();
    while (!step.done && performance.now() < until) step = steps.next();
    if (step.done) return step.value;
    options.onProgress?.(step.value);
    await new Promise((resume) => setTimeout(resume));
  }
}
