/** What a command gets and gives. */

/** 0 nothing to report, 1 findings at or above `--fail-on`, 2 unreadable input or wrong usage. */
export type ExitCode = 0 | 1 | 2;

/** Where a command writes: the process's streams, or a test's strings. Awaiting a write keeps memory small when the reader is slow. */
export interface Output {
  readonly out: (text: string) => Promise<void> | void;
  readonly err: (text: string) => Promise<void> | void;
}

export interface CliDocument {
  readonly name: string;
  readonly text: string;
}

/** What every command gets: the files' names, how to read one, its options, and where to write. */
export interface CommandInput {
  readonly files: readonly string[];
  /** The file's text, or those of an archive. Throws UnreadableInput. */
  readonly read: (file: string) => Promise<readonly CliDocument[]>;
  /** The file's lines, without holding all of it. Throws UnreadableInput. */
  readonly lines: (file: string) => AsyncIterable<string>;
  readonly options: CommandOptions;
  readonly output: Output;
}

export interface CommandOptions {
  readonly json: boolean;
  readonly each: boolean;
  readonly to: string | undefined;
  readonly failOn: string | undefined;
  /** Seconds that proofs may take. */
  readonly prove: string | undefined;
  readonly base: string | undefined;
  /** How a link is packed. */
  readonly codec: string | undefined;
  /** Of an archive with dumps of several nodes. */
  readonly node: string | undefined;
  /** Of an anonymised copy, as hexadecimal digits. */
  readonly key: string | undefined;
  /** What was replaced by what. */
  readonly show: boolean;
  readonly zeroCounters: boolean;
  /** A packet as JSON. */
  readonly packet: string | undefined;
  /** A file of recorded cases. */
  readonly cases: string | undefined;
  /** Answers to what a trace says is not known. */
  readonly pin: readonly string[];
  /** The answer and later packets too. */
  readonly connection: boolean;
}

/** Wrong usage: the message says what is right. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** All files of one node. Throws UnreadableInput for the first that cannot be read. */
export async function readAll({ files, read }: CommandInput): Promise<CliDocument[]> {
  const documents: CliDocument[] = [];
  for (const file of files) documents.push(...(await read(file)));
  return documents;
}
