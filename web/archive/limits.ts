/** What an archive may cost. A file that someone sent is not trusted: a few kilobytes can unpack to terabytes. Numbers are bytes unless they say otherwise. */

export interface Limits {
  /** All that is unpacked, over all files and layers. */
  readonly total: number;
  /** Members, counted over all layers. */
  readonly members: number;
  /** One dump: above it, a browser runs out of memory while parsing. */
  readonly dump: number;
  /** Dumps kept in memory while they are listed; what is more is unpacked again when it is chosen. */
  readonly kept: number;
  /** A zip inside of another archive has to be held as a whole: its directory stands at its end. */
  readonly nestedZip: number;
  /** Archives inside archives; a compressed tar counts once. */
  readonly depth: number;
  /** Unpacked size over packed size, once `ratioFrom` bytes are unpacked. Deflate's own limit is 1032; dumps reach 30, logs some hundred. */
  readonly ratio: number;
  readonly ratioFrom: number;
}

const MB = 1024 * 1024;

export const LIMITS: Limits = {
  total: 8192 * MB,
  members: 250_000,
  dump: 200 * MB,
  kept: 192 * MB,
  nestedZip: 256 * MB,
  depth: 3,
  ratio: 400,
  ratioFrom: 64 * MB,
};

/** Ends the walk: what was found before stays. */
export class LimitReached extends Error {
  override name = 'LimitReached';
  readonly code: 'too-much' | 'too-many-members';
  constructor(code: 'too-much' | 'too-many-members') {
    super(code);
    this.code = code;
  }
}

/** Counts what one walk over all its files and layers costs. */
export class Budget {
  readonly limits: Limits;
  bytes = 0;
  members = 0;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  /** Throws LimitReached. */
  unpacked(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes > this.limits.total) throw new LimitReached('too-much');
  }

  /** The member's number, from 0. Throws LimitReached. */
  member(): number {
    if (this.members >= this.limits.members) throw new LimitReached('too-many-members');
    return this.members++;
  }

  /** True where `unpacked` bytes out of `packed` are a decompression bomb. */
  isBomb(packed: number, unpacked: number): boolean {
    return unpacked > this.limits.ratioFrom && unpacked > packed * this.limits.ratio;
  }
}
