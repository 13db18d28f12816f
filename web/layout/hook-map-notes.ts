/**
 * Notes on the hook map: a small disc on the left edge of what has one, opposite to the marks. A note on a rule stands at the rule's own line where its
 * card is open, else at the stripe that holds the rule or the jump that leads to it; one on a finding at the height of the finding's mark.
 */
import type { Hook } from '../model/hook.ts';
import { HIT, READABLE, round } from './hook-map-frame.ts';
import type { CardGeometry, HookMapGeometry, Rect } from './hook-map-geometry.ts';
import type { RuleLine } from './hook-map-rules.ts';

/** A note as the map needs it. */
export type MapNote =
  | {
      readonly kind: 'rule';
      readonly chain: number;
      readonly rule: number;
      /** What it is on, in words. */
      readonly name: string;
      readonly text: string;
      /** Base chains from which the rule is reached, with the index (from 1) of the rule there that leads to it: its own in a base chain. */
      readonly bases: readonly { readonly chain: number; readonly index: number }[];
    }
  | { readonly kind: 'finding'; readonly finding: string; readonly name: string; readonly text: string };

export interface NoteGeometry {
  /** `c12/n0`. */
  readonly id: string;
  /** The card's chain. */
  readonly card: number;
  readonly hook: Hook;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly hit: Rect;
  /** Those that stand at this place, the first of which a click selects. */
  readonly notes: readonly MapNote[];
  readonly label: string;
}

const RADIUS = 5.6;

interface Spot {
  readonly x: number;
  readonly y: number;
  readonly note: MapNote;
}

/** O(cards × notes + lines). `zoom`: the scale at which the geometry is shown; small discs would not be seen. */
export function layoutNotes(
  geometry: HookMapGeometry,
  lines: readonly RuleLine[],
  notes: readonly MapNote[],
  zoom: number,
): readonly NoteGeometry[] {
  if (notes.length === 0) return [];
  const radius = round((RADIUS * geometry.metro.scale) / (zoom < READABLE ? zoom : 1));
  return geometry.cards.flatMap((card) => {
    const own = lines.filter((line) => line.card === card.chain && isIn(line, card));
    const spots = notes.flatMap((note): Spot[] => spotsOf(note, card, own, radius));
    return merged(spots).map((at, index) => placed(card, at, index, radius));
  });
}

/** A chain of several devices has several cards. */
function isIn(line: RuleLine, { rect }: CardGeometry): boolean {
  return line.rect.x >= rect.x && line.rect.x <= rect.x + rect.width;
}

function spotsOf(note: MapNote, card: CardGeometry, lines: readonly RuleLine[], radius: number): Spot[] {
  if (note.kind === 'finding') {
    const mark = card.marks.find(({ findings }) => findings.includes(note.finding));
    return mark ? [{ x: card.rect.x, y: mark.y, note }] : [];
  }
  const drawn = lines.filter(({ rule }) => rule === note.rule);
  if (drawn.length > 0) return drawn.map((line) => atLine(line, note, radius));
  const base = note.bases.find(({ chain }) => chain === card.chain);
  if (!base) return [];
  const jump = lines.find(({ kind, chain, index }) => kind === 'rule' && chain === card.chain && index === base.index);
  if (jump) return [atLine(jump, note, radius)];
  const stripe = card.stripes.findLast(({ from }) => from <= base.index);
  const y = card.single || !stripe ? card.rect.y + card.line / 2 : stripe.rect.y + stripe.rect.height / 2;
  return [{ x: card.rect.x, y, note }];
}

/** On the stripe's spine: what is left of the words opens the jump. */
function atLine({ rect }: RuleLine, note: MapNote, radius: number): Spot {
  return { x: rect.x - 0.6 * radius, y: rect.y + rect.height / 2, note };
}

/** Notes of one place together; places down the card. */
function merged(spots: readonly Spot[]): readonly (readonly Spot[])[] {
  const groups = new Map<string, Spot[]>();
  for (const spot of [...spots].sort((a, b) => a.y - b.y)) {
    const key = `${round(spot.x)} ${round(spot.y)}`;
    const group = groups.get(key);
    if (group) group.push(spot);
    else groups.set(key, [spot]);
  }
  return [...groups.values()];
}

function placed(card: CardGeometry, spots: readonly Spot[], index: number, radius: number): NoteGeometry {
  const [first] = spots;
  const x = round((first?.x ?? card.rect.x) - radius * 0.4);
  const y = round(first?.y ?? card.rect.y);
  const notes = spots.map(({ note }) => note);
  return {
    id: `${card.id}/n${index}`,
    card: card.chain,
    hook: card.hook,
    x,
    y,
    radius,
    hit: { x: round(x - HIT / 2), y: round(y - radius - 2), width: HIT, height: round(2 * radius + 4) },
    notes,
    label: notes.map(noteWords).join('; '),
  };
}

/** `Note on ip filter INPUT rule 3: ask Ana first`. */
export function noteWords({ name, text }: MapNote): string {
  return text === '' ? `Highlighted: ${name}` : `Note on ${name}: ${text}`;
}
