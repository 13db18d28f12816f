/**
 * The permalink: dumps and view in the URL's fragment, which browsers do not send. README.md describes the format.
 *
 * `encodeLink` and `decodeLink` do it in one go (command line, tests); `encodeLinkInSteps` and `decodeLinkInSteps` are the same as
 * generators for the page, which gives the browser a turn between the pieces of a large dump.
 */
import { fromBase64, toBase64Url } from './base64.ts';
import { CODECS, type Codec, compress, decompress } from './codec.ts';
import { type LinkDocument, losesName, packDocuments, unpackDocuments } from './container.ts';
import { LinkError } from './link-error.ts';
import { decodeViewState, encodeViewState, type ViewState } from './view-state.ts';

export interface DecodedLink {
  readonly documents: readonly LinkDocument[];
  readonly view: ViewState;
  /** Parts of the view state that were left out, in words. */
  readonly warnings: readonly string[];
}

export type LinkResult = ({ readonly ok: true } & DecodedLink) | { readonly ok: false; readonly error: LinkError };

/** The newest version, which is the one that is written. */
export const LINK_VERSION = 1;

/**
 * One reader for each version that was ever written. A new version adds its reader here and, between the old readers and the result, one
 * small upgrader per step (`1 → 2`), so that old links open for ever. Version 1 is the present shape: it needs none.
 */
const READERS: ReadonlyMap<number, (rest: string) => Generator<number, DecodedLink>> = new Map([[1, readVersion1]]);

/**
 * The fragment, with its `#`. Deterministic: the same documents and view give the same link.
 * @param codec `gz` can be unpacked with a shell; `dr` is 24 characters shorter.
 */
export function encodeLink(documents: readonly LinkDocument[], view: ViewState = {}, codec: Codec = 'gz'): string {
  return finish(encodeLinkInSteps(documents, view, codec));
}

export function* encodeLinkInSteps(
  documents: readonly LinkDocument[],
  view: ViewState = {},
  codec: Codec = 'gz',
): Generator<number, string> {
  const packed = yield* compress(codec, packDocuments(documents));
  const name = losesName(documents) ? (documents[0]?.name ?? undefined) : undefined;
  const state = name === undefined ? view : { ...view, name };
  return `#v${LINK_VERSION}.${codec}.${toBase64Url(packed)}${encodeViewState(state)}`;
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

function* readVersion1(rest: string): Generator<number, DecodedLink> {
  const dot = rest.indexOf('.');
  const name = dot === -1 ? rest : rest.slice(0, dot);
  const codec = CODECS.find((one) => one === name);
  if (codec === undefined) {
    throw new LinkError(
      'unknown-codec',
      `The link is packed as “${name.slice(0, 20)}”, which this page does not know. It reads ${CODECS.join(' and ')}.`,
    );
  }
  const [data = '', ...pairs] = dot === -1 ? [] : rest.slice(dot + 1).split('&');
  const plain = data.includes('%') ? unescapeData(data) : data;
  if (plain.trim() === '') {
    throw new LinkError('no-data', 'The link has no data after its codec: it was cut off at the very beginning.');
  }
  const documents = unpackDocuments(yield* decompress(codec, fromBase64(plain)));
  const { state, warnings } = decodeViewState(pairs);
  const { name: only, ...view } = state;
  const named =
    only !== undefined && documents.length === 1 ? documents.map((one) => ({ ...one, name: only })) : documents;
  return { documents: named, view, warnings };
}

/** Mail programs and chats write `=` and `+` as `%3D` and `%2B`. */
function unescapeData(data: string): string {
  return data.replace(/%(3D|2B|2F|0A|0D|20)/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function finish<T>(steps: Generator<number, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
