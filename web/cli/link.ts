/** `link`: the permalink that holds the dumps. */
import { encodeLink } from '../permalink/link.ts';
import { type CommandInput, type ExitCode, readAll } from './result.ts';

/** Without `--base` only the part from `#` on, which fits behind any deployment's address. */
export async function linkCommand(input: CommandInput): Promise<ExitCode> {
  const documents = await readAll(input);
  await input.output.out(`${input.options.base ?? ''}${encodeLink(documents)}\n`);
  return 0;
}
