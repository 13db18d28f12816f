/**
 * The permalink: dumps and view in the URL's fragment, which browsers do not send. README.md describes the format.
 *
 * `encodeLink` and `decodeLink` do it in one go (command line, tests); `encodeLinkInSteps` and `decodeLinkInSteps` are the same as
 * generators for the page, which gives the browser a turn between the pieces of a large dump.
 */
import { deflateSync } from 'fflate';
import { fromBase64, toBase64Url } from './base64.ts';
import { type Codec, compress, decompress } from './codec.ts';
import {
  type LinkDocument,
  losesName,
  packContents,
  packDocuments,
  unpackContents,
  unpackDocuments,
} from './container.ts';
import { LinkError } from './link-error.ts';
import { type Note, notesFromJson, notesToJson } from './notes.ts';
import { MOST_PACKED } from './pack/pack.ts';
import { decodeViewState, encodeViewState, type ViewState } from './view-state.ts';

export interface DecodedLink {
  readonly documents: readonly LinkDocument[];
  readonly view: ViewState;
  readonly notes: readonly Note[];
  /** Parts of the view state and notes that were left out, in words. */
  readonly warnings: readonly string[];
}

export type LinkResult = ({ readonly ok: true } & DecodedLink) | { readonly ok: false; readonly error: LinkError };

/** The newest version, which is the one that is written. */
export const LINK_VERSION = 2;

/** Version 1 had no notes. */
type Version1 = Omit<DecodedLink, 'notes'>;

function upgrade1(link: Version1): DecodedLink {
  return { ...link, notes: [] };
}

/** One reader for each version that was ever written: old links open for ever. What it gives goes through the upgraders of the versions after it. */
const READERS: ReadonlyMap<number, (rest: string) => Generator<number, DecodedLink>> = new Map([
  [
    1,
    function* (rest: string) {
      return upgrade1(yield* readVersion1(rest));
    },
  ],
  [2, readVersion2],
]);

export interface LinkOptions {
  /** The smallest one by default: `nf`, or `dr` for what is too large for it. */
  readonly codec?: Codec;
  readonly notes?: readonly Note[];
}

/** The fragment, with its `#`. Deterministic: the same input gives the same link. */
export function encodeLink(
  documents: readonly LinkDocument[],
  view: ViewState = {},
  options: LinkOptions = {},
): string {
  return finish(encodeLinkInSteps(documents, view, options));
}

/** How far a link is made. */
export interface LinkProgress {
  /** 0..1 */
  readonly fraction: number;
  /** About how many characters it will have; null while nobody can tell. */
  readonly length: number | null;
}

/** Said at once by how well some pieces of the texts pack, where packing them all would take long. */
export function* encodeLinkInSteps(
  documents: readonly LinkDocument[],
  view: ViewState = {},
  { codec, notes = [] }: LinkOptions = {},
): Generator<LinkProgress, string> {
  const bytes = packContents({ documents, view: encodeViewState(view).slice(1), notes: notesToJson(notes) });
  const chosen = codec ?? (bytes.length <= MOST_PACKED ? 'nf' : 'dr');
  if (chosen === 'dr' && bytes.length > MOST_PACKED) yield { fraction: 0, length: foreseenLength(bytes) };
  const steps = compress(chosen, bytes);
  let step = steps.next();
  for (; !step.done; step = steps.next()) {
    const { done, packed } = step.value;
    yield { fraction: done, length: done < TELLING ? null : charactersOf(packed / done) };
  }
  return `#v${LINK_VERSION}.${chosen}.${toBase64Url(step.value)}`;
}

/** The share of a text that tells how the rest packs: declarations and small tables come first. */
const TELLING = 0.1;
const FORESEEN_PIECE = 128 * 1024;
const FORESEEN_PIECES = 4;

/** About how many characters deflate makes of it: by pieces from all over it. O(1). */
function foreseenLength(bytes: Uint8Array): number {
  let packed = 0;
  for (let n = 0; n < FORESEEN_PIECES; n++) {
    const at = Math.floor(((bytes.length - FORESEEN_PIECE) * n) / (FORESEEN_PIECES - 1));
    packed += deflateSync(bytes.subarray(at, at + FORESEEN_PIECE), { level: 9 }).length;
  }
  return charactersOf((packed / (FORESEEN_PIECES * FORESEEN_PIECE)) * bytes.length);
}

function charactersOf(bytes: number): number {
  return Math.ceil((bytes * 4) / 3);
}

/**
 * A link that a shell can read, of version 1: gzip, and of one document its very text. It has no notes.
 *
 *     echo DATA | tr '_-' '/+' | base64 -d | gunzip
 */
export function encodeShellLink(documents: readonly LinkDocument[], view: ViewState = {}): string {
  const packed = finish(compress('gz', packDocuments(documents)));
  const name = losesName(documents) ? (documents[0]?.name ?? undefined) : undefined;
  const state = name === undefined ? view : { ...view, name };
  return `#v1.gz.${toBase64Url(packed)}${encodeViewState(state)}`;
}

/** @param hash `location.hash`, with or without its `#`; a whole address is taken as well. Never throws. */
export function decodeLink(hash: string): LinkResult {
  return finish(decodeLinkInSteps(hash));
}

export function* decodeLinkInSteps(hash: string): Generator<number, LinkResult> {
  try {
    return { ok: true, ...(yield* decode(hash)) };
  } catch (error) {
    if (error instanceof LinkError) return { ok: false, error };
    throw error;
  }
}

function* decode(hash: string): Generator<number, DecodedLink> {
  const fragment = hash.slice(hash.indexOf('#') + 1);
  const head = /^v(\d{1,4})\./.exec(fragment);
  if (!head) {
    throw new LinkError('not-a-link', 'What stands after the # in the address is not an nfscope link.');
  }
  const version = Number(head[1]);
  const read = READERS.get(version);
  if (!read) {
    throw new LinkError(
      'unknown-version',
      version > LINK_VERSION
        ? `The link was made by a newer nfscope (version ${version}; this page reads up to ${LINK_VERSION}). Reload the page, or open the link with the newer one.`
        : `There is no link version ${version}. Something changed the link on its way.`,
    );
  }
  return yield* read(fragment.slice(head[0].length));
}

function* readVersion1(rest: string): Generator<number, Version1> {
  const { bytes, pairs } = yield* readData(rest, ['gz', 'dr']);
  const documents = unpackDocuments(bytes);
  const { state, warnings } = decodeViewState(pairs);
  const { name: only, ...view } = state;
  const named =
    only !== undefined && documents.length === 1 ? documents.map((one) => ({ ...one, name: only })) : documents;
  return { documents: named, view, warnings };
}

/** The view is inside; what somebody wrote behind the data counts more. */
function* readVersion2(rest: string): Generator<number, DecodedLink> {
  const { bytes, pairs } = yield* readData(rest, ['nf', 'gz', 'dr']);
  const contents = unpackContents(bytes);
  const { state, warnings } = decodeViewState([...contents.view.split('&'), ...pairs]);
  const { name: _, ...view } = state;
  const { notes, left } = notesFromJson(contents.notes);
  const more = left === 0 ? [] : [`${left} of the link's notes ${left === 1 ? 'was' : 'were'} left out.`];
  return { documents: contents.documents, view, notes, warnings: [...warnings, ...more] };
}

function* readData(
  rest: string,
  codecs: readonly Codec[],
): Generator<number, { readonly bytes: Uint8Array; readonly pairs: readonly string[] }> {
  const dot = rest.indexOf('.');
  const name = dot === -1 ? rest : rest.slice(0, dot);
  const codec = codecs.find((one) => one === name);
  if (codec === undefined) {
    throw new LinkError(
      'unknown-codec',
      `The link is packed as “${name.slice(0, 20)}”, which this page does not know. It reads ${codecs.join(', ')}.`,
    );
  }
  const [data = '', ...pairs] = dot === -1 ? [] : rest.slice(dot + 1).split('&');
  const plain = data.includes('%') ? unescapeData(data) : data;
  if (plain.trim() === '') {
    throw new LinkError('no-data', 'The link has no data after its codec: it was cut off at the very beginning.');
  }
  return { bytes: yield* decompress(codec, fromBase64(plain)), pairs };
}

/** Mail programs and chats write `=` and `+` as `%3D` and `%2B`. */
function unescapeData(data: string): string {
  return data.replace(/%(3D|2B|2F|0A|0D|20)/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function finish<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
