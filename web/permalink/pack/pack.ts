/**
 * The codec `nf`: made for the texts of netfilter's tools, about half of gzip's size for small dumps and a tenth for a node of 1,000 Services
 * (README.md has the figures). What can be computed is left out (kube-names.ts), the rest is coded bit by bit as the predictor expects it
 * (predictor.ts), which has read known-text.ts before.
 *
 *     byte 0       1: kube-proxy's names are left out; 0: they are not
 *     number       bytes that are coded (7 bits a byte, the lowest first, the top bit: more follow)
 *     3 bytes      CRC-32 of the bytes that come out, without its highest byte
 *     the rest     the coded bits
 *
 * Both directions cost 1 to 2 µs a byte and 20 to 50 MB: they stop after each piece, so that others get a turn.
 */
import { crc32 } from '../crc32.ts';
import { LinkError } from '../link-error.ts';
import { BitReader, BitWriter } from './coder.ts';
import { KNOWN_TEXT } from './known-text.ts';
import { leaveOutKubeNames, restoreKubeNames } from './kube-names.ts';
import { bucketBits, Predictor } from './predictor.ts';

/** Bytes: beyond it, packing takes longer than people wait. */
export const MOST_PACKED = 4 * 1024 * 1024;

/** Bytes between two stops: some milliseconds. */
const PIECE = 1024;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const known = new TextEncoder().encode(KNOWN_TEXT);

/** How far packing is. */
export interface Packing {
  /** 0..1 */
  readonly done: number;
  /** Bytes that have been written for it. */
  readonly packed: number;
}

/** Returns the packed bytes. @param bytes at most `MOST_PACKED`, UTF-8. */
export function* pack(
  bytes: Uint8Array,
  { leaveOutNames = true }: { readonly leaveOutNames?: boolean } = {},
): Generator<Packing, Uint8Array> {
  const short = leaveOutNames ? withoutNames(bytes) : undefined;
  const coded = short ?? bytes;
  const priming = primed(known.length + coded.length);
  let step = priming.next();
  for (; !step.done; step = priming.next()) yield { done: 0, packed: 0 };
  const predictor = step.value;
  const writer = new BitWriter();
  for (let at = 0; at < coded.length; at++) {
    if (at % PIECE === 0) yield { done: at / coded.length, packed: writer.size };
    const byte = coded[at] as number;
    for (let bit = 7; bit >= 0; bit--) {
      const value = ((byte >> bit) & 1) as 0 | 1;
      writer.write(value, predictor.probability());
      predictor.update(value);
    }
  }
  const check = crc32(0, bytes);
  const head = [short ? 1 : 0, ...numberBytes(coded.length), check & 255, (check >> 8) & 255, (check >> 16) & 255];
  const data = writer.end();
  const packed = new Uint8Array(head.length + data.length);
  packed.set(head);
  packed.set(data, head.length);
  return packed;
}

/** Yields the share that is done, 0..1; returns the bytes. Throws `LinkError`: `truncated`, `damaged` or `too-big`. */
export function* unpack(packed: Uint8Array): Generator<number, Uint8Array> {
  const { isShort, size, check, start } = readHead(packed);
  const predictor = yield* primed(known.length + size);
  const reader = new BitReader(packed, start);
  const coded = new Uint8Array(size);
  for (let at = 0; at < size; at++) {
    if (at % PIECE === 0) yield at / size;
    let byte = 1;
    while (byte < 256) {
      const bit = reader.read(predictor.probability());
      predictor.update(bit);
      byte = (byte << 1) | bit;
    }
    coded[at] = byte & 255;
  }
  const bytes = isShort ? new TextEncoder().encode(restoreKubeNames(decoder.decode(coded))) : coded;
  if ((crc32(0, bytes) & 0xffffff) !== check) throw damaged();
  return bytes;
}

/** Undefined where there are none, or where the bytes are no UTF-8. */
function withoutNames(bytes: Uint8Array): Uint8Array | undefined {
  const left = leaveOutKubeNames(decoder.decode(bytes));
  if (left === null) return undefined;
  const short = new TextEncoder().encode(left);
  const back = new TextEncoder().encode(restoreKubeNames(left));
  return back.length === bytes.length && crc32(0, back) === crc32(0, bytes) ? short : undefined;
}

/** Reading the known text takes a fifth of a second: the next link of its size has it from the one before, as long as there is memory. */
let latest: { readonly bits: number; readonly predictor: WeakRef<Predictor> } | null = null;

/** @param size bytes in all, with those of the known text. */
function* primed(size: number): Generator<number, Predictor> {
  const bits = bucketBits(size);
  const before = latest?.bits === bits ? latest.predictor.deref() : undefined;
  if (before) return before.copy(size);
  const predictor = new Predictor(size);
  for (let at = 0; at < known.length; at++) {
    if (at % PIECE === 0) yield 0;
    const byte = known[at] as number;
    for (let bit = 7; bit >= 0; bit--) predictor.update(((byte >> bit) & 1) as 0 | 1);
  }
  latest = { bits, predictor: new WeakRef(predictor) };
  return predictor.copy(size);
}

function numberBytes(value: number): readonly number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}

interface Head {
  readonly isShort: boolean;
  readonly size: number;
  readonly check: number;
  readonly start: number;
}

function readHead(packed: Uint8Array): Head {
  const [kind] = packed;
  if (kind !== 0 && kind !== 1) throw damaged();
  let size = 0;
  let at = 1;
  for (let scale = 1; ; scale *= 128, at++) {
    const byte = packed[at];
    if (byte === undefined) throw damaged();
    if (at > 5) throw damaged();
    size += (byte & 127) * scale;
    if (byte < 128) break;
  }
  if (size > MOST_PACKED) {
    throw new LinkError(
      'too-big',
      `The link unpacks to more than ${MOST_PACKED / 1024 / 1024} MB, which is more than this codec takes. Ask for the dump as a file.`,
    );
  }
  const [low, middle, high] = packed.subarray(at + 1, at + 4);
  if (low === undefined || middle === undefined || high === undefined) throw damaged();
  return { isShort: kind === 1, size, check: low | (middle << 8) | (high << 16), start: at + 4 };
}

function damaged(): LinkError {
  return new LinkError(
    'damaged',
    'The link is damaged or cut off: its checksum does not fit. A part of it was probably lost on its way.',
  );
}
