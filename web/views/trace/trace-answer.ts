/** What the page is told of a trace: everything that it draws and lists, in words and numbers; no part of the model. */
import type { TracePathModel } from '../../layout/trace-path-model.ts';
import type { Family, Hook } from '../../model/hook.ts';
import type { OwnerId } from '../../owners/owner.ts';

export interface TraceAnswer {
  /** What the reader of the packet says: errors where there is no trace. `field` is that of the packet's JSON. */
  readonly problems: readonly {
    readonly field: string;
    readonly severity: 'error' | 'note';
    readonly message: string;
  }[];
  /** The packet alone, or the connection's packets one after the other; empty where the packet has errors. */
  readonly passages: readonly PassageView[];
  /** The packet after the change that was asked for; null: none was. */
  readonly changed: PassageView | null;
}

/** `recorded`: not traced, but what a kernel told. */
export type PassageRole = 'first' | 'reply' | 'later' | 'recorded';

export interface PassageView {
  readonly role: PassageRole;
  /** The packet in one line. */
  readonly packet: string;
  readonly fate: FateView;
  /** All fates that are possible, the likeliest first; one where the trace is certain. */
  readonly fates: readonly FateView[];
  /** There are more courses than were followed. */
  readonly cut: boolean;
  /** Rules that were compared with the packet, of all rules of the dump, and the numbered steps. */
  readonly evaluated: number;
  readonly rules: number;
  readonly matter: number;
  readonly hooks: readonly HookSteps[];
  readonly unknowns: readonly UnknownView[];
  /** What was taken for granted: routes, addresses. */
  readonly assumptions: readonly string[];
  /** What rules did beside deciding: logs, sets. */
  readonly notes: readonly string[];
  readonly path: TracePathModel;
}

export interface FateView {
  readonly kind: 'delivered' | 'dropped' | 'rejected' | 'lost' | 'taken' | 'not-loadable' | 'unfinished';
  /** `Forwarded out eth0`, `Rejected by firewalld`. */
  readonly title: string;
  /** `to 10.244.1.5:8080 (DNAT), as 192.168.56.21 (SNAT)`; empty where there is nothing to say. */
  readonly detail: string;
  readonly owner: OwnerId | null;
  /** Of 1; null where it is not known. */
  readonly probability: number | null;
  /** The answers that lead here; empty: any. */
  readonly when: readonly string[];
}

/** The steps at one hook, in order. */
export interface HookSteps {
  readonly hook: Hook;
  /** `netdev eth0` and the like; null for the IP stack. */
  readonly stack: string | null;
  readonly entries: readonly StepEntry[];
}

export type StepEntry = HitStep | PolicyStep | ForkStep | FoldedSteps;

interface Numbered {
  /** From 1 over the passage. */
  readonly number: number;
  /** Family and table of the base chain, `ip filter`. */
  readonly table: string;
  readonly baseChain: { readonly chain: number; readonly name: string; readonly priority: number };
  readonly decides: string | null;
  /** Of a recorded packet: it was not predicted. */
  readonly differs: boolean;
}

/** A rule that matched and did something. */
export interface HitStep extends Numbered {
  readonly kind: 'hit';
  readonly rule: number;
  readonly chain: number;
  readonly owner: OwnerId;
  /** `clears its mark bits`, `matches shop/cart:grpc`. */
  readonly title: string;
  /** `accept`, `jump`, `dnat`, ... */
  readonly verdict: string;
  /** From the base chain's rule down to this one. */
  readonly way: readonly {
    readonly chain: number;
    readonly name: string;
    readonly rule: number;
    readonly index: number;
  }[];
  readonly line: number;
  readonly changes: readonly Change[];
}

/** The end of a base chain without a verdict, where it matters. */
export interface PolicyStep extends Numbered {
  readonly kind: 'policy';
  readonly chain: number;
  readonly owner: OwnerId;
  readonly title: string;
  readonly verdict: 'accept' | 'drop';
  readonly line: number;
}

/** Something that the dump does not decide: the way goes on for each answer. */
export interface ForkStep {
  readonly kind: 'fork';
  readonly number: number;
  readonly rule: number | null;
  readonly chain: number | null;
  /** `Random match`, or the unknown itself. */
  readonly title: string;
  /** Where: `KUBE-SVC-PY4JZH2ITZYEO4CN 2`. */
  readonly place: string;
  readonly branches: readonly ForkBranch[];
  /** After it all branches meet the same rules. */
  readonly rejoins: boolean;
}

export interface ForkBranch {
  /** `A`, `B`, ... */
  readonly letter: string;
  readonly probability: number | null;
  /** `endpoint 1`, `matches`, `does not match`. */
  readonly title: string;
  readonly owner: OwnerId | null;
  readonly changes: readonly Change[];
  readonly fate: string;
  /** The branch whose steps are listed below. */
  readonly followed: boolean;
  /** The answers that lead into it: to pin them is to follow it. */
  readonly pins: readonly Pin[];
}

/** Rules that were compared without effect, between two steps. */
export interface FoldedSteps {
  readonly kind: 'folded';
  /** `nothing matches: rules 3–4`, `4 chains let it pass`. */
  readonly title: string;
  readonly owners: readonly OwnerId[];
  readonly evaluated: number;
  /** Where, in order; at most 40. */
  readonly places: readonly FoldedPlace[];
}

export interface FoldedPlace {
  readonly chain: number;
  readonly name: string;
  readonly table: string;
  readonly family: Family;
  /** Indexes of the rules that did not match; null: none was compared (an empty chain). */
  readonly from: number | null;
  readonly to: number | null;
  /** A rule that matched without effect. */
  readonly rule: number | null;
  readonly text: string;
}

/** A field before and after. */
export interface Change {
  readonly field: 'mark' | 'ct mark' | 'src' | 'dst' | 'ttl' | 'dscp' | 'ct state' | 'out';
  readonly before: string | null;
  readonly after: string;
}

export interface UnknownView {
  /** What pins name. */
  readonly text: string;
  /** For people. */
  readonly words: string;
  /** Values that were followed, with their probabilities. */
  readonly values: readonly { readonly value: PinValue; readonly label: string; readonly probability: number | null }[];
  /** The first rule that asks; null where none does any more. */
  readonly asks: { readonly chain: number; readonly rule: number; readonly place: string } | null;
  /** What the user said; null: nothing. */
  readonly pinned: PinValue | null;
  /** It changes no fate. */
  readonly idle: boolean;
}

export type PinValue = boolean | number | string;

export interface Pin {
  readonly unknown: string;
  readonly value: PinValue;
}
