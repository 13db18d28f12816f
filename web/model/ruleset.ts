/** The ruleset of one node: tables, chains, rules and sets, linked over all of the node's dumps. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/span.ts';
import type { ChainNames } from './chain-names.ts';
import type { SetElement } from './expression.ts';
import type { Backend, ChainType, Family, Hook } from './hook.ts';
import type { Statement } from './statement.ts';
import type { Trace } from './trace.ts';

export type FormatId =
  | 'iptables-save'
  | 'ip6tables-save'
  | 'ebtables-save'
  | 'arptables-save'
  | 'iptables-list'
  | 'ebtables-list'
  | 'arptables-list'
  | 'nft'
  | 'nft-json'
  | 'ipset-save'
  | 'ipset-list'
  | 'shell'
  | 'nft-trace'
  | 'xtables-trace'
  | 'kernel-trace'
  | 'unknown';

/**
 * One listing, read. A document (what a user pasted or dropped) holds one or more: two dumps in one paste are two sections of it.
 * `text` is the whole document after repairs; a repair never changes an offset (noise becomes spaces), so all spans are valid in the
 * document as the user sees it.
 */
export interface Dump {
  /** Position in the ruleset's `dumps`; set by linkRuleset. */
  index: number;
  /** Position of its document in the workspace. */
  readonly document: number;
  readonly name: string;
  readonly format: FormatId;
  readonly text: string;
  /** The section of `text` that this dump is. */
  readonly start: number;
  readonly end: number;
  readonly diagnostics: Diagnostic[];
  readonly tables: Table[];
  readonly ipsets: NamedSet[];
  /** Packets that a kernel told of: of the trace formats, which have no tables. */
  readonly traces?: readonly Trace[];
}

export interface BaseChain {
  readonly type: ChainType;
  readonly hook: Hook;
  /** The chain's own number. The effective one is kernel/order.ts's business. */
  readonly priority: number;
  /** As the dump spells it (`filter + 10`); null for a built-in iptables chain. */
  readonly prioritySpelled: string | null;
  readonly devices: readonly string[];
  /** null: none written, which means accept. */
  readonly policy: 'accept' | 'drop' | null;
  /** Packets and bytes that met the policy: iptables only. */
  readonly policyPackets: number | null;
  readonly policyBytes: number | null;
}

export interface Rule {
  /** Dense over the ruleset from 0, in listing order; set by linkRuleset. Columns of per-rule data are indexed by it. */
  id: number;
  readonly chain: Chain;
  /** From 1 within the chain, as the kernel's listings count. */
  readonly index: number;
  readonly body: readonly Statement[];
  readonly start: number;
  readonly end: number;
  readonly handle: number | null;
}

export interface Chain {
  /** Dense over the ruleset from 0; set by linkRuleset. */
  id: number;
  readonly table: Table;
  readonly name: string;
  base: BaseChain | null;
  readonly rules: Rule[];
  /** Of the chain's block, or of its `:NAME` line. Numbers and no Span, as in rules: nodes have hundreds of thousands. */
  readonly start: number;
  readonly end: number;
  /** Of its name in the declaration: `nameSpanOf`. */
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly handle: number | null;
  readonly comment: string | null;
  /** Used by rules but declared nowhere in the dump. */
  readonly implicit?: true;
  /** `flags offload`. */
  readonly flags?: readonly string[];
}

/** The parts of a set's key or a map's data: `ipv4_addr . inet_service`, or the expression behind `typeof`. */
export interface SetType {
  readonly types: readonly string[];
  /** A map whose data are ranges: `type ipv4_addr : interval ipv4_addr`. */
  readonly interval?: true;
  readonly typeof?: string;
}

export interface NamedSet {
  /** Dense over the ruleset from 0; set by linkRuleset. */
  id: number;
  readonly name: string;
  /** null for an ipset. */
  readonly table: Table | null;
  readonly key: SetType;
  /** null: a set. `verdict` as its only type: a verdict map. */
  readonly data: SetType | null;
  readonly flags: readonly string[];
  readonly elements: readonly SetElement[];
  /** False where the listing leaves elements out (`nft --terse`) or the dump is cut. */
  readonly complete: boolean;
  readonly comment: string | null;
  readonly handle: number | null;
  /** `size 65536`, `timeout 1h`, `policy memory`, `gc-interval`, `auto-merge`, `counter`, and ipset's create options, as written. */
  readonly options: readonly string[];
  /** `# count 3`: how many elements the kernel counts against the size (nft 1.1.3 and later). */
  readonly count?: number;
  readonly span: Span;
  readonly nameSpan: Span;
}

/** counter, quota, limit, ct helper, ct timeout, ct expectation, synproxy, secmark, flowtable: kept with their text. */
export interface NamedObject {
  readonly kind: string;
  readonly name: string;
  readonly text: string;
  readonly handle: number | null;
  readonly span: Span;
}

export interface Table {
  /** Dense over the ruleset from 0; set by linkRuleset. */
  id: number;
  /** Index of its dump in the ruleset; set by linkRuleset. */
  dump: number;
  /**
   * Where the listing puts the table's creation: ranks of one `dump` can be compared (nft lists in creation order), others cannot. Set by
   * linkRuleset; a table that is listed twice has the rank of its place in the nft listing.
   */
  rank: { readonly dump: number; readonly position: number };
  readonly family: Family;
  readonly name: string;
  /** As the dump says; linkRuleset settles `iptables` where the other dumps tell. */
  backend: Backend;
  /** How the dump lists it: `iptables` for the save formats, `nft` for nft's (which lists iptables-nft's tables too). */
  readonly listing: 'iptables' | 'nft';
  /** `dormant`, `owner`, `persist`. */
  readonly flags: readonly string[];
  readonly comment: string | null;
  /** The program that a table with the flag `owner` belongs to, as nft lists it. */
  readonly progname?: string;
  readonly handle: number | null;
  /** In listing order; `chainNamed` finds one by name. */
  readonly chains: Chain[];
  readonly chainNamed: ChainNames;
  readonly sets: NamedSet[];
  readonly setNamed: Map<string, NamedSet>;
  readonly objects: NamedObject[];
  readonly span: Span;
}

/** A node's dumps, linked. */
export interface Ruleset {
  readonly dumps: readonly Dump[];
  /** All tables that count, in listing order. */
  readonly tables: readonly Table[];
  readonly chains: readonly Chain[];
  /** The chains that a hook calls, those of dormant tables too. */
  readonly baseChains: readonly Chain[];
  readonly rules: readonly Rule[];
  readonly sets: readonly NamedSet[];
  readonly ipsets: ReadonlyMap<string, NamedSet>;
  /** Tables that are listed twice (`nft list ruleset` also lists iptables-nft's): the copy that is not used, and why. */
  readonly shadowed: readonly { readonly table: Table; readonly by: Table; readonly reason: string }[];
  /** About the dumps together (duplicates, both backends present): spans refer to the named dump. */
  readonly diagnostics: readonly { readonly dump: number; readonly diagnostic: Diagnostic }[];
}
