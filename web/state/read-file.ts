/**
 * A dropped, pasted or chosen file as text, or a sentence that says why not. Recognises what people drop by mistake by its first bytes
 * (file(1)'s magic numbers). gzip is unpacked; archives are not opened. Text that is not UTF-8 is read leniently.
 */

export type ReadFile =
  | { readonly kind: 'text'; readonly name: string; readonly text: string }
  | { readonly kind: 'refused'; readonly message: string };

/** Bytes: above it, browsers run out of memory while parsing. */
export const MAX_FILE = 200 * 1024 * 1024;

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
  { at: 0, bytes: 'PK\x03\x04', what: 'a zip archive' },
  { at: 257, bytes: 'ustar', what: 'a tar archive' },
  { at: 0, bytes: '\xfd7zXZ', what: 'an xz file' },
  { at: 0, bytes: 'BZh', what: 'a bzip2 file' },
  { at: 0, bytes: '\x28\xb5\x2f\xfd', what: 'a zstd file' },
  { at: 0, bytes: '7z\xbc\xaf\x27\x1c', what: 'a 7-Zip archive' },
  { at: 0, bytes: '\x7fELF', what: 'a Linux program' },
  { at: 0, bytes: '\xd4\xc3\xb2\xa1', what: 'a packet capture' },
  { at: 0, bytes: '\xa1\xb2\xc3\xd4', what: 'a packet capture' },
  { at: 0, bytes: '\x0a\x0d\x0d\x0a', what: 'a packet capture' },
  { at: 0, bytes: 'SQLite format 3', what: 'a SQLite database' },
];

const PACKED = new Set([
  'a zip archive',
  'a tar archive',
  'an xz file',
  'a bzip2 file',
  'a zstd file',
  'a 7-Zip archive',
]);

/** Never rejects. Bounded by `MAX_FILE` bytes, packed and unpacked. */
export async function readFile(file: File): Promise<ReadFile> {
  const name = file.name === '' ? 'Pasted file' : file.name;
  if (file.size > MAX_FILE) return refuse(name, `has ${megabytes(file.size)} MB`, TOO_BIG);
  try {
    const head = new Uint8Array(await file.slice(0, 64 * 1024).arrayBuffer());
    if (head[0] === 0x1f && head[1] === 0x8b) return await readGzip(file, name);
    const what = recognise(head);
    if (what !== null) return refuse(name, `is ${what}`, advice(what));
    return { kind: 'text', name, text: await decodeStream(file.stream(), encodingOf(head)) };
  } catch (error) {
    // A directory, a file that is gone, or one that may not be read.
    const reason = error instanceof Error ? error.message : String(error);
    return {
      kind: 'refused',
      message: `“${name}” could not be read (${reason}). Folders cannot be dropped: drop the files inside.`,
    };
  }
}

const TOO_BIG = 'More than 200 MB does not fit into a browser. Leave out sets with “nft --terse”, or dump one table.';

async function readGzip(file: File, name: string): Promise<ReadFile> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = file.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MAX_FILE) {
      await reader.cancel();
      return refuse(name, 'unpacks to more than 200 MB', TOO_BIG);
    }
    pieces.push(value);
  }
  const unpacked = new Blob(pieces);
  const head = new Uint8Array(await unpacked.slice(0, 64 * 1024).arrayBuffer());
  const what = recognise(head);
  if (what !== null) return refuse(name, `holds ${what}`, advice(what));
  const text = await decodeStream(unpacked.stream(), encodingOf(head));
  return { kind: 'text', name: name.replace(/\.gz$/i, ''), text };
}

/** What the bytes are, in words; null for text. Exported for tests. */
export function recognise(head: Uint8Array): string | null {
  for (const { at, bytes, what } of MAGIC) {
    if (at + bytes.length > head.length) continue;
    let same = true;
    for (let i = 0; i < bytes.length && same; i++) same = head[at + i] === bytes.charCodeAt(i);
    if (same) return what;
  }
  if (encodingOf(head) !== 'utf-8') return null;
  return head.includes(0) ? 'a binary file' : null;
}

/** Windows shells redirect into UTF-16. */
function encodingOf(head: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

async function decodeStream(stream: ReadableStream<Uint8Array>, encoding: string): Promise<string> {
  const decoder = new TextDecoder(encoding);
  const reader = stream.getReader();
  const texts: string[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    texts.push(decoder.decode(value, { stream: true }));
  }
  texts.push(decoder.decode());
  return texts.join('');
}

function advice(what: string): string {
  if (PACKED.has(what)) return 'Unpack it and drop the dumps inside.';
  if (what.includes('picture')) return 'nfscope needs the rules as text: copy the text, not a screenshot.';
  return 'nfscope reads text, such as iptables-save or nft list ruleset prints.';
}

function refuse(name: string, what: string, then: string): ReadFile {
  return { kind: 'refused', message: `“${name}” ${what}. ${then}` };
}

function megabytes(bytes: number): string {
  return Math.round(bytes / 1024 / 1024).toLocaleString('en-US');
}
