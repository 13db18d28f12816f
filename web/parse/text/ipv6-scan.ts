/** IPv6 addresses straight from a text's bytes: a set may have a million of them, and cutting, parsing and spelling each costs ten times as much. */
import type { Codes } from './codes.ts';

const COLON = 0x3a;
const ZERO = 0x30;
const GROUPS = 8;

/** Reads one address after the other; not those with a dotted tail. */
export class Ipv6Reader {
  /** The address that was read last, as an unsigned 128-bit number. */
  address = 0n;
  /** Whether it is written as formatIpv6 writes it (RFC 5952). */
  isUsual = false;
  private readonly groups = new Uint32Array(GROUPS);
  private readonly words = new Uint32Array(4);
  private readonly halves = new BigUint64Array(this.words.buffer);
  private count = 0;
  /** How many groups stand before the `::`; -1 without one. */
  private gap = -1;

  /** False: `[start, stop)` is no IPv6 address, or one with a dotted tail. */
  read(codes: Codes, start: number, stop: number): boolean {
    if (!this.readGroups(codes, start, stop)) return false;
    const { count, gap } = this;
    if (gap < 0 ? count !== GROUPS : count === GROUPS) return false;
    if (gap >= 0) this.spread(gap, count);
    if (this.isUsual) this.isUsual = this.hasUsualGap(gap, GROUPS - count);
    this.join();
    return true;
  }

  private readGroups(codes: Codes, start: number, stop: number): boolean {
    this.count = 0;
    this.gap = -1;
    this.isUsual = true;
    let at = start;
    if (codes[at] === COLON) {
      if (at + 1 >= stop || codes[at + 1] !== COLON) return false;
      this.gap = 0;
      at += 2;
    }
    while (at < stop) {
      at = this.readGroup(codes, at, stop);
      if (at < 0) return false;
      if (at === stop) return true;
      if (codes[at] !== COLON || ++at === stop) return false;
      if (codes[at] !== COLON) continue;
      if (this.gap >= 0) return false;
      this.gap = this.count;
      at++;
    }
    return this.gap >= 0;
  }

  /** The end of the group at `start`; -1 where there is none. */
  private readGroup(codes: Codes, start: number, stop: number): number {
    let group = 0;
    let at = start;
    for (; at < stop; at++) {
      const code = codes[at] as number;
      const letter = code | 0x20;
      if (code >= ZERO && code <= 0x39) group = group * 16 + code - ZERO;
      else if (letter >= 0x61 && letter <= 0x66) {
        group = group * 16 + letter - 87;
        if (code !== letter) this.isUsual = false;
      } else break;
    }
    const length = at - start;
    if (length === 0 || length > 4 || this.count === GROUPS) return -1;
    if (length > 1 && codes[start] === ZERO) this.isUsual = false;
    this.groups[this.count++] = group;
    return at;
  }

  /** Moves the groups behind the `::` to the end, with zeros in between. */
  private spread(gap: number, count: number): void {
    const { groups } = this;
    for (let i = 1; i <= count - gap; i++) groups[GROUPS - i] = groups[count - i] as number;
    groups.fill(0, gap, GROUPS - (count - gap));
  }

  /** Whether the usual spelling leaves out these groups, or none where `length` is 0. */
  private hasUsualGap(gap: number, length: number): boolean {
    const { groups } = this;
    let bestStart = -1;
    let bestLength = 1;
    let start = 0;
    for (let i = 0; i <= GROUPS; i++) {
      if (i < GROUPS && groups[i] === 0) continue;
      if (i - start > bestLength) {
        bestStart = start;
        bestLength = i - start;
      }
      start = i + 1;
    }
    // An IPv4 address in IPv6 is written with its dots.
    if (bestStart === 0 && bestLength === 5 && groups[5] === 0xffff) return false;
    return bestStart < 0 ? gap < 0 : bestStart === gap && bestLength === length;
  }

  private join(): void {
    const { groups, words, halves } = this;
    for (let word = 0; word < 4; word++)
      words[3 - word] = (groups[2 * word] as number) * 65536 + (groups[2 * word + 1] as number);
    this.address = ((halves[1] as bigint) << 64n) | (halves[0] as bigint);
  }
}
