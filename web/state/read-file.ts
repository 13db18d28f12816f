/**
 * A dropped, pasted or chosen file as text, or a sentence that says why not. Recognises by its first bytes what people drop by mistake, and
 * archives, which are opened elsewhere (worker/archive-worker.ts). Text that is not UTF-8 is read leniently.
 */

import { containerOf, encodingOf, isPacked, recognise } from '../archive/recognise.ts';
import { CAPACITY, megabytes, WITHOUT_ROOM } from './capacity.ts';

export type ReadFile =
  | { readonly kind: 'text'; readonly name: string; readonly text: string }
  /** gzip, zip or tar: not read yet. */
  | { readonly kind: 'archive'; readonly file: File }
  | { readonly kind: 'refused'; readonly message: string };

/** Never rejects. Reads at most `CAPACITY` bytes, of an archive its first 64 KiB. */
export async function readFile(file: File): Promise<ReadFile> {
  const name = file.name === '' ? 'Pasted file' : file.name;
  try {
    const head = new Uint8Array(await file.slice(0, 64 * 1024).arrayBuffer());
    if (containerOf(head) !== null) return { kind: 'archive', file };
    if (file.size > CAPACITY) return refuse(name, `has ${megabytes(file.size)} MB`, WITHOUT_ROOM);
    const what = recognise(head);
    if (what !== null) return refuse(name, `is ${what}`, advice(what));
    return { kind: 'text', name, text: await decode(file, encodingOf(head)) };
  } catch (error) {
    // A directory, a file that is gone, or one that may not be read.
    const reason = error instanceof Error ? error.message : String(error);
    return {
      kind: 'refused',
      message: `“${name}” could not be read (${reason}). Folders cannot be dropped: drop the files inside.`,
    };
  }
}

/** Bytes read and decoded at once: the chunks of a stream are so small that waiting for each takes longer than reading it. */
const PIECE = 8 * 1024 * 1024;

async function decode(file: File, encoding: string): Promise<string> {
  const decoder = new TextDecoder(encoding);
  const texts: string[] = [];
  for (let at = 0; at < file.size; at += PIECE) {
    const bytes = await file.slice(at, at + PIECE).arrayBuffer();
    texts.push(decoder.decode(bytes, { stream: true }));
  }
  texts.push(decoder.decode());
  return texts.join('');
}

function advice(what: string): string {
  if (isPacked(what)) return 'Unpack it and drop the dumps inside.';
  if (what.includes('picture')) return 'nfscope needs the rules as text: copy the text, not a screenshot.';
  return 'nfscope reads text, such as iptables-save or nft list ruleset prints.';
}

function refuse(name: string, what: string, then: string): ReadFile {
  return { kind: 'refused', message: `“${name}” ${what}. ${then}` };
}
