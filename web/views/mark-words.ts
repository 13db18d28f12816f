/**
 * Tests and writes of packet and connection marks in words: which bits, and what they mean to their owner.
 * Kernel: a mark is an unsigned 32-bit number; `--set-xmark V/M` writes `(mark & ~M) ^ V` (net/netfilter/xt_mark.c).
 */
import type { Expression } from '../model/expression.ts';
import type { Mangle, Match } from '../model/statement.ts';
import { meaningOfMark, ownersOfMark } from '../owners/marks.ts';
import { type OwnerId, UNKNOWN } from '../owners/owner.ts';
import type { MatchToken } from './answer.ts';
import { ownerEntry } from './owner-entry.ts';

const ALL = 0xffffffff;

interface MarkTest {
  readonly field: 'mark' | 'ct mark';
  readonly mask: number;
  readonly value: number;
}

/** A test of a mark as a token, or null for any other match. `present`: the owners that occur in the ruleset. */
export function markToken(match: Match, owner: OwnerId, present: ReadonlySet<OwnerId>): MatchToken | null {
  const test = markTest(match);
  if (!test) return null;
  const { field, mask, value } = test;
  const isSet = match.op === '==';
  if (mask !== ALL && (value === mask || value === 0)) {
    const one = (mask & (mask - 1)) === 0;
    const set = (value === mask) === isSet;
    // Several bits: "not all set" is weaker than "clear".
    const state = one || isSet ? (set ? 'set' : 'clear') : value === mask ? 'not all set' : 'not all clear';
    const meaning = markMeaning(owner, present, mask, mask);
    return {
      field: `${field} ${one ? 'bit' : 'bits'}`,
      op: '',
      value: `${hex(mask)} ${state}`,
      meaning: meaning !== null && state !== 'set' ? `without: ${meaning}` : meaning,
    };
  }
  const meaning = markMeaning(owner, present, value, mask);
  return {
    field,
    op: isSet ? '' : 'is not',
    value: mask === ALL ? hex(value) : `${hex(value)}/${hex(mask)}`,
    meaning: isSet ? meaning : null,
  };
}

/** `mark & M == V` and plain `mark == V`, or their negations. */
function markTest({ left, op, right }: Match): MarkTest | null {
  if ((op !== '==' && op !== '!=') || right.kind !== 'value' || typeof right.value !== 'number') return null;
  const value = right.value >>> 0;
  if (left.kind === 'field') {
    const field = markField(left.name);
    return field && { field, mask: ALL, value };
  }
  if (left.kind !== 'bitwise' || left.op !== 'and' || left.left.kind !== 'field') return null;
  const field = markField(left.left.name);
  if (!field || left.right.kind !== 'value' || typeof left.right.value !== 'number') return null;
  return { field, mask: left.right.value >>> 0, value };
}

function markField(name: string): MarkTest['field'] | null {
  return name === 'meta mark' ? 'mark' : name === 'ct mark' ? 'ct mark' : null;
}

/**
 * What the rule's owner means by the bits; where its documentation is silent, what another owner on this node does, with its name, if
 * they all mean one program.
 */
function markMeaning(owner: OwnerId, present: ReadonlySet<OwnerId>, value: number, mask: number): string | null {
  const own = owner === UNKNOWN ? null : meaningOfMark(owner, value, mask);
  if (own !== null) return shortMeaning(own);
  const others = ownersOfMark(value, mask).filter(
    (other) => present.has(other.owner) && other.mark.bits?.value === value && other.mark.bits.mask === mask,
  );
  const first = others[0];
  if (!first) return null;
  const { short } = ownerEntry(first.owner);
  if (others.some((other) => ownerEntry(other.owner).short !== short)) return null;
  return `${shortMeaning(first.mark.meaning)} (${short})`;
}

/** The first clause: a row has no room for more. */
function shortMeaning(meaning: string): string {
  const end = meaning.search(/[:;]/);
  return (end === -1 ? meaning : meaning.slice(0, end)).trim();
}

/** A write of a mark: `set mark bit` `0x4000`, `clear mark bits` `0xe0000`, `set mark` `0x20/0xf0`; null where it is none of these. */
export function markWrite({ target, value }: Mangle): { kind: string; detail: string } | null {
  const field = markField(target.name);
  if (!field) return null;
  const whole = numberOf(value);
  if (whole !== null) return { kind: `set ${field}`, detail: hex(whole) };
  if (value.kind !== 'bitwise') return null;
  const operand = numberOf(value.right);
  if (operand === null) return null;
  if (value.left === target) return writtenBits(field, value.op, operand);
  const { left } = value;
  if ((value.op !== 'or' && value.op !== 'xor') || left.kind !== 'bitwise') return null;
  const kept = left.op === 'and' && left.left === target ? numberOf(left.right) : null;
  if (kept === null || (value.op === 'xor' && (operand & kept) !== 0)) return null;
  const mask = (~kept | operand) >>> 0;
  if (operand === mask) return writtenBits(field, 'or', operand);
  return { kind: `set ${field}`, detail: `${hex(operand)}/${hex(mask)}` };
}

function writtenBits(field: string, op: string, operand: number): { kind: string; detail: string } | null {
  const verb = op === 'or' ? 'set' : op === 'and' ? 'clear' : op === 'xor' ? 'flip' : null;
  if (verb === null) return null;
  const bits = (op === 'and' ? ~operand : operand) >>> 0;
  // A write that changes nothing, or everything, is told as it is written.
  if (bits === 0 || bits === ALL) return null;
  return { kind: `${verb} ${field} ${(bits & (bits - 1)) === 0 ? 'bit' : 'bits'}`, detail: hex(bits) };
}

function numberOf(expression: Expression): number | null {
  return expression.kind === 'value' && typeof expression.value === 'number' ? expression.value >>> 0 : null;
}

function hex(number: number): string {
  return `0x${(number >>> 0).toString(16)}`;
}
