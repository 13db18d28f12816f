/**
 * The units that a large dump is made of, read straight from its bytes: `-d 10.0.0.1/32`, `-j DNAT --to-destination 10.0.0.1:80` and quoted
 * comments. Each of them stands in a dump once or twice, so that looking it up among the units that are known would cost more than reading it.
 * They give exactly what unit.ts gives (a property test compares them); null for any other spelling.
 */
import { field, type Value, value } from '../../model/expression.ts';
import type { Comment, Match, Nat } from '../../model/statement.ts';
import { bytesOf, startsWithBytes } from '../text/code-scan.ts';
import type { Codes } from '../text/codes.ts';

const SOURCE = field('ip saddr');
const DESTINATION = field('ip daddr');
const NO_FLAGS: readonly string[] = [];
const SLASH = 0x2f;
const COLON = 0x3a;
const DOT = 0x2e;
const ZERO = 0x30;
const DASH = 0x2d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const SMALL_PORTS = 10_000;

const DNAT = bytesOf('-j DNAT --to-destination ');
const COMMENT = bytesOf('-m comment --comment ');

/** The Values of ports, shared by all rules: few stand for many. */
const PORTS: (Value | undefined)[] = [];

function portValue(port: number): Value {
  if (port >= SMALL_PORTS) return value(port);
  const known = PORTS[port] ?? value(port);
  PORTS[port] = known;
  return known;
}

/**
 * Reads what begins at `start` and sets `stop`: the unit is what it gives only if it ends there. Comments that stand in successive rules are one
 * object, and so are the addresses of an endpoint's two rules.
 */
export class PlainUnits {
  /** Where the piece ends that was read last. */
  stop = 0;
  private readonly text: string;
  private readonly codes: Codes;
  private lastComment: Comment = { kind: 'comment', text: '' };
  private commentStart = 0;
  private lastAddress: Value = value(0);

  constructor(text: string, codes: Codes) {
    this.text = text;
    this.codes = codes;
  }

  /** `-s A/32` or `-d A/32` of an IPv4 table. */
  address(start: number, end: number, source: boolean): Match | null {
    const address = this.ipv4(start + 3, end);
    if (address < 0) return null;
    const { codes, stop } = this;
    if (stop + 3 > end || codes[stop] !== SLASH || codes[stop + 1] !== 0x33 || codes[stop + 2] !== 0x32) return null;
    this.stop = stop + 3;
    return { kind: 'match', left: source ? SOURCE : DESTINATION, op: '==', right: this.addressValue(address) };
  }

  /** `-j DNAT --to-destination A:PORT` of an IPv4 table. */
  dnat(start: number, end: number): Nat | null {
    const codes = this.codes;
    if (codes[start + 3] !== 0x44 || !startsWithBytes(codes, start, end, DNAT)) return null;
    const address = this.ipv4(start + DNAT.length, end);
    const from = this.stop + 1;
    // A leading zero would be octal.
    if (address < 0 || from >= end || codes[from - 1] !== COLON || codes[from] === ZERO) return null;
    let port = 0;
    let at = from;
    for (; at < end && port <= 0xffff; at++) {
      const digit = (codes[at] as number) - ZERO;
      if (digit < 0 || digit > 9) break;
      port = port * 10 + digit;
    }
    if (at === from || port > 0xffff) return null;
    this.stop = at;
    return { kind: 'nat', type: 'dnat', address: this.addressValue(address), port: portValue(port), flags: NO_FLAGS };
  }

  /** `-m comment --comment "text"` without escapes, or with one word. */
  comment(start: number, end: number): Comment | null {
    const codes = this.codes;
    if (codes[start + 3] !== 0x63 || !startsWithBytes(codes, start, end, COMMENT)) return null;
    const from = start + COMMENT.length;
    return codes[from] === QUOTE ? this.quoted(from + 1, end) : this.bare(from, end);
  }

  private quoted(from: number, end: number): Comment | null {
    const codes = this.codes;
    const { lastComment } = this;
    let to = from + lastComment.text.length;
    if (to < end && codes[to] === QUOTE && this.isLast(from, to)) {
      this.stop = to + 1;
      return lastComment;
    }
    for (to = from; to < end; to++) {
      const code = codes[to];
      if (code === QUOTE) break;
      if (code === BACKSLASH) return null;
    }
    if (to >= end) return null;
    this.stop = to + 1;
    return this.newComment(from, to);
  }

  private bare(from: number, end: number): Comment | null {
    const codes = this.codes;
    // What looks like an option is one for some readers.
    if (codes[from] === DASH) return null;
    let to = from;
    for (; to < end; to++) {
      const code = codes[to] as number;
      if (code === SPACE) break;
      if (code === QUOTE || code === BACKSLASH || code < SPACE) return null;
    }
    if (to === from) return null;
    this.stop = to;
    return this.isLast(from, to) ? this.lastComment : this.newComment(from, to);
  }

  private newComment(start: number, end: number): Comment {
    this.lastComment = { kind: 'comment', text: this.text.slice(start, end) };
    this.commentStart = start;
    return this.lastComment;
  }

  private isLast(start: number, end: number): boolean {
    const codes = this.codes;
    const offset = this.commentStart - start;
    if (end - start !== this.lastComment.text.length) return false;
    // From the end: comments of one cluster begin alike. A byte above 127 may be any character.
    for (let at = end - 1; at >= start; at--) {
      const code = codes[at] as number;
      if (code !== codes[at + offset] || code > 127) return false;
    }
    return true;
  }

  private addressValue(address: number): Value {
    if (this.lastAddress.value !== address) this.lastAddress = value(address);
    return this.lastAddress;
  }

  /** The IPv4 address at `start`, or -1; `stop` is where its digits and dots end. As parseIpv4. */
  private ipv4(start: number, end: number): number {
    const codes = this.codes;
    let address = 0;
    let part = 0;
    let digits = 0;
    let dots = 0;
    let at = start;
    for (; at < end; at++) {
      const code = codes[at] as number;
      if (code === DOT) {
        if (digits === 0 || ++dots > 3) return -1;
        address = address * 256 + part;
        part = 0;
        digits = 0;
      } else {
        const digit = code - ZERO;
        if (digit < 0 || digit > 9) break;
        if (++digits > 3) return -1;
        part = part * 10 + digit;
        if (part > 255) return -1;
      }
    }
    this.stop = at;
    return dots === 3 && digits > 0 ? address * 256 + part : -1;
  }
}
