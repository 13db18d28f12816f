/** Loads Monaco, and the editor over it, in pieces: evaluating three megabytes of code in one task would block input. */
import type { Editor } from './Editor.tsx';
import type * as Monaco from './monaco.ts';

export interface LoadedEditor {
  readonly monaco: typeof Monaco;
  readonly Editor: typeof Editor;
}

let loading: Promise<LoadedEditor> | null = null;

/** One load for the whole page; after a failure the next call tries again. */
export function loadEditor(): Promise<LoadedEditor> {
  loading ??= loadInPieces().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function loadInPieces(): Promise<LoadedEditor> {
  await import('./monaco-core.ts');
  await nextTask();
  await import('./monaco-contributions.ts');
  await nextTask();
  const monaco = await import('./monaco.ts');
  await nextTask();
  return { monaco, Editor: (await import('./Editor.tsx')).Editor };
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
