/** The command line's entry: arguments in, text and exit code out. See web/cli/README.md for every command and its JSON. */
import { once } from 'node:events';
import { runCommand } from './command.ts';

/** `nfscope ... | head` closes the pipe: nobody reads on, so there is nothing more to say. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

async function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  if (text !== '' && !stream.write(text)) await once(stream, 'drain');
}

process.exitCode = await runCommand(process.argv.slice(2), {
  out: (text) => write(process.stdout, text),
  err: (text) => write(process.stderr, text),
});
