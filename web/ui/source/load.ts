/** Loads Monaco in pieces: evaluating three megabytes of code in one task would block input. */
import type * as Monaco from './monaco.ts';

let loading: Promise<typeof Monaco> | null = null;

/** One load for the whole page; after a failure the next call tries again. */
export function loadMonaco(): Promise<typeof Monaco> {
  loading ??= loadInPieces().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function loadInPieces(): Promise<typeof Monaco> {
  await import('./monaco-core.ts');
  await nextTask();
  await import('./monaco-contributions.ts');
  await nextTask();
  const monaco = await import('./monaco.ts');
  await nextTask();
  return monaco;
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
