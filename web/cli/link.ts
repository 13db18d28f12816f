/** `link`: the permalink that holds the dumps. */
import { encodeLink, encodeShellLink } from '../permalink/link.ts';
import { type CommandInput, type ExitCode, readAll, UsageError } from './result.ts';

/** Without `--base` only the part from `#` on, which fits behind any deployment's address. `--codec gz` writes what a shell can read. */
export async function linkCommand(input: CommandInput): Promise<ExitCode> {
  const { base = '', codec = 'nf' } = input.options;
  if (codec !== 'nf' && codec !== 'gz') throw new UsageError('link takes --codec nf or gz');
  const documents = await readAll(input);
  await input.output.out(`${base}${codec === 'gz' ? encodeShellLink(documents) : encodeLink(documents)}\n`);
  return 0;
}
