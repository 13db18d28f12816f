/**
 * tar as a stage: v7, ustar, GNU and pax headers (tar(5)), with long names, sizes above 8 GB, damaged headers and several tars one after the
 * other. Links, devices and directories hold no content and are passed over. Not modelled: the holes of sparse files (told), multi-volume
 * archives (told), pax headers that hold for all members but name none of them.
 */
import { Collector, type Sink } from './bytes.ts';
import { decodeName, showName } from './names.ts';
import type { Problems } from './problems.ts';
import { isTarHeader, octal, TAR_BLOCK } from './recognise.ts';

export interface TarContext {
  readonly problems: Problems;
  /** The tar itself, as it may be shown. */
  readonly where: string;
  /** A sink for the content of a regular, non-empty member; `name` is as the archive has it. */
  readonly member: (name: string, size: number) => Sink;
}

/** A name or a pax record set beyond this is no name. */
const META_LIMIT = 1 << 20;

interface Header {
  readonly name: string;
  readonly size: number;
  readonly type: string;
  readonly block: Uint8Array;
}

export class TarSink implements Sink {
  readonly #context: TarContext;
  readonly #block = new Uint8Array(TAR_BLOCK);
  #filled = 0;
  /** Bytes of the present member's content, then of its padding, that are still to come. */
  #content = 0;
  #padding = 0;
  #sink: Sink | null = null;
  #meta: { readonly kind: 'name' | 'pax'; readonly bytes: Collector } | null = null;
  /** In the blocks that go on with an old GNU sparse header. */
  #sparseBlocks = false;
  #name: string | null = null;
  #pax = new Map<string, string>();
  #current = '';
  #damaged = false;
  #seen = false;

  constructor(context: TarContext) {
    this.#context = context;
  }

  done(): boolean {
    return false;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      // The blocks that go on with a sparse header stand before the content.
      const inHeader = this.#sparseBlocks;
      if (this.#content > 0 && !inHeader) {
        const piece = chunk.subarray(at, at + Math.min(this.#content, chunk.length - at));
        this.#take(piece);
        at += piece.length;
      } else if (this.#padding > 0 && !inHeader) {
        const skipped = Math.min(this.#padding, chunk.length - at);
        this.#padding -= skipped;
        at += skipped;
      } else {
        const piece = chunk.subarray(at, at + TAR_BLOCK - this.#filled);
        this.#block.set(piece, this.#filled);
        this.#filled += piece.length;
        at += piece.length;
        if (this.#filled === TAR_BLOCK) {
          this.#filled = 0;
          this.#header();
        }
      }
    }
  }

  end(cut: boolean): void {
    // `cut` was told by the stage that noticed it.
    if (this.#content > 0) {
      if (!cut) this.#context.problems.add('cut-off', `${this.#context.where}: ${showName(this.#current)}`);
      this.#sink?.end(true);
    } else if (!cut && (this.#filled > 0 || this.#name !== null) && !this.#damaged) {
      this.#context.problems.add('cut-off', this.#context.where);
    }
    this.#sink = null;
  }

  #take(piece: Uint8Array): void {
    this.#content -= piece.length;
    if (this.#meta) {
      if (this.#meta.bytes.size + piece.length <= META_LIMIT) this.#meta.bytes.add(piece);
    } else this.#sink?.push(piece);
    if (this.#content === 0) this.#finish();
  }

  #finish(): void {
    const meta = this.#meta;
    this.#meta = null;
    if (meta?.kind === 'name') this.#name = decodeName(upToNul(meta.bytes.join()));
    else if (meta?.kind === 'pax') this.#pax = readPax(meta.bytes.join());
    this.#sink?.end(false);
    this.#sink = null;
  }

  #header(): void {
    const block = this.#block;
    if (this.#sparseBlocks) {
      this.#sparseBlocks = block[504] === 1;
      return;
    }
    if (!isTarHeader(block)) {
      // Zeros end an archive; another one may follow (`cat a.tar b.tar`).
      if (block.every((byte) => byte === 0)) return;
      if (!this.#damaged && this.#seen) this.#context.problems.add('damaged', this.#context.where);
      this.#damaged = true;
      return;
    }
    this.#damaged = false;
    this.#seen = true;
    this.#begin(this.#read(block));
  }

  #read(block: Uint8Array): Header {
    const type = String.fromCharCode(block[156] as number);
    const isMeta = type === 'L' || type === 'K' || type === 'x' || type === 'g' || type === 'X';
    const stored = sizeField(block);
    const paxSize = isMeta ? Number.NaN : Number.parseInt(this.#pax.get('size') ?? '', 10);
    const size = Number.isSafeInteger(paxSize) && paxSize >= 0 ? paxSize : stored;
    const name = this.#pax.get('GNU.sparse.name') ?? this.#pax.get('path') ?? this.#name ?? headerName(block);
    return { name, size, type, block };
  }

  #begin({ name, size, type, block }: Header): void {
    this.#content = size;
    this.#padding = (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK;
    if (type === 'L') this.#meta = { kind: 'name', bytes: new Collector() };
    else if (type === 'x') this.#meta = { kind: 'pax', bytes: new Collector() };
    else if (type !== 'K' && type !== 'g' && type !== 'X') {
      this.#current = name;
      this.#sink = this.#member(name, size, type, block);
      this.#name = null;
      this.#pax = new Map();
    }
    if (size === 0) this.#meta = null;
  }

  #member(name: string, size: number, type: string, block: Uint8Array): Sink | null {
    const where = `${this.#context.where}: ${showName(name)}`;
    if (type === 'S' || [...this.#pax.keys()].some((key) => key.startsWith('GNU.sparse.'))) {
      if (type === 'S') this.#sparseBlocks = block[482] === 1;
      this.#context.problems.add('sparse', where);
      return null;
    }
    if (type === 'M') {
      this.#context.problems.add('split-archive', where);
      return null;
    }
    // Links, devices and directories may state a size, but only regular files have content in the archive; hard links may in pax archives.
    const regular = type === '0' || type === '\0' || type === '7' || (type === '1' && size > 0);
    if (!regular && '23456'.includes(type)) {
      this.#content = 0;
      this.#padding = 0;
    }
    // Tars older than POSIX mark a directory by its slash.
    return regular && size > 0 && !name.endsWith('/') ? this.#context.member(name, size) : null;
  }
}

/** Octal, or base 256 with the highest bit set (GNU, star) for sizes above 8 GB. A field that is neither counts as empty. */
function sizeField(block: Uint8Array): number {
  if (((block[124] as number) & 0x80) === 0) return octal(block, 124, 12) ?? 0;
  let value = (block[124] as number) & 0x7f;
  for (let at = 125; at < 136; at++) value = value * 256 + (block[at] as number);
  return Number.isSafeInteger(value) ? value : Number.MAX_SAFE_INTEGER;
}

/** ustar splits a long name in two fields; GNU uses the second one for something else and says so in its magic (`ustar` and blanks). */
function headerName(block: Uint8Array): string {
  const name = decodeName(upToNul(block.slice(0, 100)));
  const posix = decodeName(block.slice(257, 263)) === 'ustar\0';
  const prefix = posix ? decodeName(upToNul(block.slice(345, 500))) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

function upToNul(bytes: Uint8Array): Uint8Array {
  const at = bytes.indexOf(0);
  return at < 0 ? bytes : bytes.subarray(0, at);
}

/** pax records: `length key=value\n`, the length of the whole record in bytes. Stops at the first that is none. */
function readPax(bytes: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    let length = 0;
    let digit = at;
    while (
      digit < bytes.length &&
      digit - at < 10 &&
      (bytes[digit] as number) >= 0x30 &&
      (bytes[digit] as number) <= 0x39
    )
      length = length * 10 + (bytes[digit++] as number) - 0x30;
    const equals = bytes.indexOf(0x3d, digit);
    const end = at + length;
    if (bytes[digit] !== 0x20 || equals < 0 || equals >= end || end > bytes.length) break;
    records.set(decodeName(bytes.subarray(digit + 1, equals)), decodeName(bytes.subarray(equals + 1, end - 1)));
    at = end;
  }
  return records;
}
