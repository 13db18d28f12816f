/**
 * zip (PKWARE's APPNOTE.TXT): the directory at the end, zip64, stored and deflated members. A zip whose end is lost is read by looking for
 * its local headers. Encrypted members, other methods and split archives are told. Not modelled: a member's comment, times and rights.
 */
import { type ByteSource, READ_PIECE, type Sink, windowed } from './bytes.ts';
import { crc32 } from './crc32.ts';
import { decodeName, showName } from './names.ts';
import { InflateSink, type StageContext } from './unpack.ts';

export interface ZipContext extends StageContext {
  /** A sink for the unpacked content of a non-empty member; `name` is as the archive has it. */
  readonly member: (name: string, size: number) => Sink;
  /** Called with the end of what was read, in bytes of the source. */
  readonly onRead?: (end: number) => void;
}

interface Entry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Of its local header. */
  readonly offset: number;
}

const LOCAL = 0x04034b50;
/** Bytes of a local header, without its name. */
const LOCAL_SIZE = 30;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const ENCRYPTED = 1;
const DESCRIPTOR = 8;

const METHODS: ReadonlyMap<number, string> = new Map([
  [1, 'shrink'],
  [6, 'implode'],
  [9, 'deflate64'],
  [12, 'bzip2'],
  [14, 'LZMA'],
  [93, 'zstd'],
  [95, 'xz'],
  [98, 'PPMd'],
  [99, 'AES encryption'],
]);

/** Unpacks every member into the sink that `context.member` gives, in the order of the directory. Throws LimitReached. */
export function readZip(file: ByteSource, context: ZipContext): void {
  const source = windowed(file);
  const directory = findDirectory(source);
  if (directory === 'split') {
    context.problems.add('split-archive', context.where);
    return;
  }
  if (directory === null) {
    context.problems.add('no-directory', context.where);
    for (const entry of localEntries(source)) readEntry(source, entry, context, false);
    return;
  }
  // The directory first: between two places of a file, each read would fetch a piece of it anew.
  const { entries, complete } = readDirectory(source, directory, context.budget.limits.members);
  const overlapping = findOverlapping(entries);
  for (const entry of entries) {
    if (overlapping.has(entry)) context.problems.add('overlap', `${context.where}: ${showName(entry.name)}`);
    else readEntry(source, entry, context, true);
  }
  if (!complete) context.problems.add('damaged', context.where);
}

/** One entry more than `most` at most: who reads them all finds that they are too many. */
function readDirectory(
  source: ByteSource,
  directory: Directory,
  most: number,
): { readonly entries: readonly Entry[]; readonly complete: boolean } {
  const entries: Entry[] = [];
  let complete = true;
  for (const entry of centralEntries(source, directory)) {
    if (entry === null) complete = false;
    else if (!isEmpty(entry)) entries.push(entry);
    if (entries.length > most) break;
  }
  return { entries, complete };
}

/** Those that begin within the bytes of another one: so a small file may unpack to any size. What is written one after the other never does. */
function findOverlapping(entries: readonly Entry[]): ReadonlySet<Entry> {
  const found = new Set<Entry>();
  let end = 0;
  for (const entry of [...entries].sort((a, b) => a.offset - b.offset)) {
    if (entry.offset < end) found.add(entry);
    end = Math.max(end, entry.offset + LOCAL_SIZE + entry.packed);
  }
  return found;
}

/** A folder, or a file without content. */
function isEmpty({ name, size }: Entry): boolean {
  return name.endsWith('/') || size === 0;
}

interface Directory {
  readonly start: number;
  readonly size: number;
  readonly count: number;
  /** Bytes in front of the zip (a self-extracting program): added to every offset. */
  readonly shift: number;
}

/** Little-endian numbers out of bytes; out of range gives 0. */
class Fields {
  readonly #view: DataView;
  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  u16(at: number): number {
    return at + 2 <= this.#view.byteLength ? this.#view.getUint16(at, true) : 0;
  }
  u32(at: number): number {
    return at + 4 <= this.#view.byteLength ? this.#view.getUint32(at, true) : 0;
  }
  u64(at: number): number {
    return this.u32(at) + this.u32(at + 4) * 2 ** 32;
  }
}

function findDirectory(source: ByteSource): Directory | 'split' | null {
  // The end record is followed by a comment of at most 64 KiB.
  const from = Math.max(0, source.size - 22 - 0xffff);
  const tail = source.read(from, source.size);
  const fields = new Fields(tail);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (fields.u32(at) !== END || fields.u16(at + 20) > tail.length - at - 22) continue;
    const found = directoryAt(source, from + at, fields, at);
    if (found !== null) return found;
  }
  return null;
}

function directoryAt(source: ByteSource, position: number, end: Fields, at: number): Directory | 'split' | null {
  let [disk, count, size, start, before] = [
    end.u16(at + 4),
    end.u16(at + 10),
    end.u32(at + 12),
    end.u32(at + 16),
    position,
  ];
  if (position >= 20) {
    const locator = new Fields(source.read(position - 20, position));
    if (locator.u32(0) === LOCATOR64) {
      const record = locateEnd64(source, locator.u64(8), position - 20);
      if (record === null) return null;
      [disk, count, size, start, before] = record;
    }
  }
  if (disk !== 0 && disk !== 0xffff) return 'split';
  const shift = before - size - start;
  if (shift < 0 || size > before) return null;
  if (count > 0 && new Fields(source.read(start + shift, start + shift + 4)).u32(0) !== CENTRAL) return null;
  return { start: start + shift, size, count, shift };
}

function locateEnd64(
  source: ByteSource,
  stated: number,
  locator: number,
): [number, number, number, number, number] | null {
  // With bytes in front of the zip the stated place is wrong; without extensions the record has 56 bytes.
  for (const position of [stated, locator - 56]) {
    if (position < 0 || position + 56 > source.size) continue;
    const record = new Fields(source.read(position, position + 56));
    if (record.u32(0) === END64) return [record.u32(16), record.u64(32), record.u64(40), record.u64(48), position];
  }
  return null;
}

/** null: the directory is damaged from there on. */
function* centralEntries(source: ByteSource, { start, size, count, shift }: Directory): Generator<Entry | null> {
  let at = start;
  let done = 0;
  while (at + 46 <= start + size) {
    const fixed = source.read(at, at + 46);
    const fields = new Fields(fixed);
    if (fields.u32(0) !== CENTRAL) return yield null;
    const [nameSize, extraSize, commentSize] = [fields.u16(28), fields.u16(30), fields.u16(32)];
    const rest = source.read(at + 46, at + 46 + nameSize + extraSize);
    const [packed, whole, offset] = wide([fields.u32(20), fields.u32(24), fields.u32(42)], rest.subarray(nameSize));
    yield {
      name: decodeName(rest.slice(0, nameSize)),
      flags: fields.u16(8),
      method: fields.u16(10),
      crc: fields.u32(16),
      packed,
      size: whole,
      offset: offset + shift,
    };
    at += 46 + nameSize + extraSize + commentSize;
    done++;
  }
  // zip without zip64 counts mod 65536.
  if (done % 0x10000 !== count % 0x10000) yield null;
}

/** zip64's extra field holds those of the three that do not fit in 32 bits, uncompressed size first. */
function wide([packed, size, offset]: [number, number, number], extra: Uint8Array): [number, number, number] {
  const fields = new Fields(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + fields.u16(at + 2)) {
    if (fields.u16(at) !== 1) continue;
    let value = at + 4;
    const next = (narrow: number): number => {
      if (narrow !== 0xffffffff) return narrow;
      value += 8;
      return fields.u64(value - 8);
    };
    const wideSize = next(size);
    const widePacked = next(packed);
    return [widePacked, wideSize, next(offset)];
  }
  return [packed, size, offset];
}

/** The members of a zip without directory. One whose size stands behind its data ends where the next header begins. */
function* localEntries(source: ByteSource): Generator<Entry> {
  let at = nextSignature(source, 0, [LOCAL]);
  while (at + 30 <= source.size) {
    const fields = new Fields(source.read(at, at + 30));
    const [nameSize, extraSize] = [fields.u16(26), fields.u16(28)];
    const rest = source.read(at + 30, at + 30 + nameSize + extraSize);
    const data = at + 30 + nameSize + extraSize;
    const [stated, size] = wide([fields.u32(18), fields.u32(22), 0], rest.subarray(nameSize));
    const flags = fields.u16(6);
    const open = (flags & DESCRIPTOR) !== 0;
    const next = open ? nextSignature(source, data, [LOCAL, CENTRAL, 0x08074b50]) : data + stated;
    yield {
      name: decodeName(rest.slice(0, nameSize)),
      flags,
      method: fields.u16(8),
      crc: fields.u32(14),
      packed: next - data,
      size: open ? Number.NaN : size,
      offset: at,
    };
    at = nextSignature(source, next, [LOCAL]);
  }
}

const SEARCH_PIECE = 1 << 14;

/** The place of the first of `signatures` from `from` on; the source's end if there is none. */
function nextSignature(source: ByteSource, from: number, signatures: readonly number[]): number {
  for (let start = from; start < source.size; start += SEARCH_PIECE) {
    const piece = source.read(start, start + SEARCH_PIECE + 3);
    const fields = new Fields(piece);
    for (let at = piece.indexOf(0x50); at >= 0; at = piece.indexOf(0x50, at + 1))
      if (signatures.includes(fields.u32(at))) return start + at;
  }
  return source.size;
}

function readEntry(source: ByteSource, entry: Entry, context: ZipContext, inDirectory: boolean): void {
  if (isEmpty(entry)) return;
  const where = `${context.where}: ${showName(entry.name)}`;
  const { problems, budget } = context;
  const header = new Fields(source.read(entry.offset, entry.offset + LOCAL_SIZE));
  if ((entry.flags & ENCRYPTED) !== 0) {
    problems.add('encrypted', where);
    return;
  }
  if (entry.method !== 0 && entry.method !== 8) {
    problems.add('zip-method', where, METHODS.get(entry.method) ?? `method ${entry.method}`);
    return;
  }
  if (header.u32(0) !== LOCAL) {
    problems.add('damaged', where);
    return;
  }
  const start = entry.offset + LOCAL_SIZE + header.u16(26) + header.u16(28);
  const end = Math.min(start + entry.packed, source.size);
  const cut = start + entry.packed > source.size;
  const inner = context.member(entry.name, entry.size);
  // Behind lost directories, sizes may be lost too; a checksum without its size says nothing.
  const expected = inDirectory && !cut ? { crc: entry.crc, size: entry.size } : null;
  const stage = { budget, problems, where };
  const sink = entry.method === 8 ? new InflateSink(stage, inner, expected) : new StoredSink(stage, inner, expected);
  for (let at = start; at < end && !sink.done(); at += READ_PIECE) {
    const stop = Math.min(at + READ_PIECE, end);
    sink.push(source.read(at, stop));
    context.onRead?.(stop);
  }
  if (sink.done()) return;
  if (cut && entry.method === 0) problems.add('cut-off', where);
  sink.end(cut);
}

/** A member that is not compressed. */
class StoredSink implements Sink {
  readonly #context: StageContext;
  readonly #inner: Sink;
  readonly #expected: { readonly crc: number; readonly size: number } | null;
  #crc = 0;

  constructor(context: StageContext, inner: Sink, expected: { readonly crc: number; readonly size: number } | null) {
    this.#context = context;
    this.#inner = inner;
    this.#expected = expected;
  }

  push(chunk: Uint8Array): void {
    this.#context.budget.unpacked(chunk.length);
    this.#crc = crc32(this.#crc, chunk);
    this.#inner.push(chunk);
  }

  end(cut: boolean): void {
    if (this.#expected && this.#expected.crc !== this.#crc) this.#context.problems.add('checksum', this.#context.where);
    this.#inner.end(cut);
  }

  done(): boolean {
    return this.#inner.done();
  }
}
