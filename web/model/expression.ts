/**
 * Expressions: what a match compares and what a statement writes. One vocabulary for all formats, with nft(8)'s names:
 * `-p tcp --dport 80` and `tcp dport 80` are the same `Match`.
 *
 * All nodes are immutable and may be shared between rules (parsers intern them), so they carry no span: the rule has one, and
 * `locate` in web/parse finds the pieces inside it again.
 */

/**
 * A number up to 32 bits wide is a `number` (marks and IPv4 addresses as unsigned 32 bit); a wider one (IPv6 and MAC addresses) is a
 * `bigint`; names (interfaces, chains, helpers) are strings.
 */
export type Scalar = number | bigint | string;

/** A packet field or kernel datum by its nft name, always with its leading keyword: `ip saddr`, `tcp dport`, `th dport`, `meta iifname`,
 * `meta mark`, `ct state`, `ct original ip saddr`, `fib daddr . iif type`, `tcp option maxseg size`, `@th,160,128`, `physdev in`. */
export interface Field {
  readonly kind: 'field';
  readonly name: string;
}

export interface Value {
  readonly kind: 'value';
  readonly value: Scalar;
  /** The spelling in the dump where it is not the one that nfscope prints (`http` for 80). Not part of equality. */
  readonly spelled?: string;
}

/** An address prefix. `address` has its host bits as written. `width` is 32 or 128 (48 for MAC). */
export interface Prefix {
  readonly kind: 'prefix';
  readonly address: number | bigint;
  readonly length: number;
  readonly width: number;
}

/** Both ends belong to the range. */
export interface Range {
  readonly kind: 'range';
  readonly from: Scalar;
  readonly to: Scalar;
  /** The spelling in the dump where it is not the one that nfscope prints. Not part of equality. */
  readonly spelled?: string;
}

/** A name's beginning: `cali*` in nft, `cali+` in iptables. An empty `stem` matches every name. */
export interface Wildcard {
  readonly kind: 'wildcard';
  readonly stem: string;
}

/** Several keys joined: `ip saddr . tcp dport`, or an element of a set with such a key. */
export interface Concat {
  readonly kind: 'concat';
  readonly parts: readonly Expression[];
}

export interface Bitwise {
  readonly kind: 'bitwise';
  readonly op: 'and' | 'or' | 'xor' | 'lshift' | 'rshift';
  readonly left: Expression;
  readonly right: Expression;
}

/** An anonymous set `{ 80, 443 }`. */
export interface SetLiteral {
  readonly kind: 'set';
  readonly elements: readonly SetElement[];
}

/** `@name` of the same table, or an ipset by its name. */
export interface SetReference {
  readonly kind: 'set-reference';
  readonly name: string;
  /** An ipset (`-m set --match-set`), which lives outside every table. */
  readonly ipset?: true;
}

/** `key map { ... }` or `key map @name`: the element's data. */
export interface MapLookup {
  readonly kind: 'map';
  readonly key: Expression;
  readonly map: SetLiteral | SetReference;
}

/** `numgen inc|random mod N offset M`; iptables' `statistic` is the same. Non-deterministic for one packet. */
export interface Numgen {
  readonly kind: 'numgen';
  readonly mode: 'inc' | 'random';
  readonly modulus: number;
  readonly offset: number;
}

/** `jhash EXPR mod N seed S offset M` and `symhash mod N offset M` (`of` is null). */
export interface Hash {
  readonly kind: 'hash';
  readonly of: Expression | null;
  readonly modulus: number;
  readonly seed: number | null;
  readonly offset: number;
}

/** `of + add`, and no less than 0 nor more than the field can hold: iptables' `--ttl-inc`, `--ttl-dec`. nft has no such expression. */
export interface Sum {
  readonly kind: 'sum';
  readonly of: Field;
  /** Negative to take away. */
  readonly add: number;
}

/** An expression that is kept, shown and printed but not interpreted. */
export interface OpaqueExpression {
  readonly kind: 'opaque-expression';
  readonly text: string;
}

export type Expression =
  | Field
  | Value
  | Prefix
  | Range
  | Wildcard
  | Concat
  | Bitwise
  | SetLiteral
  | SetReference
  | MapLookup
  | Numgen
  | Hash
  | Sum
  | OpaqueExpression;

/** One element of a set or map, named or anonymous. `key` is a Value with the string `*` for a map's catch-all. */
export interface SetElement {
  readonly key: Expression;
  /** What the element maps to. */
  readonly data?: Expression | Verdict;
  /** ipset `nomatch`: inside an interval, this part is not a member. */
  readonly except?: true;
  readonly extras?: ElementExtras;
}

/** The rarer parts of an element. Times in milliseconds. */
export interface ElementExtras {
  readonly timeout?: number;
  readonly expires?: number;
  readonly comment?: string;
  readonly packets?: number;
  readonly bytes?: number;
  /** Other per-element state (`limit rate ...`, `ct count ...`, `last used ...`) as text. */
  readonly state?: string;
}

/** Kernel: net/netfilter/nf_tables_core.c. `reject`, NAT and the other terminal statements are statements, not verdicts. */
export type Verdict =
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'continue' }
  | { readonly kind: 'return' }
  | { readonly kind: 'jump'; readonly chain: string }
  | { readonly kind: 'goto'; readonly chain: string }
  /** `by`: the expression that chooses the queue, where it is no constant: a map, a hash, `numgen`. `text` says it too. */
  | { readonly kind: 'queue'; readonly text: string; readonly bypass: boolean; readonly by?: Expression };

export function isVerdict(data: Expression | Verdict): data is Verdict {
  switch (data.kind) {
    case 'accept':
    case 'drop':
    case 'continue':
    case 'return':
    case 'jump':
    case 'goto':
    case 'queue':
      return true;
    default:
      return false;
  }
}

const fields = new Map<string, Field>();

/** The one Field of that name: fields are interned, so `===` compares them. */
export function field(name: string): Field {
  let found = fields.get(name);
  if (!found) {
    found = { kind: 'field', name };
    fields.set(name, found);
  }
  return found;
}

export function value(scalar: Scalar, spelled?: string): Value {
  return spelled === undefined ? { kind: 'value', value: scalar } : { kind: 'value', value: scalar, spelled };
}

export const ACCEPT: Verdict = { kind: 'accept' };
export const DROP: Verdict = { kind: 'drop' };
export const RETURN: Verdict = { kind: 'return' };
export const CONTINUE: Verdict = { kind: 'continue' };
