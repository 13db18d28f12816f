/** Every question that the page can ask about an analysis, each with its answer's shape. The worker's protocol wraps them in messages. */
import type { ConvertedText } from '../cost/nft-text.ts';
import type { Finding } from '../findings/finding.ts';
import type { CallTree, TreeMeasure } from '../layout/call-tree.ts';
import type { OwnerId } from '../owners/owner.ts';
import type { PacketField, PacketForm } from '../packet/form.ts';
import type {
  Address,
  ChainDetail,
  ChainName,
  DocumentText,
  FilteredRules,
  Found,
  JumpsInto,
  OutlineEntry,
  Overview,
  OwnerDetail,
  RuleDetail,
  RuleFilter,
  RuleRow,
  SearchAnswer,
  SearchKind,
  SetDetail,
  Spot,
} from './answer.ts';
import type { CostRequest } from './cost/build-cost.ts';
import type { CostAnswer, LinearChain, ProgrammingCost } from './cost/cost-answer.ts';
import type { ExcerptAnswer, ExcerptRequest } from './excerpt/excerpt.ts';
import type { ComparisonAnswer, RecordedAnswer } from './recorded/recorded-answer.ts';
import type { TraceRequest } from './trace/build-trace.ts';
import type { Completion } from './trace/completions.ts';
import type { PacketFacts } from './trace/packet-facts.ts';
import type { ReachAnswer } from './trace/reach-packet.ts';
import type { TraceAnswer } from './trace/trace-answer.ts';

export interface Requests {
  load: { readonly documents: readonly (Omit<DocumentText, 'text'> & { readonly text?: string })[] };
  /** For an overview that is searching: what it lacks, as soon as it is there. Other questions are answered meanwhile. */
  findings: Readonly<Record<string, never>>;
  /** The findings with what was proved of them: they take the place of those that the overview has. */
  proved: { readonly findings: readonly Finding[] };
  rows: { readonly chain: number; readonly from: number; readonly count: number };
  chain: { readonly chain: number };
  filterRules: { readonly chain: number; readonly filter: RuleFilter };
  jumpsInto: { readonly chain: number; readonly limit: number };
  chains: { readonly query: string; readonly limit: number };
  /** The chains below a chain, for the icicle. */
  tree: { readonly chain: number; readonly measure: TreeMeasure };
  rule: { readonly rule: number };
  set: { readonly set: number };
  owner: { readonly owner: OwnerId };
  spot: { readonly document: string; readonly offset: number };
  outline: { readonly document: string };
  /** Owner per line: index into the overview's owners plus 1; 0 where a line belongs to nobody. */
  lineOwners: { readonly document: string };
  /** Of all kinds, or of one only. An empty query prepares the search and finds nothing. */
  search: { readonly query: string; readonly limit: number; readonly kind?: SearchKind };
  /** Ids of an address in the present revision; nulls where it is gone. */
  resolve: { readonly address: Address };
  address: { readonly chain?: number; readonly rule?: number; readonly set?: number };
  print: { readonly to: 'nft' | 'iptables-save' };
  /** A part of the workspace as texts, for sharing, and what they tell. */
  excerpt: ExcerptRequest;
  /** A text to save: the findings as the command line prints them, or the graph as DOT with a colour for each owner. */
  document: { readonly what: 'findings' } | { readonly what: 'dot'; readonly fills: Readonly<Record<string, string>> };
  /** What the dump tells for describing a packet: presets, interfaces, the node's addresses. */
  packetFacts: Record<string, never>;
  /** Completions of one field of a packet. */
  complete: {
    readonly form: PacketForm;
    readonly field: PacketField;
    readonly text: string;
    readonly limit: number;
  };
  trace: TraceRequest;
  /** The packets that a pasted kernel trace tells of, and those of traces among the documents. */
  recorded: { readonly text: string };
  /** One of them (from 0) beside what is predicted of it; null where there is none. */
  comparison: { readonly text: string; readonly packet: number };
  /** A packet that reaches the rule, or the first rule of the chain or segment (from 0) that one is found for. */
  packetFor: { readonly rule: number } | { readonly chain: number; readonly segment: number | null };
  /** Rules evaluated by packets of this dump and by hook. */
  cost: CostRequest;
  /** The longest chains and what is left of them as sets and maps; the longest first. */
  costChains: Record<string, never>;
  /** What there is to program, and what a reload of it costs. */
  costProgramming: Record<string, never>;
  /** The chain as sets and maps: text for nft. */
  costText: { readonly chain: number };
}

export interface Answers {
  load: Overview;
  findings: Found;
  proved: Found;
  rows: readonly RuleRow[];
  chain: ChainDetail;
  filterRules: FilteredRules;
  jumpsInto: JumpsInto;
  chains: readonly ChainName[];
  tree: CallTree;
  rule: RuleDetail;
  set: SetDetail;
  owner: OwnerDetail;
  spot: Spot;
  outline: readonly OutlineEntry[];
  lineOwners: Uint8Array;
  search: SearchAnswer;
  resolve: { readonly chain: number | null; readonly rule: number | null; readonly set: number | null };
  address: Address | null;
  print: string;
  excerpt: ExcerptAnswer;
  document: string;
  packetFacts: PacketFacts;
  complete: readonly Completion[];
  trace: TraceAnswer;
  recorded: RecordedAnswer;
  comparison: ComparisonAnswer | null;
  packetFor: ReachAnswer;
  cost: CostAnswer;
  costChains: readonly LinearChain[];
  costProgramming: ProgrammingCost;
  costText: ConvertedText;
}

/** A request that is answered at once from the present analysis: all kinds but `load`, which makes one, and `findings` and `proved`, which complete it. */
export type Question = {
  [K in Exclude<keyof Requests, 'load' | 'findings' | 'proved'>]: { readonly kind: K; readonly request: Requests[K] };
}[Exclude<keyof Requests, 'load' | 'findings' | 'proved'>];
