/** The archive worker: a message loop over web/archive. Synchronous: it has nothing else to do, and cancelling ends it. */
import type { ByteSource } from '../archive/bytes.ts';
import { type OpenArchives, openArchives } from '../archive/open.ts';
import { encodingOf } from '../archive/recognise.ts';
import { answerRequests, postSometimes } from './answering.ts';
import type { ArchiveMessage, ArchiveRequest, DumpText } from './archive-protocol.ts';

/** Only workers have it, so the DOM library of the page does not declare it. */
declare const FileReaderSync: new () => { readonly readAsArrayBuffer: (blob: Blob) => ArrayBuffer };

let opened: OpenArchives | null = null;

const progress = postSometimes<ArchiveMessage>();

answerRequests((data: ArchiveRequest): ArchiveMessage => (data.kind === 'list' ? list(data.files) : read(data.ids)));

function list(files: readonly File[]): ArchiveMessage {
  opened = openArchives(
    files.map((file) => ({ name: file.name === '' ? 'Pasted file' : file.name, source: fileSource(file) })),
    { onProgress: (fraction, found) => progress({ kind: 'progress', fraction, found }) },
  );
  return { kind: 'listing', listing: opened.listing };
}

function read(ids: readonly number[]): ArchiveMessage {
  if (!opened) throw new Error('nothing is open');
  const dumps = opened.read(ids, (fraction) => progress({ kind: 'progress', fraction, found: ids.length }));
  const texts = dumps.map(({ id, name, bytes }): DumpText => {
    return { id, name, text: new TextDecoder(encodingOf(bytes)).decode(bytes) };
  });
  return { kind: 'texts', texts };
}

function fileSource(file: File): ByteSource {
  const reader = new FileReaderSync();
  return { size: file.size, read: (start, end) => new Uint8Array(reader.readAsArrayBuffer(file.slice(start, end))) };
}
