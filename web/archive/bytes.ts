/** Where an archive's bytes come from, and where its members' bytes go. All of it is synchronous: it runs in a worker or in Node. */

/** A file that can be read at any place: a Blob in the worker, a file descriptor in Node, memory. */
export interface ByteSource {
  readonly size: number;
  /** The bytes of `[start, end)`, fewer where the file ends before. */
  readonly read: (start: number, end: number) => Uint8Array;
}

/** A stage of unpacking. It may keep no chunk beyond the call: chunks are views of larger buffers. */
export interface Sink {
  readonly push: (chunk: Uint8Array) => void;
  /** `cut`: the bytes end before they should. */
  readonly end: (cut: boolean) => void;
  /** True: further bytes change nothing, so whoever can may stop. */
  readonly done: () => boolean;
}

export function memorySource(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (start, end) => bytes.subarray(start, Math.min(end, bytes.length)) };
}

/** Bytes read at once: large enough for few reads, small enough for progress. */
export const READ_PIECE = 1 << 20;

/** The same source with its last window kept: archives are read in many small steps that lie side by side. */
export function windowed(source: ByteSource): ByteSource {
  let from = 0;
  let window = new Uint8Array(0);
  return {
    size: source.size,
    read: (start, end) => {
      const stop = Math.min(end, source.size);
      if (stop <= start) return new Uint8Array(0);
      if (start < from || stop > from + window.length) {
        from = start;
        window = new Uint8Array(source.read(start, Math.min(source.size, Math.max(stop, start + READ_PIECE))));
      }
      return window.subarray(start - from, stop - from);
    },
  };
}

/** Packed bytes given to fflate at once: it unpacks all of a piece before it hands anything on, up to 1032 times its size. */
export const UNPACK_PIECE = 1 << 15;

/** Chunks put together, with a limit. */
export class Collector {
  #chunks: Uint8Array[] = [];
  size = 0;

  /** Copies `chunk`. */
  add(chunk: Uint8Array): void {
    this.#chunks.push(chunk.slice());
    this.size += chunk.length;
  }

  clear(): void {
    this.#chunks = [];
    this.size = 0;
  }

  /** All of it as one array; the collector keeps only that one. */
  join(): Uint8Array {
    if (this.#chunks.length === 1) return this.#chunks[0] as Uint8Array;
    const all = new Uint8Array(this.size);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    this.#chunks = [all];
    return all;
  }
}
