/** `link`: the permalink that holds the dumps. */
import { encodeLink } from '../permalink/link.ts';
import type { CommandInput, CommandResult } from './result.ts';

/** Without `--base` only the part from `#` on, which fits behind any deployment's address. */
export function linkCommand({ documents, options }: CommandInput): CommandResult {
  return { code: 0, out: `${options.base ?? ''}${encodeLink(documents)}\n`, err: '' };
}
