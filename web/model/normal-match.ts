/**
 * One meaning, one match: the forms in which nft and iptables can write the same comparison are brought to the one that
 * `nft list ruleset` prints. Kernel: all of them compile to the same bitwise and cmp expressions (net/netfilter/nft_bitwise.c, nft_cmp.c).
 */
import { type Expression, type Field, field, type Value } from './expression.ts';
import { fieldType } from './field-types.ts';
import type { Match } from './statement.ts';

/**
 * The normal form of a match; the same object where it already is:
 * - `flags & mask != 0` is `any-bit`, `flags & mask == 0` is `no-bit`, for bitmask fields (`tcp flags`, `ct state`, `ct status`);
 * - `ip saddr & 255.255.0.0 == 10.1.0.0` is a prefix, and so with MAC addresses.
 */
export function normalMatch(match: Match): Match {
  const { left, op, right } = match;
  if (left.kind !== 'bitwise' || left.op !== 'and' || left.left.kind !== 'field') return match;
  if (left.right.kind !== 'value' || right.kind !== 'value' || (op !== '==' && op !== '!=')) return match;
  const type = fieldType(left.left.name);
  if (type.bitmask) {
    if (Number(right.value) !== 0 || typeof right.value === 'string') return match;
    return { ...match, left: left.left, op: op === '!=' ? 'any-bit' : 'no-bit', right: bare(left.right) };
  }
  if (type.form !== 'ipv4' && type.form !== 'ipv6' && type.form !== 'mac') return match;
  const prefix = prefixOf(right, left.right, type.width);
  return prefix ? { ...match, left: left.left, right: prefix } : match;
}

/**
 * `fib saddr . iif check` as `fib saddr . iif oif`: asked whether there is a route, both are one (nftables 1.1 lists the first, 1.0 the second).
 * Kernel: NFTA_FIB_F_PRESENT in net/netfilter/nft_fib.c.
 */
export function fibInterface(fib: Field): Field {
  return fib.name.endsWith(' check') ? field(`${fib.name.slice(0, -' check'.length)} oif`) : fib;
}

/** Without the parentheses of its place in an expression. */
function bare(mask: Value): Value {
  return mask.spelled === undefined ? mask : { kind: 'value', value: mask.value };
}

function prefixOf(address: Value, mask: Value, width: number): Expression | null {
  if (typeof address.value === 'string' || typeof mask.value === 'string') return null;
  const length = maskLength(BigInt(mask.value), width);
  if (length === null || length === 0 || (BigInt(address.value) & ~BigInt(mask.value)) !== 0n) return null;
  return { kind: 'prefix', address: address.value, length, width };
}

/** The number of leading ones of a contiguous mask of that width, or null. */
export function maskLength(mask: bigint, width: number): number | null {
  const holes = ~mask & ((1n << BigInt(width)) - 1n);
  if ((holes & (holes + 1n)) !== 0n) return null;
  return width - (holes === 0n ? 0 : holes.toString(2).length);
}
