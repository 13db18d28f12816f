/** What the page asks the packer, which makes and reads links: one question, one answer, and the worker is ended; so is it to cancel. */
import type { LinkDocument } from '../permalink/container.ts';
import type { DecodedLink, LinkProgress } from '../permalink/link.ts';
import type { LinkErrorCode } from '../permalink/link-error.ts';
import type { Note } from '../permalink/notes.ts';
import type { ViewState } from '../permalink/view-state.ts';

export type { LinkProgress } from '../permalink/link.ts';

/** What a link holds. */
export interface LinkContent {
  readonly documents: readonly LinkDocument[];
  readonly view: ViewState;
  readonly notes: readonly Note[];
}

export type PackerRequest =
  | ({ readonly kind: 'pack' } & LinkContent)
  /** `location.hash` */
  | { readonly kind: 'unpack'; readonly hash: string };

export type PackerMessage =
  | ({ readonly kind: 'progress' } & LinkProgress)
  | { readonly kind: 'packed'; readonly hash: string }
  /** It is not made: nothing would open it. */
  | { readonly kind: 'too-long'; readonly length: number }
  | { readonly kind: 'unpacked'; readonly link: DecodedLink }
  /** An error does not travel between threads with its code. */
  | { readonly kind: 'not-unpacked'; readonly code: LinkErrorCode; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };
