/**
 * The statements that a large listing is made of, read straight from its bytes: `ip saddr 10.0.0.1`, `dnat to 10.0.0.1:80`, counters and comments,
 * each of which stands in it once or twice, and short ones that repeat (`meta l4proto tcp`, `jump allow`), which are kept by their text. They give
 * exactly what statements.ts gives (a property test compares them). Whoever asks has to look at what follows: `ip saddr 10.0.0.1-10.0.0.9` begins
 * alike.
 */
import { type Value, value } from '../../model/expression.ts';
import type { Comment, Counter, Match, Nat, Statement } from '../../model/statement.ts';
import { bytesOf, ipv4At, startsWithBytes } from '../text/code-scan.ts';
import { type Codes, OTHER } from '../text/codes.ts';
import { hashRegion, RegionMap } from '../text/region-map.ts';

const SADDR = bytesOf('ip saddr ');
const DADDR = bytesOf('ip daddr ');
const DNAT = bytesOf('dnat to ');
const COUNTER = bytesOf('counter packets ');
const BYTES = bytesOf(' bytes ');
const COMMENT = bytesOf('comment "');
const C = 0x63;
const I = 0x69;
const D = 0x64;
const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const ZERO = 0x30;
const COLON = 0x3a;
const DOT = 0x2e;
const SPACE = 0x20;
const NO_FLAGS: readonly string[] = [];

const ZERO_COUNTER: Counter = { kind: 'counter', packets: 0, bytes: 0 };

/** Statements of more words, operators not counted, are not kept. */
const MOST_WORDS = 3;
const LONGEST = 64;
/** After so many statements that were not known it shows whether they repeat. */
const TRIALS = 4096;
/** Letters, digits and what stands in words, strings and numbers; no braces, variables, comments. Operators, and what ends a rule. */
const CLASSES = new Uint8Array(256);
const SIMPLE = 1;
const OPERATOR = 2;
const RULE_END = 4;
for (const code of bytesOf('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./"'))
  CLASSES[code] = SIMPLE;
for (const code of bytesOf('!=<>')) CLASSES[code] = SIMPLE | OPERATOR;
for (const code of bytesOf('\n;}')) CLASSES[code] = RULE_END;

export class PlainStatements {
  /** Where the statement ends that `read` has given. */
  stop = 0;
  private readonly text: string;
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
    this.text = text;
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
      const address = this.ipAddress(start, end);
      if (address) return address;
    } else if (first === D && startsWithBytes(codes, start, end, DNAT)) return this.dnat(start + DNAT.length, end);
    else if (first === C && codes[start + 1] === 0x6f) {
      if (startsWithBytes(codes, start, end, COUNTER)) return this.counter(start + COUNTER.length, end);
      if (startsWithBytes(codes, start, end, COMMENT)) return this.comment(start + COMMENT.length, end);
    }
    return this.keptAt(start, end);
  }

  private ipAddress(start: number, end: number): Match | null {
    const codes = this.codes;
    if (startsWithBytes(codes, start, end, SADDR)) return this.address(this.saddr, start + SADDR.length, end);
    if (startsWithBytes(codes, start, end, DADDR)) return this.address(this.daddr, start + DADDR.length, end);
    return null;
  }

  /** What follows `counter packets `. */
  private counter(start: number, end: number): Counter | null {
    const codes = this.codes;
    const packetsEnd = digitsEnd(codes, start, end);
    if (packetsEnd === start || !startsWithBytes(codes, packetsEnd, end, BYTES)) return null;
    const from = packetsEnd + BYTES.length;
    const stop = digitsEnd(codes, from, end);
    if (stop === from || stop === end || (codes[stop] !== SPACE && codes[stop] !== LINE_FEED)) return null;
    this.stop = stop;
    const packets = numberAt(codes, start, packetsEnd);
    const bytes = numberAt(codes, from, stop);
    return packets === 0 && bytes === 0 ? ZERO_COUNTER : { kind: 'counter', packets, bytes };
  }

  /** What follows `comment "`. A comment that holds quotes is not plain. */
  private comment(start: number, end: number): Comment | null {
    const codes = this.codes;
    let close = start;
    while (close < end && codes[close] !== QUOTE && codes[close] !== LINE_FEED) close++;
    const stop = close + 1;
    if (stop >= end || codes[close] !== QUOTE || (codes[stop] !== SPACE && codes[stop] !== LINE_FEED)) return null;
    this.stop = stop;
    return { kind: 'comment', text: this.text.slice(start, close) };
  }

  private address(left: Match['left'], start: number, end: number): Match | null {
    const stop = addressEnd(this.codes, start, end);
    const address = plainIpv4(this.codes, start, stop);
    if (address < 0 || isLetterAt(this.codes, stop, end)) return null;
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
    if (isLetterAt(codes, at, end)) return null;
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
    // Inside of a string that is not closed, the same bytes could be a part of another.
    if (hasOpenString(this.codes, start, stop)) return;
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
      const kind = CLASSES[code] as number;
      if ((kind & SIMPLE) !== 0) continue;
      if (code === SPACE) {
        if (((CLASSES[codes[at - 1] as number] as number) & OPERATOR) === 0 && ++words === MOST_WORDS) return at;
      } else return kind === RULE_END ? at : -1;
    }
    return limit === end ? end : -1;
  }
}

function hasOpenString(codes: Codes, start: number, stop: number): boolean {
  let isOpen = false;
  for (let at = start; at < stop; at++) if (codes[at] === QUOTE) isOpen = !isOpen;
  return isOpen;
}

/** Digits with letters behind them are a word. */
function isLetterAt(codes: Codes, at: number, end: number): boolean {
  if (at >= end) return false;
  const code = codes[at] as number;
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || code === 0x5f || code === OTHER;
}

function digitsEnd(codes: Codes, start: number, end: number): number {
  let at = start;
  while (at < end && (codes[at] as number) >= ZERO && (codes[at] as number) <= 0x39) at++;
  return at;
}

/** As the lexer has it: above 2^53 it is near the number. */
function numberAt(codes: Codes, start: number, stop: number): number {
  let number = 0;
  for (let at = start; at < stop; at++) number = number * 10 + (codes[at] as number) - ZERO;
  return number;
}

/** The end of the digits and dots at `start`. */
export function addressEnd(codes: Codes, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const code = codes[at] as number;
    if (code !== DOT && (code < ZERO || code > 0x39)) break;
    at++;
  }
  return at;
}

/** As ipv4At; -1 for one with leading zeros too, which keeps its spelling. */
export function plainIpv4(codes: Codes, start: number, stop: number): number {
  for (let at = start; at + 1 < stop; at++) {
    const zero = codes[at] === ZERO && codes[at + 1] !== DOT;
    if (zero && (at === start || codes[at - 1] === DOT)) return -1;
  }
  return ipv4At(codes, start, stop);
}
