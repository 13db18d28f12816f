/**
 * Cards that show their rules: which lines each segment gets and how high they make it. A card is open because the user opened it (it is wider
 * then, so that its rules can be read at scale 1), or because the map is so far zoomed in that all cards are. Numbers only: the words come
 * with the rules (hook-map-rules.ts), so that the layout never waits for them.
 */
import { pushAll } from '../base/lists.ts';
import { NFT_LEVELS } from '../model/jump-levels.ts';
import { CARD_LINE, type Frame, round, stripeHeight } from './hook-map-frame.ts';
import type { CardModel, SegmentModel } from './hook-map-model.ts';

/** A jump whose chain's rules are shown below it. */
export interface OpenedJump {
  readonly chain: number;
  readonly rules: number;
}

/** What the user has opened in a card: jumps by their path, the indexes (from 1) of the rules that lead there: `3`, or `3/1` in the chain of rule 3's jump. */
export type OpenedCard = ReadonlyMap<string, OpenedJump>;

/** The path of rule `index` in the chain that the jump at `via` leads to; '' is the card's own chain. */
export function jumpPath(via: string, index: number): string {
  return via === '' ? String(index) : `${via}/${index}`;
}

/** One line of an open card, from top to bottom. */
export type RuleSlot =
  | {
      readonly kind: 'rule';
      readonly chain: number;
      readonly index: number;
      /** Jumps above it in the card. */
      readonly depth: number;
      /** Path of the last of them; '' at depth 0. */
      readonly via: string;
    }
  /** Rules that are left out: `count` of `chain`, from index `from` on. */
  | {
      readonly kind: 'more';
      readonly chain: number;
      readonly from: number;
      readonly count: number;
      readonly depth: number;
      readonly via: string;
    };

/** Rules of one segment that an open card shows: the rest is a click away in the chain view. */
const SHOWN = { user: 20, zoom: 9 } as const;
/** Of a jump's chain. */
const SHOWN_BELOW = 14;
/** Pixels of a line in a card that the user opened. */
const PITCH = 16;
/** Pixels of a line on the screen where the zoom opens the cards. */
const PITCH_ON_SCREEN = 15;
/** Least width of a card that the user opened: a match and a verdict beside each other. */
const OPEN_WIDTH = 420;

/** The scale from which on all cards show their rules: a card has room for a match and a verdict then. */
export function rulesScale(cardWidth: number): number {
  return Math.max(1.8, 340 / cardWidth);
}

/** At the right end of the first line, for what closes the card again. */
export const OPEN_TOGGLE = 23;

export function openWidth(cardWidth: number, available: number): number {
  return Math.max(cardWidth, Math.min(OPEN_WIDTH, Math.round(available * 0.7)));
}

/** How a card is open; null: it is not. */
export function opennessOf(card: CardModel, frame: Frame): { readonly user: boolean; readonly pitch: number } | null {
  if (card.segments.length === 0) return null;
  if (frame.opened.has(card.chain)) return { user: true, pitch: PITCH };
  return frame.rules ? { user: false, pitch: round(PITCH_ON_SCREEN / rulesScale(frame.cardWidth)) } : null;
}

/** Lines of a segment. O(lines). */
export function slotsOf(card: CardModel, segment: SegmentModel, frame: Frame): readonly RuleSlot[] {
  const jumps = frame.opened.get(card.chain);
  const rules = segment.to - segment.from + 1;
  const shown = fitting(rules, jumps ? SHOWN.user : SHOWN.zoom);
  const slots: RuleSlot[] = [];
  for (let index = segment.from; index < segment.from + shown; index++) {
    slots.push({ kind: 'rule', chain: card.chain, index, depth: 0, via: '' });
    if (jumps) pushAll(slots, slotsBelow(jumps, String(index), 1));
  }
  const more = { kind: 'more', chain: card.chain, from: segment.from + shown, depth: 0, via: '' } as const;
  if (shown < rules) slots.push({ ...more, count: rules - shown });
  return slots;
}

/** Lines of the jump at `via`, and of those that are open in its chain; none if it is closed. Jumps lead back to no chain above: the kernel takes none that do. */
function slotsBelow(jumps: OpenedCard, via: string, depth: number): RuleSlot[] {
  const jump = jumps.get(via);
  // Legacy tables go deeper: from there on it is the chain view.
  if (!jump || depth > NFT_LEVELS) return [];
  const { chain, rules } = jump;
  const shown = fitting(rules, SHOWN_BELOW);
  const slots: RuleSlot[] = [];
  for (let index = 1; index <= shown; index++) {
    slots.push({ kind: 'rule', chain, index, depth, via });
    pushAll(slots, slotsBelow(jumps, jumpPath(via, index), depth + 1));
  }
  if (shown < rules) slots.push({ kind: 'more', chain, from: shown + 1, count: rules - shown, depth, via });
  return slots;
}

/** "1 more" would take the line of the one rule that it hides. */
function fitting(rules: number, most: number): number {
  return rules <= most + 1 ? rules : most;
}

/** Height of a segment in a stack. */
export function segmentHeight(card: CardModel, segment: SegmentModel, frame: Frame): number {
  const closed = stripeHeight(segment.to - segment.from + 1, segment.below) * frame.stripe;
  const open = opennessOf(card, frame);
  if (!open) return closed;
  return Math.max(closed, headHeight(open) + slotsOf(card, segment, frame).length * open.pitch + 1);
}

/** The line with owner and counts above a segment's rules. */
export function headHeight(open: { readonly user: boolean; readonly pitch: number }): number {
  return open.user ? PITCH : open.pitch;
}

/** Height of a single line's card without its footer. */
export function singleHeight(card: CardModel, frame: Frame): number {
  const open = opennessOf(card, frame);
  const segment = card.segments[0];
  return open && segment ? CARD_LINE + slotsOf(card, segment, frame).length * open.pitch + 2 : CARD_LINE;
}
