/** What can be pointed at, focused and selected on the hook map, and the order in which the arrow keys visit it. */
import type { CardGeometry, HookMapGeometry, Rect } from '../layout/hook-map-geometry.ts';
import type { NoteGeometry } from '../layout/hook-map-notes.ts';
import type { RuleLine } from '../layout/hook-map-rules.ts';

export type MapTarget =
  | { readonly kind: 'card'; readonly chain: number }
  | { readonly kind: 'segment'; readonly chain: number; readonly segment: number }
  | { readonly kind: 'mark'; readonly chain: number; readonly findings: readonly string[] }
  /** A rule of an open card. `chain` is the card's; the rule's own is another below a jump. `rule` is null until it is known. */
  | {
      readonly kind: 'rule';
      readonly chain: number;
      readonly own: number;
      readonly index: number;
      readonly rule: number | null;
      /** The chain that it jumps to. */
      readonly jump: number | null;
      /** What opens it in the card (OpenedCard). */
      readonly path: string;
      /** The jump can be opened in place. */
      readonly opens: boolean;
    }
  /** Notes; the first one's rule in `own`, or its finding. */
  | {
      readonly kind: 'note';
      readonly chain: number;
      readonly own: number;
      readonly rule: number | null;
      readonly finding: string | null;
    }
  /** Rules of `own` that an open card leaves out. */
  | { readonly kind: 'more'; readonly chain: number; readonly own: number };

export interface TargetEntry {
  /** The geometry's id: `c12`, `c12/s0`, `c12/m1`. */
  readonly id: string;
  readonly target: MapTarget;
  readonly rect: Rect;
  readonly label: string;
  readonly column: number;
  readonly row: number;
}

export interface TargetIndex {
  /** In the packet's order: hook by hook, down each column; within a card stripe by stripe, each mark before the stripe below it. */
  readonly order: readonly TargetEntry[];
  readonly byId: ReadonlyMap<string, number>;
}

function ruleTarget(line: RuleLine): MapTarget {
  const { card: chain, chain: own, index, rule, target: jump, path, chevron } = line;
  return line.kind === 'more'
    ? { kind: 'more', chain, own }
    : { kind: 'rule', chain, own, index, rule, jump, path, opens: chevron !== null };
}

function noteTarget({ card: chain, notes: [first] }: NoteGeometry): MapTarget {
  return first?.kind === 'rule'
    ? { kind: 'note', chain, own: first.chain, rule: first.rule, finding: null }
    : { kind: 'note', chain, own: chain, rule: null, finding: first?.finding ?? null };
}

function entriesOf(
  card: CardGeometry,
  column: number,
  lines: readonly RuleLine[],
  notes: readonly NoteGeometry[],
): TargetEntry[] {
  const place = { column, row: card.row };
  const out: TargetEntry[] = [
    { id: card.id, target: { kind: 'card', chain: card.chain }, rect: card.rect, label: card.label, ...place },
  ];
  const inner: (TargetEntry & { readonly y: number })[] = [];
  if (!card.single) {
    for (const stripe of card.stripes) {
      const target = { kind: 'segment', chain: card.chain, segment: stripe.segment } as const;
      inner.push({ id: stripe.id, target, rect: stripe.rect, label: stripe.label, ...place, y: stripe.rect.y + 0.1 });
    }
  }
  for (const mark of card.marks) {
    const target = { kind: 'mark', chain: card.chain, findings: mark.findings } as const;
    const r = mark.radius;
    const rect = { x: mark.x - r, y: mark.y - r, width: 2 * r, height: 2 * r };
    inner.push({ id: mark.id, target, rect, label: mark.label, ...place, y: mark.y });
  }
  for (const line of lines) {
    if (line.card !== card.chain || line.rect.x < card.rect.x || line.rect.x > card.rect.x + card.rect.width) continue;
    inner.push({
      id: line.id,
      target: ruleTarget(line),
      rect: line.rect,
      label: line.label,
      ...place,
      y: line.rect.y + 0.2,
    });
  }
  for (const note of notes) {
    if (!note.id.startsWith(`${card.id}/`)) continue;
    const { x, y, radius: r } = note;
    const rect = { x: x - r, y: y - r, width: 2 * r, height: 2 * r };
    inner.push({ id: note.id, target: noteTarget(note), rect, label: note.label, ...place, y: y + 0.3 });
  }
  inner.sort((a, b) => a.y - b.y);
  for (const { y: _y, ...entry } of inner) out.push(entry);
  return out;
}

/** All targets of a geometry and of the rules that are drawn over it. O(cards × (lines + notes) + stripes + marks). */
export function indexTargets(
  geometry: HookMapGeometry,
  lines: readonly RuleLine[] = [],
  notes: readonly NoteGeometry[] = [],
): TargetIndex {
  const order: TargetEntry[] = [];
  geometry.columns.forEach((column, at) => {
    for (const card of geometry.cards) if (card.column === column.id) order.push(...entriesOf(card, at, lines, notes));
  });
  return { order, byId: new Map(order.map((entry, index) => [entry.id, index])) };
}

export type Direction = 'up' | 'down' | 'left' | 'right' | 'first' | 'last';

/** Where an arrow key leads from `from`: along the packet's path, or to the nearest card of the next column that has any. */
export function neighbour(index: TargetIndex, from: string, direction: Direction): TargetEntry | null {
  const at = index.byId.get(from);
  const entry = at === undefined ? undefined : index.order[at];
  if (at === undefined || !entry) return index.order[0] ?? null;
  switch (direction) {
    case 'up':
      return index.order[at - 1] ?? null;
    case 'down':
      return index.order[at + 1] ?? null;
    case 'first':
      return index.order[0] ?? null;
    case 'last':
      return index.order.at(-1) ?? null;
    case 'left':
    case 'right':
      return sideways(index, entry, direction === 'left' ? -1 : 1);
  }
}

/** The card of the nearest column that is in the same row, else the one nearest in height. */
function sideways(index: TargetIndex, entry: TargetEntry, step: -1 | 1): TargetEntry | null {
  const cards = index.order.filter((e) => e.target.kind === 'card' && (e.column - entry.column) * step > 0);
  if (cards.length === 0) return null;
  const column = cards.reduce(
    (near, e) => ((e.column - near) * step < 0 ? e.column : near),
    (cards[0] as TargetEntry).column,
  );
  const middle = entry.rect.y + entry.rect.height / 2;
  const distance = (e: TargetEntry): number =>
    Math.abs(e.rect.y + e.rect.height / 2 - middle) + (e.row === entry.row ? 0 : 1_000_000);
  return cards.filter((e) => e.column === column).reduce((a, b) => (distance(b) < distance(a) ? b : a));
}
