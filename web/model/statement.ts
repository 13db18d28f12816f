/**
 * Statements: a rule's body, in the order in which the kernel runs it.
 * Kernel: nft evaluates left to right and side effects stay (golden case l1): `counter tcp dport 81 accept` counts every packet.
 * iptables runs all matches, then counts, then runs the target: its rules read [matches..., counter, target].
 */
import type { Expression, Field, SetElement, SetLiteral, SetReference, Verdict } from './expression.ts';
import type { XtReading } from './xt-reading.ts';

/**
 * `any-bit`: some bit of `right` is set in `left` (nft's implicit comparison of flag types: `ct state new,established`, `tcp flags syn`).
 * `no-bit`: none is (`tcp flags ! syn`). `==` against a set, prefix, range or wildcard is membership.
 */
export type MatchOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'any-bit' | 'no-bit';

export interface Match {
  readonly kind: 'match';
  readonly left: Expression;
  readonly op: MatchOperator;
  readonly right: Expression;
  /**
   * Also matches a packet that has nothing to compare: no socket, no such option, no connection. Without it a comparison is false then, also a
   * negated one, as nft's are; negated options of some extensions of iptables are true (golden cases n21, n22).
   */
  readonly orAbsent?: true;
  /** The iptables extension that wrote it, where the field does not tell (`state`, `multiport`, `iprange`, ...). Not part of equality. */
  readonly via?: string;
}

/** The packets and bytes of a rule. `null` where the dump has no counters (never zero). */
export interface Counter {
  readonly kind: 'counter';
  readonly packets: number | null;
  readonly bytes: number | null;
  /** A reference to a named counter object. */
  readonly name?: Expression;
}

export interface Comment {
  readonly kind: 'comment';
  readonly text: string;
}

export interface VerdictStatement {
  readonly kind: 'verdict';
  readonly verdict: Verdict;
}

/** `key vmap { ... }` or `key vmap @name`. Kernel: no element for the key means that the rule does not match (golden case l3b). */
export interface VerdictMap {
  readonly kind: 'vmap';
  readonly key: Expression;
  readonly map: SetLiteral | SetReference;
}

/** `meta mark set ...`, `ct mark set ...`, `ip ttl set ...`: writes `value` to `target`. `--set-xmark V/M` is `(mark & ~M) ^ V`. */
export interface Mangle {
  readonly kind: 'mangle';
  readonly target: Field;
  readonly value: Expression;
  /** The iptables target that wrote it (`MARK`, `CONNMARK`, `TTL`, ...) and its option as written. Not part of equality. */
  readonly via?: string;
}

export interface Nat {
  readonly kind: 'nat';
  readonly type: 'dnat' | 'snat' | 'masquerade' | 'redirect';
  /** `dnat ip to` in an inet table. */
  readonly family?: 'ip' | 'ip6';
  /** A Value, Range, MapLookup or (NETMAP, `prefix to`) Prefix; null for redirect, masquerade and port-only forms. */
  readonly address: Expression | null;
  readonly port: Expression | null;
  /** iptables' `:8000-8010/9000`: the original port less this one is the place in the range `port`. */
  readonly portBase?: number;
  /** `random`, `fully-random`, `persistent`. */
  readonly flags: readonly string[];
  /** `dnat to ip saddr . tcp dport map {...}` gives address and port in one concatenation. */
  readonly concat?: true;
  readonly prefix?: true;
}

export interface Reject {
  readonly kind: 'reject';
  /** null: the family's default, as nft prints a bare `reject`. */
  readonly with: 'icmp' | 'icmpv6' | 'icmpx' | 'tcp reset' | null;
  /** nft's name of the code (`port-unreachable`, `admin-prohibited`, ...), null where there is none. */
  readonly code: string | null;
}

export interface Log {
  readonly kind: 'log';
  readonly prefix: string | null;
  readonly group: number | null;
  /** The other options as nft spells them (`level warn`, `flags all`, `snaplen 80`, ...), in order. */
  readonly options: readonly string[];
  readonly via?: string;
}

/** `limit rate [over] N/unit burst M packets`; byte limits have `bytes` true. Non-deterministic for one packet. */
export interface Limit {
  readonly kind: 'limit';
  readonly rate: number;
  readonly per: 'second' | 'minute' | 'hour' | 'day' | 'week';
  readonly burst: number | null;
  readonly over: boolean;
  readonly bytes: boolean;
  /** A reference to a named limit object. */
  readonly name?: Expression;
  readonly spelled?: string;
  /** The options of ebtables as written. Not part of equality. */
  readonly via?: string;
}

/** `quota [over] N bytes`. */
export interface Quota {
  readonly kind: 'quota';
  readonly bytes: number;
  readonly used: number | null;
  readonly over: boolean;
  readonly name?: Expression;
  readonly spelled?: string;
}

/** `ct count [over] N`. */
export interface ConnectionLimit {
  readonly kind: 'connlimit';
  readonly count: number;
  readonly over: boolean;
}

export interface Notrack {
  readonly kind: 'notrack';
  readonly via?: string;
}

/** `tproxy [ip|ip6] to ADDRESS:PORT`. */
export interface Tproxy {
  readonly kind: 'tproxy';
  readonly family?: 'ip' | 'ip6';
  readonly address: Expression | null;
  readonly port: Expression | null;
}

/** `dup to ADDRESS [device D]` (iptables TEE) and `fwd to D`. */
export interface Duplicate {
  readonly kind: 'dup' | 'fwd';
  /** `fwd ip6 to`: of an address that does not tell itself. */
  readonly family?: 'ip' | 'ip6';
  readonly address: Expression | null;
  readonly device: Expression | null;
  readonly via?: string;
}

export interface Synproxy {
  readonly kind: 'synproxy';
  readonly text: string;
}

/** `flow add @name`. */
export interface FlowOffload {
  readonly kind: 'flow';
  readonly name: string;
}

/**
 * A reference to a named object: `ct helper set "ftp"`, `ct timeout set`, `secmark`, `synproxy name`, `tunnel name`, ... `type` is nft's keyword(s).
 * Also `reset tcp option X` (its field) and `last used 5s` (its text).
 */
export interface ObjectReference {
  readonly kind: 'object';
  readonly type: string;
  readonly name: Expression;
}

/** `add @set { key timeout 5s }` and so on; iptables SET (`ipset` true). */
export interface SetUpdate {
  readonly kind: 'set-update';
  readonly op: 'add' | 'update' | 'delete';
  readonly set: SetReference;
  readonly element: SetElement;
  /** Written as `meter NAME [size N] { ... }`: the text between the name and the brace. */
  readonly meter?: string;
  /** Statements per element (`limit rate ...`, `counter`), as the rule's own. */
  readonly statements: readonly Statement[];
}

/**
 * An iptables extension that is kept with its options as text: `-m bpf ...`, `-j HMARK ...`, nft's `xt match "name"`. `known` says
 * that nfscope knows that it cannot change whether the rule matches, nor the packet (`-m tcp` without options).
 */
export interface Xt {
  readonly kind: 'xt';
  readonly role: 'match' | 'target' | 'watcher';
  readonly name: string;
  /** The options as written, from the first `--`. */
  readonly options: string;
  readonly known: boolean;
  /** nft's placeholder as written, where its name has no quotes. Not part of equality. */
  readonly spelled?: string;
  /** What the options say, where the extension has a reading. Follows from `options`. */
  readonly reading?: XtReading;
  /** `options` are those that the statements before it do not say, of one `-m`: `-m sctp --dport 80 --chunk-types any DATA`. Not part of equality. */
  readonly joined?: true;
}

/** Text of a rule that the parser keeps but does not understand; always with a diagnostic. */
export interface Opaque {
  readonly kind: 'opaque';
  readonly text: string;
}

export type Statement =
  | Match
  | Counter
  | Comment
  | VerdictStatement
  | VerdictMap
  | Mangle
  | Nat
  | Reject
  | Log
  | Limit
  | Quota
  | ConnectionLimit
  | Notrack
  | Tproxy
  | Duplicate
  | Synproxy
  | FlowOffload
  | ObjectReference
  | SetUpdate
  | Xt
  | Opaque;

export const COUNTER_UNKNOWN: Counter = { kind: 'counter', packets: null, bytes: null };
