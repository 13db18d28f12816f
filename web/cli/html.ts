/** `html`: the page as one file with the dumps inside; without a FILE an empty page. */
import { packCarried } from '../standalone/carried.ts';
import { composePage } from '../standalone/page-file.ts';
import { type CommandInput, type ExitCode, readAll } from './result.ts';

/** Builds the page first, which takes about ten seconds. */
export async function htmlCommand(input: CommandInput): Promise<ExitCode> {
  const documents = await readAll(input);
  // Vite comes with it, which no other command needs.
  const { buildPageParts } = await import('../dev/standalone-build.ts');
  const dumps = documents.length === 0 ? null : await packCarried({ documents, view: '' });
  for (const piece of composePage(await buildPageParts(), dumps)) await input.output.out(piece);
  return 0;
}
