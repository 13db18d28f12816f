/** The hook map's geometry: what layout/hook-map.ts computes and render/hook-map.ts draws. Pixels at zoom 1, origin at the top left. */
import type { Hook } from '../model/hook.ts';
import type { OwnerId, PaletteSlot } from '../owners/owner.ts';
import type { MapFamily, MapMark } from './hook-map-model.ts';
import type { RuleSlot } from './hook-map-open.ts';

/** What the cards show: `full` as pictured, `totals` initials and numbers, `spines` no text at all (VISUAL.md, zoom table). */
export type DetailLevel = 'full' | 'totals' | 'spines';

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type TextRole =
  | 'hook'
  | 'way'
  | 'box'
  | 'priority'
  | 'row-name'
  | 'station'
  | 'empty-row'
  | 'title'
  | 'title-empty'
  | 'table'
  | 'legacy'
  | 'segment'
  | 'count'
  | 'policy'
  | 'policy-drop'
  | 'total'
  | 'total-drop'
  | 'words'
  | 'words-drop'
  | 'initials'
  | 'empty'
  | 'badge'
  | 'callout'
  | 'callout-detail'
  | 'callout-quiet'
  | 'fate'
  | 'fate-detail'
  | 'tie'
  | 'rule-index'
  | 'rule-field'
  | 'rule-value'
  | 'rule-any'
  | 'rule-verdict'
  | 'rule-jump'
  | 'rule-target'
  | 'rule-more'
  | 'rule-source'
  | 'edge';

/** A piece of text at its baseline. */
export interface TextItem {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly role: TextRole;
  readonly size: number;
  /** Drawn exactly this wide: a name that is a little too long is set tighter rather than cut. */
  readonly squeeze?: number;
}

/** `here ▸ below`: two numbers with a small triangle between them. */
export interface CountItem {
  readonly here: TextItem;
  readonly below: TextItem | null;
  /** Left edge and middle of the triangle, 4.5 wide and 4.4 high at text size 10.5; null without `below`. */
  readonly triangle: { readonly x: number; readonly y: number; readonly size: number } | null;
}

export interface OwnerLook {
  readonly owner: OwnerId;
  readonly name: string;
  readonly slot: PaletteSlot;
  readonly initials: string;
  readonly barred: boolean;
}

export interface StripeGeometry {
  /** `c12/s0`: stable while the model is the same. */
  readonly id: string;
  readonly segment: number;
  /** Index (from 1) of its first rule. */
  readonly from: number;
  readonly look: OwnerLook;
  readonly rect: Rect;
  readonly spine: Rect;
  readonly initials: TextItem | null;
  readonly name: TextItem | null;
  readonly count: CountItem | null;
  readonly label: string;
}

export interface MarkGeometry {
  readonly id: string;
  readonly sign: MapMark['sign'];
  readonly severity: MapMark['severity'];
  readonly findings: readonly string[];
  /** Centre, on the card's right edge. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** How many boundaries' marks are merged into this one. */
  readonly count: number;
  readonly badge: TextItem | null;
  readonly hit: Rect;
  readonly label: string;
}

/** Where the rules of an open card's segment stand: their words are laid out when they are there (hook-map-rules.ts). */
export interface RuleRoom {
  readonly segment: number;
  readonly rect: Rect;
  readonly pitch: number;
  readonly slots: readonly RuleSlot[];
}

export interface CardGeometry {
  /** `c12`. */
  readonly id: string;
  readonly chain: number;
  readonly hook: Hook;
  /** See `columnOf`. */
  readonly column: string;
  readonly row: number;
  readonly rect: Rect;
  /** What selects the chain: the title row of a stack, else the whole card; never over another card. */
  readonly hit: Rect;
  /** One line, owner and chain in one. */
  readonly single: boolean;
  /** Height of the first line, which carries the title. */
  readonly line: number;
  readonly legacy: boolean;
  readonly dormant: boolean;
  readonly empty: boolean;
  readonly title: TextItem | null;
  /** Table, `legacy`, device, count of a single line. */
  readonly texts: readonly TextItem[];
  readonly stripes: readonly StripeGeometry[];
  /** null on most single lines whose policy is accept. `drop`: filled with ink. */
  readonly footer: (Rect & { readonly drop: boolean }) | null;
  readonly marks: readonly MarkGeometry[];
  /** `user`: opened by the user, `zoom`: by the scale. */
  readonly open: 'user' | 'zoom' | null;
  readonly rooms: readonly RuleRoom[];
  readonly name: string;
  /** Names the group of the card's buttons: chain and table. */
  readonly groupLabel: string;
  readonly label: string;
}

export interface RowGeometry {
  readonly id: string;
  /** `empty`: a standard priority without chains; `station`: a kernel station. */
  readonly kind: 'priority' | 'empty' | 'station';
  readonly priority: number;
  readonly y: number;
  readonly height: number;
  readonly texts: readonly TextItem[];
}

export interface ColumnGeometry {
  readonly id: string;
  readonly hook: Hook;
  readonly x: number;
  readonly width: number;
  readonly railX: number;
  readonly railTop: number;
  readonly railBottom: number;
  readonly cards: number;
}

export interface StationGeometry {
  readonly id: string;
  readonly hook: Hook;
  readonly name: string;
  readonly text: TextItem | null;
  readonly y: number;
  /** The dotted line left and right of the word. */
  readonly lines: readonly { readonly x1: number; readonly x2: number }[];
}

export interface BracketGeometry {
  readonly id: string;
  readonly chains: readonly number[];
  readonly x: number;
  readonly y1: number;
  readonly y2: number;
  /** Registration order unknown: dashed, with a "?". */
  readonly known: boolean;
  readonly sign: { readonly x: number; readonly y: number; readonly radius: number } | null;
  readonly label: string;
}

export interface MetroGeometry {
  readonly height: number;
  /** Of the sizes of stations and lines: below 1 where the map is zoomed in far. */
  readonly scale: number;
  readonly lines: readonly { readonly id: string; readonly path: string }[];
  readonly arrow: { readonly x: number; readonly y: number };
  readonly hooks: readonly { readonly id: string; readonly hook: Hook; readonly x: number; readonly y: number }[];
  readonly diamond: { readonly x: number; readonly y: number } | null;
  readonly process: Rect | null;
  readonly texts: readonly TextItem[];
}

export interface HookMapGeometry {
  readonly family: MapFamily;
  readonly level: DetailLevel;
  readonly width: number;
  readonly height: number;
  readonly cardWidth: number;
  /** Width of the priority axis, left of everything else. */
  readonly axis: number;
  readonly metro: MetroGeometry;
  readonly columns: readonly ColumnGeometry[];
  readonly rows: readonly RowGeometry[];
  readonly stations: readonly StationGeometry[];
  /** The NAT dispatcher: all nat chains of one hook. */
  readonly grounds: readonly (Rect & { readonly id: string; readonly hook: Hook })[];
  readonly cards: readonly CardGeometry[];
  readonly brackets: readonly BracketGeometry[];
}
