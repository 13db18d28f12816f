/**
 * The statements that a large listing is made of, read straight from its bytes: `ip saddr 10.0.0.1` and `dnat to 10.0.0.1:80`, each of which stands
 * in it once or twice, and short ones that repeat (`meta l4proto tcp`, `ct state new`), which are kept by their text. They give exactly what
 * statements.ts gives (a property test compares them). Whoever asks has to look at what follows: `ip saddr 10.0.0.1-10.0.0.9` begins alike.
 */
import { type Value, value } from '../../model/expression.ts';
import type { Match, Nat, Statement } from '../../model/statement.ts';
import { bytesOf, ipv4At, startsWithBytes } from '../text/code-scan.ts';
import type { Codes } from '../text/codes.ts';
import { hashRegion, RegionMap } from '../text/region-map.ts';

const SADDR = bytesOf('ip saddr ');
const DADDR = bytesOf('ip daddr ');
const DNAT = bytesOf('dnat to ');
const I = 0x69;
const D = 0x64;
const ZERO = 0x30;
const COLON = 0x3a;
const DOT = 0x2e;
const SPACE = 0x20;
const NO_FLAGS: readonly string[] = [];

/** Statements of more words are not kept. */
const MOST_WORDS = 3;
const LONGEST = 64;
/** After so many statements that were not known it shows whether they repeat. */
const TRIALS = 4096;
/** Ends a rule: line feed, `;`, `}`. */
const END_CODES: ReadonlySet<number> = new Set([0x0a, 0x3b, 0x7d]);

/** Letters, digits and what stands in words and numbers; no quotes, braces, variables, comments. */
const SIMPLE = new Uint8Array(256);
for (const code of bytesOf('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./!=<>')) SIMPLE[code] = 1;

export class PlainStatements {
  /** Where the statement ends that `read` has given. */
  stop = 0;
  private readonly codes: Codes;
  private readonly saddr: Match['left'];
  private readonly daddr: Match['left'];
  private readonly number: (number: number) => Value;
  private readonly known: RegionMap<Statement>;
  private hits = 0;
  private misses = 0;

  /** `number`: the shared Value of a number. */
  constructor(
    text: string,
    codes: Codes,
    fields: { readonly saddr: Match['left']; readonly daddr: Match['left'] },
    number: (number: number) => Value,
  ) {
    this.codes = codes;
    this.saddr = fields.saddr;
    this.daddr = fields.daddr;
    this.number = number;
    this.known = new RegionMap(text, codes);
  }

  /** The statement at `start`, or null. */
  read(start: number, end: number): Statement | null {
    const codes = this.codes;
    const first = codes[start];
    if (first === I && codes[start + 2] === SPACE) {
      if (startsWithBytes(codes, start, end, SADDR)) return this.address(this.saddr, start + SADDR.length, end);
      if (startsWithBytes(codes, start, end, DADDR)) return this.address(this.daddr, start + DADDR.length, end);
    } else if (first === D && startsWithBytes(codes, start, end, DNAT)) return this.dnat(start + DNAT.length, end);
    return this.keptAt(start, end);
  }

  private address(left: Match['left'], start: number, end: number): Match | null {
    const stop = addressEnd(this.codes, start, end);
    const address = plainIpv4(this.codes, start, stop);
    if (address < 0) return null;
    this.stop = stop;
    return { kind: 'match', left, op: '==', right: value(address) };
  }

  private dnat(start: number, end: number): Nat | null {
    const codes = this.codes;
    const colon = addressEnd(codes, start, end);
    if (codes[colon] !== COLON) return null;
    const address = plainIpv4(codes, start, colon);
    let port = 0;
    let at = colon + 1;
    for (; at < end && at < colon + 7; at++) {
      const digit = (codes[at] as number) - ZERO;
      if (digit < 0 || digit > 9) break;
      port = port * 10 + digit;
    }
    if (address < 0 || at === colon + 1 || port > 0xffff || (codes[colon + 1] === ZERO && at > colon + 2)) return null;
    this.stop = at;
    return { kind: 'nat', type: 'dnat', address: value(address), port: this.number(port), flags: NO_FLAGS };
  }

  private keptAt(start: number, end: number): Statement | null {
    if (this.useless()) return null;
    const stop = this.wordsEnd(start, end);
    if (stop < 0) return null;
    const found = this.known.get(start, stop, 0, hashRegion(this.codes, start, stop, 0));
    if (!found) return null;
    this.hits++;
    this.stop = stop;
    return found;
  }

  /** Keeps the statement that was read from `[start, stop)` if it is short and simple enough. */
  keep(statement: Statement, start: number, stop: number): void {
    if (stop - start > LONGEST || this.useless() || this.wordsEnd(start, this.codes.length) !== stop) return;
    this.misses++;
    this.known.put(start, stop, 0, hashRegion(this.codes, start, stop, 0), statement);
  }

  private useless(): boolean {
    return this.misses > TRIALS && this.hits < this.misses >> 2;
  }

  /** The end of the third word at `start`, or of the rule; -1 where there is more than words. */
  private wordsEnd(start: number, end: number): number {
    const codes = this.codes;
    const limit = Math.min(end, start + LONGEST + 1);
    let words = 0;
    for (let at = start; at < limit; at++) {
      const code = codes[at] as number;
      if (SIMPLE[code] === 1) continue;
      if (code === SPACE) {
        if (++words === MOST_WORDS) return at;
      } else return END_CODES.has(code) ? at : -1;
    }
    return limit === end ? end : -1;
  }
}

/** The end of the digits and dots at `start`. */
function addressEnd(codes: Codes, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const code = codes[at] as number;
    if (code !== DOT && (code < ZERO || code > 0x39)) break;
    at++;
  }
  return at;
}

/** As ipv4At; -1 for one with leading zeros too, which keeps its spelling. */
function plainIpv4(codes: Codes, start: number, stop: number): number {
  for (let at = start; at + 1 < stop; at++) {
    const zero = codes[at] === ZERO && codes[at + 1] !== DOT;
    if (zero && (at === start || codes[at - 1] === DOT)) return -1;
  }
  return ipv4At(codes, start, stop);
}
