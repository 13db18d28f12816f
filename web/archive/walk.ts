/**
 * Walks through a file and all archives inside it, in one pass, and shows every member to a visitor. What a member is, is decided by its
 * first bytes; names are never looked at for that. The same file gives the same members with the same numbers each time.
 */
import { type ByteSource, Collector, memorySource, READ_PIECE, type Sink } from './bytes.ts';
import { type Budget, LimitReached } from './limits.ts';
import { showName } from './names.ts';
import type { Problems } from './problems.ts';
import { containerOf } from './recognise.ts';
import { TarSink } from './tar.ts';
import { GunzipSink } from './unpack.ts';
import { readZip } from './zip.ts';

/** Bytes of a member that the visitor sees before it decides. */
export const HEAD = 1 << 16;

export interface Member {
  /** Counts from 0 in the order of the walk. */
  readonly number: number;
  /** The file's name, then the member's name in each archive from outside to inside; as they are in the archives. */
  readonly path: readonly string[];
  /** True for the content of a file that is no tar and no zip: text, or text under gzip. */
  readonly alone: boolean;
  readonly head: Uint8Array;
  /** The head is all of it. */
  readonly complete: boolean;
}

export interface WalkContext {
  readonly budget: Budget;
  readonly problems: Problems;
  /** Gives a sink for the whole content (head included), or null to pass the member over. */
  readonly visit: (member: Member) => Sink | null;
  /** Called with 0..1 about every MB of the file. */
  readonly onProgress?: (fraction: number) => void;
}

interface Place {
  readonly path: readonly string[];
  /** Archives around it. */
  readonly depth: number;
  /** gzip layers since the last archive. */
  readonly gzips: number;
}

const MOST_GZIPS = 2;

/** Never throws on input. `name` is the file's name. */
export function walkFile(source: ByteSource, name: string, context: WalkContext): void {
  const place: Place = { path: [name], depth: 0, gzips: 0 };
  try {
    if (containerOf(source.read(0, HEAD)) === 'zip') {
      openZip(source, place, context, (end) => context.onProgress?.(end / source.size));
      return;
    }
    const sink = new MemberSink(place, context);
    for (let at = 0; at < source.size && !sink.done(); at += READ_PIECE) {
      sink.push(source.read(at, Math.min(at + READ_PIECE, source.size)));
      context.onProgress?.(Math.min(1, (at + READ_PIECE) / source.size));
    }
    if (!sink.done()) sink.end(false);
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
    context.problems.add(error.code, showName(name));
  }
}

/** The path as one line, as it may be shown. */
export function showPath(path: readonly string[]): string {
  return path.map(showName).join(' › ');
}

function openZip(source: ByteSource, place: Place, context: WalkContext, onRead?: (end: number) => void): void {
  if (isTooDeep(place, context)) return;
  readZip(source, {
    budget: context.budget,
    problems: context.problems,
    where: showPath(place.path),
    member: (name) => inside(place, name, context),
    ...(onRead ? { onRead } : {}),
  });
}

function inside(place: Place, name: string, context: WalkContext): Sink {
  return new MemberSink({ path: [...place.path, name], depth: place.depth + 1, gzips: 0 }, context);
}

function isTooDeep({ path, depth, gzips }: Place, { budget, problems }: WalkContext): boolean {
  if (depth < budget.limits.depth && gzips <= MOST_GZIPS) return false;
  problems.add('too-deep', showPath(path));
  return true;
}

/** Keeps a member's first bytes until it is known what they are, then hands all on to the right stage. */
class MemberSink implements Sink {
  readonly #place: Place;
  readonly #context: WalkContext;
  readonly #head = new Collector();
  #inner: Sink | null = null;
  #decided = false;

  constructor(place: Place, context: WalkContext) {
    this.#place = place;
    this.#context = context;
  }

  push(chunk: Uint8Array): void {
    if (this.#decided) {
      this.#inner?.push(chunk);
      return;
    }
    const rest = HEAD - this.#head.size;
    this.#head.add(chunk.subarray(0, rest));
    if (this.#head.size < HEAD) return;
    this.#decide(false);
    if (chunk.length > rest) this.#inner?.push(chunk.subarray(rest));
  }

  end(cut: boolean): void {
    if (!this.#decided) this.#decide(true);
    this.#inner?.end(cut);
    this.#inner = null;
  }

  done(): boolean {
    return this.#decided && (this.#inner === null || this.#inner.done());
  }

  #decide(complete: boolean): void {
    this.#decided = true;
    const head = this.#head.join();
    this.#head.clear();
    this.#inner = this.#stage(head, complete);
    if (head.length > 0) this.#inner?.push(head);
  }

  #stage(head: Uint8Array, complete: boolean): Sink | null {
    const { budget, problems, visit } = this.#context;
    const where = showPath(this.#place.path);
    switch (containerOf(head)) {
      case 'gzip': {
        const place = { ...this.#place, gzips: this.#place.gzips + 1 };
        if (isTooDeep({ ...place, depth: 0 }, this.#context)) return null;
        return new GunzipSink({ budget, problems, where }, new MemberSink(place, this.#context));
      }
      case 'tar':
        if (isTooDeep(this.#place, this.#context)) return null;
        return new TarSink({ problems, where, member: (name) => inside(this.#place, name, this.#context) });
      case 'zip':
        return new NestedZipSink(this.#place, this.#context);
      case null: {
        const { path, depth } = this.#place;
        return visit({ number: budget.member(), path, alone: depth === 0, head, complete });
      }
    }
  }
}

/** A zip inside of something else, held as a whole until its directory, which stands at its end, has come. */
class NestedZipSink implements Sink {
  readonly #place: Place;
  readonly #context: WalkContext;
  readonly #bytes = new Collector();
  #tooBig = false;

  constructor(place: Place, context: WalkContext) {
    this.#place = place;
    this.#context = context;
  }

  push(chunk: Uint8Array): void {
    if (this.#tooBig) return;
    this.#bytes.add(chunk);
    if (this.#bytes.size <= this.#context.budget.limits.nestedZip) return;
    this.#tooBig = true;
    this.#bytes.clear();
    this.#context.problems.add('zip-too-big', showPath(this.#place.path));
  }

  end(): void {
    if (!this.#tooBig) openZip(memorySource(this.#bytes.join()), this.#place, this.#context);
    this.#bytes.clear();
  }

  done(): boolean {
    return this.#tooBig;
  }
}
