/** What a command gets and gives. */

export interface CommandResult {
  readonly code: 0 | 1 | 2;
  readonly out: string;
  readonly err: string;
}

/** What every command gets: the files as documents, and its options. */
export interface CommandInput {
  readonly documents: readonly { readonly name: string; readonly text: string }[];
  readonly options: CommandOptions;
}

export interface CommandOptions {
  readonly json: boolean;
  readonly each: boolean;
  readonly to: string | undefined;
  readonly failOn: string;
  readonly base: string | undefined;
}

/** Wrong usage: the message says what is right. */
export class UsageError extends Error {
  override name = 'UsageError';
}
