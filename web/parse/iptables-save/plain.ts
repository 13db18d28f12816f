/**
 * The units that a large dump is made of, read straight from its bytes: `-d 10.0.0.1/32`, `-j DNAT --to-destination 10.0.0.1:80` and quoted
 * comments. Each of them stands in a dump once or twice, so that looking it up among the units that are known would cost more than reading it.
 * They give exactly what unit.ts gives (a property test compares them); null for any other spelling.
 */
import { field, type Value, value } from '../../model/expression.ts';
import type { Comment, Match, Nat } from '../../model/statement.ts';
import { bytesOf, ipv4At, startsWithBytes } from '../text/code-scan.ts';
import type { Codes } from '../text/codes.ts';

const SOURCE = field('ip saddr');
const DESTINATION = field('ip daddr');
const NO_FLAGS: readonly string[] = [];
const SLASH = 0x2f;
const COLON = 0x3a;
const ZERO = 0x30;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const SMALL_PORTS = 10_000;

const DNAT = bytesOf('-j DNAT --to-destination ');
const COMMENT = bytesOf('-m comment --comment ');

/** `-s A/32` or `-d A/32` of an IPv4 table. */
export function plainAddress(codes: Codes, start: number, end: number, source: boolean): Match | null {
  const slash = end - 3;
  if (codes[slash] !== SLASH || codes[slash + 1] !== 0x33 || codes[slash + 2] !== 0x32) return null;
  const address = ipv4At(codes, start + 3, slash);
  if (address < 0) return null;
  return { kind: 'match', left: source ? SOURCE : DESTINATION, op: '==', right: value(address) };
}

/** The Values of ports, shared by all rules: few stand for many. */
const PORTS: (Value | undefined)[] = [];

function portValue(port: number): Value {
  if (port >= SMALL_PORTS) return value(port);
  const known = PORTS[port] ?? value(port);
  PORTS[port] = known;
  return known;
}

/** `-j DNAT --to-destination A:PORT` of an IPv4 table. */
export function plainDnat(codes: Codes, start: number, end: number): Nat | null {
  if (!startsWithBytes(codes, start, end, DNAT)) return null;
  let colon = end - 1;
  let port = 0;
  let scale = 1;
  for (; colon > start; colon--, scale *= 10) {
    const digit = (codes[colon] as number) - ZERO;
    if (digit < 0 || digit > 9) break;
    port += digit * scale;
  }
  // A leading zero would be octal.
  if (codes[colon] !== COLON || colon === end - 1 || port > 0xffff || codes[colon + 1] === ZERO) return null;
  const address = ipv4At(codes, start + DNAT.length, colon);
  if (address < 0) return null;
  return { kind: 'nat', type: 'dnat', address: value(address), port: portValue(port), flags: NO_FLAGS };
}

/** Reads `-m comment --comment "text"` without escapes; a comment that stands in successive rules is one object. */
export class CommentReader {
  private readonly text: string;
  private readonly codes: Codes;
  private last: Comment = { kind: 'comment', text: '' };
  private lastStart = 0;

  constructor(text: string, codes: Codes) {
    this.text = text;
    this.codes = codes;
  }

  read(start: number, end: number): Comment | null {
    const codes = this.codes;
    if (codes[start + 3] !== 0x63 || !startsWithBytes(codes, start, end, COMMENT)) return null;
    let from = start + COMMENT.length;
    let to = end;
    if (codes[from] === QUOTE) {
      if (to - from < 2 || codes[to - 1] !== QUOTE) return null;
      from++;
      to--;
      for (let at = from; at < to; at++) if (codes[at] === QUOTE || codes[at] === BACKSLASH) return null;
    } else {
      if (from === to) return null;
      for (let at = from; at < to; at++) {
        const code = codes[at] as number;
        if (code === QUOTE || code === BACKSLASH || code <= SPACE) return null;
      }
    }
    return this.comment(from, to);
  }

  private comment(start: number, end: number): Comment {
    if (!this.isLast(start, end)) {
      this.last = { kind: 'comment', text: this.text.slice(start, end) };
      this.lastStart = start;
    }
    return this.last;
  }

  private isLast(start: number, end: number): boolean {
    const codes = this.codes;
    const offset = this.lastStart - start;
    if (end - start !== this.last.text.length) return false;
    // From the end: comments of one cluster begin alike. A byte above 127 may be any character.
    for (let at = end - 1; at >= start; at--) {
      const code = codes[at] as number;
      if (code !== codes[at + offset] || code > 127) return false;
    }
    return true;
  }
}
