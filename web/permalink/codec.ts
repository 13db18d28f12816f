/**
 * The link's compression: `nf` (pack/pack.ts, made for rulesets), `gz` (gzip, RFC 1952) and `dr` (raw deflate, RFC 1951) with fflate. Written as
 * generators that stop after each piece, so that the page can do them between frames and the command line in one go.
 *
 * Decompression is streamed and capped: a link is untrusted, and a few kilobytes can unpack to gigabytes. gzip's checksum is compared,
 * because fflate does not. Assumption: a gzip stream of several members is checked by its last member only.
 */
import { Deflate, Gunzip, Gzip, Inflate } from 'fflate';
import { crc32 } from './crc32.ts';
import { LinkError } from './link-error.ts';
import { type Packing, pack, unpack } from './pack/pack.ts';

export type Codec = 'nf' | 'gz' | 'dr';

/** Bytes: more than any dump that a browser can show, little enough to hold. */
export const MAX_UNPACKED = 64 * 1024 * 1024;

/** At 1,000:1, the best that deflate can do, one piece unpacks to 16 MB: so much may be over the cap before it is noticed. */
const UNPACK_PIECE = 16 * 1024;
const PACK_PIECE = 128 * 1024;

/** Returns the compressed bytes. */
export function* compress(codec: Codec, bytes: Uint8Array): Generator<Packing, Uint8Array> {
  if (codec === 'nf') return yield* pack(bytes);
  const pieces: Uint8Array[] = [];
  let packed = 0;
  const take = (piece: Uint8Array): void => {
    pieces.push(piece);
    packed += piece.length;
  };
  // Without `mtime: 0` the same dump would give another link each second.
  const stream = codec === 'gz' ? new Gzip({ level: 9, mtime: 0 }, take) : new Deflate({ level: 9 }, take);
  for (let at = 0; ; at += PACK_PIECE) {
    const final = at + PACK_PIECE >= bytes.length;
    stream.push(bytes.subarray(at, at + PACK_PIECE), final);
    if (final) return join(pieces);
    yield { done: (at + PACK_PIECE) / bytes.length, packed };
  }
}

/** Yields the share that is done, 0..1; returns the bytes. Throws `LinkError`: `truncated`, `damaged` or `too-big`. */
export function* decompress(
  codec: Codec,
  packed: Uint8Array,
  limit: number = MAX_UNPACKED,
): Generator<number, Uint8Array> {
  if (codec === 'nf') return yield* unpack(packed);
  const pieces: Uint8Array[] = [];
  let size = 0;
  let crc = 0;
  let memberSize = 0;
  const take = (piece: Uint8Array): void => {
    size += piece.length;
    if (size > limit) {
      throw new LinkError(
        'too-big',
        `The link unpacks to more than ${Math.round(limit / 1024 / 1024)} MB, which is more than this page opens from a link. Ask for the dump as a file.`,
      );
    }
    // fflate may reuse the buffer of an empty piece only; others are fresh.
    pieces.push(piece);
    if (codec === 'gz') crc = crc32(crc, piece);
    memberSize += piece.length;
  };
  if (codec === 'gz' && !(packed[0] === 0x1f && packed[1] === 0x8b)) {
    throw new LinkError(
      'damaged',
      'The link says gz, but its data is not gzip. Something changed the link on its way.',
    );
  }
  const stream = codec === 'gz' ? new Gunzip(take) : new Inflate(take);
  if (stream instanceof Gunzip) {
    stream.onmember = () => {
      crc = 0;
      memberSize = 0;
    };
  }
  for (let at = 0; ; at += UNPACK_PIECE) {
    const final = at + UNPACK_PIECE >= packed.length;
    pushChecked(stream, packed.subarray(at, at + UNPACK_PIECE), final);
    if (final) break;
    yield at / packed.length;
  }
  if (codec === 'gz') checkTrailer(packed, crc, memberSize);
  return join(pieces);
}

function pushChecked(stream: Gunzip | Inflate, piece: Uint8Array, final: boolean): void {
  try {
    stream.push(piece, final);
  } catch (error) {
    if (error instanceof LinkError) throw error;
    const text = error instanceof Error ? error.message : String(error);
    if (text.includes('unexpected EOF')) throw truncated();
    throw new LinkError(
      'damaged',
      'The link is damaged: its data does not unpack. Something changed the link on its way.',
    );
  }
}

/** gzip ends with the checksum and the size (mod 2^32) of the last member, both little-endian. */
function checkTrailer(packed: Uint8Array, crc: number, size: number): void {
  if (packed.length < 18) throw truncated();
  const view = new DataView(packed.buffer, packed.byteOffset + packed.length - 8, 8);
  if (view.getUint32(0, true) === crc && view.getUint32(4, true) === size % 2 ** 32) return;
  throw new LinkError(
    'damaged',
    'The link is damaged or cut off: its checksum does not fit. A part of it was probably lost on its way.',
  );
}

function truncated(): LinkError {
  return new LinkError(
    'truncated',
    'The link is cut off: a part of its data is missing. Chat programs do that to long links.',
  );
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const piece of pieces) size += piece.length;
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
