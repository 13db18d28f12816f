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
}
