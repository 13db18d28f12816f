/** What the hook map draws, before geometry: one family's base chains by hook, in the order in which the kernel runs them. */
import type { Hook } from '../model/hook.ts';
import type { OwnerId } from '../owners/owner.ts';

/** Which packets the map is about. `netdev` chains appear in every view's ingress/egress columns. */
export type MapFamily = 'ip' | 'ip6' | 'bridge' | 'arp';

export interface SegmentModel {
  readonly owner: OwnerId;
  /** Rule indexes from 1 within the chain, both included. */
  readonly from: number;
  readonly to: number;
  /** Rules in all chains below, each counted once. */
  readonly below: number;
  /** Packets counted by its rules; null without counters. */
  readonly packets: number | null;
}

export interface MapMark {
  /** Finding ids, the most severe first: more than one where marks would overlap. */
  readonly findings: readonly string[];
  readonly sign: 'overruled' | 'order-sensitive' | 'mark-only' | 'benign' | 'undecided' | 'mark-bits' | 'nat';
  readonly severity: 'error' | 'warning' | 'info';
  /** Upper boundary of this segment (from 0); `segments.length` is the policy; 0 is the card's own upper edge. */
  readonly boundary: number;
  /** For hover and screen readers. */
  readonly label: string;
}

export interface CardModel {
  /** Chain.id. */
  readonly chain: number;
  readonly name: string;
  /** `ip filter`. */
  readonly table: string;
  readonly legacy: boolean;
  readonly dormant: boolean;
  readonly policy: 'accept' | 'drop';
  /** The chain's own priority, which differs from the row's for nat chains. */
  readonly priority: number;
  readonly effectivePriority: number;
  /** Runs inside the NAT dispatcher. */
  readonly nat: boolean;
  readonly device: string | null;
  readonly segments: readonly SegmentModel[];
  /** Rules here and below. */
  readonly rules: number;
  readonly marks: readonly MapMark[];
}

/** Chains of one hook and effective priority whose order the priority does not settle. `known` false: nft and legacy together. */
export interface TieModel {
  readonly chains: readonly number[];
  readonly known: boolean;
}

export interface HookModel {
  readonly hook: Hook;
  /** Of ingress and egress: the devices whose chains these are. Devices with the same chains share a column; empty for the other hooks. */
  readonly devices?: readonly string[];
  /** In effective order. */
  readonly cards: readonly CardModel[];
  readonly ties: readonly TieModel[];
}

/** Names a column of the map: a hook, or a hook of some devices. */
export function columnOf({ hook, devices = [] }: Pick<HookModel, 'hook' | 'devices'>): string {
  return devices.length === 0 ? hook : `${hook} ${devices.join(' ')}`;
}

export interface HookMapModel {
  readonly family: MapFamily;
  /** In packet order; prerouting, forward, input, output and postrouting are always there (arp: input, output), the others where used. */
  readonly hooks: readonly HookModel[];
}
