/** Two kinds of failure: `InternalError` says that nfscope has a bug. Wrong input is never thrown: it becomes a diagnostic. */
export class InternalError extends Error {
  override name = 'InternalError';
}

/** For the `default` of a switch over a discriminated union: the compiler refuses it while a kind is missing. */
export function assertNever(value: never, what = 'value'): never {
  throw new InternalError(`unhandled ${what}: ${JSON.stringify(value)}`);
}
