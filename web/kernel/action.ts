/**
 * What a rule does, as pure data: its statements in order, compiled. Kernel: net/netfilter/nf_tables_core.c: they run from left to right, and what they
 * did stays when a later one breaks off the rule [l1]. iptables' rules read [matches..., target].
 */
import type { Expression, Verdict } from '../model/expression.ts';
import type { Rule } from '../model/ruleset.ts';
import type { Reject, Statement } from '../model/statement.ts';
import type { Condition } from './condition.ts';
import type { Variable } from './fields.ts';
import type { LookupSet } from './lookup-set.ts';
import type { Term } from './term.ts';

export type Instruction =
  /** The rule goes on where the condition holds, and is broken off where not. */
  | { readonly kind: 'match'; readonly condition: Condition }
  | Assign
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  /** The element's verdict; without an element for the key the rule does not match [l3b]. */
  | { readonly kind: 'vmap'; readonly key: readonly Term[]; readonly set: LookupSet; readonly source: Statement }
  | NatAction
  | { readonly kind: 'reject'; readonly reject: Reject }
  /** Kernel: only a packet without an entry becomes untracked [h2]. */
  | { readonly kind: 'notrack' }
  | TemplateAction
  | SetAction
  | EndAction
  /** Seen, but nothing that a later rule compares: log, counters, helpers, offload. */
  | { readonly kind: 'effect'; readonly source: Statement };

/**
 * A packet without an entry gets a template: what conntrack is to do with it (zone, helper). Kernel: until then it counts as an entry in state NEW;
 * nft_ct.c also takes untracked packets, xt_CT.c does not.
 */
export interface TemplateAction {
  readonly kind: 'template';
  /** null: the default zone. */
  readonly zone: Term | null;
  readonly takesUntracked: boolean;
}

/** Writes `value` to the variable. */
export interface Assign {
  readonly kind: 'assign';
  readonly variable: Variable;
  /** Facts without which nothing is written. */
  readonly needs: number;
  readonly value: Term;
  /** Without these facts the rule goes on; else it is broken off. Kernel: `ct mark set` without an entry does nothing [n11]. */
  readonly optional: boolean;
  /** Where a part of the value is missing the rule goes on (xtables); else it is broken off (nft: `meta mark set ct mark` [n11]). */
  readonly lenient: boolean;
}

/** What a mapping may choose from; null: as it is. Ports may be ranges, from which the kernel draws at random. */
export interface NatTarget {
  readonly address: NatAddress | null;
  readonly port: NatPort | null;
}

export type NatAddress =
  | { readonly kind: 'range'; readonly from: number | bigint; readonly to: number | bigint }
  /** NETMAP and `prefix to`: the host's bits stay. */
  | { readonly kind: 'prefix'; readonly address: number | bigint; readonly length: number; readonly width: number }
  | { readonly kind: 'unknown' };

export type NatPort =
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  /** iptables' `5000-5010/6000`: moved by the distance to the base. */
  | { readonly kind: 'shifted'; readonly from: number; readonly to: number; readonly base: number };

export interface NatAction {
  readonly kind: 'nat';
  /** `netmap`: of the destination at prerouting and output, of the source elsewhere. */
  readonly type: 'dnat' | 'snat' | 'masquerade' | 'redirect' | 'netmap';
  /** Only packets of this family; null: the packet's. */
  readonly family: 'ip' | 'ip6' | null;
  readonly target: NatSource;
  /** The address is mapped by prefix. */
  readonly prefix: boolean;
  readonly random: boolean;
  readonly persistent: boolean;
  readonly source: Statement;
}

/** Where the target comes from: written there, or looked up by the packet's key. */
export type NatSource =
  | { readonly kind: 'fixed'; readonly target: NatTarget }
  /** `part`: what a map's data are. */
  | {
      readonly kind: 'map';
      readonly key: readonly Term[];
      readonly set: LookupSet;
      readonly part: 'address' | 'port' | 'both';
      /** What is written beside the map. */
      readonly rest: NatTarget;
    }
  | { readonly kind: 'terms'; readonly address: Term | null; readonly port: Term | null }
  | { readonly kind: 'unknown'; readonly text: string };

/** `add @set { key }` and iptables' SET. One of the ways to make the key is taken: that whose condition holds. */
export interface SetAction {
  readonly kind: 'set-update';
  readonly op: 'add' | 'update' | 'delete';
  readonly set: LookupSet;
  readonly keys: readonly { readonly when: Condition; readonly terms: readonly Term[] }[];
  /** The data of a map's element. */
  readonly data: Expression | Verdict | null;
  /** The element's own limits: broken off where they say no. */
  readonly conditions: readonly Condition[];
  /** xtables: goes on without a key, where nft breaks off. */
  readonly optional: boolean;
  readonly source: Statement;
}

/** Ways for a packet to leave the path of rules. */
export interface EndAction {
  readonly kind: 'end';
  readonly end: /** `mark`: written where the proxy's socket is found. */
    | { readonly kind: 'tproxy'; readonly address: Term | null; readonly port: Term | null; readonly mark: Term | null }
    | { readonly kind: 'synproxy' }
    | { readonly kind: 'fwd'; readonly device: Term | null }
    | { readonly kind: 'dup'; readonly address: Term | null; readonly device: Term | null }
    /** A target that nfscope does not interpret. */
    | { readonly kind: 'opaque'; readonly text: string };
  readonly xtables: boolean;
  readonly source: Statement;
}

export interface CompiledRule {
  readonly rule: Rule;
  readonly instructions: readonly Instruction[];
  /** The condition of the first instruction, where that is a match: most rules fail it, and nothing else of them matters then. */
  readonly first: Condition | null;
}
