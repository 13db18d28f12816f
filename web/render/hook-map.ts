/**
 * Draws the hook map's geometry as SVG with D3: keyed joins, stable ids, no React and no store. Text from dumps only ever becomes text nodes
 * and attribute values. Colours and type are classes: hook-map.css. Nothing moves when something is selected.
 *
 * Layers, from below: world (rows, rails, grounds, stations, brackets, cards, marks), axis and metro strip (both stay in view while
 * the world is panned: hook-map-view.ts).
 */
import { type BaseType, type Selection, select } from 'd3';
import type {
  CardGeometry,
  HookMapGeometry,
  MarkGeometry,
  Rect,
  StripeGeometry,
  TextItem,
} from '../layout/hook-map-geometry.ts';
import { signShape } from '../layout/signs.ts';
import { bracketPath, cornersPath, inset, trianglePath } from './hook-map-shapes.ts';
import { indexTargets, type MapTarget, type TargetIndex } from './hook-map-target.ts';

export interface HookMapState {
  /** Geometry ids (`c12`, `c12/s0`) that are selected. */
  readonly selected: ReadonlySet<string>;
  /** Findings that are selected or under the pointer: their marks are ringed on every chain. */
  readonly findings: ReadonlySet<string>;
  readonly hover: ReadonlySet<string>;
  readonly dimmedOwners: ReadonlySet<string>;
  /** Geometry first, no hue yet. */
  readonly loading: boolean;
}

type Node<E extends BaseType = SVGGElement> = Selection<E, unknown, BaseType, unknown>;

const drawn = new WeakMap<SVGSVGElement, TargetIndex>();

/** The targets that were last drawn into `container`. */
export function targetsOf(container: SVGSVGElement): TargetIndex {
  return drawn.get(container) ?? { order: [], byId: new Map() };
}

/** Draws or updates. Idempotent: the same geometry and state give the same tree. O(elements). */
export function renderHookMap(container: SVGSVGElement, geometry: HookMapGeometry, state: HookMapState): void {
  const svg = select(container);
  svg.classed('hook-map', true).attr('data-level', geometry.level).classed('hm-loading', state.loading);
  drawDefs(svg);
  const world = layer(svg, 'world');
  const axis = layer(svg, 'axis');
  const strip = layer(svg, 'strip');
  drawRows(world, axis, geometry);
  drawColumns(world, strip, geometry);
  drawGrounds(world, geometry);
  drawStations(world, geometry);
  drawCards(world, geometry, state);
  drawBrackets(world, geometry);
  drawMarks(world, geometry, state);
  drawOutlines(world, geometry, state);
  drawMetro(strip, geometry);
  drawn.set(container, indexTargets(geometry));
}

/** What an event's target belongs to, by the ids in the tree. */
export function targetAt(container: SVGSVGElement, node: EventTarget | null): { id: string; target: MapTarget } | null {
  const element = node instanceof Element ? node.closest('[data-target]') : null;
  const id = element?.getAttribute('data-target');
  if (id === null || id === undefined) return null;
  const index = targetsOf(container);
  const entry = index.order[index.byId.get(id) ?? -1];
  return entry ? { id, target: entry.target } : null;
}

function layer(parent: Node<SVGSVGElement> | Node, name: string): Node {
  const known = (parent as Node).selectChildren<SVGGElement, string>(`g.hm-${name}`).data([name]);
  return known.join((enter) => enter.append('g').attr('class', `hm-${name}`)) as unknown as Node;
}

/** Hatching for `unknown`, bars for a second owner of the same colour. One definition serves every map of the page. */
function drawDefs(svg: Node<SVGSVGElement>): void {
  if (!svg.select('defs').empty()) return;
  const defs = svg.append('defs');
  const pattern = (id: string, size: number, turn: string): Selection<SVGPatternElement, unknown, BaseType, unknown> =>
    defs
      .append('pattern')
      .attr('id', id)
      .attr('width', size)
      .attr('height', size)
      .attr('patternUnits', 'userSpaceOnUse')
      .attr('patternTransform', turn);
  pattern('hm-hatch', 5, 'rotate(45)').append('rect').attr('class', 'hm-hatch-line').attr('width', 2).attr('height', 5);
  pattern('hm-bars', 4, '').append('rect').attr('class', 'hm-bar-line').attr('width', 4).attr('height', 1);
}

function drawTexts(parent: Selection<SVGGElement, TextItem[], BaseType, unknown>): void {
  parent
    .selectChildren<SVGTextElement, TextItem>('text')
    .data(
      (items) => items,
      (item, index) => `${item.role}${index}`,
    )
    .join('text')
    .attr('class', (item) => `hm-text hm-${item.role}`)
    .attr('x', (item) => item.x)
    .attr('y', (item) => item.y)
    .attr('text-anchor', (item) => item.anchor)
    .style('font-size', (item) => `${item.size}px`)
    .text((item) => item.text);
}

/** Texts are decoration to screen readers: what they say is in the labels of the buttons and in the outline beside the map. */
function textGroup(parent: Node, items: readonly TextItem[], name = 'texts'): void {
  const group = parent
    .selectChildren<SVGGElement, TextItem[]>(`g.hm-${name}`)
    .data([[...items]])
    .join((enter) => enter.append('g').attr('class', `hm-${name}`).attr('aria-hidden', 'true'));
  drawTexts(group as unknown as Selection<SVGGElement, TextItem[], BaseType, unknown>);
}

const FAR = 100_000;

function drawRows(world: Node, axis: Node, geometry: HookMapGeometry): void {
  const gap = geometry.rows.slice(1).map((row, index) => {
    const before = geometry.rows[index];
    return { id: row.id, y: before ? (before.y + before.height + row.y) / 2 : row.y };
  });
  for (const [parent, x1, x2] of [
    [layer(world, 'rows'), -FAR, FAR],
    [layer(axis, 'axis-lines'), -FAR, geometry.axis - 5],
  ] as const) {
    if (parent.classed('hm-axis-lines')) {
      parent
        .selectChildren('rect')
        .data([0])
        .join('rect')
        .attr('class', 'hm-backdrop')
        .attr('x', -FAR)
        .attr('y', -FAR)
        .attr('width', FAR + geometry.axis - 5)
        .attr('height', 2 * FAR);
    }
    parent
      .selectChildren<SVGLineElement, (typeof gap)[number]>('line')
      .data(gap, (d) => d.id)
      .join('line')
      .attr('class', 'hm-row-line')
      .attr('x1', x1)
      .attr('x2', x2)
      .attr('y1', (d) => d.y)
      .attr('y2', (d) => d.y);
  }
  const texts = geometry.rows.flatMap((row) => row.texts);
  textGroup(
    axis,
    texts.filter((item) => item.role !== 'empty-row'),
  );
  textGroup(
    layer(world, 'rows'),
    texts.filter((item) => item.role === 'empty-row'),
  );
}

function drawColumns(world: Node, strip: Node, geometry: HookMapGeometry): void {
  const rails = layer(world, 'rails')
    .selectChildren<SVGGElement, (typeof geometry.columns)[number]>('g')
    .data(geometry.columns, (column) => column.hook)
    .join((enter) => {
      const g = enter.append('g');
      g.append('line').attr('class', 'hm-rail');
      g.append('path').attr('class', 'hm-rail-end');
      return g;
    })
    .attr('data-hook', (column) => column.hook);
  rails
    .select<SVGLineElement>('line')
    .attr('x1', (c) => c.railX)
    .attr('x2', (c) => c.railX)
    .attr('y1', (c) => c.railTop)
    .attr('y2', (c) => c.railBottom);
  rails
    .select<SVGPathElement>('path')
    .attr('d', (c) => `M${c.railX - 4} ${c.railBottom - 5}H${c.railX + 4}L${c.railX} ${c.railBottom + 1}Z`);
  strip
    .selectChildren('rect.hm-backdrop')
    .data([0])
    .join('rect')
    .attr('class', 'hm-backdrop')
    .attr('x', -FAR)
    .attr('y', -FAR)
    .attr('width', 2 * FAR)
    .attr('height', FAR + geometry.metro.height);
  layer(strip, 'strip-rails')
    .selectChildren<SVGLineElement, (typeof geometry.columns)[number]>('line')
    .data(geometry.columns, (column) => column.hook)
    .join('line')
    .attr('class', 'hm-rail')
    .attr('x1', (c) => c.railX)
    .attr('x2', (c) => c.railX)
    .attr('y1', (c) => c.railTop)
    .attr('y2', geometry.metro.height);
}

function placeRect<E extends SVGElement, D>(selection: Selection<E, D, BaseType, unknown>, rect: (d: D) => Rect): void {
  selection
    .attr('x', (d) => rect(d).x)
    .attr('y', (d) => rect(d).y)
    .attr('width', (d) => Math.max(0, rect(d).width))
    .attr('height', (d) => Math.max(0, rect(d).height));
}

function drawGrounds(world: Node, geometry: HookMapGeometry): void {
  const rects = layer(world, 'grounds')
    .selectChildren<SVGRectElement, (typeof geometry.grounds)[number]>('rect')
    .data(geometry.grounds, (ground) => ground.id)
    .join('rect')
    .attr('class', 'hm-ground')
    .attr('rx', 6);
  placeRect(rects as unknown as Selection<SVGRectElement, Rect, BaseType, unknown>, (d) => d);
}

function drawStations(world: Node, geometry: HookMapGeometry): void {
  const parent = layer(world, 'stations');
  const lines = geometry.stations.flatMap((s) => s.lines.map((l, index) => ({ ...l, y: s.y, id: `${s.id}/${index}` })));
  parent
    .selectChildren<SVGLineElement, (typeof lines)[number]>('line')
    .data(lines, (d) => d.id)
    .join('line')
    .attr('class', 'hm-station-line')
    .attr('x1', (d) => d.x1)
    .attr('x2', (d) => d.x2)
    .attr('y1', (d) => d.y)
    .attr('y2', (d) => d.y);
  textGroup(
    parent,
    geometry.stations.flatMap((s) => s.text ?? []),
  );
}

function drawBrackets(world: Node, geometry: HookMapGeometry): void {
  const sign = signShape('undecided', 5.2);
  const groups = layer(world, 'brackets')
    .selectChildren<SVGGElement, (typeof geometry.brackets)[number]>('g')
    .data(geometry.brackets, (bracket) => bracket.id)
    .join((enter) => {
      const g = enter.append('g');
      g.append('path').attr('class', 'hm-bracket');
      g.append('title');
      const mark = g.append('g').attr('class', 'hm-sign').attr('data-style', 'dashed').attr('aria-hidden', 'true');
      mark
        .append('path')
        .attr('class', 'hm-sign-outline')
        .attr('d', sign.outlinePath)
        .attr('stroke-dasharray', sign.dash);
      mark
        .append('path')
        .attr('class', 'hm-sign-glyph')
        .attr('d', sign.glyphPath)
        .attr('stroke-width', sign.glyphWidth);
      return g;
    })
    .classed('hm-unknown-order', (bracket) => !bracket.known);
  groups.select('path.hm-bracket').attr('d', (b) => bracketPath(b.x, b.y1, b.y2, 3));
  groups.select('title').text((b) => b.label);
  groups
    .select('g.hm-sign')
    .attr('display', (b) => (b.sign ? null : 'none'))
    .attr('transform', (b) => (b.sign ? `translate(${b.sign.x} ${b.sign.y}) scale(${b.sign.radius / 5.2})` : null));
}

// ------------------------------------------------------------------------------------------------------------------------ cards

function drawCards(world: Node, geometry: HookMapGeometry, state: HookMapState): void {
  const cards = layer(world, 'cards')
    .selectChildren<SVGGElement, CardGeometry>('g')
    .data(geometry.cards, (card) => card.id)
    .join((enter) => {
      const g = enter.append('g').attr('class', 'hm-card');
      g.append('rect').attr('class', 'hm-card-ground').attr('role', 'button').attr('rx', 4).attr('tabindex', -1);
      g.append('g').attr('class', 'hm-stripes');
      g.append('path').attr('class', 'hm-footer');
      g.append('rect').attr('class', 'hm-empty-box').attr('rx', 3);
      g.append('g').attr('class', 'hm-texts').attr('aria-hidden', 'true');
      g.append('rect').attr('class', 'hm-card-border').attr('rx', 4);
      return g;
    })
    .attr('data-card', (card) => card.id)
    .classed('hm-legacy-engine', (card) => card.legacy)
    .classed('hm-dormant', (card) => card.dormant)
    .classed('hm-hover', (card) => state.hover.has(card.id))
    .classed(
      'hm-dimmed',
      (card) => card.stripes.length > 0 && card.stripes.every((s) => state.dimmedOwners.has(s.look.owner)),
    )
    .order();
  const ground = cards
    .select<SVGRectElement>('rect.hm-card-ground')
    .attr('data-target', (card) => card.id)
    .attr('aria-label', (card) => card.label);
  placeRect(ground as unknown as Selection<SVGRectElement, CardGeometry, BaseType, unknown>, (card) => card.rect);
  const border = cards.select<SVGRectElement>('rect.hm-card-border');
  placeRect(border as unknown as Selection<SVGRectElement, CardGeometry, BaseType, unknown>, (card) =>
    inset(card.rect, 0.5, 0.5),
  );
  const box = cards
    .select<SVGRectElement>('rect.hm-empty-box')
    .attr('display', (card) => (card.emptyBox ? null : 'none'));
  placeRect(
    box as unknown as Selection<SVGRectElement, CardGeometry, BaseType, unknown>,
    (card) => card.emptyBox ?? { x: 0, y: 0, width: 0, height: 0 },
  );
  cards
    .select('path.hm-footer')
    .attr('display', (card) => (card.footer?.drop ? null : 'none'))
    .attr('d', (card) => (card.footer ? cornersPath(card.footer, 0, 0, 4, 4) : null));
  const texts = cards
    .select<SVGGElement>('g.hm-texts')
    .datum((card) => (card.title ? [card.title, ...card.texts] : [...card.texts]));
  drawTexts(texts as unknown as Selection<SVGGElement, TextItem[], BaseType, unknown>);
  drawStripes(cards as unknown as Selection<SVGGElement, CardGeometry, BaseType, unknown>, state);
}

interface StripeView {
  readonly card: CardGeometry;
  readonly stripe: StripeGeometry;
}

/** Corners follow the card's on single lines; in a stack a hairline of ground parts the stripes. */
function stripePaths({ card, stripe }: StripeView): { tint: string; spine: string } {
  const bottom = card.single && !card.footer ? 4 : 0;
  const top = card.single ? 4 : 0;
  const part = card.single ? 0 : 0.4;
  const rect = inset(stripe.rect, card.single ? 0 : 0.5, part);
  const spine = { ...inset(stripe.spine, 0, part), x: rect.x };
  return { tint: cornersPath(rect, top, top, bottom, bottom), spine: cornersPath(spine, top, 0, 0, bottom) };
}

function drawStripes(cards: Selection<SVGGElement, CardGeometry, BaseType, unknown>, state: HookMapState): void {
  const stripes = cards
    .select<SVGGElement>('g.hm-stripes')
    .selectChildren<SVGGElement, StripeView>('g')
    .data(
      (card) => card.stripes.map((stripe): StripeView => ({ card, stripe })),
      (view) => view.stripe.id,
    )
    .join((enter) => {
      const g = enter.append('g').attr('class', 'hm-stripe');
      g.append('path').attr('class', 'hm-tint');
      g.append('path').attr('class', 'hm-spine').attr('aria-hidden', 'true');
      g.append('path').attr('class', 'hm-pattern').attr('aria-hidden', 'true');
      g.append('path').attr('class', 'hm-triangle').attr('aria-hidden', 'true');
      g.append('g').attr('class', 'hm-texts').attr('aria-hidden', 'true');
      return g;
    })
    .attr('data-slot', (v) => v.stripe.look.slot)
    .classed('hm-hover', (v) => state.hover.has(v.stripe.id))
    .classed('hm-dimmed', (v) => state.dimmedOwners.has(v.stripe.look.owner));
  stripes
    .select('path.hm-tint')
    .attr('d', (v) => stripePaths(v).tint)
    .attr('data-target', (v) => (v.card.single ? v.card.id : v.stripe.id))
    .attr('role', (v) => (v.card.single ? null : 'button'))
    .attr('tabindex', (v) => (v.card.single ? null : -1))
    .attr('aria-label', (v) => (v.card.single ? null : v.stripe.label))
    .attr('aria-hidden', (v) => (v.card.single ? 'true' : null));
  stripes.select('path.hm-spine').attr('d', (v) => stripePaths(v).spine);
  stripes
    .select('path.hm-pattern')
    .attr('d', (v) => (v.stripe.look.slot === 'unknown' || v.stripe.look.barred ? stripePaths(v).spine : null))
    .attr('fill', (v) => (v.stripe.look.barred ? 'url(#hm-bars)' : 'url(#hm-hatch)'));
  stripes.select('path.hm-triangle').attr('d', (v) => {
    const triangle = v.stripe.count?.triangle;
    return triangle ? trianglePath(triangle.x, triangle.y, triangle.size) : null;
  });
  const texts = stripes.select<SVGGElement>('g.hm-texts').datum((v) => {
    const { initials, name, count } = v.stripe;
    return [initials, name, count?.here ?? null, count?.below ?? null].filter((item) => item !== null);
  });
  drawTexts(texts as unknown as Selection<SVGGElement, TextItem[], BaseType, unknown>);
}

// ------------------------------------------------------------------------------------------------------------------------ marks

function drawMarks(world: Node, geometry: HookMapGeometry, state: HookMapState): void {
  const marks = layer(world, 'marks')
    .selectChildren<SVGGElement, MarkGeometry>('g')
    .data(
      geometry.cards.flatMap((card) => card.marks),
      (mark) => mark.id,
    )
    .join((enter) => {
      const g = enter.append('g').attr('class', 'hm-mark');
      g.append('rect').attr('class', 'hm-hit').attr('role', 'button').attr('tabindex', -1);
      const sign = g.append('g').attr('class', 'hm-sign').attr('aria-hidden', 'true');
      sign.append('path').attr('class', 'hm-sign-ring');
      sign.append('path').attr('class', 'hm-sign-halo');
      sign.append('path').attr('class', 'hm-sign-outline');
      sign.append('path').attr('class', 'hm-sign-glyph');
      g.append('g').attr('class', 'hm-texts').attr('aria-hidden', 'true');
      return g;
    })
    .attr('data-severity', (mark) => mark.severity)
    .classed('hm-lit', (mark) => mark.findings.some((finding) => state.findings.has(finding)));
  const hits = marks
    .select<SVGRectElement>('rect.hm-hit')
    .attr('data-target', (mark) => mark.id)
    .attr('aria-label', (mark) => mark.label);
  placeRect(hits as unknown as Selection<SVGRectElement, MarkGeometry, BaseType, unknown>, (mark) => mark.hit);
  const shapes = new Map(geometry.cards.flatMap((c) => c.marks.map((m) => [m, signShape(m.sign, m.radius)] as const)));
  const sign = marks
    .select('g.hm-sign')
    .attr('transform', (mark) => `translate(${mark.x} ${mark.y})`)
    .attr('data-style', (mark) => shapes.get(mark)?.style ?? null);
  sign.select('path.hm-sign-halo').attr('d', (mark) => shapes.get(mark)?.outlinePath ?? null);
  sign.select('path.hm-sign-ring').attr('d', (mark) => signShape('benign', mark.radius + 3).outlinePath);
  sign
    .select('path.hm-sign-outline')
    .attr('d', (mark) => shapes.get(mark)?.outlinePath ?? null)
    .attr('stroke-dasharray', (mark) => shapes.get(mark)?.dash || null);
  sign
    .select('path.hm-sign-glyph')
    .attr('d', (mark) => shapes.get(mark)?.glyphPath ?? null)
    .attr('stroke-width', (mark) => shapes.get(mark)?.glyphWidth ?? null);
  const texts = marks.select<SVGGElement>('g.hm-texts').datum((mark) => (mark.badge ? [mark.badge] : []));
  drawTexts(texts as unknown as Selection<SVGGElement, TextItem[], BaseType, unknown>);
}

interface Outline {
  readonly id: string;
  readonly rect: Rect;
  readonly card: boolean;
}

/** Selection in ink, on top of everything: cards 2.2 wide and 1.5 rounder, stripes 1.6. */
function drawOutlines(world: Node, geometry: HookMapGeometry, state: HookMapState): void {
  const outlines: Outline[] = [];
  for (const card of geometry.cards) {
    if (state.selected.has(card.id)) outlines.push({ id: card.id, rect: inset(card.rect, -0.6, -0.6), card: true });
    for (const stripe of card.stripes) {
      if (!state.selected.has(stripe.id)) continue;
      const whole = card.single;
      outlines.push({ id: stripe.id, rect: whole ? inset(card.rect, -0.6, -0.6) : stripe.rect, card: whole });
    }
  }
  const rects = layer(world, 'outlines')
    .attr('aria-hidden', 'true')
    .selectChildren<SVGRectElement, Outline>('rect')
    .data(outlines, (outline) => outline.id)
    .join('rect')
    .attr('class', (outline) => (outline.card ? 'hm-outline-card' : 'hm-outline-stripe'))
    .attr('rx', (outline) => (outline.card ? 5.5 : 2));
  placeRect(rects as unknown as Selection<SVGRectElement, Outline, BaseType, unknown>, (outline) => outline.rect);
}

function drawMetro(strip: Node, geometry: HookMapGeometry): void {
  const { metro } = geometry;
  const parent = layer(strip, 'metro').attr('aria-hidden', 'true');
  parent
    .selectChildren<SVGPathElement, (typeof metro.lines)[number]>('path.hm-metro-line')
    .data(metro.lines, (line) => line.id)
    .join('path')
    .attr('class', 'hm-metro-line')
    .attr('data-line', (line) => line.id)
    .attr('d', (line) => line.path);
  parent
    .selectChildren('path.hm-metro-arrow')
    .data([metro.arrow])
    .join('path')
    .attr('class', 'hm-metro-arrow')
    .attr('d', (a) => `M${a.x} ${a.y - 4}L${a.x + 7} ${a.y}L${a.x} ${a.y + 4}Z`);
  const box = parent
    .selectChildren<SVGRectElement, Rect>('rect')
    .data(metro.process ? [metro.process] : [])
    .join('rect')
    .attr('class', 'hm-process')
    .attr('rx', 4);
  placeRect(box as unknown as Selection<SVGRectElement, Rect, BaseType, unknown>, (d) => d);
  parent
    .selectChildren<SVGPathElement, { x: number; y: number }>('path.hm-diamond')
    .data(metro.diamond ? [metro.diamond] : [])
    .join('path')
    .attr('class', 'hm-diamond')
    .attr('d', (d) => `M${d.x} ${d.y - 7.5}L${d.x + 7.5} ${d.y}L${d.x} ${d.y + 7.5}L${d.x - 7.5} ${d.y}Z`);
  parent
    .selectChildren<SVGCircleElement, (typeof metro.hooks)[number]>('circle')
    .data(metro.hooks, (hook) => hook.hook)
    .join('circle')
    .attr('class', 'hm-hook')
    .attr('r', 5.6)
    .attr('cx', (hook) => hook.x)
    .attr('cy', (hook) => hook.y);
  textGroup(parent, metro.texts);
  parent.selectChildren('circle, path.hm-diamond, rect, g').raise();
}
