/** The geometry of a packet's way over the hook map: what layout/trace-path.ts computes and render/trace-path.ts draws. */
import type { Hook } from '../model/hook.ts';
import type { Rect, TextItem } from './hook-map-geometry.ts';

/** A rail down a column, or a piece of the metro line. */
export interface Track {
  readonly id: string;
  readonly hook: Hook;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  /** Two tracks: the way has forked before. */
  readonly double: boolean;
  /** Shown from this step's number on, while the way is played. */
  readonly from: number;
}

export interface Dot {
  readonly number: number;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly fork: boolean;
  /** Not predicted. */
  readonly differs: boolean;
  /** Where its text stands; the size follows the digits. */
  readonly text: TextItem;
  readonly label: string;
}

export interface Callout {
  readonly number: number;
  /** From the card to the words. */
  readonly leader: { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };
  readonly texts: readonly TextItem[];
}

export interface PathOutline {
  readonly id: string;
  readonly number: number;
  readonly rect: Rect;
  readonly card: boolean;
}

export interface TracePathGeometry {
  readonly strip: readonly Track[];
  readonly rails: readonly Track[];
  /** Arrow heads at the lower ends of the rails that go on. */
  readonly heads: readonly { readonly hook: Hook; readonly x: number; readonly y: number; readonly from: number }[];
  readonly arms: readonly { readonly number: number; readonly x1: number; readonly x2: number; readonly y: number }[];
  readonly outlines: readonly PathOutline[];
  readonly dots: readonly Dot[];
  readonly callouts: readonly Callout[];
  /** Geometry ids of cards and stripes that the packet never met. */
  readonly faded: ReadonlySet<string>;
  readonly notCalled: readonly TextItem[];
  readonly end: {
    readonly x: number;
    readonly y: number;
    readonly cross: boolean;
    readonly texts: readonly TextItem[];
    readonly number: number;
  } | null;
  /** Drawn again over the tracks. */
  readonly stations: readonly { readonly x: number; readonly y: number }[];
  readonly diamond: { readonly x: number; readonly y: number } | null;
  /** Where the line leaves the map; null: it does not. */
  readonly arrow: { readonly x: number; readonly y: number } | null;
}
