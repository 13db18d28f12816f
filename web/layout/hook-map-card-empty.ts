/**
 * An empty chain's card. iptables lists every built-in chain of a table that was ever touched, so that nodes have dozens: with a policy of
 * accept it is one quiet line; a policy of drop decides packets and keeps its ink.
 */
import {
  footerTexts,
  leastNameWidth,
  PAD,
  PAD_NUMBERS,
  placeTitle,
  scaled,
  TITLE,
  TITLE_EMPTY,
  text,
  WORD_GAP,
  type Word,
  words,
  wordsWidth,
} from './hook-map-card-text.ts';
import { CARD_FOOTER, CARD_HEADER, EMPTY_LINE, EMPTY_WORDS, type Frame, HIT, round } from './hook-map-frame.ts';
import type { CardGeometry, Rect } from './hook-map-geometry.ts';
import type { CardModel } from './hook-map-model.ts';
import { fitName } from './text-fit.ts';

const EMPTY = 'empty';
const EMPTY_SIZE = 10;

/** Height in pixels of an empty chain's card; the same at every zoom. */
export function emptyHeight(card: CardModel, frame: Frame): number {
  if (card.policy === 'drop') return CARD_HEADER + CARD_FOOTER;
  return EMPTY_LINE + (oneLine(card, frame) ? 0 : EMPTY_WORDS);
}

/** Pixels between the paddings of a line. */
function lineRoom(card: CardModel, frame: Frame): number {
  return frame.cardWidth - PAD - rightPad(card);
}

function rightPad(card: CardModel): number {
  return card.marks.length > 0 ? PAD_NUMBERS : PAD;
}

/** `legacy` may give way: the dashed border and the label say it. A dormant table or a device has nothing else that does. */
function needed(card: CardModel) {
  return words({ ...card, legacy: false });
}

function oneLine(card: CardModel, frame: Frame): boolean {
  const style = card.policy === 'drop' ? TITLE : TITLE_EMPTY;
  const said = wordsWidth(needed(card), 10.5, frame) + WORD_GAP + frame.measure(EMPTY, EMPTY_SIZE, 400);
  return leastNameWidth(card.name, style, frame) + said <= lineRoom(card, frame);
}

export type EmptyParts = Pick<CardGeometry, 'title' | 'texts' | 'footer' | 'hit' | 'line'>;

/** Title, words and footer of an empty chain's card at `rect`. */
export function layoutEmpty(card: CardModel, rect: Rect, frame: Frame): EmptyParts {
  const style = card.policy === 'drop' ? TITLE : TITLE_EMPTY;
  const line = card.policy === 'drop' ? CARD_HEADER : EMPTY_LINE;
  const middle = rect.y + line / 2;
  const whole = oneLine(card, frame);
  const full = frame.level === 'full';
  const right = rect.x + rect.width - rightPad(card);
  const size = scaled(frame, EMPTY_SIZE);
  const small = scaled(frame, 10.5);
  const said = whole && full;
  const end = said ? right - frame.measure(EMPTY, size, 400) - WORD_GAP : right;
  const placed = placeTitle(card.name, style, whole ? needed(card) : [], rect.x + PAD, end, middle, frame);
  const texts = [...placed.texts];
  const more = { role: card.legacy ? 'legacy' : 'table', value: card.legacy ? 'legacy' : card.table } as const;
  const added = said && placed.title !== null && placed.end + frame.measure(more.value, small, 400) <= end;
  if (added) texts.push(text(more.role, more.value, placed.end, middle, small));
  if (said) texts.push(text('empty', EMPTY, right, middle, size, 'end'));
  const rest = words(card).filter((word) => !whole || (word.value === 'legacy' && !added));
  const second = secondLine(card, rect, line, rest, !whole, frame);
  return {
    title: placed.title && placed.title.size <= line * 1.05 ? placed.title : null,
    line,
    hit: hitOf(rect),
    texts: [...texts, ...second.texts],
    footer: second.footer,
  };
}

/** The ink footer of a policy of drop, or the words for which the first line has no room; nothing on a card of one line. */
function secondLine(
  card: CardModel,
  rect: Rect,
  line: number,
  rest: readonly Word[],
  withEmpty: boolean,
  frame: Frame,
): Pick<EmptyParts, 'texts' | 'footer'> {
  const height = round(rect.height - line);
  if (height <= 0) return { texts: [], footer: null };
  const area = { x: rect.x, y: round(rect.y + line), width: rect.width, height };
  const list = rest.map((word) => word.value);
  if (card.policy === 'drop') {
    const said = (withEmpty ? [...list, EMPTY] : list).join(' ');
    return { texts: footerTexts(card, area, frame, said, true), footer: { ...area, drop: true } };
  }
  const footer = { ...area, drop: false };
  if (frame.level !== 'full') return { texts: [], footer };
  const size = scaled(frame, EMPTY_SIZE);
  const middle = area.y + height / 2 - 1.5;
  const right = rect.x + rect.width - rightPad(card);
  const texts = [text('empty', EMPTY, right, middle, size, 'end')];
  const room = lineRoom(card, frame) - frame.measure(EMPTY, size, 400) - WORD_GAP;
  const fitted = fitName(list.join(' '), room, size, 400, frame.measure);
  if (fitted !== null && fitted !== '') texts.push(text('words', fitted, rect.x + PAD, middle, size));
  return { texts, footer };
}

/** A thin line is clicked in the gaps around it as well; gaps are wide enough that this covers no other card. */
function hitOf(rect: Rect): Rect {
  const more = Math.max(0, HIT - rect.height) / 2;
  return { x: rect.x, y: round(rect.y - more), width: rect.width, height: round(rect.height + 2 * more) };
}
