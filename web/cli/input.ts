/** Reads the files of a command line as texts. */
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { buffer as readStream } from 'node:stream/consumers';
import { getHeapStatistics } from 'node:v8';
import { containerOf, recognise } from '../archive/recognise.ts';
import { ArchiveInputError, readArchive, type UnpackedInput, withFile } from './archive.ts';

/** A file that cannot be read, or that is no text. */
export class UnreadableInput extends Error {
  override name = 'UnreadableInput';
}

/** Bytes: a string of Node cannot be longer, packed or not. */
const MAX_BYTES = 500 * 1024 * 1024;
/** What the engine's heap holds at most, text and model, for each byte of a dump that it analyses. */
const HEAP_PER_BYTE = 5;
/** A text has no NUL in its first bytes; nearly everything else does. */
const HEAD = 64 * 1024;

/**
 * One file; `-` is standard input. Archives (gzip, zip, tar) give the dumps of one node: the only one, or `node`. UTF-16 with a byte order
 * mark is read; other bytes that are no UTF-8 become U+FFFD. Throws UnreadableInput.
 */
export async function readInput(file: string, node?: string): Promise<UnpackedInput> {
  const name = file === '-' ? 'standard input' : basename(file);
  try {
    // An archive may be larger than memory, so a file is looked at before it is read.
    if (file !== '-') {
      const { head, size } = await headOf(file);
      if (containerOf(head) !== null) return withFile(file, (source) => readArchive(source, name, node));
      checkSize(size, name);
    }
    const bytes = file === '-' ? await readStream(process.stdin) : await readFile(file);
    if (containerOf(bytes.subarray(0, HEAD)) !== null) return readArchive(bytes, name, node);
    checkSize(bytes.length, name);
    return { documents: [{ name, text: decode(bytes, name) }], notes: [] };
  } catch (error) {
    if (error instanceof UnreadableInput) throw error;
    if (error instanceof ArchiveInputError) throw new UnreadableInput(error.message);
    throw new UnreadableInput(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A text file's lines, one after the other; `-` is standard input. Throws UnreadableInput. */
export async function* readLines(file: string): AsyncGenerator<string> {
  const stream = file === '-' ? process.stdin : createReadStream(file);
  try {
    yield* createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    throw new UnreadableInput(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Says what to do before the engine runs out of memory, which it does not survive. */
function checkSize(bytes: number, name: string): void {
  const advice = 'leave out the elements of sets (nft --terse list ruleset), or dump one table (iptables-save -t nat)';
  if (bytes > MAX_BYTES) throw new UnreadableInput(`${name} has more than 500 MB: ${advice}`);
  const needed = bytes * HEAP_PER_BYTE;
  if (needed <= getHeapStatistics().heap_size_limit) return;
  const megabytes = Math.ceil(needed / 1e6);
  throw new UnreadableInput(
    `${name} needs about ${megabytes} MB of memory, more than Node may use: set NODE_OPTIONS=--max-old-space-size=${megabytes}, ${advice}`,
  );
}

async function headOf(file: string): Promise<{ readonly head: Uint8Array; readonly size: number }> {
  const handle = await open(file);
  try {
    const head = new Uint8Array(HEAD);
    const { bytesRead } = await handle.read(head, 0, HEAD, 0);
    return { head: head.subarray(0, bytesRead), size: (await handle.stat()).size };
  } finally {
    await handle.close();
  }
}

function decode(bytes: Buffer, name: string): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (bytes.subarray(0, HEAD).includes(0)) {
    const what = recognise(bytes.subarray(0, HEAD)) ?? 'a binary file';
    throw new UnreadableInput(`${name} is no text but ${what}: give the text that the command prints`);
  }
  return bytes.toString('utf8');
}
