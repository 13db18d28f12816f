/** What the Cost view draws: small, whatever the dump's size. Owners are in the order in which the overview lists them. */
import type { Loader, ProgrammingCounts } from '../../cost/programming.ts';
import type { RecordedReload, ReloadEstimate } from '../../cost/reload.ts';
import type { Hook } from '../../model/hook.ts';
import type { OwnerId } from '../../owners/owner.ts';
import type { PacketForm } from '../../packet/form.ts';

export type { CurveId, RecordedCurve, RecordedPoint, RecordedReload, ReloadEstimate } from '../../cost/reload.ts';
export type { Loader, ProgrammingCounts };

export interface OwnerShare {
  readonly owner: OwnerId;
  readonly rules: number;
}

/** Rules that a packet was compared with at one hook. */
export interface HookEvaluations {
  readonly hook: Hook;
  readonly evaluated: number;
  /** If chains were sets and maps where they can be. */
  readonly converted: number;
  readonly owners: readonly OwnerShare[];
}

export type PacketRole = 'first' | 'median' | 'last' | 'other' | 'own';

/** One packet, traced: the first of its connection. */
export interface CostPacket {
  /** Stable. */
  readonly id: string;
  readonly role: PacketRole;
  /** `Last Service`, `Outside → this node: ssh`. */
  readonly title: string;
  readonly detail: string;
  /** The packet in one line. */
  readonly line: string;
  readonly notes: readonly string[];
  readonly form: PacketForm;
  /** On the likeliest way. */
  readonly evaluated: number;
  readonly converted: number;
  /** Over all ways that the dump leaves open. */
  readonly least: number;
  readonly most: number;
  readonly hooks: readonly HookEvaluations[];
  /** `Forwarded`, `Dropped`. */
  readonly fate: string;
}

/** What the counters say. */
export interface MeanCost {
  /** Of a packet that meets every base chain of the hook: the first of a connection. */
  readonly connection: number;
  /** Of any packet. */
  readonly packet: number;
  /** Packets that came to the hook. */
  readonly packets: number;
  /** Base chains whose counters tell. */
  readonly chains: number;
}

export interface HookCost {
  readonly hook: Hook;
  readonly chains: number;
  /** Rules that a packet may have to be compared with at most. */
  readonly worst: number;
  readonly worstConverted: number;
  /** Of the worst case, the owners with most rules first. */
  readonly owners: readonly OwnerShare[];
  /** The least among the packets that are traced here; null: none of them comes here. */
  readonly best: number | null;
  /** Of the base chains whose counters tell; null: of none. */
  readonly mean: MeanCost | null;
  /** Base chains whose counters do not tell; empty: all do. */
  readonly without: string;
}

/** Evaluations by the number of Services, or of entries of the longest chain. */
export interface CostCurve {
  readonly subject:
    | { readonly kind: 'services' }
    | { readonly kind: 'chain'; readonly chain: number; readonly name: string };
  /** Of the Services' rules, or of the chain. */
  readonly owner: OwnerId;
  /** How many the dump has. */
  readonly count: number;
  /** Whether the dump compares them one by one, or looks them up in a verdict map or an ipset. */
  readonly mode: 'linear' | 'map' | 'ipset';
  /** Traced: the place among the Services, from 1, and the rules evaluated. Empty where it is the chain's. */
  readonly points: readonly { readonly at: number; readonly evaluated: number }[];
  /** Of the last one of n, compared one by one: base + slope * n. */
  readonly base: number;
  readonly slope: number;
  /** Looked up: the same for any. */
  readonly map: number;
  /** Of a new connection by the counters of the hooks that the last one passes; null: no counters. */
  readonly mean: number | null;
  /** Some of their base chains have no counters: it is at least that. */
  readonly partial: boolean;
}

export interface LookupSummary {
  readonly kind: 'set' | 'map';
  readonly rules: number;
  readonly elements: number;
  /** In nft's words. */
  readonly key: string;
  /** What entries end in: `jump`, `goto, drop`. */
  readonly ends: string;
  readonly dead: number;
}

export interface LinearChain {
  readonly chain: number;
  readonly name: string;
  readonly table: string;
  readonly owner: OwnerId;
  readonly rules: number;
  /** Rules that are left when runs are looked up. */
  readonly after: number;
  readonly lookups: readonly LookupSummary[];
  /** Why rules stay rules, most rules first. */
  readonly kept: readonly { readonly why: string; readonly rules: number; readonly first: number }[];
}

export interface OwnerProgramming extends ProgrammingCounts {
  readonly owner: OwnerId;
}

export interface LoaderCost {
  readonly loader: Loader;
  readonly counts: ProgrammingCounts;
  /** null: not recorded (ipset). */
  readonly reload: ReloadEstimate | null;
}

export interface ProgrammingCost {
  readonly total: ProgrammingCounts;
  readonly owners: readonly OwnerProgramming[];
  readonly loaders: readonly LoaderCost[];
  readonly recorded: RecordedReload;
  /** How seconds grow where the curve ends: 1 is linear. Of one kind of thing alone. */
  readonly growth: {
    readonly nft: number;
    readonly anonymous: number;
    readonly chains: number;
    readonly iptables: number;
  };
}

export interface CostAnswer {
  readonly family: 'ip' | 'ip6';
  /** In this family. */
  readonly services: number;
  readonly packets: readonly CostPacket[];
  readonly hooks: readonly HookCost[];
  readonly curve: CostCurve | null;
}
