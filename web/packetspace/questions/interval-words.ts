/**
 * Values of a field in words, as a network engineer would write them: `10.244.0.0/16 but 10.244.226.77`, `172.18.0.2-172.18.0.4`, `any port but 22`. What is
 * shortest wins; what is left out is counted.
 */
import { addressText } from '../../model/address.ts';
import type { Interval } from '../diagram/intervals.ts';
import { prefixesOf } from '../diagram/intervals.ts';

/** Ascending, apart, both ends included. */
interface Range {
  readonly low: bigint;
  readonly high: bigint;
}

export interface ListWords {
  readonly words: string;
  /** Not all values are named: some are only counted. */
  readonly cut: boolean;
}

/** Values that are named in one list before the rest is counted. */
const MOST = 12;

/** `a, b or c`; more than a dozen are counted. */
export function listWords(words: readonly string[], most = MOST): ListWords {
  if (words.length < 2) return { words: words[0] ?? 'nothing', cut: false };
  if (words.length <= most) return { words: `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`, cut: false };
  return { words: `${words.slice(0, most - 1).join(', ')} or ${words.length - most + 1} more`, cut: true };
}

/** The values in between; of `width` bits. */
function gapsOf(ranges: readonly Range[], low: bigint, high: bigint): Range[] {
  const found: Range[] = [];
  let next = low;
  for (const range of ranges) {
    if (range.low > next) found.push({ low: next, high: range.low - 1n });
    next = range.high + 1n;
  }
  if (next <= high) found.push({ low: next, high });
  return found;
}

function rangesOf(intervals: readonly Interval[]): Range[] {
  return intervals.map(({ low, high }) => ({ low: BigInt(low), high: BigInt(high) }));
}

/** Ports: `port 22, 80 or 8000-8080`, `any port but 22`. */
export function portsWords(intervals: readonly Interval[]): ListWords {
  const wordsOf = (ranges: readonly Range[]) =>
    ranges.flatMap(({ low, high }) =>
      low === high ? [`${low}`] : high === low + 1n ? [`${low}`, `${high}`] : [`${low}-${high}`],
    );
  const ranges = rangesOf(intervals);
  const gaps = gapsOf(ranges, 0n, 0xffffn);
  const isShort = gaps.length >= ranges.length;
  const { words, cut } = listWords(wordsOf(isShort ? ranges : gaps));
  return { words: isShort ? `port ${words}` : `any port but ${words}`, cut };
}

/** Values with names of their own, of which some cannot be at all: `tcp or udp`, `any but tcp or udp`. */
export function namedWords(
  intervals: readonly Interval[],
  all: readonly number[],
  nameOf: (value: number) => string,
  any: string,
): ListWords {
  const isIn = (value: number) => intervals.some(({ low, high }) => low <= value && value <= high);
  const names = (values: readonly number[]) => [...new Set(values.map(nameOf))];
  const inside = names(all.filter(isIn));
  const outside = names(all.filter((value) => !isIn(value))).filter((name) => !inside.includes(name));
  if (outside.length >= inside.length || outside.length === 0) return listWords(inside);
  const { words, cut } = listWords(outside);
  return { words: `${any} but ${words}`, cut };
}

// Addresses --------------------------------------------------------------------------------------------------------------------

export interface AddressKinds {
  /** Addresses that are no single host's, ascending. A set with none of them is told among the others: `any unicast address but 10.0.0.1`. */
  readonly groups: readonly Interval[];
  /** Addresses that nobody asks for: no exception is made for them. */
  readonly ignored: readonly Interval[];
}

/** `10.244.0.0/16 but 10.244.226.77`, `anywhere but 10.8.0.0/24`. Cost: the ranges by the width, and by their number. */
export function addressesWords(
  intervals: readonly Interval[],
  width: 32 | 128,
  kinds: AddressKinds = { groups: [], ignored: [] },
): ListWords {
  const ranges = rangesOf(intervals);
  const groups = rangesOf(kinds.groups);
  const hasGroups =
    groups.length === 0 || groups.some((one) => ranges.some(({ low, high }) => low <= one.high && one.low <= high));
  const ignored = [...rangesOf(kinds.ignored), ...(hasGroups ? [] : groups)];
  const pieces = joinedPieces(new Pieces(width, ignored).of(ranges), width);
  const [only] = pieces;
  if (pieces.length === 1 && only?.length === 0 && only.but.length > 0)
    return allBut(only.but, width, hasGroups ? 'anywhere' : 'any unicast address');
  return joinedLists(pieces.map((piece) => pieceWords(piece, width, hasGroups, pieces.length > 1)));
}

/** Holes with islands in them: the islands come first, `10.244.1.7 or anywhere but 10.244.0.0/16`. */
function allBut(but: readonly Range[], width: 32 | 128, all: string): ListWords {
  const holes = new Pieces(width, []).of(but);
  const islands = holes.flatMap((hole) => hole.but);
  const cost = but.reduce((sum, range) => sum + (lengthOf(range, width) === null ? RANGE_COST : 1), 0);
  const isShorter = holes.length + islands.length < cost;
  const shown = isShorter ? holes : but;
  const outside = listWords(shown.flatMap((range) => rangeWords(range, width)));
  const words = `${all} but ${outside.words}`;
  if (!isShorter || islands.length === 0) return { words, cut: outside.cut };
  const inside = listWords(islands.flatMap((range) => rangeWords(range, width)));
  return { words: `${inside.words}, or ${words}`, cut: outside.cut || inside.cut };
}

function joinedLists(lists: readonly { readonly words: readonly string[]; readonly cut: boolean }[]): ListWords {
  const { words, cut } = listWords(lists.flatMap((list) => list.words));
  return { words, cut: cut || lists.some((list) => list.cut) };
}

/** A prefix without some ranges of it, or (`length` null) a range. */
interface Piece extends Range {
  readonly length: number | null;
  readonly but: readonly Range[];
}

interface Costed {
  readonly cost: number;
  readonly pieces: readonly Piece[];
}

/** A range that is no prefix reads worse than one. */
const RANGE_COST = 1.5;
/** What is excepted reads worse than what is listed. */
const HOLE_COST = 1.1;

class Pieces {
  constructor(
    private readonly width: number,
    /** Not to be spoken of. */
    private readonly ignored: readonly Range[],
  ) {}

  of(ranges: readonly Range[]): readonly Piece[] {
    return this.best(0n, 0, ranges).pieces;
  }

  /** The cheapest words for what of the ranges is in a prefix: the ranges, the prefix with exceptions, or the two halves. */
  private best(low: bigint, length: number, ranges: readonly Range[]): Costed {
    const high = low + (1n << BigInt(this.width - length)) - 1n;
    const inside = clipped(ranges, low, high);
    if (inside.length === 0) return { cost: 0, pieces: [] };
    const plain = this.plain(inside);
    const but = gapsOf(inside, low, high).filter(
      (gap) => !this.ignored.some((one) => one.low <= gap.low && gap.high <= one.high),
    );
    const hull: Costed = {
      cost: 1 + but.length * HOLE_COST,
      pieces: [{ low, high, length, but: trimmed(but, this.ignored) }],
    };
    const whole = hull.cost < plain.cost || (hull.cost === 1 && plain.cost >= 1) ? hull : plain;
    if (inside.length === 1 || length === this.width) return whole;
    const half = low + (1n << BigInt(this.width - length - 1));
    const [first, second] = [this.best(low, length + 1, inside), this.best(half, length + 1, inside)];
    const cost = first.cost + second.cost;
    return cost <= whole.cost ? { cost, pieces: [...first.pieces, ...second.pieces] } : whole;
  }

  private plain(ranges: readonly Range[]): Costed {
    const pieces = ranges.map((range): Piece => ({ ...range, length: lengthOf(range, this.width), but: [] }));
    const cost = pieces.reduce((sum, { length }) => sum + (length === null ? RANGE_COST : 1), 0);
    return { cost, pieces };
  }
}

function clipped(ranges: readonly Range[], low: bigint, high: bigint): Range[] {
  const found: Range[] = [];
  for (const range of ranges) {
    if (range.high < low || range.low > high) continue;
    found.push({ low: range.low < low ? low : range.low, high: range.high > high ? high : range.high });
  }
  return found;
}

/** Exceptions without what is not spoken of at their edges. */
function trimmed(but: readonly Range[], ignored: readonly Range[]): Range[] {
  return but.map(({ low, high }) => {
    const first = ignored.find((one) => one.low <= low && low <= one.high && one.high < high);
    const last = ignored.find((one) => one.low <= high && high <= one.high && one.low > low);
    return { low: first ? first.high + 1n : low, high: last ? last.low - 1n : high };
  });
}

/** The length of the prefix that a range is; null: it is none. */
function lengthOf({ low, high }: Range, width: number): number | null {
  const size = high - low + 1n;
  if ((size & (size - 1n)) !== 0n || low % size !== 0n) return null;
  return width - (size.toString(2).length - 1);
}

/** Neighbours that halving has parted are joined again. */
function joinedPieces(pieces: readonly Piece[], width: number): readonly Piece[] {
  const found: Piece[] = [];
  for (const piece of pieces) {
    const last = found.at(-1);
    if (last && last.but.length === 0 && piece.but.length === 0 && last.high + 1n === piece.low) {
      const range = { low: last.low, high: piece.high };
      found[found.length - 1] = { ...range, length: lengthOf(range, width), but: [] };
    } else found.push(piece);
  }
  return found;
}

function pieceWords(
  { low, high, length, but }: Piece,
  width: number,
  hasGroups: boolean,
  isOneOfSeveral: boolean,
): { readonly words: readonly string[]; readonly cut: boolean } {
  const own = length === 0 ? [hasGroups ? 'anywhere' : 'any unicast address'] : rangeWords({ low, high }, width);
  if (but.length === 0) return { words: own, cut: false };
  const { words, cut } = listWords(but.flatMap((range) => rangeWords(range, width)));
  const prefix = own.join(', ');
  return { words: [isOneOfSeveral ? `${prefix} (but ${words})` : `${prefix} but ${words}`], cut };
}

/** Of a prefix with fewer bits for hosts one thinks as of hosts. */
const HOST_BITS = 2;

/** A range as a prefix, two prefixes or two addresses where it is that; else with a dash. */
function rangeWords({ low, high }: Range, width: number): string[] {
  const text = (value: bigint) => addressText(width === 32 ? Number(value) : value, width);
  if (low === high) return [text(low)];
  const prefixes = prefixesOf({ low, high }, width);
  if (prefixes.length <= 2 && prefixes.every(({ length }) => length <= width - HOST_BITS))
    return prefixes.map(({ value, length }) => `${text(BigInt(value))}/${length}`);
  return high === low + 1n ? [text(low), text(high)] : [`${text(low)}-${text(high)}`];
}
