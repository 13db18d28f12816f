/** Reads the files of a command line as texts. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { buffer as readStream } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import type { CliDocument } from './result.ts';

/** A file that cannot be read, or that is no text. */
export class UnreadableInput extends Error {
  override name = 'UnreadableInput';
}

/** Bytes: a string of Node cannot be longer, packed or not. */
const MAX_BYTES = 500 * 1024 * 1024;
/** A text has no NUL in its first bytes; nearly everything else does. */
const HEAD = 64 * 1024;

/**
 * One file; `-` is standard input. gzip is unpacked, UTF-16 with a byte order mark is read; other bytes that are no UTF-8 become U+FFFD.
 * Throws UnreadableInput.
 */
export async function readInput(file: string): Promise<CliDocument> {
  const name = file === '-' ? 'standard input' : basename(file);
  const bytes = await readBytes(file);
  if (bytes.length > MAX_BYTES) throw new UnreadableInput(`${name} has more than 500 MB`);
  return { name, text: decode(bytes, name) };
}

async function readBytes(file: string): Promise<Buffer> {
  try {
    return file === '-' ? await readStream(process.stdin) : await readFile(file);
  } catch (error) {
    throw new UnreadableInput(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function decode(bytes: Buffer, name: string): string {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return decode(unpack(bytes, name), name);
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (bytes.subarray(0, HEAD).includes(0)) throw new UnreadableInput(`${name} is no text but a binary file`);
  return bytes.toString('utf8');
}

function unpack(bytes: Buffer, name: string): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BYTES });
  } catch (error) {
    throw new UnreadableInput(`cannot unpack ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
