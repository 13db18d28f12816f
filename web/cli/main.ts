/** The command line's entry: arguments in, text and exit code out. See web/cli/README.md for every command and its JSON. */
import { runCommand } from './command.ts';

const result = await runCommand(process.argv.slice(2));
if (result.err !== '') process.stderr.write(result.err);
if (result.out !== '') process.stdout.write(result.out);
process.exitCode = result.code;
