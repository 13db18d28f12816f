/**
 * Which bits of the packet and connection mark a rule writes and tests, read off its expressions.
 *
 * iptables spells `--set-xmark V/M` as `(mark & ~M) ^ V`, nft lets people write any tree of and, or, xor: each bit of the result is
 * either kept, flipped, constant, or copied from the other mark. Shifts, maps and hashes write all bits with unknown values.
 */
import type { Expression, Scalar } from '../model/expression.ts';
import type { Rule } from '../model/ruleset.ts';
import type { Match } from '../model/statement.ts';

export type MarkKind = 'packet' | 'connection';

export interface MarkWrite {
  readonly kind: MarkKind;
  /** Bits that the rule sets to one, to zero, turns over, or copies from the other mark; disjoint. */
  readonly sets: number;
  readonly clears: number;
  readonly flips: number;
  readonly copies: number;
  /** No bit is kept: a write without a mask. */
  readonly whole: boolean;
  /** The value of a whole write of a constant. */
  readonly value: number | null;
}

export interface MarkTest {
  readonly kind: MarkKind;
  readonly mask: number;
  /** What the masked mark is compared with, if one number. */
  readonly value: number | null;
  readonly negated: boolean;
  /** Compared as a whole with a value that is not zero. */
  readonly whole: boolean;
}

const ALL = 0xffffffff;

const KINDS: ReadonlyMap<string, MarkKind> = new Map([
  ['meta mark', 'packet'],
  ['ct mark', 'connection'],
]);

/** Whether the rule has anything to do with marks: most rules have not, and the two functions below cost more. */
export function touchesMarks(rule: Rule): boolean {
  for (const statement of rule.body) {
    if (statement.kind === 'mangle') {
      if (KINDS.has(statement.target.name)) return true;
    } else if (statement.kind === 'match') {
      let { left } = statement;
      while (left.kind === 'bitwise') left = left.left;
      if (left.kind === 'field' && KINDS.has(left.name)) return true;
    } else if (statement.kind === 'vmap') return true;
  }
  return false;
}

/** All writes of the rule, in order. */
export function markWrites(rule: Rule): MarkWrite[] {
  const writes: MarkWrite[] = [];
  for (const statement of rule.body) {
    if (statement.kind !== 'mangle') continue;
    const kind = KINDS.get(statement.target.name);
    if (kind === undefined) continue;
    writes.push(writeOf(kind, bitsOf(statement.value)));
  }
  return writes;
}

/** All tests of the rule, in order: matches and the keys of verdict maps. */
export function markTests(rule: Rule): MarkTest[] {
  const tests: MarkTest[] = [];
  for (const statement of rule.body) {
    if (statement.kind === 'match') {
      const test = testOf(statement);
      if (test) tests.push(test);
    } else if (statement.kind === 'vmap') {
      const masked = maskedMark(statement.key);
      if (masked) tests.push({ ...masked, value: null, negated: false, whole: masked.mask === ALL });
    }
  }
  return tests;
}

function testOf(match: Match): MarkTest | null {
  const masked = maskedMark(match.left);
  if (!masked) return null;
  const value = match.right.kind === 'value' ? numberOf(match.right.value) : null;
  const mask = match.op === 'any-bit' || match.op === 'no-bit' ? (masked.mask & (value ?? ALL)) >>> 0 : masked.mask;
  const negated = match.op === '!=' || match.op === 'no-bit';
  return { kind: masked.kind, mask, value, negated, whole: mask === ALL && value !== 0 };
}

/** The mark and the mask under which an expression reads it. */
function maskedMark(expression: Expression): { kind: MarkKind; mask: number } | null {
  if (expression.kind === 'field') {
    const kind = KINDS.get(expression.name);
    return kind === undefined ? null : { kind, mask: ALL };
  }
  if (expression.kind !== 'bitwise') return null;
  const left = maskedMark(expression.left);
  if (!left) return null;
  const operand = expression.right.kind === 'value' ? numberOf(expression.right.value) : null;
  return expression.op === 'and' && operand !== null ? { kind: left.kind, mask: (left.mask & operand) >>> 0 } : left;
}

/** result = (packet & packetMask) ^ (connection & connectionMask) ^ constant; null: not of that form. */
interface Bits {
  readonly packet: number;
  readonly connection: number;
  readonly constant: number;
}

function bitsOf(expression: Expression): Bits | null {
  switch (expression.kind) {
    case 'value': {
      const constant = numberOf(expression.value);
      return constant === null ? null : { packet: 0, connection: 0, constant };
    }
    case 'field': {
      const kind = KINDS.get(expression.name);
      if (kind === undefined) return null;
      return { packet: kind === 'packet' ? ALL : 0, connection: kind === 'connection' ? ALL : 0, constant: 0 };
    }
    case 'bitwise':
      return combine(expression.op, bitsOf(expression.left), bitsOf(expression.right));
    default:
      return null;
  }
}

function combine(op: Extract<Expression, { kind: 'bitwise' }>['op'], a: Bits | null, b: Bits | null): Bits | null {
  if (!a || !b) return null;
  const varying = (bits: Bits) => (bits.packet | bits.connection) >>> 0;
  if (op === 'and') {
    if (varying(a) !== 0 && varying(b) !== 0) return null;
    const [term, mask] = varying(b) === 0 ? [a, b.constant] : [b, a.constant];
    return unsigned({ packet: term.packet & mask, connection: term.connection & mask, constant: term.constant & mask });
  }
  if (op === 'or') {
    // A constant one wins over what varies; two varying sides may only meet where the other is zero.
    const left = without(a, varying(b) === 0 ? b.constant : 0);
    const right = without(b, varying(a) === 0 ? a.constant : 0);
    const overlap = (varying(left) | left.constant) & (varying(right) | right.constant) & ~(a.constant & b.constant);
    if (overlap >>> 0 !== 0) return null;
    return unsigned({
      packet: left.packet | right.packet,
      connection: left.connection | right.connection,
      constant: left.constant | right.constant,
    });
  }
  if (op === 'xor') {
    const overlap = (a.packet & b.packet) | (a.connection & b.connection);
    if (overlap >>> 0 !== 0) return null;
    return unsigned({
      packet: a.packet | b.packet,
      connection: a.connection | b.connection,
      constant: a.constant ^ b.constant,
    });
  }
  return null;
}

/** The same, with `bits` taken out: they are about to be overwritten with ones. */
function without(term: Bits, bits: number): Bits {
  return unsigned({
    packet: term.packet & ~bits,
    connection: term.connection & ~bits,
    constant: term.constant & ~bits,
  });
}

function unsigned(bits: Bits): Bits {
  return { packet: bits.packet >>> 0, connection: bits.connection >>> 0, constant: bits.constant >>> 0 };
}

function writeOf(kind: MarkKind, bits: Bits | null): MarkWrite {
  if (!bits) return { kind, sets: 0, clears: 0, flips: 0, copies: ALL, whole: true, value: null };
  const kept = kind === 'packet' ? bits.packet : bits.connection;
  const copied = (kind === 'packet' ? bits.connection : bits.packet) & ~kept;
  const written = ~(kept | copied);
  return {
    kind,
    sets: (written & bits.constant) >>> 0,
    clears: (written & ~bits.constant) >>> 0,
    flips: (kept & bits.constant) >>> 0,
    copies: copied >>> 0,
    whole: kept === 0,
    value: kept === 0 && copied === 0 ? bits.constant : null,
  };
}

function numberOf(scalar: Scalar): number | null {
  return typeof scalar === 'number' ? scalar >>> 0 : null;
}
