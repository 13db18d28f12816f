/**
 * The command line, without a process around it: tests call `runCommand`.
 * Exit codes: 0 nothing to report, 1 findings at or above `--fail-on`, 2 unreadable input or wrong usage.
 */
import { parseArgs } from 'node:util';
import { findingsCommand } from './findings.ts';
import { readInputs, UnreadableInput } from './input.ts';
import { inspectCommand } from './inspect.ts';
import { linkCommand } from './link.ts';
import { printCommand } from './print.ts';
import { type CommandInput, type CommandResult, UsageError } from './result.ts';

const USAGE = `usage: npm run -s cli -- COMMAND [OPTIONS] FILE...        (FILE may be - for standard input)

  inspect [--json] [--each] FILE...          tables, owners, base chains in effective order
  findings [--json] [--fail-on LEVEL] FILE... where owners contend   (LEVEL: error, warning, info, never; default error)
  print --to nft|iptables-save FILE...       the ruleset printed from the model
  link [--base URL] FILE...                  a permalink that holds the dumps

Several FILEs are dumps of one node; with inspect --each, every FILE is a node of its own (one JSON line each).
`;

const COMMANDS: ReadonlyMap<string, (input: CommandInput) => CommandResult | Promise<CommandResult>> = new Map([
  ['inspect', inspectCommand],
  ['findings', findingsCommand],
  ['print', printCommand],
  ['link', linkCommand],
]);

export async function runCommand(args: readonly string[]): Promise<CommandResult> {
  try {
    const { values, positionals } = parse(args);
    const [name, ...files] = positionals;
    if (values.help || name === 'help') return { code: 0, out: USAGE, err: '' };
    if (name === undefined) throw new UsageError('no command given');
    const command = COMMANDS.get(name);
    if (!command) throw new UsageError(`no such command: ${name}`);
    if (files.length === 0) throw new UsageError(`${name} needs a FILE`);
    const options = {
      json: values.json,
      each: values.each,
      to: values.to,
      failOn: values['fail-on'],
      base: values.base,
    };
    return await command({ documents: await readInputs(files), options });
  } catch (error) {
    if (error instanceof UsageError) return { code: 2, out: '', err: `nfscope: ${error.message}\n\n${USAGE}` };
    if (error instanceof UnreadableInput) return { code: 2, out: '', err: `nfscope: ${error.message}\n` };
    throw error;
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        each: { type: 'boolean', default: false },
        to: { type: 'string' },
        'fail-on': { type: 'string', default: 'error' },
        base: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
