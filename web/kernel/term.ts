/**
 * Values that rules compute: what a comparison compares, what a statement writes. Pure data, with no arithmetic but bits, so that the tracer computes a
 * number and the symbolic executor a vector of bits from the same term.
 */
import type { Scalar } from '../model/expression.ts';
import type { Variable } from './fields.ts';
import type { LookupSet } from './lookup-set.ts';

export type Term =
  | { readonly kind: 'constant'; readonly value: Scalar }
  /** Without the facts `needs` there is no value. */
  | { readonly kind: 'variable'; readonly variable: Variable; readonly needs: number }
  | { readonly kind: 'bits'; readonly op: 'and' | 'or' | 'xor'; readonly left: Term; readonly right: Term }
  /** Shifted to the left by `by` bits, to the right where it is negative; cut to `width` bits. */
  | { readonly kind: 'shift'; readonly of: Term; readonly by: number; readonly width: number }
  /** A map's data for a key; no value where it has no such element. */
  | { readonly kind: 'map'; readonly key: readonly Term[]; readonly set: LookupSet }
  /** `of + by`, but not below 0 nor above `most`. */
  | { readonly kind: 'add'; readonly of: Term; readonly by: number; readonly most: number }
  | FibTerm
  | ChoiceTerm
  /** jhash with a known seed over the bytes of the terms, each of so many bits. */
  | {
      readonly kind: 'hash';
      readonly of: readonly { readonly term: Term; readonly width: number }[];
      readonly seed: number;
      readonly modulus: number;
      readonly offset: number;
    }
  /** A value that the dump does not tell, under the facts that it needs. */
  | { readonly kind: 'unknown'; readonly text: string; readonly needs: number }
  /** Never there: a header that packets are taken not to have. */
  | { readonly kind: 'absent' };

/** Kernel: net/ipv4/netfilter/nft_fib_ipv4.c. What the routing tables say of an address. */
export interface FibTerm {
  readonly kind: 'fib';
  readonly address: 'saddr' | 'daddr';
  /** Only routes through the incoming or outgoing interface count. */
  readonly through: 'iif' | 'oif' | null;
  /** `device`: the interface's name, empty where there is no route. */
  readonly result: 'type' | 'device';
}

/** A number drawn or counted anew each time: `numgen`, `symhash`, `meta random`. Each of `modulus` values from `offset` on is as likely. */
export interface ChoiceTerm {
  readonly kind: 'choice';
  readonly text: string;
  readonly modulus: number;
  readonly offset: number;
}

export function constant(value: Scalar): Term {
  return { kind: 'constant', value };
}

/** `left op right`, computed where both are known. */
export function bits(op: 'and' | 'or' | 'xor', left: Term, right: Term): Term {
  if (left.kind === 'constant' && right.kind === 'constant') {
    const value = bitwiseOf(op, left.value, right.value);
    if (value !== null) return constant(value);
  }
  // A constant stands on the right.
  return left.kind === 'constant' ? { kind: 'bits', op, left: right, right: left } : { kind: 'bits', op, left, right };
}

/** Unsigned, as wide as the wider operand; null for names. */
export function bitwiseOf(op: 'and' | 'or' | 'xor', left: Scalar, right: Scalar): number | bigint | null {
  if (typeof left === 'number' && typeof right === 'number') {
    if (op === 'and') return (left & right) >>> 0;
    return (op === 'or' ? left | right : left ^ right) >>> 0;
  }
  if (typeof left === 'string' || typeof right === 'string') return null;
  const a = BigInt(left);
  const b = BigInt(right);
  if (op === 'and') return a & b;
  return op === 'or' ? a | b : a ^ b;
}

/** As Term's shift. */
export function shiftOf(value: Scalar, by: number, width: number): number | bigint | null {
  if (typeof value === 'string') return null;
  const wide = by >= 0 ? BigInt(value) << BigInt(by) : BigInt(value) >> BigInt(-by);
  const cut = BigInt.asUintN(width, wide);
  return width > 32 ? cut : Number(cut);
}

/** `variable & mask`, which can be compared without computing it; null where a term is something else. */
export function maskedVariable(term: Term): {
  readonly variable: Variable;
  readonly needs: number;
  readonly mask: number | bigint;
} | null {
  if (term.kind !== 'bits' || term.op !== 'and') return null;
  const { left, right } = term;
  if (left.kind !== 'variable' || right.kind !== 'constant' || typeof right.value === 'string') return null;
  return { variable: left.variable, needs: left.needs, mask: right.value };
}
