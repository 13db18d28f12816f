/**
 * What the page asks the archive worker: list the dumps in these files, then give the text of some. One worker for one opening: it is ended
 * when the user has chosen or gives up, which is also how unpacking is cancelled.
 */
import type { Listing } from '../archive/listing.ts';

export type { FoundDump, Listing, NodeDumps } from '../archive/listing.ts';

export interface DumpText {
  /** FoundDump.id. */
  readonly id: number;
  readonly name: string;
  readonly text: string;
}

export type ArchiveRequest =
  | { readonly kind: 'list'; readonly files: readonly File[] }
  | { readonly kind: 'read'; readonly ids: readonly number[] };

export type ArchiveMessage =
  /** `fraction` is 0..1; `found` counts the dumps so far. */
  | { readonly kind: 'progress'; readonly fraction: number; readonly found: number }
  | { readonly kind: 'listing'; readonly listing: Listing }
  | { readonly kind: 'texts'; readonly texts: readonly DumpText[] }
  /** The file is gone or may not be read, or memory ran out. */
  | { readonly kind: 'failed'; readonly message: string };
