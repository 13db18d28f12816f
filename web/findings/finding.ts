/** What a finding is. Findings are plain data: they cross the worker's border as they are, and the command line prints them. */
import type { OwnerId } from '../owners/owner.ts';

/** Stable: tests and other programs read them. */
export type Mechanism =
  | 'same-chain-order'
  | 'later-base-chain-overrides-accept'
  | 'same-hook-same-priority'
  | 'mark-bit-collision'
  | 'unmasked-mark-set'
  | 'legacy-and-nft-both-loaded'
  | 'policy-drop-by-one-owner'
  | 'nat-capture'
  | 'earlier-terminal-verdict-shadows-later-owner'
  | 'dead-rule'
  | 'leftover-chains'
  | 'duplicate-jumps'
  | 'linear-cost'
  | 'dangling-or-empty';

export type FindingSeverity = 'error' | 'warning' | 'info';

/** A place that the finding speaks of. `rule` is a Rule.id, or null for the chain as a whole (its policy, its position). */
export interface FindingPlace {
  readonly chain: number;
  readonly rule: number | null;
  /** What this place says, in words: `accepts what carries mark 0x10000`. */
  readonly note: string;
}

export interface Reference {
  readonly title: string;
  readonly url: string;
}

/** Where the map draws the finding's mark: at the upper boundary of segment `segment` of the chain (from 0; as many as segments: the policy). */
export interface FindingMark {
  readonly chain: number;
  readonly segment: number;
}

/** Another order of the same rules, as data: what a proof compares the node with, and what a user may try before touching a node. */
export type OrderChange =
  /** The rules of `first` before those of `second` in a base chain, in the places that both have. */
  | { readonly kind: 'in-chain'; readonly chain: number; readonly first: string; readonly second: string }
  /** The base chains of `first` before those of `second` on a hook: `l3 forward`, `netdev ingress eth0`. */
  | { readonly kind: 'on-hook'; readonly hook: string; readonly first: string; readonly second: string }
  /** All rules of a program at the top, or at the bottom, of one base chain, or of all (null) that it has rules in. */
  | { readonly kind: 'place'; readonly chain: number | null; readonly program: string; readonly at: 'top' | 'bottom' }
  /** One segment to where another one begins (as many as segments: to the end). */
  | { readonly kind: 'move'; readonly chain: number; readonly segment: number; readonly to: number }
  /** Without one rule of a base chain. */
  | { readonly kind: 'without-rule'; readonly chain: number; readonly rule: number }
  /** Without what a program wrote into base chains, and without its base chains. */
  | { readonly kind: 'without'; readonly program: string };

/** A packet that shows what a finding says. */
export interface FindingWitness {
  /** What differs: the verdict, the new destination, the new source, the mark at the end. `shown`: nothing is compared, the packet shows it as it is. */
  readonly kind: 'verdict' | 'dnat' | 'snat' | 'mark' | 'shown';
  /** As the tracer and the command line take it. */
  readonly packet: Readonly<Record<string, unknown>>;
  /** What nobody knows has to be so. */
  readonly pins: readonly { readonly unknown: string; readonly value: boolean }[];
  /** What it is compared with; null: with nothing. */
  readonly change: OrderChange | null;
  /** `A TCP packet from 10.244.1.7 to 10.96.0.10:53 that comes in by cali123`. */
  readonly who: string;
  /** `dropped by Calico (rule 4 of ip filter cali-fw-x)`, as things are, and after the change. */
  readonly asIs: string;
  readonly changed: string | null;
  /** All of it in words. */
  readonly sentence: string;
}

/** What was tried for all packets. */
export interface FindingProof {
  /** `shown`: a packet shows it, nothing was said of an order. */
  readonly state: 'order-sensitive' | 'mark-only' | 'benign' | 'undecided' | 'shown';
  readonly sentence: string;
  readonly witnesses: readonly FindingWitness[];
}

export interface Finding {
  /** Stable for the same dump: mechanism, chain and owners; used in links. */
  readonly id: string;
  readonly mechanism: Mechanism;
  readonly severity: FindingSeverity;
  /** A sentence that says the finding: "firewalld rejects what Calico accepts". */
  readonly title: string;
  /** Two or three sentences: why it matters to the user. */
  readonly why: string;
  readonly owners: readonly OwnerId[];
  /** null: not proved (yet). */
  readonly orderSensitive: boolean | null;
  readonly where: readonly FindingPlace[];
  readonly marks: readonly FindingMark[];
  /** How the mark is drawn; `undecided` until proved. */
  readonly sign:
    | 'overruled'
    | 'order-sensitive'
    | 'mark-only'
    | 'benign'
    | 'undecided'
    | 'mark-bits'
    | 'nat'
    | 'attention'
    | 'note';
  readonly remedy: string | null;
  /** Ids of knowledge entries (findings/catalogue) that it is an instance of. */
  readonly catalogue: readonly string[];
  readonly references: readonly Reference[];
  /** Opaque matches and unknown facts on which it hangs. */
  readonly unknowns: readonly string[];
  /** null: not tried (yet). */
  readonly proof: FindingProof | null;
}
