/** What an owner is: the shape of the signature catalogue (one file per owner in catalogue/) and of the attribution. */

import type { Span } from '../base/span.ts';
import type { Rule } from '../model/ruleset.ts';

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
}

export interface OwnerSource {
  readonly repo: string;
  readonly path: string;
  /** `verified`: read in the source; `recalled`: from memory, not checked. */
  readonly status: string;
  readonly note?: string;
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
}

/** A maximal run of neighbouring rules of one owner in a chain. `from` and `to` are rule indexes from 1, both included. */
export interface Segment {
  readonly owner: OwnerId;
  readonly from: number;
  readonly to: number;
}
