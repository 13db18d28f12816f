/** Cards with their stripes, and the marks on their edges: the parts of the hook map that can be pointed at. */

import type { BaseType, Selection } from 'd3';
import { plainId } from '../layout/hook-map.ts';
import type { CardGeometry, HookMapGeometry, MarkGeometry, Rect, StripeGeometry } from '../layout/hook-map-geometry.ts';
import type { RuleLine } from '../layout/hook-map-rules.ts';
import { signShape } from '../layout/signs.ts';
import { drawTexts, layer, mould, type Node, put, type Shape, setRect, setShown } from './hook-map-draw.ts';
import { chevronPath } from './hook-map-rules.ts';
import { cornersPath, inset, trianglePath } from './hook-map-shapes.ts';

/** The elements of what was drawn, so that a state can change without touching the geometry. */
export interface Nodes {
  readonly cards: ReadonlyMap<string, { readonly node: SVGGElement; readonly card: CardGeometry }>;
  readonly stripes: ReadonlyMap<string, { readonly node: SVGGElement; readonly stripe: StripeGeometry }>;
  readonly marks: readonly { readonly node: SVGGElement; readonly mark: MarkGeometry }[];
}

const hit: Shape = ['rect', { class: 'hm-hit', role: 'button', tabindex: '-1' }];
const part = (name: string): Shape => ['path', { class: `hm-${name}` }];

const CARD = mould([
  'g',
  { role: 'group' },
  ['rect', { class: 'hm-card-ground', rx: '4' }],
  // Before the stripes in the reading order; above them nowhere but on single lines, whose only button it is.
  hit,
  ['g', { class: 'hm-stripes' }],
  part('footer'),
  ['g', { class: 'hm-texts' }],
  ['rect', { class: 'hm-card-border', rx: '4' }],
  // Opens and closes the card: for the pointer only, the card's button has a key for it.
  [
    'g',
    { class: 'hm-toggle', 'data-toggle': '' },
    ['rect', { class: 'hm-toggle-ground', rx: '3' }],
    part('toggle-chevron'),
  ],
]);
const STRIPE = mould(['g', { class: 'hm-stripe' }, part('tint'), part('spine'), part('pattern'), part('triangle')]);
const MARK = mould([
  'g',
  { class: 'hm-mark' },
  hit,
  ['g', { class: 'hm-sign' }, part('sign-ring'), part('sign-halo'), part('sign-outline'), part('sign-glyph')],
  ['g', { class: 'hm-texts' }],
]);

export function drawCards(world: Node, geometry: HookMapGeometry): Pick<Nodes, 'cards' | 'stripes'> {
  const nodes = new Map<string, { node: SVGGElement; card: CardGeometry }>();
  const cards = layer(world, 'cards')
    .selectChildren<SVGGElement, CardGeometry>('g')
    .data(geometry.cards, (card) => card.id)
    .join((enter) => enter.append(() => CARD.clone()))
    .order() as unknown as Selection<SVGGElement, CardGeometry, BaseType, unknown>;
  cards.each(function (card) {
    nodes.set(card.id, { node: this, card });
    put(this, 'class', cardClass(card));
    put(this, 'aria-label', card.groupLabel);
    const [ground, hit, , footer, , border, toggle] = this.children as unknown as readonly [
      SVGElement,
      SVGElement,
      SVGElement,
      SVGElement,
      SVGElement,
      SVGElement,
      SVGElement,
    ];
    placeToggle(toggle, card);
    put(ground, 'data-target', card.id);
    setRect(ground, card.rect);
    put(hit, 'data-target', card.id);
    put(hit, 'aria-label', card.label);
    if (card.empty) hit.removeAttribute('aria-expanded');
    else put(hit, 'aria-expanded', String(card.open !== null));
    setRect(hit, card.hit);
    setRect(border, inset(card.rect, 0.5, 0.5));
    setShown(footer, card.footer?.drop === true);
    if (card.footer?.drop) put(footer, 'd', cornersPath(card.footer, 0, 0, 4, 4));
  });
  drawTexts(cards.select<SVGGElement>(':scope > g.hm-texts'), (card) =>
    card.title ? [card.title, ...card.texts] : card.texts,
  );
  return { cards: nodes, stripes: drawStripes(cards) };
}

/** At the right end of the first line, clear of the marks. */
function placeToggle(toggle: SVGElement, card: CardGeometry): void {
  setShown(toggle, !card.empty);
  const size = card.title?.size ?? 11.5;
  const x = card.rect.x + card.rect.width - size * 1.5;
  const y = card.rect.y + card.line / 2;
  const [ground, chevron] = toggle.children as unknown as readonly [SVGElement, SVGElement];
  put(ground, 'data-target', card.id);
  setRect(ground, { x: x - size * 0.9, y: y - size * 0.7, width: size * 2.2, height: size * 1.4 });
  put(chevron, 'd', chevronPath(x, y, size * 0.65, card.open === 'user'));
}

function cardClass(card: CardGeometry): string {
  const classes = ['hm-card'];
  if (card.single) classes.push('hm-single');
  if (card.empty && card.footer?.drop !== true) classes.push('hm-empty-card');
  if (card.legacy) classes.push('hm-legacy-engine');
  if (card.dormant) classes.push('hm-dormant');
  if (card.open !== null) classes.push('hm-open');
  return classes.join(' ');
}

interface StripeView {
  readonly card: CardGeometry;
  readonly stripe: StripeGeometry;
}

/** Corners follow the card's on single lines; in a stack a hairline of ground parts the stripes. */
function stripePaths({ card, stripe }: StripeView): { tint: string; spine: string } {
  const bottom = card.single && !card.footer ? 3.5 : 0;
  const top = card.single ? 3.5 : 0;
  const part = card.single ? 0.5 : 0.4;
  const rect = inset(stripe.rect, 0.5, part);
  const spine = { ...inset(stripe.spine, 0, part), x: rect.x };
  return { tint: cornersPath(rect, top, top, bottom, bottom), spine: cornersPath(spine, top, 0, 0, bottom) };
}

function drawStripes(cards: Selection<SVGGElement, CardGeometry, BaseType, unknown>): Nodes['stripes'] {
  const nodes = new Map<string, { node: SVGGElement; stripe: StripeGeometry }>();
  const stripes = cards
    .select<SVGGElement>(':scope > g.hm-stripes')
    .selectChildren<SVGGElement, StripeView>('g')
    .data(
      (card) => card.stripes.map((stripe): StripeView => ({ card, stripe })),
      (view) => view.stripe.id,
    )
    .join((enter) => enter.append(() => STRIPE.clone())) as unknown as Selection<
    SVGGElement,
    StripeView,
    BaseType,
    unknown
  >;
  stripes.each(function (view) {
    const { stripe, card } = view;
    nodes.set(stripe.id, { node: this, stripe });
    put(this, 'data-slot', stripe.look.slot);
    const [tint, spine, pattern, triangle] = this.children as unknown as readonly [
      SVGElement,
      SVGElement,
      SVGElement,
      SVGElement,
    ];
    const paths = stripePaths(view);
    put(tint, 'd', paths.tint);
    put(spine, 'd', paths.spine);
    stripeButton(tint, card, stripe);
    const patterned = stripe.look.slot === 'unknown' || stripe.look.barred;
    setShown(pattern, patterned);
    if (patterned) {
      put(pattern, 'd', paths.spine);
      put(pattern, 'fill', stripe.look.barred ? 'url(#hm-bars)' : 'url(#hm-hatch)');
    }
    const at = stripe.count?.triangle;
    setShown(triangle, at !== null && at !== undefined);
    if (at) put(triangle, 'd', trianglePath(at.x, at.y, at.size));
  });
  drawTexts(stripes, ({ stripe: { initials, name, count } }) =>
    [initials, name, count?.here ?? null, count?.below ?? null].filter((item) => item !== null),
  );
  return nodes;
}

/** On a single line the card is the button, and nothing may cover it; in a stack each stripe is one of its own. */
function stripeButton(tint: SVGElement, card: CardGeometry, stripe: StripeGeometry): void {
  if (card.single) {
    for (const name of ['role', 'tabindex', 'aria-label', 'data-target']) tint.removeAttribute(name);
    return;
  }
  put(tint, 'data-target', stripe.id);
  put(tint, 'role', 'button');
  put(tint, 'aria-label', stripe.label);
  if (!tint.hasAttribute('tabindex')) put(tint, 'tabindex', '-1');
}

export function drawMarks(world: Node, geometry: HookMapGeometry): Nodes['marks'] {
  const nodes: { node: SVGGElement; mark: MarkGeometry }[] = [];
  const marks = layer(world, 'marks')
    .selectChildren<SVGGElement, MarkGeometry>('g')
    .data(
      geometry.cards.flatMap((card) => card.marks),
      (mark) => mark.id,
    )
    .join((enter) => enter.append(() => MARK.clone())) as unknown as Selection<
    SVGGElement,
    MarkGeometry,
    BaseType,
    unknown
  >;
  marks.each(function (mark) {
    nodes.push({ node: this, mark });
    put(this, 'data-severity', mark.severity);
    const [hit, sign] = this.children as unknown as readonly [SVGElement, SVGElement];
    put(hit, 'data-target', mark.id);
    put(hit, 'aria-label', mark.label);
    setRect(hit, mark.hit);
    // Drawn for its design size: its lines keep their proportion where the map is zoomed in far.
    const { scale } = geometry.metro;
    const radius = mark.radius / scale;
    const shape = signShape(mark.sign, radius);
    put(sign, 'data-style', shape.style);
    put(
      sign,
      'transform',
      scale === 1 ? `translate(${mark.x} ${mark.y})` : `translate(${mark.x} ${mark.y}) scale(${scale})`,
    );
    const [ring, halo, outline, glyph] = sign.children as unknown as readonly [
      SVGElement,
      SVGElement,
      SVGElement,
      SVGElement,
    ];
    put(ring, 'd', signShape('benign', radius + 3).outlinePath);
    put(halo, 'd', shape.outlinePath);
    put(outline, 'd', shape.outlinePath);
    if (shape.dash === '') outline.removeAttribute('stroke-dasharray');
    else put(outline, 'stroke-dasharray', shape.dash);
    put(glyph, 'd', shape.glyphPath);
    put(glyph, 'stroke-width', String(shape.glyphWidth));
  });
  drawTexts(marks.select<SVGGElement>(':scope > g.hm-texts'), (mark) => (mark.badge ? [mark.badge] : []));
  return nodes;
}

interface Outline {
  readonly id: string;
  readonly rect: Rect;
  readonly card: boolean;
}

/** Selection in ink, on top of everything: cards 2.2 wide and 1.5 rounder, stripes 1.6. */
export function drawOutlines(
  world: Node,
  geometry: HookMapGeometry,
  selected: ReadonlySet<string>,
  lines: readonly RuleLine[],
): void {
  const outlines: Outline[] = [];
  for (const line of lines) {
    if (selected.has(plainId(line.id))) outlines.push({ id: line.id, rect: inset(line.rect, 0.5, 0), card: false });
  }
  for (const card of geometry.cards) {
    if (selected.has(plainId(card.id))) outlines.push({ id: card.id, rect: inset(card.rect, -0.6, -0.6), card: true });
    for (const stripe of card.stripes) {
      if (!selected.has(plainId(stripe.id))) continue;
      const whole = card.single && card.open === null;
      outlines.push({ id: stripe.id, rect: whole ? inset(card.rect, -0.6, -0.6) : stripe.rect, card: whole });
    }
  }
  layer(world, 'outlines')
    .selectChildren<SVGRectElement, Outline>('rect')
    .data(outlines, (outline) => outline.id)
    .join('rect')
    .attr('class', (outline) => (outline.card ? 'hm-outline-card' : 'hm-outline-stripe'))
    .attr('rx', (outline) => (outline.card ? 5.5 : 2))
    .each(function (outline) {
      setRect(this as SVGRectElement, outline.rect);
    });
}
