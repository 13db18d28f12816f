/**
 * The command line, without a process around it: main.ts gives it the process's streams, tests their own.
 * Exit codes: 0 nothing to report, 1 findings at or above `--fail-on`, 2 unreadable input or wrong usage.
 */
import { parseArgs } from 'node:util';
import { anonymiseCommand } from './anonymise.ts';
import { findingsCommand } from './findings.ts';
import { htmlCommand } from './html.ts';
import { readInput, readLines, UnreadableInput } from './input.ts';
import { inspectCommand } from './inspect.ts';
import { linkCommand } from './link.ts';
import { printCommand } from './print.ts';
import {
  type CliDocument,
  type CommandInput,
  type CommandOptions,
  type ExitCode,
  type Output,
  UsageError,
} from './result.ts';
import { traceCommand } from './trace.ts';

const USAGE = `usage: npm run -s cli -- COMMAND [OPTIONS] FILE...        (FILE may be - for standard input)

  inspect [--json] [--each] FILE...           tables, owners, base chains in effective order
  findings [--json] [--fail-on LEVEL] FILE... where owners contend  (LEVEL: error, warning, info, never; default error)
        [--prove SECONDS]                     how long proofs may take: default 60, 0 for none
  print --to nft|iptables-save FILE...        the ruleset printed from the model
  link [--base URL] [--codec nf|gz] FILE...   a permalink that holds the dumps (gz: longer, but a shell can read it)
  html [FILE...]                              the page as one file with the dumps inside, to keep or to mail
  anonymise [--json] [--show] FILE...         the dumps with other addresses and names, which mean the same
        [--zero-counters] [--key HEX]         counters as 0; the same key, the same replacements (default: a new one)
  trace --packet JSON [--json] FILE...        what happens to a packet, rule by rule
        [--connection] [--pin UNKNOWN=ANSWER] the answer and later packets too; an answer to what no dump tells
  trace --cases FILE.jsonl                    recorded cases, one JSON line for each

Several FILEs are dumps of one node; with inspect --each, every FILE is a node of its own (one JSON line each).
FILE may be a .gz, .zip, .tar or .tar.gz: its dumps are read. If it holds several nodes, --node NAME chooses one.
`;

interface Command {
  readonly run: (input: CommandInput) => Promise<ExitCode>;
  /** Options besides --json and --help. */
  readonly takes: readonly (keyof CommandOptions)[];
  readonly withoutFiles?: true;
}

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['inspect', { run: inspectCommand, takes: ['each', 'node'] }],
  ['findings', { run: findingsCommand, takes: ['failOn', 'prove', 'node'] }],
  ['print', { run: printCommand, takes: ['to', 'node'] }],
  ['link', { run: linkCommand, takes: ['base', 'codec', 'node'] }],
  ['html', { run: htmlCommand, takes: ['node'], withoutFiles: true }],
  ['anonymise', { run: anonymiseCommand, takes: ['key', 'show', 'zeroCounters', 'node'] }],
  ['trace', { run: traceCommand, takes: ['packet', 'cases', 'pin', 'connection', 'node'] }],
]);

const FLAGS: Readonly<Record<keyof CommandOptions, string>> = {
  json: '--json',
  each: '--each',
  to: '--to',
  failOn: '--fail-on',
  prove: '--prove',
  base: '--base',
  codec: '--codec',
  node: '--node',
  key: '--key',
  show: '--show',
  zeroCounters: '--zero-counters',
  packet: '--packet',
  cases: '--cases',
  pin: '--pin',
  connection: '--connection',
};

/** Runs one command line (without the program's name). Throws only for bugs. */
export async function runCommand(args: readonly string[], output: Output): Promise<ExitCode> {
  try {
    const { values, positionals } = parse(args);
    const [name, ...files] = positionals;
    if (values.help || name === 'help') {
      await output.out(USAGE);
      return 0;
    }
    const options: CommandOptions = {
      json: values.json === true,
      each: values.each === true,
      to: values.to,
      failOn: values['fail-on'],
      prove: values.prove,
      base: values.base,
      codec: values.codec,
      node: values.node,
      key: values.key,
      show: values.show === true,
      zeroCounters: values['zero-counters'] === true,
      packet: values.packet,
      cases: values.cases,
      pin: values.pin ?? [],
      connection: values.connection === true,
    };
    return await commandFor(name, files, options).run({
      files,
      options,
      output,
      read: (file) => readFor(file, options, output),
      lines: readLines,
    });
  } catch (error) {
    if (error instanceof UsageError) await output.err(`nfscope: ${error.message}\n\n${USAGE}`);
    else if (error instanceof UnreadableInput) await output.err(`nfscope: ${error.message}\n`);
    else throw error;
    return 2;
  }
}

async function readFor(file: string, { node }: CommandOptions, output: Output): Promise<readonly CliDocument[]> {
  const { documents, notes } = await readInput(file, node);
  for (const note of notes) await output.err(`nfscope: ${note}\n`);
  return documents;
}

function commandFor(name: string | undefined, files: readonly string[], options: CommandOptions): Command {
  if (name === undefined) throw new UsageError('no command given');
  const command = COMMANDS.get(name);
  if (!command) throw new UsageError(`no such command: ${name}`);
  for (const option of Object.keys(FLAGS) as (keyof CommandOptions)[]) {
    if (option === 'json' || !isGiven(options[option]) || command.takes.includes(option)) continue;
    throw new UsageError(`${name} has no ${FLAGS[option]}`);
  }
  if (files.length === 0 && options.cases === undefined && !command.withoutFiles)
    throw new UsageError(`${name} needs a FILE`);
  const inputs = [...files, options.cases];
  if (inputs.filter((file) => file === '-').length > 1) throw new UsageError('- may be given once');
  return command;
}

function isGiven(option: CommandOptions[keyof CommandOptions]): boolean {
  return Array.isArray(option) ? option.length > 0 : option !== undefined && option !== false;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        each: { type: 'boolean' },
        to: { type: 'string' },
        'fail-on': { type: 'string' },
        prove: { type: 'string' },
        base: { type: 'string' },
        codec: { type: 'string' },
        node: { type: 'string' },
        key: { type: 'string' },
        show: { type: 'boolean' },
        'zero-counters': { type: 'boolean' },
        packet: { type: 'string' },
        cases: { type: 'string' },
        pin: { type: 'string', multiple: true },
        connection: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
