/**
 * The compressed layers as stages: gzip (RFC 1952) and raw deflate (RFC 1951, in zip), with fflate, piece by piece. Both compare checksums,
 * stop at decompression bombs, and hand on what could be unpacked before any damage.
 * Assumption: of a gzip file of several members only the last one's checksum is compared.
 */
import { Gunzip, Inflate } from 'fflate';
import { type Sink, UNPACK_PIECE } from './bytes.ts';
import { crc32 } from './crc32.ts';
import { type Budget, LimitReached } from './limits.ts';
import type { ProblemCode, Problems } from './problems.ts';

/** What a stage needs to say what went wrong. */
export interface StageContext {
  readonly budget: Budget;
  readonly problems: Problems;
  /** The file or member that is unpacked, as it may be shown. */
  readonly where: string;
}

class Bomb extends Error {}

abstract class UnpackSink implements Sink {
  protected readonly context: StageContext;
  readonly #inner: Sink;
  protected packed = 0;
  protected unpacked = 0;
  protected crc = 0;
  #ended = false;

  constructor(context: StageContext, inner: Sink) {
    this.context = context;
    this.#inner = inner;
  }

  protected abstract feed(piece: Uint8Array, final: boolean): void;
  /** Called at the regular end. True: the end is as it should be. */
  protected abstract check(): boolean;

  protected readonly take = (piece: Uint8Array): void => {
    if (piece.length === 0) return;
    this.context.budget.unpacked(piece.length);
    this.unpacked += piece.length;
    if (this.context.budget.isBomb(this.packed, this.unpacked)) throw new Bomb();
    this.crc = crc32(this.crc, piece);
    this.#inner.push(piece);
  };

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && !this.#ended; at += UNPACK_PIECE) {
      const piece = chunk.subarray(at, at + UNPACK_PIECE);
      this.packed += piece.length;
      this.#guarded(() => this.feed(piece, false));
    }
  }

  end(cut: boolean): void {
    if (this.#ended) return;
    const complete = this.isComplete();
    this.#guarded(() => this.feed(new Uint8Array(0), true));
    if (this.#ended) return;
    if (!complete) {
      this.context.problems.add('cut-off', this.context.where);
      this.finish(true);
      return;
    }
    if (!this.check()) this.context.problems.add('checksum', this.context.where);
    this.finish(cut);
  }

  done(): boolean {
    return this.#ended || this.#inner.done();
  }

  protected finish(cut: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#inner.end(cut);
  }

  /** fflate throws on damage, and at the end of data that is not complete. */
  #guarded(work: () => void): void {
    if (this.#ended) return;
    try {
      work();
    } catch (error) {
      if (error instanceof LimitReached) throw error;
      const code = this.#codeOf(error);
      if (code !== null) this.context.problems.add(code, this.context.where);
      this.finish(code !== null);
    }
  }

  /** null: nothing is wrong. Throws what is no error of the data. */
  #codeOf(error: unknown): ProblemCode | null {
    if (error instanceof Bomb) return 'bomb';
    if (!isFlateError(error)) throw error;
    if (this.isTrailingGarbage()) return null;
    return error.message.includes('unexpected EOF') ? 'cut-off' : 'damaged';
  }

  protected isTrailingGarbage(): boolean {
    return false;
  }

  /** False where the data has to go on. fflate tells it only if a symbol is cut in its middle. */
  protected isComplete(): boolean {
    return true;
  }
}

function isFlateError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && typeof error.code === 'number';
}

/** gzip, also of several members one after the other; zeros or other bytes behind the last one are ignored, as gzip(1) does. */
export class GunzipSink extends UnpackSink {
  readonly #stream = new Gunzip(this.take);
  /** The last bytes of the file: the checksum and the size (mod 2^32) of the last member. */
  #tail = new Uint8Array(0);
  #memberStart = 0;

  constructor(context: StageContext, inner: Sink) {
    super(context, inner);
    this.#stream.onmember = () => {
      this.crc = 0;
      this.#memberStart = this.unpacked;
    };
  }

  protected feed(piece: Uint8Array, final: boolean): void {
    if (piece.length >= 8) this.#tail = piece.slice(-8);
    else if (piece.length > 0) {
      const joined = new Uint8Array(this.#tail.length + piece.length);
      joined.set(this.#tail);
      joined.set(piece, this.#tail.length);
      this.#tail = joined.slice(-8);
    }
    this.#stream.push(piece, final);
  }

  protected check(): boolean {
    if (this.#tail.length < 8) return false;
    const view = new DataView(this.#tail.buffer, this.#tail.byteOffset, 8);
    const size = (this.unpacked - this.#memberStart) % 2 ** 32;
    return view.getUint32(0, true) === this.crc && view.getUint32(4, true) === size;
  }

  /** fflate looks for another member right behind the end of one, and fails there. */
  protected override isTrailingGarbage(): boolean {
    return this.#betweenMembers();
  }

  protected override isComplete(): boolean {
    return this.#betweenMembers();
  }

  /** fflate's field `v` is the only sign of that state: 1 before the first header, 0 in a member, more behind one. */
  #betweenMembers(): boolean {
    return (this.#stream as unknown as { readonly v: number }).v > 1;
  }
}

/** The deflated data of a zip member. */
export class InflateSink extends UnpackSink {
  readonly #stream = new Inflate(this.take);
  readonly #expected: { readonly crc: number; readonly size: number } | null;

  /** `expected`: from the zip's directory; null where it is lost. */
  constructor(context: StageContext, inner: Sink, expected: { readonly crc: number; readonly size: number } | null) {
    super(context, inner);
    this.#expected = expected;
  }

  protected feed(piece: Uint8Array, final: boolean): void {
    this.#stream.push(piece, final);
  }

  protected check(): boolean {
    return this.#expected === null || (this.#expected.crc === this.crc && this.#expected.size === this.unpacked);
  }
}
