/** What a file is by its first bytes (file(1)'s magic numbers): an archive that is opened, or something that holds no text. */

export type Container = 'gzip' | 'zip' | 'tar';

interface Magic {
  readonly at: number;
  readonly bytes: string;
  readonly what: string;
}

/** `bytes` in Latin-1. */
const MAGIC: readonly Magic[] = [
  { at: 0, bytes: '\x89PNG', what: 'a PNG picture' },
  { at: 0, bytes: '\xff\xd8\xff', what: 'a JPEG picture' },
  { at: 0, bytes: 'GIF8', what: 'a GIF picture' },
  { at: 8, bytes: 'WEBP', what: 'a WebP picture' },
  { at: 4, bytes: 'ftyp', what: 'a video or HEIC picture' },
  { at: 0, bytes: '%PDF', what: 'a PDF' },
  { at: 0, bytes: '\xfd7zXZ', what: 'an xz file' },
  { at: 0, bytes: 'BZh', what: 'a bzip2 file' },
  { at: 0, bytes: '\x28\xb5\x2f\xfd', what: 'a zstd file' },
  { at: 0, bytes: '7z\xbc\xaf\x27\x1c', what: 'a 7-Zip archive' },
  { at: 0, bytes: 'Rar!\x1a\x07', what: 'a RAR archive' },
  { at: 0, bytes: '\x7fELF', what: 'a Linux program' },
  { at: 0, bytes: '\xd4\xc3\xb2\xa1', what: 'a packet capture' },
  { at: 0, bytes: '\xa1\xb2\xc3\xd4', what: 'a packet capture' },
  { at: 0, bytes: '\x0a\x0d\x0d\x0a', what: 'a packet capture' },
  { at: 0, bytes: 'SQLite format 3', what: 'a SQLite database' },
];

/** Packed in a way that is not opened here. */
const PACKED: ReadonlySet<string> = new Set([
  'an xz file',
  'a bzip2 file',
  'a zstd file',
  'a 7-Zip archive',
  'a RAR archive',
]);

export const TAR_BLOCK = 512;

/** The archive that `head` (512 bytes or more, or the whole file) begins; null for anything else. */
export function containerOf(head: Uint8Array): Container | null {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  // A local file, an empty archive's end record, or the mark of a spanned archive.
  if (has(head, 0, 'PK\x03\x04') || has(head, 0, 'PK\x05\x06') || has(head, 0, 'PK\x07\x08')) return 'zip';
  return isTarHeader(head) || isEmptyTar(head) ? 'tar' : null;
}

/** What the bytes are, in words (`a PNG picture`, `a binary file`); null for text and for what `containerOf` knows. */
export function recognise(head: Uint8Array): string | null {
  for (const { at, bytes, what } of MAGIC) if (has(head, at, bytes)) return what;
  if (encodingOf(head) !== 'utf-8' || containerOf(head) !== null) return null;
  return head.includes(0) ? 'a binary file' : null;
}

/** True for words of `recognise` that mean: the dumps may be inside, but another tool has to unpack it. */
export function isPacked(what: string): boolean {
  return PACKED.has(what);
}

/** Windows shells redirect into UTF-16. */
export function encodingOf(head: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

function has(head: Uint8Array, at: number, bytes: string): boolean {
  if (at + bytes.length > head.length) return false;
  for (let i = 0; i < bytes.length; i++) if (head[at + i] !== bytes.charCodeAt(i)) return false;
  return true;
}

/**
 * True for a tar header block with a right checksum: also the headers of tars older than `ustar`, which have no magic. Some old tars
 * summed signed bytes. tar(5).
 */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.length < TAR_BLOCK || block[0] === 0) return false;
  const stored = octal(block, 148, 8);
  if (stored === null) return false;
  let unsigned = 0;
  let signed = 0;
  for (let at = 0; at < TAR_BLOCK; at++) {
    const byte = at >= 148 && at < 156 ? 0x20 : (block[at] as number);
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return stored === unsigned || stored === signed;
}

/** `tar -c` of nothing writes blocks of zeros. */
function isEmptyTar(head: Uint8Array): boolean {
  if (head.length < 2 * TAR_BLOCK || head.length % TAR_BLOCK !== 0) return false;
  return head.every((byte) => byte === 0);
}

/** An octal field of a tar header: blanks, digits, then blank or NUL. null if it is none. */
export function octal(block: Uint8Array, at: number, length: number): number | null {
  let value = 0;
  let digits = 0;
  for (let i = at; i < at + length; i++) {
    const byte = block[i] as number;
    if (byte >= 0x30 && byte <= 0x37) {
      value = value * 8 + byte - 0x30;
      digits++;
    } else if (byte === 0x20 && digits === 0) continue;
    else if (byte === 0x20 || byte === 0) break;
    else return null;
  }
  return digits === 0 ? null : value;
}
