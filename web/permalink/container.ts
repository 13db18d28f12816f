/**
 * What is inside the compressed data: one raw text, or a container of documents, which README.md describes. A shell writes one raw text, so that
 * `base64 -d | gunzip` gives back the very dump; its name then travels in the view state.
 *
 * Container 1 has documents; container 2 has the view and the notes too.
 */
import { MOST_DOCUMENTS, shortName } from './brought.ts';
import { LinkError } from './link-error.ts';

export interface LinkDocument {
  /** Null: the link does not say (a shell made it). */
  readonly name: string | null;
  readonly text: string;
}

/** What container 2 holds. `view` is the view state in the link's spelling, `notes` is JSON that nobody has looked at. */
export interface Contents {
  readonly documents: readonly LinkDocument[];
  readonly view: string;
  readonly notes: unknown;
}

const MAGIC = 'nfscope-workspace ';

/** One raw text, or container 1. Lone surrogates, which UTF-8 cannot write, become U+FFFD. */
export function packDocuments(documents: readonly LinkDocument[]): Uint8Array {
  const only = documents.length === 1 ? documents[0] : undefined;
  if (only && !only.text.startsWith(MAGIC)) return new TextEncoder().encode(only.text);
  return packContainer(1, documents, {});
}

/** Container 2. */
export function packContents({ documents, view, notes }: Contents): Uint8Array {
  return packContainer(2, documents, { view, notes });
}

function packContainer(version: number, documents: readonly LinkDocument[], more: object): Uint8Array {
  const encoder = new TextEncoder();
  const texts = documents.map((document) => encoder.encode(document.text));
  const entries = documents.map((document, at) => ({ name: document.name, bytes: texts[at]?.length ?? 0 }));
  const head = encoder.encode(`${MAGIC}${version}\n${JSON.stringify({ documents: entries, ...more })}\n`);
  const packed = new Uint8Array(head.length + texts.reduce((sum, text) => sum + text.length, 0));
  packed.set(head);
  let at = head.length;
  for (const text of texts) {
    packed.set(text, at);
    at += text.length;
  }
  return packed;
}

/** True where `packDocuments` does not write the names, so that the link has to. */
export function losesName(documents: readonly LinkDocument[]): boolean {
  return documents.length === 1 && documents[0]?.text.startsWith(MAGIC) === false;
}

/**
 * One raw text, or container 1. Throws `LinkError` `bad-container`. Text that is not UTF-8 is read leniently: a dump's comments may be in anything.
 */
export function unpackDocuments(bytes: Uint8Array): readonly LinkDocument[] {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const head = decoder.decode(bytes.subarray(0, 64));
  if (!head.startsWith(MAGIC)) return [{ name: null, text: decoder.decode(bytes) }];
  return unpackContainer(bytes, 1).documents;
}

/** Container 2. Throws `LinkError` `bad-container`. */
export function unpackContents(bytes: Uint8Array): Contents {
  const { documents, list } = unpackContainer(bytes, 2);
  const view = list['view'];
  return { documents, view: typeof view === 'string' ? view : '', notes: list['notes'] };
}

function unpackContainer(
  bytes: Uint8Array,
  version: number,
): { readonly documents: readonly LinkDocument[]; readonly list: Readonly<Record<string, unknown>> } {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const lineEnd = bytes.indexOf(10);
  const magic = decoder.decode(bytes.subarray(0, MAGIC.length));
  const found = lineEnd === -1 ? Number.NaN : Number(decoder.decode(bytes.subarray(MAGIC.length, lineEnd)));
  if (magic !== MAGIC || !Number.isInteger(found) || found < 1) throw bad('its first line is not understood');
  if (found > version) {
    throw bad(`it was written by a newer nfscope (container ${found}; this link should have ${version})`);
  }
  const listEnd = bytes.indexOf(10, lineEnd + 1);
  if (listEnd === -1) throw bad('its list of documents is missing');
  const list = readList(decoder.decode(bytes.subarray(lineEnd + 1, listEnd)));
  return { documents: cut(bytes, listEnd + 1, readEntries(list['documents']), decoder), list };
}

interface Entry {
  readonly name: string | null;
  readonly bytes: number;
}

function readList(json: string): Readonly<Record<string, unknown>> {
  let list: unknown;
  try {
    list = JSON.parse(json);
  } catch {
    throw bad('its list of documents is not JSON');
  }
  if (!isRecord(list)) throw bad('its list of documents is missing');
  return list;
}

function readEntries(documents: unknown): readonly Entry[] {
  if (!Array.isArray(documents)) throw bad('its list of documents is missing');
  if (documents.length > MOST_DOCUMENTS) throw bad(`it has more than ${MOST_DOCUMENTS} dumps`);
  return documents.map((entry: unknown) => {
    if (!isRecord(entry)) throw bad('an entry of its list is not understood');
    const { name, bytes } = entry;
    if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0)
      throw bad('a length in its list is wrong');
    return { name: typeof name === 'string' ? shortName(name) : null, bytes };
  });
}

function cut(
  bytes: Uint8Array,
  start: number,
  entries: readonly Entry[],
  decoder: TextDecoder,
): readonly LinkDocument[] {
  let at = start;
  const documents = entries.map((entry) => {
    const end = at + entry.bytes;
    if (end > bytes.length) throw bad('a document is shorter than its list says');
    const text = decoder.decode(bytes.subarray(at, end));
    at = end;
    return { name: entry.name, text };
  });
  if (at !== bytes.length) throw bad('there is more in it than its list says');
  return documents;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bad(what: string): LinkError {
  return new LinkError('bad-container', `The link's workspace cannot be opened: ${what}.`);
}
