/**
 * The answers to the page's questions: small or columnar, because the worker owns the model and the page never gets it.
 *
 * Ids of chains, rules and sets are those of the overview with the same `revision`; after the next load they are void, so the store keeps
 * an `Address` beside them.
 */
import type { DiagnosticSeverity } from '../base/diagnostic.ts';
import type { Position, Span } from '../base/span.ts';
import type { Finding } from '../findings/finding.ts';
import type { HookMapModel } from '../layout/hook-map-model.ts';
import type { Backend, ChainType, Family, Hook } from '../model/hook.ts';
import type { FormatId } from '../model/ruleset.ts';
import type { Evidence, OwnerId, OwnerMark, OwnerSource, PaletteSlot } from '../owners/owner.ts';

// ---------------------------------------------------------------------------------------------------------------- addresses

/** Names a chain, rule or set so that it survives an edit and fits a link. `rule` counts from 1. */
export interface Address {
  readonly family: Family;
  readonly table: string;
  readonly backend: Backend;
  readonly chain?: string;
  readonly rule?: number;
  readonly set?: string;
}

// ---------------------------------------------------------------------------------------------------------------- overview

export interface DocumentText {
  /** Stable while the tab lives. */
  readonly id: string;
  readonly name: string;
  /** Grows with each edit. The worker keeps the last text of each id and needs it again only when the version differs. */
  readonly version: number;
  readonly text: string;
}

export interface LocatedDiagnostic {
  readonly severity: DiagnosticSeverity;
  readonly code: string;
  readonly message: string;
  readonly span: Span;
  readonly from: Position;
  readonly to: Position;
  readonly notes: readonly string[];
}

export interface DumpOverview {
  readonly name: string;
  readonly format: FormatId;
  /** For people: `nft list ruleset`. */
  readonly label: string;
  readonly span: Span;
  readonly lines: number;
  readonly tables: number;
  readonly chains: number;
  readonly rules: number;
  /** That a trace tells of; 0 for listings. */
  readonly packets: number;
}

export interface DocumentOverview {
  readonly id: string;
  readonly lines: number;
  readonly dumps: readonly DumpOverview[];
  /** At most 1,000, errors first; `more` counts the rest. */
  readonly diagnostics: readonly LocatedDiagnostic[];
  readonly more: number;
}

export interface OwnerOverview {
  readonly id: OwnerId;
  /** `Calico (iptables)`; `short` is what the map writes: `Calico`. */
  readonly name: string;
  readonly short: string;
  readonly slot: PaletteSlot;
  readonly initials: string;
  /** The program that it counts as where order is concerned, and its name: kubelet's rules count as kube-proxy's. */
  readonly program: string;
  readonly programName: string;
  /** Another owner of this workspace has the same slot and more rules: this one's spine gets bars. */
  readonly barred: boolean;
  readonly chains: number;
  readonly rules: number;
  readonly sets: number;
}

export interface Overview {
  /** Which load this is: grows by one each time. */
  readonly revision: number;
  readonly documents: readonly DocumentOverview[];
  readonly counts: {
    readonly tables: number;
    readonly chains: number;
    readonly rules: number;
    readonly sets: number;
    readonly elements: number;
  };
  /** Most rules first; `unknown` last. Only owners that occur. */
  readonly owners: readonly OwnerOverview[];
  /** The families that have base chains, in the order ip, ip6, bridge, arp. Never empty: `ip` at least. */
  readonly maps: readonly HookMapModel[];
  /** Empty while they are still looked for. */
  readonly findings: readonly Finding[];
  /** The findings are still being looked for: ask for them. */
  readonly searching: boolean;
  /** Milliseconds. */
  readonly timings: { readonly parse: number; readonly total: number };
  readonly hasCounters: boolean;
}

/** What the overview lacks while it is searching. */
export interface Found {
  readonly findings: readonly Finding[];
  /** The overview's maps with the findings' marks. */
  readonly maps: readonly HookMapModel[];
}

// ---------------------------------------------------------------------------------------------------------------- rules and chains

/** One piece of a match in words: `field` in the interface's type, `value` in mono. */
export interface MatchToken {
  /** `dst`, `tcp dport`, `ct state`, `mark bit`; empty for free text. */
  readonly field: string;
  /** `is not`, `<`, ...; empty for equality. */
  readonly op: string;
  readonly value: string;
  /** What the owner means by it: `masquerade (kube-proxy)`; null where nothing is known. */
  readonly meaning: string | null;
  /** A set that the value refers to. */
  readonly set?: number;
  readonly opaque?: true;
}

export interface VerdictWords {
  /** `accept`, `drop`, `jump`, `goto`, `return`, `dnat`, `masquerade`, `reject`, `set mark`, `log`, `continue`, ... */
  readonly kind: string;
  /** What follows in mono: a chain's name, `10.244.1.5:8080`, `0x4000/0x4000`. */
  readonly detail: string;
  /** The chain that a jump or goto leads to, if the dump has it. */
  readonly target: number | null;
  /** Rules at and below the target. */
  readonly below: number;
}

export interface RuleRow {
  readonly rule: number;
  readonly chain: number;
  /** From 1. */
  readonly index: number;
  readonly owner: OwnerId;
  readonly packets: number | null;
  readonly bytes: number | null;
  /** Empty: any packet. */
  readonly match: readonly MatchToken[];
  readonly verdict: VerdictWords;
  readonly comment: string;
  readonly document: string;
  readonly line: number;
  readonly span: Span;
}

export interface ChainDetail {
  readonly chain: number;
  readonly address: Address;
  readonly name: string;
  readonly table: string;
  readonly owner: OwnerId;
  readonly evidence: Evidence;
  readonly comment: string | null;
  readonly base: null | {
    readonly hook: Hook;
    readonly type: ChainType;
    readonly priority: number;
    readonly effectivePriority: number;
    readonly policy: 'accept' | 'drop';
    readonly policyPackets: number | null;
    readonly devices: readonly string[];
    /** The base chain that runs next on this hook for what this one accepts. */
    readonly next: null | {
      readonly chain: number;
      readonly name: string;
      readonly effectivePriority: number;
      readonly owner: OwnerId;
    };
  };
  readonly backend: Backend;
  readonly rules: number;
  readonly below: number;
  /** Rules evaluated by a packet that matches nothing until the very end. */
  readonly worstCase: number;
  readonly packets: number | null;
  /** `packets` counted by its rules; absent or null without counters. */
  readonly segments: readonly {
    readonly owner: OwnerId;
    readonly from: number;
    readonly to: number;
    readonly packets?: number | null;
  }[];
  /** Rules that jump here, at most 200. */
  readonly callers: readonly {
    readonly chain: number;
    readonly name: string;
    readonly rule: number;
    readonly index: number;
  }[];
  readonly callerCount: number;
  readonly document: string;
  readonly line: number;
  readonly span: Span;
}

/** What a rule must have to be shown. */
export interface RuleFilter {
  readonly owner: OwnerId | null;
  /** As `VerdictWords.kind`. */
  readonly verdict: string | null;
  /** Words that the table shows; empty: any. */
  readonly text: string;
  /** A packet in part that the rule can match, as `packet-words.ts` reads it; empty: any. */
  readonly packet: string;
}

export interface FilteredRules {
  /** From 1, ascending. */
  readonly indexes: Uint32Array;
  /** What is wrong with the packet, in words; then there are no rules. */
  readonly problem: string | null;
}

/** Rules of base chains that lead to a chain: `direct` at once, the others over further chains. */
export interface JumpsInto {
  readonly name: string;
  readonly jumps: readonly { readonly chain: number; readonly index: number; readonly direct: boolean }[];
  readonly more: number;
}

export interface ChainName {
  readonly chain: number;
  readonly name: string;
  readonly table: string;
  readonly owner: OwnerId;
  readonly rules: number;
  readonly base: boolean;
}

export interface RuleDetail {
  readonly row: RuleRow;
  readonly address: Address;
  readonly text: string;
  readonly evidence: Evidence;
  /** Every statement in words, in evaluation order. */
  readonly words: readonly string[];
  /** Base chains from which the rule can be reached, with the chain of jumps: at most 20. */
  readonly paths: readonly (readonly {
    readonly chain: number;
    readonly name: string;
    readonly rule: number | null;
  }[])[];
}

export interface SetDetail {
  readonly set: number;
  readonly address: Address;
  readonly name: string;
  readonly type: string;
  readonly owner: OwnerId;
  readonly flags: readonly string[];
  readonly elementCount: number;
  /** The first 200 as text. */
  readonly elements: readonly string[];
  readonly users: readonly RuleRow[];
  readonly userCount: number;
  readonly document: string;
  readonly span: Span;
}

export interface OwnerDetail {
  readonly id: OwnerId;
  readonly name: string;
  readonly what: string;
  readonly marks: readonly OwnerMark[];
  readonly behaviour: string | null;
  readonly sources: readonly OwnerSource[];
  readonly chains: readonly ChainName[];
}

// ---------------------------------------------------------------------------------------------------------------- source

/** What stands at an offset of a document. */
export interface Spot {
  readonly chain: number | null;
  readonly rule: number | null;
  readonly set: number | null;
  /** The word under the cursor if it names a chain or set: where it is declared and used (at most 2,000 uses). */
  readonly symbol: null | {
    readonly kind: 'chain' | 'set';
    readonly name: string;
    readonly definition: { readonly document: string; readonly span: Span } | null;
    readonly references: readonly { readonly document: string; readonly span: Span }[];
  };
  /** Hover in Markdown paragraphs. Untrusted text in it is escaped. */
  readonly hover: readonly string[];
}

export interface OutlineEntry {
  readonly name: string;
  readonly detail: string;
  readonly kind: 'table' | 'chain' | 'set' | 'object';
  readonly span: Span;
  readonly nameSpan: Span;
  readonly children: readonly OutlineEntry[];
}

export type SearchKind = 'owner' | 'service' | 'chain' | 'set' | 'finding' | 'rule';

export interface SearchHit {
  readonly kind: SearchKind;
  /** Chain, rule or set id; for owners and findings their string id, for Services their name. */
  readonly id: number | string;
  readonly chain: number | null;
  /** Of a Service: the rule that answers for it; without one its chain does. */
  readonly rule?: number;
  readonly title: string;
  readonly detail: string;
  readonly owner: OwnerId;
}

export interface SearchAnswer {
  readonly hits: readonly SearchHit[];
  /** How many more of a kind there are at least. */
  readonly more: { readonly [K in SearchKind]?: number };
}
