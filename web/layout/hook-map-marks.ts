/** Contention marks on a card's right edge: where they sit, which merge, and their hit areas. */
import { CARD_FOOTER, HIT, MARK_MERGE, READABLE, restrained, round } from './hook-map-frame.ts';
import type { CardGeometry, MarkGeometry, Rect } from './hook-map-geometry.ts';
import type { CardModel, MapMark } from './hook-map-model.ts';
import { SIGN_RADIUS } from './signs.ts';

const SEVERITY = { error: 0, warning: 1, info: 2 } as const;
const SIGN_RANK: Readonly<Record<MapMark['sign'], number>> = {
  overruled: 0,
  'order-sensitive': 1,
  nat: 2,
  'mark-bits': 3,
  undecided: 4,
  'mark-only': 5,
  benign: 6,
};

/** The height at which the mark of a boundary sits. */
function boundaryY(card: CardGeometry, segments: number, boundary: number): number {
  const footer = card.footer;
  if (boundary >= segments && footer && footer.drop) return footer.y + footer.height / 2;
  if (card.single) return card.rect.y + card.line / 2;
  if (boundary <= 0) return card.rect.y + 8;
  if (boundary >= segments) return footer ? footer.y + CARD_FOOTER / 2 : card.rect.y + card.rect.height;
  return card.stripes[boundary]?.rect.y ?? card.rect.y;
}

interface Group {
  readonly y: number;
  readonly marks: readonly MapMark[];
}

/** Neighbours closer than `distance` join the group before them; a group stays at its most severe mark. O(marks log marks). */
function group(marks: readonly { readonly mark: MapMark; readonly y: number }[], distance: number): readonly Group[] {
  const sorted = [...marks].sort((a, b) => a.y - b.y || rank(a.mark) - rank(b.mark));
  const groups: { marks: { mark: MapMark; y: number }[]; last: number }[] = [];
  for (const entry of sorted) {
    const open = groups.at(-1);
    if (open && entry.y - open.last < distance) {
      open.marks.push(entry);
      // A chain of close marks must not grow without end: the distance counts from the first one.
    } else groups.push({ marks: [entry], last: entry.y });
  }
  return groups.map(({ marks: members }) => {
    const best = members.reduce((a, b) => (rank(b.mark) < rank(a.mark) ? b : a));
    return { y: best.y, marks: [best.mark, ...members.filter((m) => m !== best).map((m) => m.mark)] };
  });
}

function rank(mark: MapMark): number {
  return SEVERITY[mark.severity] * 10 + SIGN_RANK[mark.sign];
}

/** Adds the model's marks to a placed card. `zoom` below READABLE: marks keep 12 pixels on the screen. */
export function placeMarks(card: CardGeometry, model: CardModel, zoom: number): CardGeometry {
  if (model.marks.length === 0) return card;
  const small = zoom < READABLE;
  const x = round(card.rect.x + card.rect.width);
  const placed = model.marks.map((mark) => ({ mark, y: boundaryY(card, model.segments.length, mark.boundary) }));
  const marks = spread(
    group(placed, small ? MARK_MERGE / zoom : MARK_MERGE),
    small ? MARK_MERGE / zoom : MARK_MERGE,
  ).map(({ y, marks: members }): MarkGeometry => {
    const [first] = members as readonly [MapMark, ...MapMark[]];
    const findings = [...new Set(members.flatMap((mark) => mark.findings))];
    const near = SIGN_RADIUS[first.sign] * restrained(zoom);
    const radius = round(small ? Math.max(near, 6 / zoom) : near);
    const size = round(small ? 10 / zoom : 10 * restrained(zoom));
    const badge =
      members.length === 1
        ? null
        : {
            x: round(x + radius + 1),
            y: round(y + size * 0.36),
            text: members.length > 9 ? '9+' : String(members.length),
            anchor: 'start' as const,
            role: 'badge' as const,
            size,
          };
    const label = [...new Set(members.map((mark) => mark.label))].join('; ');
    return {
      id: `c${card.chain}/m${first.boundary}`,
      sign: first.sign,
      severity: first.severity,
      findings,
      x,
      y: round(y),
      radius,
      count: members.length,
      badge,
      hit: { x, y, width: 0, height: 0 },
      label,
    };
  });
  return { ...card, marks };
}

/** Group centres are their most severe marks, which may have come close to a neighbour: those join as well. */
function spread(groups: readonly Group[], distance: number): readonly Group[] {
  const out: Group[] = [];
  for (const next of groups) {
    const last = out.at(-1);
    if (last && next.y - last.y < distance) {
      const all = [...last.marks, ...next.marks];
      const keepsLast = rank(last.marks[0] as MapMark) <= rank(next.marks[0] as MapMark);
      out[out.length - 1] = keepsLast
        ? { y: last.y, marks: all }
        : { y: next.y, marks: [...next.marks, ...last.marks] };
    } else out.push(next);
  }
  return out;
}

/** Hit areas of a column's marks: 24 pixels, less where the next mark is nearer, so that none overlaps another. */
export function placeHits(cards: readonly CardGeometry[], zoom: number): readonly CardGeometry[] {
  const all = cards.flatMap((card) => card.marks).sort((a, b) => a.y - b.y);
  const half = (HIT / 2 / Math.min(1, zoom)) * restrained(zoom);
  const hits = new Map<MarkGeometry, Rect>();
  all.forEach((mark, index) => {
    const before = all[index - 1];
    const after = all[index + 1];
    const top = Math.max(mark.y - half, before ? (before.y + mark.y) / 2 : Number.NEGATIVE_INFINITY);
    const bottom = Math.min(mark.y + half, after ? (mark.y + after.y) / 2 : Number.POSITIVE_INFINITY);
    hits.set(mark, {
      x: round(mark.x - half),
      y: round(top),
      width: round(2 * half),
      height: round(round(bottom) - round(top)),
    });
  });
  return cards.map((card) =>
    card.marks.length === 0
      ? card
      : { ...card, marks: card.marks.map((mark) => ({ ...mark, hit: hits.get(mark) ?? mark.hit })) },
  );
}
