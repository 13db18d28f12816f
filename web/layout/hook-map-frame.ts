/**
 * The measures of the hook map (VISUAL.md and tokens.json) and what all parts of its layout share.
 * Kernel: the stations' priorities are those of include/uapi/linux/netfilter_ipv4.h (defragmentation -400, conntrack -200, confirm last).
 */

import type { Hook } from '../model/hook.ts';
import type { OwnerId } from '../owners/owner.ts';
import type { DetailLevel, OwnerLook } from './hook-map-geometry.ts';
import type { HookModel, MapFamily } from './hook-map-model.ts';
import type { OpenedCard } from './hook-map-open.ts';
import type { Measure } from './inter-metrics.ts';

export const STRIP = 78;
export const STRIP_UPPER = 26;
export const STRIP_LOWER = 56;
export const AXIS = 56;
export const RAIL_INSET = 9;
export const COLUMN_MAX = 250;
/** Below it names would be unreadable at every zoom. */
export const COLUMN_MIN = 86;
export const COLUMN_GAP = 23;
/** Between narrow columns. */
export const COLUMN_GAP_MIN = 19;
export const COLUMN_GAP_MAX = 64;
export const MARGIN_RIGHT = 12;
export const CARD_GAP = 5;
export const CARD_LINE = 22;
/** An empty chain is a fact, not an event: one thin line; a second one for words that do not fit into the first. */
export const EMPTY_LINE = 15;
export const EMPTY_WORDS = 12;
export const CARD_HEADER = 18;
export const CARD_FOOTER = 13;
export const GROUND_PAD = 5;
export const SPINE = 22;
export const STATION = 15;
export const EMPTY_ROW = 13;
export const ROW_GAP = 9;
/** Where there is room: rows further apart than this would be a list, not a journey. */
export const ROW_GAP_MAX = 26;
/** An axis label needs two lines. */
export const ROW_MIN = 22;
export const SEGMENT_BASE = 13.5;
export const SEGMENT_PER_DECADE = 2.1;
/** Below this scale 10.5 pixel text would be under 10. */
export const READABLE = 0.95;
export const MARK_MERGE = 14;
/** Least hit area of anything that can be clicked. */
export const HIT = 24;

/** Height of a stripe: 1 rule 14, 300 rules 19, 150,000 rules 24. */
export function stripeHeight(rules: number, below: number): number {
  return SEGMENT_BASE + SEGMENT_PER_DECADE * Math.log10(1 + rules + below);
}

export interface Frame {
  readonly family: MapFamily;
  readonly width: number;
  readonly cardWidth: number;
  readonly gap: number;
  readonly level: DetailLevel;
  /** Scale at which the geometry is shown: below 1 text is laid out larger so that it stays readable. */
  readonly zoom: number;
  readonly measure: Measure;
  readonly look: (owner: OwnerId) => OwnerLook;
  /** The columns, from left to right. */
  readonly hooks: readonly Pick<HookModel, 'hook' | 'devices'>[];
  /** Left edge of a column's cards, by `columnOf`. */
  readonly columnX: ReadonlyMap<string, number>;
  /** Where a column's station stands in the metro strip. */
  readonly stationY: (column: Pick<HookModel, 'hook' | 'devices'>) => number;
  /** Cards that the user opened, by chain. */
  readonly opened: ReadonlyMap<number, OpenedCard>;
  /** So far zoomed in that all cards show their rules. */
  readonly rules: boolean;
  /** Width of a card that the user opened. */
  readonly openWidth: number;
  /** How many times as thick as they must be closed stripes are. */
  readonly stripe: number;
}

export interface KernelStation {
  readonly name: string;
  readonly priority: number;
  readonly hooks: readonly Hook[];
}

/**
 * Kernel: net/ipv4/netfilter/nf_defrag_ipv4.c and net/netfilter/nf_conntrack_proto.c register at prerouting and output; confirm at input and
 * postrouting, last. Assumption: connection tracking is on (it is as soon as any rule uses ct or NAT); bridge and arp have none of these.
 */
export function kernelStations(family: MapFamily): readonly KernelStation[] {
  if (family === 'bridge' || family === 'arp') return [];
  return [
    { name: 'defrag', priority: -400, hooks: ['prerouting', 'output'] },
    { name: 'conntrack', priority: -200, hooks: ['prerouting', 'output'] },
    { name: 'confirm', priority: Number.POSITIVE_INFINITY, hooks: ['input', 'postrouting'] },
  ];
}

/**
 * Of a size in the geometry of strip, axis and titles: zoomed in far, they would fill the screen, so that they stop growing.
 */
export function restrained(zoom: number): number {
  return zoom > GROWS_TO ? GROWS_TO / zoom : 1;
}

const GROWS_TO = 1.4;

export const round = (value: number): number => Math.round(value * 10) / 10;
