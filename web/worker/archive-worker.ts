/** The archive worker: a message loop over web/archive. Synchronous: it has nothing else to do, and cancelling ends it. */
import type { ByteSource } from '../archive/bytes.ts';
import { type OpenArchives, openArchives } from '../archive/open.ts';
import { encodingOf } from '../archive/recognise.ts';
import type { ArchiveMessage, ArchiveRequest, DumpText } from './archive-protocol.ts';

/** Only workers have it, so the DOM library of the page does not declare it. */
declare const FileReaderSync: new () => { readonly readAsArrayBuffer: (blob: Blob) => ArrayBuffer };

/** Milliseconds between two messages of progress. */
const PROGRESS_PAUSE = 50;

let opened: OpenArchives | null = null;
let told = 0;

addEventListener('message', ({ data }: MessageEvent<ArchiveRequest>) => {
  try {
    post(data.kind === 'list' ? list(data.files) : read(data.ids));
  } catch (error) {
    post({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
});

function post(message: ArchiveMessage): void {
  postMessage(message);
}

function progress(fraction: number, found: number): void {
  const now = performance.now();
  if (now - told < PROGRESS_PAUSE) return;
  told = now;
  post({ kind: 'progress', fraction, found });
}

function list(files: readonly File[]): ArchiveMessage {
  opened = openArchives(
    files.map((file) => ({ name: file.name === '' ? 'Pasted file' : file.name, source: fileSource(file) })),
    { onProgress: progress },
  );
  return { kind: 'listing', listing: opened.listing };
}

function read(ids: readonly number[]): ArchiveMessage {
  if (!opened) throw new Error('nothing is open');
  const dumps = opened.read(ids, (fraction) => progress(fraction, ids.length));
  const texts = dumps.map(({ id, name, bytes }): DumpText => {
    return { id, name, text: new TextDecoder(encodingOf(bytes)).decode(bytes) };
  });
  return { kind: 'texts', texts };
}

function fileSource(file: File): ByteSource {
  const reader = new FileReaderSync();
  return { size: file.size, read: (start, end) => new Uint8Array(reader.readAsArrayBuffer(file.slice(start, end))) };
}
