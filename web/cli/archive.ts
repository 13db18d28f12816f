/** Archives on the command line: the dumps of one node out of a support bundle. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type ByteSource, memorySource } from '../archive/bytes.ts';
import type { FoundDump, Listing, NodeDumps } from '../archive/listing.ts';
import { openArchives } from '../archive/open.ts';
import { encodingOf } from '../archive/recognise.ts';
import type { CliDocument } from './result.ts';

export interface UnpackedInput {
  readonly documents: CliDocument[];
  /** What was left out and why, one sentence each. */
  readonly notes: readonly string[];
}

/** Nothing to read in the archive, or several nodes and none chosen: the message says what is there. */
export class ArchiveInputError extends Error {
  override name = 'ArchiveInputError';
}

/** A file on disk as a source; `use` may not keep it. */
export function withFile<T>(file: string, use: (source: ByteSource) => T): T {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const read = (start: number, end: number): Uint8Array => {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
      let filled = 0;
      while (filled < bytes.length) {
        const got = readSync(descriptor, bytes, filled, bytes.length - filled, start + filled);
        if (got === 0) break;
        filled += got;
      }
      return bytes.subarray(0, filled);
    };
    return use({ size, read });
  } finally {
    closeSync(descriptor);
  }
}

/** The dumps of `node`, or of the only node there is. Throws ArchiveInputError. */
export function readArchive(source: ByteSource | Uint8Array, name: string, node: string | undefined): UnpackedInput {
  const { listing, read } = openArchives([
    { name, source: source instanceof Uint8Array ? memorySource(source) : source },
  ]);
  const chosen = chooseNode(listing, name, node);
  const dumps = chosen.dumps.filter(({ preferred }) => preferred);
  const cut = dumps.find((dump) => dump.cut);
  if (cut) throw new ArchiveInputError(`${cut.path}: ${problemsOf(listing)}`);
  const documents = read(dumps.map(({ id }) => id)).map(
    (dump): CliDocument => ({ name: dump.name, text: new TextDecoder(encodingOf(dump.bytes)).decode(dump.bytes) }),
  );
  const left = chosen.dumps.flatMap((dump: FoundDump) =>
    dump.note === null ? [] : [`${name}: left out ${dump.path} (${dump.note})`],
  );
  return { documents, notes: [...listing.problems.map(({ message }) => message), ...left] };
}

function chooseNode(listing: Listing, name: string, node: string | undefined): NodeDumps {
  const { nodes } = listing;
  if (nodes.length === 0) {
    const why = listing.problems.length > 0 ? ` ${problemsOf(listing)}` : '';
    throw new ArchiveInputError(`${name} holds no dump that nfscope reads.${why}`);
  }
  const [first] = nodes;
  if (node === undefined && nodes.length === 1 && first) return first;
  const found = nodes.find((one) => one.name === node);
  if (found) return found;
  const list = nodes.map((one) => `  ${one.name} (${[...new Set(one.dumps.map(({ label }) => label))].join(', ')})`);
  const what =
    node === undefined ? `holds ${nodes.length} nodes: choose one with --node NAME` : `has no node “${node}”`;
  throw new ArchiveInputError(`${name} ${what}\n${list.join('\n')}`);
}

function problemsOf({ problems }: Listing): string {
  return problems.map(({ message }) => message).join(' ');
}
