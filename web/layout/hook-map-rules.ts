/**
 * The rules in open cards as lines of words: index, match, verdict. Laid out apart from the map, for the cards in view only and again when
 * their rules arrive: a node may have 150,000 of them. While a line is too low for text it is drawn as what an editor's overview shows, a bar
 * as long as its words.
 */
import type { OwnerId } from '../owners/owner.ts';
import { round } from './hook-map-frame.ts';
import type { CardGeometry, OwnerLook, Rect, RuleRoom, TextItem } from './hook-map-geometry.ts';
import { jumpPath, type RuleSlot } from './hook-map-open.ts';
import { type Measure, measureInter, measureMono } from './inter-metrics.ts';
import { fitName, shortCount } from './text-fit.ts';

/** A rule in words, as the lines need it. */
export interface RuleWords {
  readonly rule: number;
  readonly owner: OwnerId;
  readonly packets: number | null;
  /** Empty: any packet. `meaning` is what the owner means by it. */
  readonly match: readonly { readonly field: string; readonly value: string; readonly meaning: string | null }[];
  readonly verdict: string;
  readonly detail: string;
  /** The chain that a jump leads to, with the rules there and below; null for other verdicts. */
  readonly target: { readonly chain: number; readonly below: number } | null;
  /** As the dump has it. */
  readonly source: string;
}

export interface RuleLine {
  /** `c12/r3`; of a jump's chain `c12/r3/r1`. `more` lines end in `m`. */
  readonly id: string;
  readonly kind: 'rule' | 'more';
  /** The card's chain. */
  readonly card: number;
  readonly segment: number;
  /** The rule's own chain. */
  readonly chain: number;
  readonly index: number;
  /** Jumps above it in the card. */
  readonly depth: number;
  /** What opens its jump, for OpenedCard. */
  readonly path: string;
  /** null until it is known. */
  readonly rule: number | null;
  readonly target: number | null;
  readonly rect: Rect;
  readonly texts: readonly TextItem[];
  /** Owner of a rule of a jump's chain, which may be another than the segment's. */
  readonly stripe: (Rect & { readonly look: OwnerLook }) | null;
  /** Instead of text. */
  readonly bar: Rect | null;
  /** Opens the jump in place. */
  readonly chevron: { readonly x: number; readonly y: number; readonly size: number; readonly open: boolean } | null;
  /** Packets, on a logarithmic scale, at the right edge. */
  readonly heat: Rect | null;
  readonly label: string;
}

export interface RuleLinesInput {
  readonly cards: readonly CardGeometry[];
  readonly zoom: number;
  readonly words: (chain: number, index: number) => RuleWords | undefined;
  readonly look: (owner: OwnerId) => OwnerLook;
  /** Packets that fill the heat's bar; 0: the dump has no counters. */
  readonly mostPackets: number;
  readonly measure?: Measure;
}

/** Pixels of a line on the screen: below the first it is a bar, from the second on it has room for the rule's text. */
const TEXT_FROM = 10;
const SOURCE_FROM = 31;
/** Font size on the screen. */
const SIZE = 11;
const HEAT_WIDTH = 22;

/** O(lines of `cards`). */
export function layoutRuleLines(input: RuleLinesInput): readonly RuleLine[] {
  const measure = input.measure ?? measureInter;
  return input.cards.flatMap((card) =>
    card.rooms.flatMap((room) => room.slots.map((slot, at) => layoutLine({ ...input, measure }, card, room, slot, at))),
  );
}

type Input = RuleLinesInput & { readonly measure: Measure };

/** What the parts of one line share. */
interface LineFrame {
  readonly rect: Rect;
  /** Font size in the map's pixels, and how many of those are one pixel of the design. */
  readonly size: number;
  readonly unit: number;
  readonly middle: number;
  readonly input: Input;
}

function layoutLine(input: Input, card: CardGeometry, room: RuleRoom, slot: RuleSlot, at: number): RuleLine {
  const rect: Rect = { ...room.rect, y: round(room.rect.y + at * room.pitch), height: room.pitch };
  const onScreen = room.pitch * input.zoom;
  const size = round(Math.min(room.pitch * 0.72, SIZE / input.zoom));
  const base = [card.id, ...(slot.via === '' ? [] : slot.via.split('/'))].join('/r');
  const common = {
    card: card.chain,
    segment: room.segment,
    chain: slot.chain,
    depth: slot.depth,
    path: jumpPath(slot.via, slot.kind === 'more' ? slot.from : slot.index),
    rect,
    bar: null,
    stripe: null,
    chevron: null,
    heat: null,
    target: null,
    rule: null,
  } as const;
  const two = slot.kind === 'rule' && onScreen >= SOURCE_FROM;
  const unit = size / SIZE;
  const frame: LineFrame = { rect, size, unit, middle: rect.y + rect.height * (two ? 0.32 : 0.5), input };
  if (slot.kind === 'more') {
    const label = `${shortCount(slot.count)} more, open in the chain view`;
    const texts = onScreen >= TEXT_FROM ? moreTexts(frame, slot, label) : [];
    return { ...common, id: `${base}/${slot.from}m`, kind: 'more', index: slot.from, texts, label };
  }
  const words = input.words(slot.chain, slot.index);
  const place = { ...common, id: `${base}/r${slot.index}`, kind: 'rule', index: slot.index } as const;
  if (!words) return { ...place, texts: [], label: `rule ${slot.index}, reading` };
  const open = room.slots.some(({ via }) => via === common.path);
  const known = {
    ...place,
    rule: words.rule,
    target: words.target?.chain ?? null,
    heat: heatOf(frame, words),
    stripe: slot.depth === 0 ? null : stripeOf(frame, words, slot.depth),
    label: labelOf(slot.index, words),
  };
  if (onScreen < TEXT_FROM) return { ...known, texts: [], bar: barOf(frame, words, slot.depth) };
  const source = two ? sourceText(frame, words, slot.depth) : [];
  return {
    ...known,
    texts: [...lineTexts(frame, slot, words), ...source],
    chevron:
      card.open === 'user' && words.target !== null && words.target.below > 0
        ? { x: round(rect.x + (7 + indent(slot.depth)) * unit), y: round(frame.middle), size: round(7 * unit), open }
        : null,
  };
}

function labelOf(index: number, words: RuleWords): string {
  const match = words.match.map(
    ({ field, value, meaning }) => `${field} ${value}${meaning === null ? '' : ` (${meaning})`}`,
  );
  const counted = words.packets === null ? '' : `; ${words.packets} packets`;
  return `rule ${index}: ${match.length === 0 ? 'any packet' : match.join(', ')}: ${words.verdict} ${words.detail}${counted}`;
}

function item(
  frame: LineFrame,
  role: TextItem['role'],
  text: string,
  x: number,
  anchor: TextItem['anchor'] = 'start',
): TextItem {
  const { size, middle } = frame;
  return { x: round(x), y: round(middle + size * 0.36), text, anchor, role, size };
}

function moreTexts(frame: LineFrame, slot: RuleSlot, label: string): readonly TextItem[] {
  const { rect, unit, size, input } = frame;
  const x = textStart(frame, slot.depth);
  const text = fitName(`… ${label}`, rect.x + rect.width - 8 * unit - x, size, 400, input.measure);
  return text === null ? [] : [item(frame, 'rule-more', text, x)];
}

/** Pixels of the design: less for each further jump, so that there is room for words at any depth. */
function indent(depth: number): number {
  return depth === 0 ? 0 : 16 + Math.min(depth - 1, 8) * 9 + Math.max(0, depth - 9) * 3;
}

function indexEnd({ rect, unit }: LineFrame, depth: number): number {
  return rect.x + (36 + indent(depth)) * unit;
}

function textStart(frame: LineFrame, depth: number): number {
  return indexEnd(frame, depth) + 7 * frame.unit;
}

function heatOf({ rect, unit, input }: LineFrame, { packets }: RuleWords): Rect | null {
  if (packets === null || packets === 0 || input.mostPackets === 0) return null;
  const share = Math.log10(1 + packets) / Math.log10(1 + input.mostPackets);
  const width = round(Math.max(1.5, Math.min(1, share) * HEAT_WIDTH) * unit);
  const height = round(Math.min(rect.height * 0.45, 5 * unit));
  return { x: round(rect.x + rect.width - width - 1), y: round(rect.y + (rect.height - height) / 2), width, height };
}

function stripeOf({ rect, unit, input }: LineFrame, { owner }: RuleWords, depth: number): Rect & { look: OwnerLook } {
  return {
    x: round(rect.x + (indent(depth) - 1) * unit),
    y: rect.y,
    width: round(3 * unit),
    height: rect.height,
    look: input.look(owner),
  };
}

/** As long as the words would be, in the room that they would have. */
function barOf(frame: LineFrame, words: RuleWords, depth: number): Rect {
  const { rect, input } = frame;
  const letters = words.match.reduce(
    (sum, { field, value }) => sum + field.length + value.length + 2,
    12 + words.detail.length,
  );
  const x = rect.x + 4 + depth * 6;
  const room = rect.width - 8 - depth * 6 - (input.mostPackets > 0 ? HEAT_WIDTH * frame.unit : 0);
  const height = Math.min(rect.height * 0.5, 3 / Math.min(1, input.zoom));
  return {
    x: round(x),
    y: round(rect.y + (rect.height - height) / 2),
    width: round(Math.max(4, Math.min(1, letters / 70) * room)),
    height: round(height),
  };
}

/** Index, then the verdict at the right, then as many tokens as fit between them: never half an address. */
function lineTexts(frame: LineFrame, slot: RuleSlot & { kind: 'rule' }, words: RuleWords): readonly TextItem[] {
  const { rect, unit, size, input } = frame;
  const texts: TextItem[] = [item(frame, 'rule-index', String(slot.index), indexEnd(frame, slot.depth), 'end')];
  const start = textStart(frame, slot.depth);
  const heat = input.mostPackets > 0 ? HEAT_WIDTH + 6 : 4;
  const right = rect.x + rect.width - heat * unit;
  const verdict = verdictTexts(frame, words, right);
  const end = (verdict[0]?.x ?? right) - 8 * unit;
  if (words.match.length === 0) {
    if (start + input.measure('any packet', size, 400) <= end) texts.push(item(frame, 'rule-any', 'any packet', start));
    return [...texts, ...verdict];
  }
  return [...texts, ...tokenTexts(frame, words, start, end), ...verdict];
}

function tokenTexts(frame: LineFrame, words: RuleWords, start: number, end: number): readonly TextItem[] {
  const { unit, size, input } = frame;
  const texts: TextItem[] = [];
  let x = start;
  for (const [at, { field, value, meaning }] of words.match.entries()) {
    const left = words.match.length - at;
    const fieldWidth = field === '' ? 0 : input.measure(field, size, 400) + 4 * unit;
    const width = fieldWidth + measureMono(value, size * 0.96);
    const reserve = left > 1 ? 20 * unit : 0;
    if (x + width + reserve > end) {
      if (x + 16 * unit <= end)
        texts.push(item(frame, 'rule-any', at === 0 ? (left === 1 ? '1 match' : `${left} matches`) : `+${left}`, x));
      break;
    }
    if (field !== '') texts.push(item(frame, 'rule-field', field, x));
    texts.push(item(frame, 'rule-value', value, x + fieldWidth));
    x += width + 9 * unit;
    const said = meaning === null ? 0 : input.measure(meaning, size, 400) + 8 * unit;
    if (meaning !== null && x + said + reserve <= end) {
      texts.push(item(frame, 'rule-any', meaning, x - 3 * unit));
      x += said;
    }
  }
  return texts.length === 1 &&
    texts[0]?.role === 'rule-any' &&
    texts[0].x + input.measure(texts[0].text, size, 400) > end
    ? []
    : texts;
}

/** Where all verdicts of a card begin, of its width: names of chains need more of a narrow one. */
const VERDICT_AT = { wide: 0.54, narrow: 0.45 } as const;
/** In pixels of the design. */
const NARROW = 340;

function verdictTexts(frame: LineFrame, words: RuleWords, right: number): readonly TextItem[] {
  const { rect, unit, size, input } = frame;
  const jump = words.target !== null;
  const x = rect.x + (right - rect.x) * (rect.width / unit < NARROW ? VERDICT_AT.narrow : VERDICT_AT.wide);
  const kindWidth = input.measure(words.verdict, size, jump ? 400 : 650) + 4 * unit;
  const below = words.target && words.target.below > 0 ? `▸${shortCount(words.target.below)}` : '';
  const belowWidth = below === '' ? 0 : input.measure(below, size, 400) + 5 * unit;
  const room = right - x - kindWidth - belowWidth;
  const detail = words.detail === '' ? null : detailText(frame, words.detail, jump, room);
  const texts = [item(frame, jump ? 'rule-jump' : 'rule-verdict', words.verdict, x)];
  if (detail !== null) texts.push(item(frame, jump ? 'rule-target' : 'rule-value', detail, x + kindWidth));
  if (below !== '') texts.push(item(frame, 'rule-any', below, right, 'end'));
  return texts;
}

/** Names of chains may be cut; an address, a port or a mark is whole or not there. */
function detailText({ size, input }: LineFrame, detail: string, jump: boolean, room: number): string | null {
  if (jump) return fitName(detail, room, size, 650, input.measure);
  return measureMono(detail, size * 0.96) <= room ? detail : null;
}

function sourceText(frame: LineFrame, words: RuleWords, depth: number): readonly TextItem[] {
  const { rect, unit, size } = frame;
  const x = textStart(frame, depth);
  const small = round(size * 0.94);
  const most = Math.floor((rect.x + rect.width - 6 * unit - x) / measureMono('x', small));
  if (most < 8) return [];
  const text = words.source.length <= most ? words.source : `${words.source.slice(0, most - 1)}…`;
  const y = round(rect.y + rect.height * 0.7 + small * 0.36);
  return [{ x: round(x), y, text, anchor: 'start', role: 'rule-source', size: small }];
}
