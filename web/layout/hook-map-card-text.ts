/** The words of a card: titles that give way before they are cut, counts, footers (VISUAL.md, "Words in small places"). */
import { type Frame, READABLE, restrained, round } from './hook-map-frame.ts';
import type { CountItem, Rect, TextItem, TextRole } from './hook-map-geometry.ts';
import type { CardModel, SegmentModel } from './hook-map-model.ts';
import type { Weight } from './inter-metrics.ts';
import { fitName, shortCount } from './text-fit.ts';

export const PAD = 5.5;
/** Numbers keep clear of the marks on the right edge. */
export const PAD_NUMBERS = 10;
/** Between words on one line. */
export const WORD_GAP = 5;
/** Of the text size: the triangle between two counts, and the air on both sides of it. */
const TRIANGLE = 0.43;
const COUNT_SPACE = 0.16;
/** A name is set smaller down to this, then up to this much tighter, before it is cut. */
const NAME_MIN = 10.5;
const SQUEEZE = 1.08;

/** Font size in the geometry for `size` pixels on the screen: never smaller on the screen than asked for, nor growing without end. */
export function scaled(frame: Frame, size: number): number {
  return frame.zoom < READABLE ? round(size / frame.zoom) : round(size * restrained(frame.zoom));
}

/** Text whose letters stand in the middle of a line at `middle`. */
export function text(
  role: TextRole,
  value: string,
  x: number,
  middle: number,
  size: number,
  anchor: TextItem['anchor'] = 'start',
): TextItem {
  return { x: round(x), y: round(middle + size * 0.36), text: value, anchor, role, size };
}

/** `here ▸ below`, right-aligned at `right`. */
export function countItem(segment: SegmentModel, right: number, middle: number, size: number, frame: Frame): CountItem {
  const here = shortCount(segment.to - segment.from + 1);
  if (segment.below === 0) {
    return { here: text('count', here, right, middle, size, 'end'), below: null, triangle: null };
  }
  const below = shortCount(segment.below);
  const triangle = size * TRIANGLE;
  const space = size * COUNT_SPACE;
  const x = right - frame.measure(below, size, 400) - space - triangle;
  return {
    here: text('count', here, x - space, middle, size, 'end'),
    below: text('count', below, right, middle, size, 'end'),
    triangle: { x: round(x), y: round(middle), size: round(triangle) },
  };
}

export function countWidth(segment: SegmentModel, size: number, frame: Frame): number {
  const here = frame.measure(shortCount(segment.to - segment.from + 1), size, 400);
  return segment.below === 0
    ? here
    : here + frame.measure(shortCount(segment.below), size, 400) + size * (2 * COUNT_SPACE + TRIANGLE);
}

export interface Word {
  readonly role: 'legacy' | 'table';
  readonly value: string;
}

/** What must be said about the chain besides its name, most important first. */
export function words(card: CardModel): readonly Word[] {
  const list: Word[] = [];
  if (card.legacy) list.push({ role: 'legacy', value: 'legacy' });
  if (card.dormant) list.push({ role: 'legacy', value: 'dormant' });
  if (card.device !== null) list.push({ role: 'table', value: card.device });
  return list;
}

/** Width of `list` after a name, with the gap before each word. */
export function wordsWidth(list: readonly Word[], size: number, frame: Frame): number {
  return list.reduce((sum, word) => sum + WORD_GAP + frame.measure(word.value, size, 400), 0);
}

export interface NameStyle {
  readonly role: 'title' | 'title-empty';
  readonly size: number;
  readonly weight: Weight;
}

export const TITLE: NameStyle = { role: 'title', size: 11.5, weight: 650 };
export const TITLE_EMPTY: NameStyle = { role: 'title-empty', size: 11, weight: 400 };

/** The least width in which the whole name can be read, at zoom 1. */
export function leastNameWidth(name: string, style: NameStyle, frame: Frame): number {
  return frame.measure(name, NAME_MIN, style.weight) / SQUEEZE;
}

export interface PlacedName {
  readonly item: TextItem;
  readonly width: number;
}

/** A chain's name in `room` pixels: as it is, then smaller, then tighter, then cut; null if not even two characters fit. */
export function placeName(
  name: string,
  style: NameStyle,
  x: number,
  middle: number,
  room: number,
  frame: Frame,
): PlacedName | null {
  const { role, weight } = style;
  const largest = scaled(frame, style.size);
  const least = scaled(frame, NAME_MIN);
  const full = frame.measure(name, largest, weight);
  if (full <= room) return { item: text(role, name, x, middle, largest), width: full };
  // Rounded down, so that it fits; a longer name than that at the least size is squeezed or cut.
  const size = Math.max(least, Math.floor((largest * room * 10) / full) / 10);
  const width = frame.measure(name, size, weight);
  if (width <= room) return { item: text(role, name, x, middle, size), width };
  if (width <= room * SQUEEZE) {
    return { item: { ...text(role, name, x, middle, size), squeeze: round(room) }, width: room };
  }
  const cut = fitName(name, room, size, weight, frame.measure);
  return cut === null ? null : { item: text(role, cut, x, middle, size), width: frame.measure(cut, size, weight) };
}

/** What opens a closed card lies over the last pixels before `right`, at zoom 1. */
const UNDER_TOGGLE = 23;

/** A word after a name, `x` to `x + width`. One that would be half covered by what opens the card is anchored at its end: those make room for it. */
export function beside(
  role: Word['role'],
  value: string,
  x: number,
  width: number,
  right: number,
  middle: number,
  size: number,
  frame: Frame,
): TextItem {
  const covered = x + width > right - scaled(frame, UNDER_TOGGLE);
  return covered ? text(role, value, x + width, middle, size, 'end') : text(role, value, x, middle, size);
}

export interface PlacedTitle {
  readonly title: TextItem | null;
  readonly texts: readonly TextItem[];
  /** Where the next word may begin. */
  readonly end: number;
}

/** Name from `left` to `right`, set smaller if need be for all of `list` to fit beside it. */
export function placeTitle(
  name: string,
  style: NameStyle,
  list: readonly Word[],
  left: number,
  right: number,
  middle: number,
  frame: Frame,
): PlacedTitle {
  if (frame.level === 'spines') return { title: null, texts: [], end: left };
  const small = scaled(frame, 10.5);
  const reserved = frame.level === 'full' ? wordsWidth(list, small, frame) : 0;
  const placed = placeName(name, style, left, middle, right - left - reserved, frame);
  if (!placed) return { title: null, texts: [], end: left };
  let x = left + placed.width + WORD_GAP;
  const texts: TextItem[] = [];
  for (const word of frame.level === 'full' ? list : []) {
    const width = frame.measure(word.value, small, 400);
    if (x + width > right) break;
    texts.push(beside(word.role, word.value, x, width, right, middle, small, frame));
    x += width + WORD_GAP;
  }
  return { title: placed.item, texts, end: x };
}

/** The footer's words: the policy left, with `also` where it fits; right the total, or in italics what did not fit beside the name. */
export function footerTexts(
  card: CardModel,
  rect: Rect,
  frame: Frame,
  right: string,
  italic: boolean,
  also = '',
): readonly TextItem[] {
  const size = scaled(frame, 10);
  if (frame.level === 'spines' || size > rect.height * 1.05) return [];
  const drop = card.policy === 'drop';
  const middle = rect.y + rect.height / 2;
  const from = rect.x + PAD;
  const to = rect.x + rect.width - PAD_NUMBERS;
  const short = frame.level === 'totals';
  // Words that must be said are whole before accept is.
  const givesWay = !drop && italic && frame.measure(`accept ${right}`, size, 400) + 6 > to - from;
  const policy = drop ? (short ? 'drop' : 'policy drop') : short || givesWay ? '' : 'accept';
  const policyWidth = frame.measure(policy, size, drop ? 650 : 400);
  const texts: TextItem[] = [];
  if (policy !== '' && policyWidth <= to - from) {
    texts.push(text(drop ? 'policy-drop' : 'policy', policy, from, middle, size));
  }
  let taken = texts.length === 0 ? 0 : policyWidth + 6;
  const alsoWidth = frame.measure(also, size, 400) + 6;
  if (also !== '' && frame.level === 'full' && taken + alsoWidth <= to - from) {
    texts.push(text(drop ? 'words-drop' : 'words', also, from + taken, middle, size));
    taken += alsoWidth;
  }
  const room = to - from - taken;
  const fitted = fitName(right, room, size, 400, frame.measure);
  if (right !== '' && fitted !== null && (italic || fitted === right)) {
    const role = italic ? (drop ? 'words-drop' : 'words') : drop ? 'total-drop' : 'total';
    texts.push(text(role, fitted, to, middle, size, 'end'));
  }
  return texts;
}
