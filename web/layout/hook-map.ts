/**
 * Geometry of the hook map (VISUAL.md, "The hook map"): numbers in, numbers out. Columns are hooks in packet order, rows are effective
 * priorities in order; a card sits at its hook and priority or it is not drawn. Cost: O(hooks + cards + segments + marks).
 *
 * Does not model a packet's path nor the words of the rules in open cards: both are drawn over this geometry.
 */
import { largest, pushAll } from '../base/lists.ts';
import type { Hook } from '../model/hook.ts';
import type { OwnerId } from '../owners/owner.ts';
import { enlarge, layoutBrackets, layoutColumns, layoutStations, restrain, rowTexts } from './hook-map-around.ts';
import { cardHeight, layoutCard, widthOf } from './hook-map-card.ts';
import {
  AXIS,
  CARD_GAP,
  COLUMN_GAP,
  COLUMN_GAP_MAX,
  COLUMN_GAP_MIN,
  COLUMN_MAX,
  COLUMN_MIN,
  type Frame,
  GROUND_PAD,
  MARGIN_RIGHT,
  RAIL_INSET,
  READABLE,
  ROW_GAP,
  ROW_GAP_MAX,
  restrained,
  round,
  STRIP,
  STRIP_LOWER,
  STRIP_UPPER,
  stripeHeight,
} from './hook-map-frame.ts';
import type {
  CardGeometry,
  DetailLevel,
  HookMapGeometry,
  MetroGeometry,
  OwnerLook,
  Rect,
  RowGeometry,
} from './hook-map-geometry.ts';
import { placeHits, placeMarks } from './hook-map-marks.ts';
import { hangsLower, layoutMetro } from './hook-map-metro.ts';
import { type CardModel, columnOf, type HookMapModel, type HookModel } from './hook-map-model.ts';
import { type OpenedCard, openWidth, rulesScale } from './hook-map-open.ts';
import { planRows, type RowPlan, rowsHeight, usualNames } from './hook-map-rows.ts';
import { type Measure, measureInter } from './inter-metrics.ts';

export interface HookMapOptions {
  /** Pixels that the map may take; cards are 86 to 250 wide, so that the map may be wider or narrower than this. */
  readonly width: number;
  /** Pixels: when the map is higher, empty standard rows go first, then air between rows; when it is lower, rows move apart. Absent: no limit. */
  readonly height?: number;
  /** Scale at which the map is shown; default 1. Decides the level of detail. */
  readonly zoom?: number;
  readonly look: (owner: OwnerId) => OwnerLook;
  /** Default: Inter's widths from a table. */
  readonly measure?: Measure;
  /** Another arrangement of the columns than the node's: a packet's way. Its cards do not open. */
  readonly arrangement?: Arrangement;
  /** Cards that the user opened, by chain. */
  readonly opened?: ReadonlyMap<number, OpenedCard>;
}

export interface Arrangement {
  readonly cardWidth: number;
  readonly gap: number;
  /** Pixels right of the last column. */
  readonly marginRight: number;
  /** Height of the metro strip. */
  readonly strip: number;
  /** Between the axis and the first rail. */
  readonly lead: number;
  /** Kernel stations that are not drawn. */
  readonly withoutStations: readonly string[];
  readonly metro: (frame: Frame) => MetroGeometry;
}

/**
 * Which level a card of `cardWidth` pixels has at `zoom` (VISUAL.md, zoom table). Zoomed out so far that the lowest stripes have no room for
 * their text, all stripes lose it. A narrow window alone costs no names: they are shortened.
 */
export function detailLevel(cardWidth: number, zoom: number): DetailLevel {
  if (cardWidth * zoom < 60) return 'spines';
  return SEGMENT_MIN * zoom < 12 ? 'totals' : 'full';
}

/** Height of a stripe of one rule. */
const SEGMENT_MIN = stripeHeight(1, 0);

/**
 * The zoom to lay out for when the map is shown at `scale`: 1 while text is readable and not too large, below it steps of an eighth of an
 * octave, above it of a half. `base`: the scale at which the whole map is looked at (roomyScale); what comes with a closer look comes above it.
 */
export function levelZoom(scale: number, base = 1): number {
  if (scale < READABLE) return 2 ** (Math.floor(Math.log2(scale) * 8) / 8);
  const larger = scale / base;
  return larger < LARGE ? 1 : round(LARGE * 2 ** (Math.floor(Math.log2(larger / LARGE) * 2) / 2));
}

/** From this scale on the map is laid out for its zoom again. */
const LARGE = 1.5;

/** Width of a card and gap between columns for `count` columns in `width` pixels. */
export function columnMeasures(width: number, count: number): { readonly cardWidth: number; readonly gap: number } {
  const room = width - AXIS - RAIL_INSET - MARGIN_RIGHT;
  const wanted = (room - (count - 1) * COLUMN_GAP) / count;
  const least = wanted < 132 ? COLUMN_GAP_MIN : COLUMN_GAP;
  const even = (room - (count - 1) * least) / count;
  const cardWidth = Math.floor(Math.max(COLUMN_MIN, Math.min(COLUMN_MAX, even)));
  const left = (room - count * cardWidth) / Math.max(1, count - 1);
  const gap = cardWidth < COLUMN_MAX ? least : Math.max(least, Math.min(COLUMN_GAP_MAX, Math.floor(left)));
  return { cardWidth, gap };
}

/** Maximal runs of nat and other chains: a dispatcher is one run, because it registers once. */
function runs(cards: readonly CardModel[]): readonly { readonly nat: boolean; readonly cards: readonly CardModel[] }[] {
  const out: { nat: boolean; cards: CardModel[] }[] = [];
  for (const card of cards) {
    const open = out.at(-1);
    if (open && open.nat === card.nat) open.cards.push(card);
    else out.push({ nat: card.nat, cards: [card] });
  }
  return out;
}

/** Height of one column's cards in one row. */
function stackHeight(cards: readonly CardModel[], frame: Frame): number {
  return runs(cards).reduce((sum, run, index) => {
    const inner = run.cards.reduce((h, card, at) => h + cardHeight(card, frame) + (at > 0 ? CARD_GAP : 0), 0);
    return sum + inner + (run.nat ? 2 * GROUND_PAD : 0) + (index > 0 ? CARD_GAP : 0);
  }, 0);
}

type ByRow = ReadonlyMap<number, readonly CardModel[]>;

function byPriority(hook: HookModel): ByRow {
  const rows = new Map<number, CardModel[]>();
  for (const card of hook.cards) {
    const row = rows.get(card.effectivePriority);
    if (row) row.push(card);
    else rows.set(card.effectivePriority, [card]);
  }
  return rows;
}

function planned(
  model: HookMapModel,
  columns: readonly ByRow[],
  { height, arrangement }: Pick<HookMapOptions, 'height' | 'arrangement'>,
  frame: Frame,
) {
  const without = arrangement?.withoutStations ?? [];
  const measured = (withEmpty: boolean, shown: Frame): RowPlan[] => {
    const rows = planRows(model, withEmpty).filter(({ kind, name }) => kind !== 'station' || !without.includes(name));
    for (const row of rows) {
      if (row.kind !== 'priority') continue;
      for (const column of columns)
        row.height = Math.max(row.height, stackHeight(column.get(row.priority) ?? [], shown));
      if (row.name !== '') row.height = Math.max(row.height, 28);
    }
    return rows;
  };
  // What has room is decided as if all cards were closed: opening one moves only what is below it.
  const closed: Frame = { ...frame, opened: NONE_OPENED, rules: false };
  const room = (height ?? 0) - (arrangement?.strip ?? STRIP);
  const fits = (rows: readonly RowPlan[]): boolean => height === undefined || rowsHeight(rows) <= room;
  const withEmpty = fits(measured(true, closed));
  // Room to spare goes to air, then to stripes, then to air again: both as far as they look like the same map.
  const spare = (stripe: number): number => {
    const rows = measured(withEmpty, { ...closed, stripe });
    return (room - BELOW_ROWS - rowsHeight(rows)) / rows.length;
  };
  const stripe = STRIPES.find((one) => spare(one) >= AIR_BEFORE_STRIPES) ?? 1;
  const air = Math.max(0, Math.min(ROW_GAP_MAX - ROW_GAP, Math.floor(spare(stripe))));
  const gap = fits(measured(withEmpty, closed)) ? ROW_GAP + air : ROW_GAP - 2;
  return { rows: measured(withEmpty, { ...frame, stripe }), gap, stripe };
}

/** Below the last row, so that what ends there can be seen to end. */
const BELOW_ROWS = 8;
/** How many times as thick stripes may be where there is room. */
const STRIPES: readonly number[] = [1.3, 1.2, 1.1];
/** Pixels per row. */
const AIR_BEFORE_STRIPES = 5;

const NONE_OPENED: ReadonlyMap<number, OpenedCard> = new Map();

interface Stack {
  readonly cards: readonly CardGeometry[];
  readonly grounds: readonly Rect[];
}

/** Cards of one column in one row from `y` down. */
function layoutStack(cards: readonly CardModel[], column: HookModel, row: number, y: number, frame: Frame): Stack {
  const x = frame.columnX.get(columnOf(column)) ?? 0;
  const made: CardGeometry[] = [];
  const grounds: Rect[] = [];
  let at = y;
  for (const run of runs(cards)) {
    const top = at;
    if (run.nat) at += GROUND_PAD;
    for (const card of run.cards) {
      const placed = placeMarks(layoutCard(card, column, row, x, at, frame), card, frame.zoom);
      made.push(placed);
      at += cardHeight(card, frame) + CARD_GAP;
    }
    at -= CARD_GAP;
    if (run.nat) {
      at += GROUND_PAD;
      grounds.push({
        x: round(x - GROUND_PAD),
        y: round(top),
        width: largest(run.cards.map((card) => widthOf(card, frame))) + 2 * GROUND_PAD,
        height: round(at - top),
      });
    }
    at += CARD_GAP;
  }
  return { cards: made, grounds };
}

interface ColumnWidths {
  readonly cardWidth: number;
  readonly columnGap: number;
  /** Of a column with a card that the user opened. */
  readonly wide: number;
  readonly lead: number;
}

function placeColumns(model: HookMapModel, opened: ReadonlyMap<number, OpenedCard>, widths: ColumnWidths) {
  const columnX = new Map<string, number>();
  let x = AXIS + widths.lead + RAIL_INSET;
  let right = x;
  for (const hook of model.hooks) {
    const { cards } = hook;
    columnX.set(columnOf(hook), x);
    const open = cards.some(({ chain, segments }) => opened.has(chain) && segments.length > 0);
    right = x + (open ? widths.wide : widths.cardWidth);
    x = right + widths.columnGap;
  }
  return { columnX, right };
}

/** A chain of several devices has a card in each of their columns: each has a name of its own, `c12~2`. */
function named(cards: readonly CardGeometry[]): CardGeometry[] {
  const seen = new Map<string, number>();
  return cards.map((card) => {
    const count = (seen.get(card.id) ?? 0) + 1;
    seen.set(card.id, count);
    if (count === 1) return card;
    const rename = <T extends { readonly id: string }>(part: T): T => ({
      ...part,
      id: part.id.replace(card.id, `${card.id}~${count}`),
    });
    return { ...rename(card), stripes: card.stripes.map(rename), marks: card.marks.map(rename) };
  });
}

/** The name without the column: what a selection knows. */
export function plainId(id: string): string {
  return id.replace(/~\d+/, '');
}

/** Lays out `model`. Deterministic; never throws on any model. */
export function layoutHookMap(model: HookMapModel, options: HookMapOptions): HookMapGeometry {
  const zoom = options.zoom ?? 1;
  const { arrangement } = options;
  const { cardWidth, gap: columnGap } = arrangement ?? columnMeasures(options.width, model.hooks.length);
  const opened = arrangement ? NONE_OPENED : (options.opened ?? NONE_OPENED);
  const wide = openWidth(cardWidth, options.width);
  const { columnX, right } = placeColumns(model, opened, { cardWidth, columnGap, wide, lead: arrangement?.lead ?? 0 });
  const plain: Frame = {
    family: model.family,
    width: round(right + (arrangement?.marginRight ?? MARGIN_RIGHT)),
    cardWidth,
    gap: columnGap,
    level: detailLevel(cardWidth, zoom),
    zoom,
    measure: options.measure ?? measureInter,
    look: options.look,
    hooks: model.hooks,
    columnX,
    stationY: (column) => (hangsLower(column, model) && !arrangement ? STRIP_LOWER : STRIP_UPPER) * restrained(zoom),
    opened,
    rules: !arrangement && zoom >= levelZoom(rulesScale(cardWidth)),
    openWidth: wide,
    stripe: 1,
  };
  const columns = model.hooks.map(byPriority);
  const { rows: plans, gap, stripe } = planned(model, columns, options, plain);
  const frame: Frame = { ...plain, stripe };
  const names = usualNames(model.family);
  const rows: RowGeometry[] = [];
  const grounds: (Rect & { id: string; hook: Hook })[] = [];
  const perColumn: CardGeometry[][] = model.hooks.map(() => []);
  const strip = arrangement?.strip ?? STRIP;
  let y = strip;
  plans.forEach((plan, index) => {
    const top = y + (index === 0 ? 0 : gap / 2);
    model.hooks.forEach((column, at) => {
      const { hook } = column;
      const stack = layoutStack(
        columns[at]?.get(plan.kind === 'priority' ? plan.priority : Number.NaN) ?? [],
        column,
        index,
        top,
        frame,
      );
      const placed = perColumn[at];
      if (placed) pushAll(placed, stack.cards);
      stack.grounds.forEach((ground, n) => {
        grounds.push({ ...ground, id: `${columnOf(column)}/${plan.priority}/${n}`, hook });
      });
    });
    // Beside the row's first card, however far the rows are apart.
    const above = Math.min(gap, ROW_GAP) / 2;
    const texts = rowTexts(plan, round(top - above), plan.height + 2 * above, names, frame);
    rows.push({
      id: plan.id,
      kind: plan.kind,
      priority: plan.priority,
      y: round(top),
      height: round(plan.height),
      texts:
        zoom >= READABLE
          ? texts.map((t) => restrain(t, top - above, frame))
          : texts.filter((t) => t.role === 'priority').map((t) => enlarge(t, frame)),
    });
    y = top + plan.height + gap / 2;
  });
  const cards = named(perColumn.flatMap((column) => placeHits(column, zoom)));
  const stations = layoutStations(rows, frame);
  return {
    family: model.family,
    level: frame.level,
    width: frame.width,
    height: round(Math.max(y + 4, strip + 24)),
    cardWidth,
    axis: AXIS,
    metro: (arrangement?.metro ?? layoutMetro)(frame),
    columns: layoutColumns(model, rows, gap, cards, stations, frame),
    rows,
    stations,
    grounds,
    cards,
    brackets: layoutBrackets(model, cards, zoom),
  };
}
