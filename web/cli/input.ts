/** Reads the files of a command line as texts. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { text as readStream } from 'node:stream/consumers';

/** A file that cannot be read, or that is no text. */
export class UnreadableInput extends Error {
  override name = 'UnreadableInput';
}

/** `-` is standard input, read once. Throws UnreadableInput. Bytes that are no UTF-8 become U+FFFD. */
export async function readInputs(files: readonly string[]): Promise<{ name: string; text: string }[]> {
  if (files.filter((file) => file === '-').length > 1) throw new UnreadableInput('- may be given once');
  return Promise.all(
    files.map(async (file) => {
      if (file === '-') return { name: 'standard input', text: await readStream(process.stdin) };
      try {
        return { name: basename(file), text: await readFile(file, 'utf8') };
      } catch (error) {
        throw new UnreadableInput(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }),
  );
}
