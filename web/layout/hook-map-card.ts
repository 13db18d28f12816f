/** A base chain's card: title, owner stripes, footer, words, and what a screen reader says about it. Marks: hook-map-marks.ts. */
import type { Hook } from '../model/hook.ts';
import {
  CARD_FOOTER,
  CARD_HEADER,
  CARD_LINE,
  type Frame,
  READABLE,
  round,
  SPINE,
  stripeHeight,
} from './hook-map-frame.ts';
import type { CardGeometry, CountItem, Rect, StripeGeometry, TextItem, TextRole } from './hook-map-geometry.ts';
import type { CardModel, SegmentModel } from './hook-map-model.ts';
import { fitName, ruleCount, shortCount } from './text-fit.ts';

const PAD = 5.5;
/** Numbers keep clear of the marks on the right edge. */
const PAD_NUMBERS = 10;
/** Of the text size: the triangle between two counts, and the air on both sides of it. */
const TRIANGLE = 0.43;
const COUNT_SPACE = 0.16;
/** A name is set up to this much tighter before it is cut. */
const SQUEEZE = 1.125;
/** Initials on a stripe of fewer pixels on the screen would be drawn over its neighbours. */
const INITIALS_MIN = 8;

/** One segment, or none: a single line. */
export function isSingle(card: CardModel): boolean {
  return card.segments.length < 2;
}

/** Height of the card in pixels; the same at every zoom. */
export function cardHeight(card: CardModel, frame: Frame): number {
  if (isSingle(card)) return CARD_LINE + (hasFooter(card, frame) ? CARD_FOOTER : 0);
  let height = CARD_HEADER + CARD_FOOTER;
  for (const segment of card.segments) height += stripeHeight(segment.to - segment.from + 1, segment.below);
  return height;
}

/** A single line needs a footer for a policy of drop, and for words that must be said but do not fit beside the name. */
function hasFooter(card: CardModel, frame: Frame): boolean {
  return card.policy === 'drop' || !wordsFit(card, frame);
}

/** Where a single line's name begins and where its words must end, from the card's left edge. */
function singleRoom(card: CardModel, frame: Frame): { readonly left: number; readonly right: number } {
  const empty = card.segments.length === 0;
  const left = empty ? PAD : SPINE + PAD;
  const marked = card.marks.length > 0;
  const right = frame.cardWidth - (marked ? PAD_NUMBERS : 2);
  return { left, right: empty ? frame.cardWidth - (marked ? PAD_NUMBERS : 7) - emptyWidth(frame) - 2 : right };
}

function emptyWidth(frame: Frame): number {
  return frame.measure('empty', 10, 400) + 8;
}

function wordsFit(card: CardModel, frame: Frame): boolean {
  const list = words(card);
  if (list.length === 0) return true;
  const { left, right } = singleRoom(card, frame);
  const wanted = list.reduce((sum, word) => sum + 5 + frame.measure(word.value, 10.5, 400), 0);
  return frame.measure(card.name, 11.5, 650) + wanted <= right - left;
}

/** Font size in the geometry for `size` pixels on the screen: never smaller on the screen than asked for. */
function scaled(frame: Frame, size: number): number {
  return frame.zoom < READABLE ? round(size / frame.zoom) : size;
}

function text(
  role: TextRole,
  value: string,
  x: number,
  middle: number,
  size: number,
  anchor: TextItem['anchor'] = 'start',
): TextItem {
  return { x: round(x), y: round(middle + size * 0.36), text: value, anchor, role, size };
}

function countItem(segment: SegmentModel, right: number, middle: number, size: number, frame: Frame): CountItem {
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

function countWidth(segment: SegmentModel, size: number, frame: Frame): number {
  const here = frame.measure(shortCount(segment.to - segment.from + 1), size, 400);
  return segment.below === 0
    ? here
    : here + frame.measure(shortCount(segment.below), size, 400) + size * (2 * COUNT_SPACE + TRIANGLE);
}

function stripeLabel(card: CardModel, segment: SegmentModel, name: string): string {
  const range = segment.from === segment.to ? `rule ${segment.from}` : `rules ${segment.from} to ${segment.to}`;
  const below = segment.below === 0 ? '' : `, ${ruleCount(segment.below)} below`;
  const packets = segment.packets === null ? '' : `, ${segment.packets} packets`;
  return `${name}: ${range} of ${card.name}${below}${packets}`;
}

/** Initials, owner's name and counts of a stripe, as far as level and space allow. Single lines write the chain's name instead. */
function stripe(card: CardModel, index: number, rect: Rect, frame: Frame): StripeGeometry {
  const segment = card.segments[index] as SegmentModel;
  const look = frame.look(segment.owner);
  const middle = rect.y + rect.height / 2;
  const onScreen = rect.height * frame.zoom;
  const spine = { x: rect.x, y: rect.y, width: SPINE, height: rect.height };
  const initials =
    frame.level === 'spines' || onScreen < INITIALS_MIN
      ? null
      : text('initials', look.initials, rect.x + SPINE / 2, middle, scaled(frame, 10), 'middle');
  const size = scaled(frame, 10.5);
  const nameSize = scaled(frame, 11);
  const right = rect.x + rect.width - PAD_NUMBERS;
  const left = rect.x + SPINE + PAD;
  const wanted = !isSingle(card) && frame.level === 'full';
  const fullName = wanted ? fitName(look.name, right + PAD - left, nameSize, 500, frame.measure) : null;
  const room = right - left - (fullName ? frame.measure(fullName, nameSize, 500) + 2 : 0);
  const count =
    wanted && countWidth(segment, size, frame) <= room ? countItem(segment, right, middle, size, frame) : null;
  return {
    id: `c${card.chain}/s${index}`,
    segment: index,
    look,
    rect,
    spine,
    initials,
    name: fullName === null ? null : text('segment', fullName, left, middle, nameSize),
    count,
    label: stripeLabel(card, segment, look.name),
  };
}

interface Placed {
  readonly title: TextItem | null;
  readonly texts: readonly TextItem[];
  /** Right end of what stands at the left. */
  readonly end: number;
}

/** What must be said about the chain besides its name, most important first. */
function words(card: CardModel): readonly { readonly role: 'legacy' | 'table'; readonly value: string }[] {
  const list: { role: 'legacy' | 'table'; value: string }[] = [];
  if (card.legacy) list.push({ role: 'legacy', value: 'legacy' });
  if (card.dormant) list.push({ role: 'legacy', value: 'dormant' });
  if (card.device !== null) list.push({ role: 'table', value: card.device });
  return list;
}

/** Title from `left` to `right`; then its words if all of them fit (a single line puts them into its footer otherwise). */
function placeTitle(card: CardModel, left: number, right: number, middle: number, frame: Frame): Placed {
  if (frame.level === 'spines') return { title: null, texts: [], end: left };
  const size = scaled(frame, 11.5);
  const small = scaled(frame, 10.5);
  const room = right - left;
  const full = frame.measure(card.name, size, 650);
  const squeezed = full > room && full <= room * SQUEEZE;
  const name = squeezed ? card.name : fitName(card.name, room, size, 650, frame.measure);
  if (name === null) return { title: null, texts: [], end: left };
  const plain = text('title', name, left, middle, size);
  const title = squeezed ? { ...plain, squeeze: round(room) } : plain;
  let x = left + (squeezed ? room : frame.measure(name, size, 650)) + 5;
  const texts: TextItem[] = [];
  for (const word of frame.level === 'full' ? words(card) : []) {
    const width = frame.measure(word.value, small, 400);
    if (x + width > right) break;
    texts.push(text(word.role, word.value, x, middle, small));
    x += width + 5;
  }
  return { title, texts, end: x };
}

/** The footer's words: the policy left; right the total, or in italics what did not fit beside the name. */
function footerTexts(card: CardModel, rect: Rect, frame: Frame, right: string, italic: boolean): readonly TextItem[] {
  const size = scaled(frame, 10);
  if (frame.level === 'spines' || size > rect.height * 1.05) return [];
  const drop = card.policy === 'drop';
  const middle = rect.y + rect.height / 2;
  const from = rect.x + PAD;
  const to = rect.x + rect.width - PAD_NUMBERS;
  const short = frame.level === 'totals';
  const policy = drop ? (short ? 'drop' : 'policy drop') : short ? '' : 'accept';
  const policyWidth = frame.measure(policy, size, drop ? 650 : 400);
  const texts: TextItem[] = [];
  if (policy !== '' && policyWidth <= to - from) {
    texts.push(text(drop ? 'policy-drop' : 'policy', policy, from, middle, size));
  }
  const room = to - from - (texts.length === 0 ? 0 : policyWidth + 6);
  const fitted = fitName(right, room, size, 400, frame.measure);
  if (right !== '' && fitted !== null && (italic || fitted === right)) {
    const role = italic ? (drop ? 'words-drop' : 'words') : drop ? 'total-drop' : 'total';
    texts.push(text(role, fitted, to, middle, size, 'end'));
  }
  return texts;
}

function cardLabel(card: CardModel, hook: Hook, frame: Frame): string {
  const owners = card.segments.map((segment) => frame.look(segment.owner).name).join(', ');
  const parts = [
    `${hook}, ${card.effectivePriority}: ${card.name}, ${card.table}`,
    card.segments.length === 0 ? 'empty' : `${owners}; ${ruleCount(card.rules)}`,
    `policy ${card.policy}`,
  ];
  if (card.nat && card.priority !== card.effectivePriority) parts.push(`own priority ${card.priority}, runs with nat`);
  if (card.legacy) parts.push('iptables-legacy');
  if (card.dormant) parts.push('dormant table');
  if (card.device !== null) parts.push(`device ${card.device}`);
  // One finding may have a mark on many boundaries.
  parts.push(...new Set(card.marks.map((mark) => mark.label)));
  return parts.join('; ');
}

function layoutSingle(card: CardModel, hook: Hook, row: number, rect: Rect, frame: Frame): CardGeometry {
  const empty = card.segments.length === 0;
  const middle = rect.y + CARD_LINE / 2;
  const room = singleRoom(card, frame);
  const right = rect.x + rect.width - (card.marks.length > 0 ? PAD_NUMBERS : 7);
  const small = scaled(frame, 10.5);
  const texts: TextItem[] = [];
  let emptyBox: Rect | null = null;
  if (empty && frame.level === 'full') {
    const width = emptyWidth(frame);
    emptyBox = { x: round(right + 2 - width), y: rect.y + 4, width: round(width), height: CARD_LINE - 8 };
    const size = Math.min(scaled(frame, 10), 11.5);
    texts.push(text('empty', 'empty', right + 2 - width / 2, middle, size, 'middle'));
  }
  const inLine = wordsFit(card, frame);
  const named = inLine ? card : { ...card, legacy: false, dormant: false, device: null };
  const placed = placeTitle(named, rect.x + room.left, rect.x + room.right, middle, frame);
  texts.push(...placed.texts);
  const stripes: StripeGeometry[] = [];
  const segment = card.segments[0];
  let end = empty ? rect.x + room.right : right;
  if (segment) {
    const first = stripe(card, 0, { ...rect, height: CARD_LINE }, frame);
    const taken = countWidth(segment, small, frame);
    const counted = placed.title !== null && placed.end + taken <= right;
    stripes.push(counted ? { ...first, count: countItem(segment, right, middle, small, frame) } : first);
    end = counted ? right - taken - 6 : right;
  }
  if (frame.level === 'full' && placed.title?.text === card.name) {
    if (placed.end + frame.measure(card.table, small, 400) <= end) {
      texts.push(text('table', card.table, placed.end, middle, small));
    }
  }
  const drop = card.policy === 'drop';
  const footer = hasFooter(card, frame)
    ? { x: rect.x, y: rect.y + CARD_LINE, width: rect.width, height: CARD_FOOTER, drop }
    : null;
  if (footer) {
    const said = inLine
      ? ''
      : words(card)
          .map((word) => word.value)
          .join(' ');
    texts.push(...footerTexts(card, footer, frame, said, true));
  }
  return {
    ...shared(card, hook, row, rect, frame),
    single: true,
    empty,
    title: placed.title,
    texts,
    emptyBox,
    stripes,
    footer,
  };
}

function shared(card: CardModel, hook: Hook, row: number, rect: Rect, frame: Frame) {
  return {
    id: `c${card.chain}`,
    chain: card.chain,
    hook,
    row,
    rect,
    legacy: card.legacy,
    dormant: card.dormant,
    name: card.name,
    marks: [],
    label: cardLabel(card, hook, frame),
  };
}

function layoutStack(card: CardModel, hook: Hook, row: number, rect: Rect, frame: Frame): CardGeometry {
  const middle = rect.y + CARD_HEADER / 2 + 0.5;
  const left = rect.x + PAD;
  const right = rect.x + rect.width - PAD;
  const placed = placeTitle(card, left, right, middle, frame);
  const texts = [...placed.texts];
  const small = scaled(frame, 10.5);
  if (frame.level === 'full' && placed.title?.text === card.name) {
    if (placed.end + 2 + frame.measure(card.table, small, 400) <= right) {
      texts.push(text('table', card.table, right, middle, small, 'end'));
    }
  }
  let y = rect.y + CARD_HEADER;
  const stripes = card.segments.map((segment, index) => {
    const height = stripeHeight(segment.to - segment.from + 1, segment.below);
    const made = stripe(card, index, { x: rect.x, y: round(y), width: rect.width, height: round(height) }, frame);
    y += height;
    return made;
  });
  const footer = {
    x: rect.x,
    y: round(y),
    width: rect.width,
    height: round(rect.y + rect.height - y),
    drop: card.policy === 'drop',
  };
  texts.push(...footerTexts(card, footer, frame, ruleCount(card.rules), false));
  return {
    ...shared(card, hook, row, rect, frame),
    single: false,
    empty: false,
    title: placed.title,
    texts,
    emptyBox: null,
    stripes,
    footer,
  };
}

/** The card at `x`, `y` (its top left corner), without marks. O(segments). */
export function layoutCard(card: CardModel, hook: Hook, row: number, x: number, y: number, frame: Frame): CardGeometry {
  const rect = { x: round(x), y: round(y), width: frame.cardWidth, height: round(cardHeight(card, frame)) };
  return isSingle(card) ? layoutSingle(card, hook, row, rect, frame) : layoutStack(card, hook, row, rect, frame);
}
