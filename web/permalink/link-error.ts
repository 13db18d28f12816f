/** What can be wrong with a link, as data with a sentence for the user. A link is untrusted input: nothing here throws it further. */

export type LinkErrorCode =
  /** Something after the `#` that is no nfscope link at all. */
  | 'not-a-link'
  | 'unknown-version'
  | 'unknown-codec'
  | 'no-data'
  | 'not-base64'
  /** The compressed data ends too early: a part of the link is missing. */
  | 'truncated'
  | 'damaged'
  | 'too-big'
  | 'bad-container';

export class LinkError extends Error {
  override name = 'LinkError';
  readonly code: LinkErrorCode;
  constructor(code: LinkErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
