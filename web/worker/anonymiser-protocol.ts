/** What the page asks the anonymiser: one question, one answer, and the worker is ended; so is it to cancel. */
import type { AnonymiseInput, AnonymiseOptions } from '../anonymise/anonymise.ts';
import type { Kept, Replacement } from '../anonymise/report.ts';

export type { AnonymiseInput } from '../anonymise/anonymise.ts';
export type { Kept, Replacement, ReplacementKind } from '../anonymise/report.ts';

export interface AnonymiseRequest<View> extends Pick<AnonymiseOptions, 'counters'> {
  readonly documents: readonly AnonymiseInput[];
  /** Plain data about the documents (the view that a link carries): its strings get the same replacements. */
  readonly view: View;
}

export interface AnonymisedCopy<View> {
  readonly documents: readonly AnonymiseInput[];
  readonly view: View;
  /** For the user's own screen: it holds the originals. */
  readonly replaced: readonly Replacement[];
  readonly kept: readonly Kept[];
  /** Empty, or the copy does not read like the original. */
  readonly differences: readonly string[];
}

export type AnonymiserMessage =
  | { readonly kind: 'done'; readonly copy: AnonymisedCopy<unknown> }
  | { readonly kind: 'failed'; readonly message: string };
