/** What an owner is: the shape of the signature catalogue (one file per owner in catalogue/) and of the attribution. */

import type { Span } from '../base/span.ts';
import type { Family } from '../model/hook.ts';
import type { Chain, NamedSet, Rule, Table } from '../model/ruleset.ts';

/** The id of a catalogue entry (`calico-iptables`), or `unknown`. */
export type OwnerId = string;

export const UNKNOWN: OwnerId = 'unknown';

/** The hue and initials that all variants of a program share; the colours are in render/theme. */
export type PaletteSlot =
  | 'calico'
  | 'kube-proxy'
  | 'docker'
  | 'firewalld'
  | 'tailscale'
  | 'wireguard'
  | 'kubelet'
  | 'flannel'
  | 'cilium'
  | 'podman'
  | 'istio'
  | 'libvirt'
  | 'unknown';

export interface OwnerMark {
  /** `packet` or `connection`. */
  readonly kind: string;
  /** As documented: hex, sometimes a list or words. */
  readonly value: string;
  readonly mask: string;
  readonly meaning: string;
  readonly configurable?: string;
  /** The same as unsigned 32-bit numbers, where the documentation names numbers. */
  readonly bits?: { readonly value: number; readonly mask: number };
}

export interface OwnerSource {
  readonly repo: string;
  readonly path: string;
  /** `verified`: read in the source; `recalled`: from memory, not checked. */
  readonly status: string;
  readonly note?: string;
}

/** A chain of iptables (either backend) that the owner makes. */
export interface ChainPattern {
  /** `nat`, `filter`, ...; null: in every table. */
  readonly tables: readonly string[] | null;
  /** Begins with `^` and a literal prefix, which the index uses; no nested quantifiers. */
  readonly pattern: RegExp;
  /** What the chain is for, where the name does not say it. */
  readonly role: string;
  /** A name that the pattern takes. */
  readonly example: string;
  /**
   * Who else puts rules there. `others`: a rule is the owner's unless its comment or its jump says otherwise. `user`: the owner makes the
   * chain and leaves it to the administrator. Absent: the owner alone.
   */
  readonly open?: 'others' | 'user';
  /** Counts only where the owner shows itself by other chains too: the name belongs to somebody else first, or to nobody. */
  readonly fallback?: true;
  /** Counts only beside a chain whose name matches (same family and backend): the name alone is too common. */
  readonly beside?: RegExp;
}

export interface NftBaseChain {
  readonly name: string;
  readonly type: string;
  readonly hook: string;
  /** As documented: `dstnat-10`. */
  readonly priority: string;
  readonly priorityNumber: number | null;
}

/** A native nft table that the owner keeps to itself. */
export interface NftTablePattern {
  readonly families: readonly Family[];
  readonly pattern: RegExp;
  readonly example: string;
  readonly baseChains: readonly NftBaseChain[];
  /** Its documented maps and sets. */
  readonly sets?: readonly string[];
  readonly note?: string;
  /** The table is iptables-nft's: the owner of this entry writes into it, nothing in it is its own by that. */
  readonly compat?: true;
}

export interface CommentPattern {
  readonly pattern: RegExp;
  readonly example: string;
  /** Too common to decide who wrote a rule that stands in somebody's base chain. */
  readonly weak?: true;
}

/** A named set of a table, or an ipset. */
export interface SetPattern {
  readonly pattern: RegExp;
  readonly example: string;
  readonly weak?: true;
}

export interface InterfacePattern {
  /** Tested against a name, or against the stem of a wildcard (`cali` for `cali+`). */
  readonly pattern: RegExp;
  readonly example: string;
}

/** All that are given must hold. Interfaces and addresses as the rule writes them. */
export interface BareMatch {
  readonly tables?: readonly string[];
  readonly chains?: readonly string[];
  /** `-s`/`-d`, or `!` before it for the negated form: `!224.0.0.0/4`. */
  readonly saddr?: string;
  readonly daddr?: string;
  /** `-i`: a name, `!name`, `*` for any, or `@` and `!@` for an interface that is the owner's by its name or by its use. */
  readonly iif?: string;
  readonly oif?: string;
  /** `-m owner --uid-owner`/`--gid-owner`, negated or not. */
  readonly uid?: number;
  /** Ports that the rule tests, source or destination: one of these. */
  readonly ports?: readonly number[];
  /** Ports that it redirects or translates to: one of these. */
  readonly toPorts?: readonly number[];
  /** Kind of the rule's end: `accept`, `drop`, `return`, `reject`, `masquerade`, `notrack`, ... */
  readonly verdicts?: readonly string[];
  /** The conntrack states that the rule tests, in any order. */
  readonly states?: readonly string[];
  /** True: the rule has no match at all. */
  readonly unconditional?: true;
}

/** A rule without chain or comment of its owner. */
export interface BareRule {
  /** As documented, with placeholders. */
  readonly text: string;
  /** Absent: documented only, the interface, set or mark in it tells. */
  readonly match?: BareMatch;
  /** Only where the owner shows itself by a chain in the same family and backend. */
  readonly present?: true;
}

export interface OwnerHook {
  readonly table: string;
  readonly chain: string;
  readonly how: string;
  readonly detail: string;
}

/** One entry of the catalogue: a program (or one of its variants) that writes netfilter rules. */
export interface Owner {
  readonly id: OwnerId;
  readonly name: string;
  /** What the map writes: `Calico`. Variants of a program share it. */
  readonly short: string;
  readonly what: string;
  /**
   * `engine`: a netfilter front end whose tables others fill; it owns tables, never a chain or rule. `silent`: known to write no rule of its
   * own.
   */
  readonly kind: 'program' | 'engine' | 'silent';
  readonly slot: PaletteSlot;
  /** Two characters. */
  readonly initials: string;
  readonly chains: readonly ChainPattern[];
  readonly nftTables: readonly NftTablePattern[];
  readonly comments: readonly CommentPattern[];
  readonly bareRules: readonly BareRule[];
  /** How it gets its jumps into the built-in chains. */
  readonly hooks: readonly OwnerHook[];
  readonly marks: readonly OwnerMark[];
  readonly sets: readonly SetPattern[];
  readonly interfaces: readonly InterfacePattern[];
  /** Interfaces that rules in these chains name are the owner's: bridges may have any name. */
  readonly interfacesFrom?: RegExp;
  /** The owner is a variant: it takes over these where one of its own comments stands in a chain of theirs with such a name. */
  readonly replaces?: { readonly owners: readonly OwnerId[]; readonly chains: RegExp };
  readonly settings: readonly string[];
  readonly behaviour: string | null;
  readonly notes: readonly string[];
  /** Rules whose place and text never change between versions: Calico's hash comments. */
  readonly stableComments?: ReadonlyMap<string, string>;
  readonly sources: readonly OwnerSource[];
}

/** Why a rule, chain or set belongs to its owner. */
export interface Evidence {
  readonly kind:
    | 'table-name'
    | 'chain-name'
    | 'in-chain'
    | 'comment'
    | 'jump-target'
    | 'set-name'
    | 'mark'
    | 'interface'
    | 'bare-rule'
    | 'policy'
    | 'none';
  /** In words: `comment "cali:6gwbT8clXdHdC1b1"`, `jumps to KUBE-SERVICES`. */
  readonly text: string;
  readonly span?: Span;
}

/**
 * Who wrote what. Owners are numbered for columnar data: `owners[0]` is `unknown`. `ruleOwner` is indexed by Rule.id, `chainOwner` by
 * Chain.id, and so on.
 */
export interface Attribution {
  readonly owners: readonly OwnerId[];
  readonly ruleOwner: Uint8Array;
  readonly chainOwner: Uint8Array;
  readonly setOwner: Uint8Array;
  readonly tableOwner: Uint8Array;
  /** Recomputed on demand: not stored for 150,000 rules. */
  readonly evidenceOfRule: (rule: Rule) => Evidence;
  readonly evidenceOfChain: (chain: Chain) => Evidence;
  readonly evidenceOfSet: (set: NamedSet) => Evidence;
  readonly evidenceOfTable: (table: Table) => Evidence;
}

/** A maximal run of neighbouring rules of one owner in a chain. `from` and `to` are rule indexes from 1, both included. */
export interface Segment {
  readonly owner: OwnerId;
  readonly from: number;
  readonly to: number;
}
