/**
 * What a rule asks of a packet, as pure data. Two-valued over the packet's variables and over named unknowns: a comparison whose field is missing is
 * false (see facts.ts), and `not` is plain negation, so nft's `!=` (false for a missing field) and iptables' `!` (where it is true) are both said exactly.
 */
import type { Statement } from '../model/statement.ts';
import { FACT } from './facts.ts';
import type { FieldUse, Variable } from './fields.ts';
import type { LookupSet } from './lookup-set.ts';
import type { Term } from './term.ts';
import { isEmptySet, type ValueSet } from './value-set.ts';

export type Condition =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'all'; readonly parts: readonly Condition[] }
  | { readonly kind: 'any'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  /** All of these facts hold. */
  | { readonly kind: 'facts'; readonly facts: number }
  | Test
  | TermTest
  | Lookup
  | Unknown;

/** A variable, or the bits of it in `mask`, is in a set of values; false without the facts that it needs. */
export interface Test {
  readonly kind: 'test';
  readonly variable: Variable;
  readonly needs: number;
  readonly mask: number | bigint | null;
  readonly values: ValueSet;
  /** The statement that asks, to be spelled where the variable's value is not known. */
  readonly source: Statement;
}

/** As Test, of a computed value; false where it has none. */
export interface TermTest {
  readonly kind: 'term';
  readonly term: Term;
  readonly values: ValueSet;
  readonly source: Statement;
}

/** The key is in the set; false where a part of the key is missing. */
export interface Lookup {
  readonly kind: 'lookup';
  readonly key: readonly Term[];
  readonly set: LookupSet;
  /** An ipset's `nomatch` element is what is looked for. */
  readonly excepted?: true;
  readonly source: Statement;
}

/** What no dump tells: a boolean with a name. */
export interface Unknown {
  readonly kind: 'unknown';
  /** Two unknowns of one text are the same, unless `fresh`. */
  readonly text: string;
  /** Decided anew each time: random, limits. */
  readonly fresh: boolean;
  /** The likelier answer, where one has to be followed. */
  readonly likely: boolean;
  /** Of `true`, where it is known. */
  readonly probability: number | null;
  /** Whether a program of the node listens: for a socket, or for a queue. */
  readonly program: boolean;
}

export const TRUE: Condition = { kind: 'constant', value: true };
export const FALSE: Condition = { kind: 'constant', value: false };

export function all(parts: readonly Condition[]): Condition {
  const kept = parts.filter((part) => !(part.kind === 'constant' && part.value));
  if (kept.some((part) => part.kind === 'constant')) return FALSE;
  return kept.length === 1 ? (kept[0] as Condition) : kept.length === 0 ? TRUE : { kind: 'all', parts: kept };
}

export function any(parts: readonly Condition[]): Condition {
  const kept = parts.filter((part) => !(part.kind === 'constant' && !part.value));
  if (kept.some((part) => part.kind === 'constant')) return TRUE;
  return kept.length === 1 ? (kept[0] as Condition) : kept.length === 0 ? FALSE : { kind: 'any', parts: kept };
}

export function not(of: Condition): Condition {
  if (of.kind === 'constant') return of.value ? FALSE : TRUE;
  return of.kind === 'not' ? of.of : { kind: 'not', of };
}

export function facts(needed: number): Condition {
  return needed === 0 ? TRUE : { kind: 'facts', facts: needed };
}

/** `mask` null: the whole variable. */
export function test(use: FieldUse, mask: number | bigint | null, values: ValueSet, source: Statement): Condition {
  if (isEmptySet(values)) return FALSE;
  return { kind: 'test', variable: use.variable, needs: use.needs, mask, values, source };
}

/** `likely` is false unless said. */
export function unknown(text: string, more: Partial<Omit<Unknown, 'kind' | 'text'>> = {}): Unknown {
  return {
    kind: 'unknown',
    text,
    fresh: more.fresh ?? false,
    likely: more.likely ?? false,
    probability: more.probability ?? null,
    program: more.program ?? false,
  };
}

/** The conntrack entry is there. */
export const HAS_ENTRY = facts(FACT.ENTRY);
