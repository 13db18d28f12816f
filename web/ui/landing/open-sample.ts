/** Opens a sample in place of what is shown, which is kept and can be gone back to. */
import { workspaces } from '../session.ts';
import { store } from '../use-store.ts';
import type { Sample } from './samples.ts';

export async function openSample(sample: Sample): Promise<void> {
  try {
    const documents = await Promise.all(sample.documents.map(async ({ name, load }) => ({ name, text: await load() })));
    workspaces.replace(documents, `the sample “${sample.title}”`);
    store.getState().notify({ severity: 'info', text: `Look for: ${sample.lookFor}` });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    store.getState().notify({ severity: 'error', text: `The sample could not be loaded: ${reason}` });
  }
}
