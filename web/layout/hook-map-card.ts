/** A base chain's card: title, owner stripes, footer, and what a screen reader says about it. Marks: hook-map-marks.ts. */
import { emptyHeight, layoutEmpty } from './hook-map-card-empty.ts';
import {
  beside,
  countItem,
  countWidth,
  footerTexts,
  leastNameWidth,
  PAD,
  PAD_NUMBERS,
  placeTitle,
  scaled,
  TITLE,
  text,
  words,
  wordsWidth,
} from './hook-map-card-text.ts';
import { CARD_FOOTER, CARD_GAP, CARD_HEADER, CARD_LINE, type Frame, round, SPINE } from './hook-map-frame.ts';
import type { CardGeometry, Rect, RuleRoom, StripeGeometry, TextItem } from './hook-map-geometry.ts';
import { type CardModel, columnOf, type HookModel, type SegmentModel } from './hook-map-model.ts';
import { headHeight, OPEN_TOGGLE, opennessOf, segmentHeight, singleHeight, slotsOf } from './hook-map-open.ts';
import { fitName, ruleCount } from './text-fit.ts';

/** Initials on a stripe of fewer pixels on the screen would be drawn over its neighbours. */
const INITIALS_MIN = 8;

/** One segment, or none: a single line. */
export function isSingle(card: CardModel): boolean {
  return card.segments.length < 2;
}

/** Height of the card in pixels; the same at every zoom up to that at which all cards open. */
export function cardHeight(card: CardModel, frame: Frame): number {
  if (card.segments.length === 0) return emptyHeight(card, frame);
  if (isSingle(card)) return singleHeight(card, frame) + (hasFooter(card, frame) ? CARD_FOOTER : 0);
  let height = CARD_HEADER + CARD_FOOTER;
  for (const segment of card.segments) height += segmentHeight(card, segment, frame);
  return height;
}

/** A card that the user opened is wider than its column's others. */
export function widthOf(card: CardModel, frame: Frame): number {
  return frame.opened.has(card.chain) && card.segments.length > 0 ? frame.openWidth : frame.cardWidth;
}

/** What opens a card lies over the words of a closed one, while it is pointed at; what closes it is always there. */
function toggleRoom(card: CardModel, frame: Frame): number {
  return opennessOf(card, frame) ? scaled(frame, OPEN_TOGGLE) : 0;
}

/** A single line needs a footer for a policy of drop, and for words that must be said but do not fit beside the name. */
function hasFooter(card: CardModel, frame: Frame): boolean {
  return card.policy === 'drop' || !wordsFit(card, frame);
}

/** Where a single line's name begins and where its words must end, from the card's left edge. */
function singleRoom(card: CardModel, frame: Frame): { readonly left: number; readonly right: number } {
  return { left: SPINE + PAD, right: widthOf(card, frame) - (card.marks.length > 0 ? PAD_NUMBERS : 4) };
}

function wordsFit(card: CardModel, frame: Frame): boolean {
  const list = words(card);
  if (list.length === 0) return true;
  const { left, right } = singleRoom(card, frame);
  return leastNameWidth(card.name, TITLE, frame) + wordsWidth(list, 10.5, frame) <= right - left;
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
  const open = opennessOf(card, frame);
  // Above the rules of an open segment stands a line with its owner.
  const line = open ? (isSingle(card) ? CARD_LINE : headHeight(open)) : rect.height;
  const middle = rect.y + line / 2;
  const onScreen = line * frame.zoom;
  const spine = { x: rect.x, y: rect.y, width: SPINE, height: rect.height };
  const initials =
    frame.level === 'spines' || onScreen < INITIALS_MIN
      ? null
      : text(
          'initials',
          look.initials,
          rect.x + SPINE / 2,
          middle,
          Math.min(scaled(frame, 10), round(line * 0.8)),
          'middle',
        );
  const size = Math.min(scaled(frame, 10.5), round(line * 0.8));
  const nameSize = Math.min(scaled(frame, 11), round(line * 0.8));
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
    from: segment.from,
    look,
    rect,
    spine,
    initials,
    name: fullName === null ? null : text('segment', fullName, left, middle, nameSize),
    count,
    label: stripeLabel(card, segment, look.name),
  };
}

function cardLabel(card: CardModel, { hook, devices = [] }: HookModel, frame: Frame): string {
  const owners = card.segments.map((segment) => frame.look(segment.owner).name).join(', ');
  const parts = [
    `${hook}, ${card.effectivePriority}: ${card.name}, ${card.table}`,
    card.segments.length === 0 ? 'empty' : `${owners}; ${ruleCount(card.rules)}`,
    `policy ${card.policy}`,
  ];
  if (card.nat && card.priority !== card.effectivePriority) parts.push(`own priority ${card.priority}, runs with nat`);
  if (card.legacy) parts.push('iptables-legacy');
  if (card.dormant) parts.push('dormant table');
  const own = card.device === null ? devices : [card.device];
  if (own.length > 0) parts.push(`device ${own.join(', ')}`);
  // One finding may have a mark on many boundaries.
  parts.push(...new Set(card.marks.map((mark) => mark.label)));
  return parts.join('; ');
}

function layoutSingle(card: CardModel, rect: Rect, frame: Frame) {
  const middle = rect.y + CARD_LINE / 2;
  const room = singleRoom(card, frame);
  const right = rect.x + rect.width - (card.marks.length > 0 ? PAD_NUMBERS : 7) - toggleRoom(card, frame);
  const small = scaled(frame, 10.5);
  const inLine = wordsFit(card, frame);
  const list = inLine ? words(card) : [];
  const edge = rect.x + room.right - toggleRoom(card, frame);
  const placed = placeTitle(card.name, TITLE, list, rect.x + room.left, edge, middle, frame);
  const texts: TextItem[] = [...placed.texts];
  const height = singleHeight(card, frame);
  const first = stripe(card, 0, { ...rect, height: round(height) }, frame);
  const segment = card.segments[0] as SegmentModel;
  const taken = countWidth(segment, small, frame);
  const counted = placed.title !== null && placed.end + taken <= right;
  const count = counted ? countItem(segment, right, middle, small, frame) : null;
  const end = counted ? right - taken - 6 : right;
  if (frame.level === 'full' && placed.title?.text === card.name) {
    const width = frame.measure(card.table, small, 400);
    if (placed.end + width <= end) {
      texts.push(beside('table', card.table, placed.end, width, edge, middle, small, frame));
    }
  }
  const footer = hasFooter(card, frame)
    ? { x: rect.x, y: round(rect.y + height), width: rect.width, height: CARD_FOOTER, drop: card.policy === 'drop' }
    : null;
  if (footer) {
    const rest = inLine ? [] : words(card).map((word) => word.value);
    texts.push(...footerTexts(card, footer, frame, rest.join(' '), true));
  }
  const hit = opennessOf(card, frame) ? { ...rect, height: CARD_LINE } : rect;
  return { line: CARD_LINE, hit, title: placed.title, texts, stripes: [{ ...first, count }], footer };
}

function layoutStack(card: CardModel, rect: Rect, frame: Frame) {
  const middle = rect.y + CARD_HEADER / 2 + 0.5;
  const left = rect.x + PAD;
  // A mark of the card's own upper edge sits beside the title.
  const right =
    rect.x + rect.width - (card.marks.some((mark) => mark.boundary <= 0) ? PAD_NUMBERS : PAD) - toggleRoom(card, frame);
  const small = scaled(frame, 10.5);
  const inLine = leastNameWidth(card.name, TITLE, frame) + wordsWidth(words(card), 10.5, frame) <= right - left;
  const placed = placeTitle(card.name, TITLE, inLine ? words(card) : [], left, right, middle, frame);
  const texts = [...placed.texts];
  if (frame.level === 'full' && placed.title?.text === card.name) {
    if (placed.end + 2 + frame.measure(card.table, small, 400) <= right) {
      texts.push(text('table', card.table, right, middle, small, 'end'));
    }
  }
  let y = rect.y + CARD_HEADER;
  const stripes = card.segments.map((segment, index) => {
    const height = segmentHeight(card, segment, frame);
    const at = { x: rect.x, y: round(y), width: rect.width, height: round(height) };
    y += height;
    return stripe(card, index, at, frame);
  });
  const height = round(rect.y + rect.height - y);
  const footer = { x: rect.x, y: round(y), width: rect.width, height, drop: card.policy === 'drop' };
  const rest = inLine ? [] : words(card).map((word) => word.value);
  texts.push(...footerTexts(card, footer, frame, ruleCount(card.rules), false, rest.join(' ')));
  // The first stripe begins below the title: the hit area grows into the gap above instead.
  const above = CARD_GAP - 1;
  const hit = { x: rect.x, y: round(rect.y - above), width: rect.width, height: CARD_HEADER + above };
  return { line: CARD_HEADER, hit, title: placed.title, texts, stripes, footer };
}

/** Pixels between a segment's last rule and the next segment. */
const ROOM_AIR = 0.8;

/** Where the rules of an open card go. */
function roomsOf(card: CardModel, stripes: readonly StripeGeometry[], frame: Frame): readonly RuleRoom[] {
  const open = opennessOf(card, frame);
  if (!open) return [];
  const head = isSingle(card) ? CARD_LINE : headHeight(open);
  return stripes.map(({ segment, rect }) => {
    const slots = slotsOf(card, card.segments[segment] as SegmentModel, frame);
    const height = round(rect.height - head - ROOM_AIR);
    // A stripe is never lower than it is closed: few rules share what is left.
    const pitch = open.user ? open.pitch : Math.max(open.pitch, Math.min(height / slots.length, open.pitch * 2.5));
    // The spine is drawn half a pixel inside the card.
    const x = rect.x + SPINE + 0.5;
    return {
      segment,
      rect: { x, y: round(rect.y + head), width: rect.width - SPINE - 1, height },
      pitch: round(pitch),
      slots,
    };
  });
}

/** The card at `x`, `y` (its top left corner), without marks. O(segments). */
export function layoutCard(
  card: CardModel,
  column: HookModel,
  row: number,
  x: number,
  y: number,
  frame: Frame,
): CardGeometry {
  const rect = { x: round(x), y: round(y), width: widthOf(card, frame), height: round(cardHeight(card, frame)) };
  const open = opennessOf(card, frame);
  const empty = card.segments.length === 0;
  const parts = empty
    ? { ...layoutEmpty(card, rect, frame), stripes: [] }
    : isSingle(card)
      ? layoutSingle(card, rect, frame)
      : layoutStack(card, rect, frame);
  return {
    id: `c${card.chain}`,
    chain: card.chain,
    hook: column.hook,
    column: columnOf(column),
    row,
    rect,
    legacy: card.legacy,
    dormant: card.dormant,
    name: card.name,
    marks: [],
    open: open ? (open.user ? 'user' : 'zoom') : null,
    rooms: roomsOf(card, parts.stripes, frame),
    groupLabel: `${card.name}, ${card.table}${card.legacy ? ', legacy' : ''}, ${columnOf(column)}`,
    label: cardLabel(card, column, frame),
    single: isSingle(card),
    empty,
    ...parts,
  };
}
