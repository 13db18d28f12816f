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

/** What stands in a container: enough to change a state without touching the geometry. */
interface Drawn {
  readonly geometry: HookMapGeometry;
  readonly state: HookMapState;
  readonly targets: TargetIndex;
  readonly nodes: Nodes;
}

interface Nodes {
  readonly cards: ReadonlyMap<string, { readonly node: SVGGElement; readonly card: CardGeometry }>;
  readonly stripes: ReadonlyMap<string, { readonly node: SVGGElement; readonly stripe: StripeGeometry }>;
  readonly marks: readonly { readonly node: SVGGElement; readonly mark: MarkGeometry }[];
}

const drawn = new WeakMap<SVGSVGElement, Drawn>();
const NOTHING: TargetIndex = { order: [], byId: new Map() };

/** The targets that were last drawn into `container`. */
export function targetsOf(container: SVGSVGElement): TargetIndex {
  return drawn.get(container)?.targets ?? NOTHING;
}

/**
 * Draws or updates. Idempotent: the same geometry and state give the same tree. O(elements) for a new geometry object; with the one that
 * was drawn last, only what the state changed is touched.
 */
export function renderHookMap(container: SVGSVGElement, geometry: HookMapGeometry, state: HookMapState): void {
  const before = drawn.get(container);
  if (before?.geometry === geometry) {
    applyState(container, before.nodes, geometry, before.state, state);
    drawn.set(container, { ...before, state });
    return;
  }
  const nodes = drawGeometry(container, geometry);
  applyState(container, nodes, geometry, null, state);
  drawn.set(container, { geometry, state, targets: indexTargets(geometry), nodes });
}

function drawGeometry(container: SVGSVGElement, geometry: HookMapGeometry): Nodes {
  const svg = select(container).classed('hook-map', true).attr('data-level', geometry.level) as Node<SVGSVGElement>;
  drawDefs(svg);
  const world = layer(svg, 'world');
  const axis = layer(svg, 'axis');
  const strip = layer(svg, 'strip');
  drawRows(world, axis, geometry);
  drawColumns(world, strip, geometry);
  drawGrounds(world, geometry);
  drawStations(world, geometry);
  const { cards, stripes } = drawCards(world, geometry);
  drawBrackets(world, geometry);
  // Between cards and marks: neither a selected card's outline nor the focus ring covers marks.
  layer(world, 'outlines');
  layer(world, 'focus');
  const marks = drawMarks(world, geometry);
  drawMetro(strip, geometry);
  return { cards, stripes, marks };
}

/** Classes and outlines that follow the state. `before` null: everything, else only what differs. */
function applyState(
  container: SVGSVGElement,
  nodes: Nodes,
  geometry: HookMapGeometry,
  before: HookMapState | null,
  state: HookMapState,
): void {
  container.classList.toggle('hm-loading', state.loading);
  if (before?.hover !== state.hover) {
    for (const id of before?.hover ?? nodes.cards.keys()) lit(nodes, id, false);
    for (const id of state.hover) lit(nodes, id, true);
  }
  if (before?.dimmedOwners !== state.dimmedOwners) dim(nodes, state.dimmedOwners);
  if (before?.findings !== state.findings) {
    for (const { node, mark } of nodes.marks) {
      node.classList.toggle(
        'hm-lit',
        mark.findings.some((finding) => state.findings.has(finding)),
      );
    }
  }
  if (before?.selected !== state.selected) drawOutlines(layer(select(container), 'world'), geometry, state.selected);
}

function lit(nodes: Nodes, id: string, on: boolean): void {
  const node = nodes.cards.get(id)?.node ?? nodes.stripes.get(id)?.node;
  node?.classList.toggle('hm-hover', on);
}

function dim(nodes: Nodes, owners: ReadonlySet<string>): void {
  for (const { node, stripe } of nodes.stripes.values())
    node.classList.toggle('hm-dimmed', owners.has(stripe.look.owner));
  for (const { node, card } of nodes.cards.values()) {
    const all = card.stripes.length > 0 && card.stripes.every((stripe) => owners.has(stripe.look.owner));
    node.classList.toggle('hm-dimmed', all);
  }
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

/** `text` children of each node of `parent`. */
function drawTexts<D>(
  parent: Selection<SVGGElement, D, BaseType, unknown>,
  items: (d: D) => readonly TextItem[],
): void {
  parent
    .selectChildren<SVGTextElement, TextItem>('text')
    .data(items as (d: D) => TextItem[])
    .join((enter) => enter.append('text').attr('aria-hidden', 'true'))
    .each(function (item) {
      this.setAttribute('class', `hm-text hm-${item.role} hm-${item.anchor}`);
      this.setAttribute('x', String(item.x));
      this.setAttribute('y', String(item.y));
      this.setAttribute('font-size', String(item.size));
      if (item.squeeze === undefined) this.removeAttribute('textLength');
      else {
        this.setAttribute('textLength', String(item.squeeze));
        this.setAttribute('lengthAdjust', 'spacingAndGlyphs');
      }
      if (this.textContent !== item.text) this.textContent = item.text;
    });
}

/**
 * Texts are decoration to screen readers: what they say is in the labels of the buttons and in the outline beside the map.
 */
function textGroup(parent: Node, items: readonly TextItem[], name = 'texts'): void {
  const group = parent
    .selectChildren<SVGGElement, readonly TextItem[]>(`g.hm-${name}`)
    .data([items])
    .join((enter) => enter.append('g').attr('class', `hm-${name}`));
  drawTexts(group as unknown as Selection<SVGGElement, readonly TextItem[], BaseType, unknown>, (list) => list);
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

function drawGrounds(world: Node, geometry: HookMapGeometry): void {
  const rects = layer(world, 'grounds')
    .selectChildren<SVGRectElement, (typeof geometry.grounds)[number]>('rect')
    .data(geometry.grounds, (ground) => ground.id)
    .join('rect')
    .attr('class', 'hm-ground')
    .attr('rx', 6);
  rects.each(function (ground) {
    setRect(this as SVGRectElement, ground);
  });
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

function drawCards(world: Node, geometry: HookMapGeometry): Pick<Nodes, 'cards' | 'stripes'> {
  const nodes = new Map<string, { node: SVGGElement; card: CardGeometry }>();
  const cards = layer(world, 'cards')
    .selectChildren<SVGGElement, CardGeometry>('g')
    .data(geometry.cards, (card) => card.id)
    .join((enter) => {
      const g = enter.append('g').attr('role', 'group');
      g.append('rect').attr('class', 'hm-card-ground').attr('rx', 4);
      // Before the stripes in the reading order; above them nowhere but on single lines, whose only button it is.
      g.append('rect').attr('class', 'hm-hit').attr('role', 'button').attr('tabindex', -1);
      g.append('g').attr('class', 'hm-stripes');
      g.append('path').attr('class', 'hm-footer');
      g.append('g').attr('class', 'hm-texts');
      g.append('rect').attr('class', 'hm-card-border').attr('rx', 4);
      return g;
    })
    .order() as unknown as Selection<SVGGElement, CardGeometry, BaseType, unknown>;
  cards.each(function (card) {
    nodes.set(card.id, { node: this, card });
    this.setAttribute('class', cardClass(card));
    this.setAttribute('aria-label', card.groupLabel);
    const [ground, hit, , footer, , border] = this.children as unknown as readonly [
      SVGElement,
      SVGElement,
      SVGElement,
      SVGElement,
      SVGElement,
      SVGElement,
    ];
    ground.setAttribute('data-target', card.id);
    setRect(ground, card.rect);
    hit.setAttribute('data-target', card.id);
    hit.setAttribute('aria-label', card.label);
    setRect(hit, card.hit);
    setRect(border, inset(card.rect, 0.5, 0.5));
    setShown(footer, card.footer?.drop === true);
    if (card.footer?.drop) footer.setAttribute('d', cornersPath(card.footer, 0, 0, 4, 4));
  });
  drawTexts(cards.select<SVGGElement>(':scope > g.hm-texts'), (card) =>
    card.title ? [card.title, ...card.texts] : card.texts,
  );
  return { cards: nodes, stripes: drawStripes(cards) };
}

function cardClass(card: CardGeometry): string {
  const classes = ['hm-card'];
  if (card.single) classes.push('hm-single');
  if (card.empty && card.footer?.drop !== true) classes.push('hm-empty-card');
  if (card.legacy) classes.push('hm-legacy-engine');
  if (card.dormant) classes.push('hm-dormant');
  return classes.join(' ');
}

function setRect(element: SVGElement, rect: Rect): void {
  element.setAttribute('x', String(rect.x));
  element.setAttribute('y', String(rect.y));
  element.setAttribute('width', String(Math.max(0, rect.width)));
  element.setAttribute('height', String(Math.max(0, rect.height)));
}

function setShown(element: SVGElement, shown: boolean): void {
  if (shown) element.removeAttribute('display');
  else element.setAttribute('display', 'none');
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
    .join((enter) => {
      const g = enter.append('g').attr('class', 'hm-stripe');
      g.append('path').attr('class', 'hm-tint');
      g.append('path').attr('class', 'hm-spine');
      g.append('path').attr('class', 'hm-pattern');
      g.append('path').attr('class', 'hm-triangle');
      return g;
    }) as unknown as Selection<SVGGElement, StripeView, BaseType, unknown>;
  stripes.each(function (view) {
    const { stripe, card } = view;
    nodes.set(stripe.id, { node: this, stripe });
    this.setAttribute('data-slot', stripe.look.slot);
    const [tint, spine, pattern, triangle] = this.children as unknown as readonly [
      SVGElement,
      SVGElement,
      SVGElement,
      SVGElement,
    ];
    const paths = stripePaths(view);
    tint.setAttribute('d', paths.tint);
    spine.setAttribute('d', paths.spine);
    stripeButton(tint, card, stripe);
    const patterned = stripe.look.slot === 'unknown' || stripe.look.barred;
    setShown(pattern, patterned);
    if (patterned) {
      pattern.setAttribute('d', paths.spine);
      pattern.setAttribute('fill', stripe.look.barred ? 'url(#hm-bars)' : 'url(#hm-hatch)');
    }
    const at = stripe.count?.triangle;
    setShown(triangle, at !== null && at !== undefined);
    if (at) triangle.setAttribute('d', trianglePath(at.x, at.y, at.size));
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
  tint.setAttribute('data-target', stripe.id);
  tint.setAttribute('role', 'button');
  tint.setAttribute('aria-label', stripe.label);
  if (!tint.hasAttribute('tabindex')) tint.setAttribute('tabindex', '-1');
}

// ------------------------------------------------------------------------------------------------------------------------ marks

function drawMarks(world: Node, geometry: HookMapGeometry): Nodes['marks'] {
  const nodes: { node: SVGGElement; mark: MarkGeometry }[] = [];
  const marks = layer(world, 'marks')
    .selectChildren<SVGGElement, MarkGeometry>('g')
    .data(
      geometry.cards.flatMap((card) => card.marks),
      (mark) => mark.id,
    )
    .join((enter) => {
      const g = enter.append('g').attr('class', 'hm-mark');
      g.append('rect').attr('class', 'hm-hit').attr('role', 'button').attr('tabindex', -1);
      const sign = g.append('g').attr('class', 'hm-sign');
      sign.append('path').attr('class', 'hm-sign-ring');
      sign.append('path').attr('class', 'hm-sign-halo');
      sign.append('path').attr('class', 'hm-sign-outline');
      sign.append('path').attr('class', 'hm-sign-glyph');
      g.append('g').attr('class', 'hm-texts');
      return g;
    }) as unknown as Selection<SVGGElement, MarkGeometry, BaseType, unknown>;
  marks.each(function (mark) {
    nodes.push({ node: this, mark });
    this.setAttribute('data-severity', mark.severity);
    const [hit, sign] = this.children as unknown as readonly [SVGElement, SVGElement];
    hit.setAttribute('data-target', mark.id);
    hit.setAttribute('aria-label', mark.label);
    setRect(hit, mark.hit);
    const shape = signShape(mark.sign, mark.radius);
    sign.setAttribute('data-style', shape.style);
    sign.setAttribute('transform', `translate(${mark.x} ${mark.y})`);
    const [ring, halo, outline, glyph] = sign.children as unknown as readonly [
      SVGElement,
      SVGElement,
      SVGElement,
      SVGElement,
    ];
    ring.setAttribute('d', signShape('benign', mark.radius + 3).outlinePath);
    halo.setAttribute('d', shape.outlinePath);
    outline.setAttribute('d', shape.outlinePath);
    if (shape.dash === '') outline.removeAttribute('stroke-dasharray');
    else outline.setAttribute('stroke-dasharray', shape.dash);
    glyph.setAttribute('d', shape.glyphPath);
    glyph.setAttribute('stroke-width', String(shape.glyphWidth));
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
function drawOutlines(world: Node, geometry: HookMapGeometry, selected: ReadonlySet<string>): void {
  const outlines: Outline[] = [];
  for (const card of geometry.cards) {
    if (selected.has(card.id)) outlines.push({ id: card.id, rect: inset(card.rect, -0.6, -0.6), card: true });
    for (const stripe of card.stripes) {
      if (!selected.has(stripe.id)) continue;
      const whole = card.single;
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
  box.each(function (rect) {
    setRect(this as SVGRectElement, rect);
  });
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
    .attr('class', 'hm-hook-dot')
    .attr('r', 5.6)
    .attr('cx', (hook) => hook.x)
    .attr('cy', (hook) => hook.y);
  textGroup(parent, metro.texts);
  // What came later with another family or level would else cover the words.
  parent.selectChildren('rect, path.hm-diamond, circle').raise();
  parent.selectChildren('g').raise();
}
