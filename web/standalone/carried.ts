/**
 * The dumps that a page file carries: gzip of JSON, in base64. JSON keeps every string as it is, also NUL and halves of surrogate pairs, which
 * UTF-8 does not have; base64 keeps the file's markup out of their reach.
 */
import { fromBase64, toBase64Url } from '../permalink/base64.ts';
import { MOST_DOCUMENTS } from '../permalink/brought.ts';

export interface CarriedDocument {
  readonly name: string;
  readonly text: string;
}

export interface Carried {
  readonly documents: readonly CarriedDocument[];
  /** The view state in the link's spelling (permalink/view-state.ts). */
  readonly view: string;
  /** As JSON, in the link's spelling (permalink/notes.ts); absent in files of earlier versions. */
  readonly notes?: unknown;
}

const SCHEMA = 'nfscope/page@1';

/** The dumps inside cannot be read: the message is for the user. */
export class CarriedError extends Error {}

/** O(texts): about 20 MB/s. */
export async function packCarried({ documents, view, notes }: Carried): Promise<string> {
  const plain = documents.map(({ name, text }) => ({ name, text }));
  const json = JSON.stringify({ schema: SCHEMA, view, notes, documents: plain });
  return toBase64Url(await through(new CompressionStream('gzip'), new TextEncoder().encode(json)));
}

/**
 * What `packCarried` packed.
 * @param limit bytes that it may unpack to: a file that somebody sent is untrusted, and a few kilobytes can unpack to gigabytes.
 * @throws CarriedError
 */
export async function unpackCarried(packed: string, limit: number = Number.POSITIVE_INFINITY): Promise<Carried> {
  let json: string;
  try {
    json = new TextDecoder().decode(await through(new DecompressionStream('gzip'), fromBase64(packed), limit));
  } catch (error) {
    if (error instanceof CarriedError) throw error;
    throw new CarriedError('The dumps inside the file are damaged or cut off: they do not unpack.');
  }
  return read(json);
}

function read(json: string): Carried {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new CarriedError('The dumps inside the file are damaged: they are not JSON.');
  }
  if (!isRecord(value) || value['schema'] !== SCHEMA) {
    throw new CarriedError('The dumps inside the file were written by another version of nfscope.');
  }
  const { documents, view, notes } = value;
  if (!Array.isArray(documents)) throw new CarriedError('The file has no list of dumps inside.');
  if (documents.length > MOST_DOCUMENTS)
    throw new CarriedError(`The file has more than ${MOST_DOCUMENTS} dumps inside.`);
  return {
    view: typeof view === 'string' ? view : '',
    ...(notes === undefined ? {} : { notes }),
    documents: documents.map((document: unknown) => {
      if (!isRecord(document) || typeof document['name'] !== 'string' || typeof document['text'] !== 'string') {
        throw new CarriedError('A dump inside the file has no name or no text.');
      }
      return { name: document['name'], text: document['text'] };
    }),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** In the pieces in which a Blob is read: a browser packs each at once, and the page does not stand still between them. */
async function through(
  transform: CompressionStream | DecompressionStream,
  bytes: Uint8Array<ArrayBuffer>,
  limit: number = Number.POSITIVE_INFINITY,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const reader = new Blob([bytes]).stream().pipeThrough<Uint8Array>(transform).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > limit) {
      void reader.cancel().catch(() => undefined);
      throw new CarriedError(
        `The dumps inside the file unpack to more than ${Math.round(limit / 1024 / 1024)} MB, which is more than this page can show.`,
      );
    }
    pieces.push(value);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
