/**
 * Raw payload (`@nh,8,8`, `@th,16,16`) in variables. Kernel: net/netfilter/nft_payload.c; the layouts are those of the RFCs. Bits that no variable
 * holds make the whole expression unknown.
 */
import { FACT } from './facts.ts';
import {
  DPORT,
  DSCP,
  ECN,
  ETHER_DADDR,
  ETHER_SADDR,
  ETHER_TYPE,
  ICMP_CODE,
  ICMP_TYPE,
  ICMPV6_CODE,
  ICMPV6_TYPE,
  IP_DADDR,
  IP_FRAGMENT,
  IP_HEADER_LENGTH,
  IP_ID,
  IP_LENGTH,
  IP_SADDR,
  IP_VERSION,
  IP6_DADDR,
  IP6_FLOWLABEL,
  IP6_LENGTH,
  IP6_SADDR,
  L4PROTO,
  SPORT,
  TCP_FLAGS,
  TTL,
  type Variable,
} from './fields.ts';
import { bits, constant, type Term } from './term.ts';

interface Piece {
  readonly at: number;
  readonly variable: Variable;
}

/** A header: where its variables lie, in bits from its start. */
interface Layout {
  readonly needs: number;
  readonly pieces: readonly Piece[];
}

function layout(needs: number, ...pieces: [at: number, variable: Variable][]): Layout {
  return { needs, pieces: pieces.map(([at, variable]) => ({ at, variable })) };
}

const IPV4 = layout(
  FACT.IPV4,
  [0, IP_VERSION],
  [4, IP_HEADER_LENGTH],
  [8, DSCP],
  [14, ECN],
  [16, IP_LENGTH],
  [32, IP_ID],
  [48, IP_FRAGMENT],
  [64, TTL],
  [72, L4PROTO],
  [96, IP_SADDR],
  [128, IP_DADDR],
);
const IPV6 = layout(
  FACT.IPV6,
  [0, IP_VERSION],
  [4, DSCP],
  [10, ECN],
  [12, IP6_FLOWLABEL],
  [32, IP6_LENGTH],
  [48, L4PROTO],
  [56, TTL],
  [64, IP6_SADDR],
  [192, IP6_DADDR],
);
const PORTS = layout(FACT.TRANSPORT, [0, SPORT], [16, DPORT]);
const TCP = layout(FACT.TCP, [104, TCP_FLAGS]);
const ICMP = layout(FACT.ICMP, [0, ICMP_TYPE], [8, ICMP_CODE]);
const ICMPV6 = layout(FACT.ICMPV6, [0, ICMPV6_TYPE], [8, ICMPV6_CODE]);
const FRAME = layout(FACT.FRAME, [0, ETHER_DADDR], [48, ETHER_SADDR], [96, ETHER_TYPE]);

/** The layouts that the header of a base may have in a table of that family. */
function layoutsOf(base: string, family: string): readonly Layout[] {
  switch (base) {
    case 'nh':
      if (family === 'ip') return [IPV4];
      return family === 'ip6' ? [IPV6] : [IPV4, IPV6];
    case 'th':
      return [PORTS, TCP, ICMP, ICMPV6];
    case 'll':
      return [FRAME];
    default:
      return [];
  }
}

/** A piece of the header under some facts. */
export interface RawField {
  readonly needs: number;
  readonly term: Term;
}

/** `@BASE,OFFSET,LENGTH` as terms, each under the facts of the header that has it there; none where no variable lies there. */
export function rawFields(name: string, family: string): RawField[] {
  const read = /^@(\w+),(\d+),(\d+)$/.exec(name);
  if (!read) return [];
  const from = Number(read[2]);
  const length = Number(read[3]);
  const found: RawField[] = [];
  for (const { needs, pieces } of layoutsOf(read[1] as string, family)) {
    const term = sliceOf(needs, pieces, from, length);
    if (term) found.push({ needs, term });
  }
  return found;
}

/** The bits `from` to `from + length`, put together from the variables that lie there; null where a bit is nobody's. */
function sliceOf(needs: number, pieces: readonly Piece[], from: number, length: number): Term | null {
  const end = from + length;
  let at = from;
  let term: Term | null = null;
  for (const piece of pieces) {
    const stop = piece.at + piece.variable.width;
    if (stop <= at || piece.at >= end) continue;
    if (piece.at > at) return null;
    const part = partOf(needs, piece, length, stop - end, end);
    term = term ? bits('or', term, part) : part;
    at = stop;
    if (at >= end) return term;
  }
  return null;
}

/** A variable's bits where they lie in the slice: moved to their place, without those that stand before the slice. */
function partOf(needs: number, piece: Piece, length: number, beyond: number, end: number): Term {
  const whole: Term = { kind: 'variable', variable: piece.variable, needs };
  const moved: Term = beyond === 0 ? whole : { kind: 'shift', of: whole, by: -beyond, width: Math.max(length, 1) };
  const before = end - length - piece.at;
  if (before <= 0 || beyond === 0) return before <= 0 ? moved : cut(moved, length);
  return cut(moved, length);
}

function cut(term: Term, length: number): Term {
  return bits('and', term, constant(length > 32 ? (1n << BigInt(length)) - 1n : 2 ** length - 1));
}
