/** The rules of open cards: lines over their stripes. Only the lines that are given are drawn: those of the cards in view. */
import type { BaseType, Selection } from 'd3';
import type { EdgesGeometry } from '../layout/hook-map-edges.ts';
import type { RuleLine } from '../layout/hook-map-rules.ts';
import { drawTexts, layer, mould, type Node, put, setRect, setShown, textGroup } from './hook-map-draw.ts';

const LINE = mould([
  'g',
  { class: 'hm-rule' },
  ['rect', { class: 'hm-rule-hit', role: 'button', tabindex: '-1' }],
  ['rect', { class: 'hm-rule-stripe' }],
  ['rect', { class: 'hm-rule-bar' }],
  ['rect', { class: 'hm-rule-heat' }],
  ['path', { class: 'hm-rule-chevron' }],
  ['rect', { class: 'hm-rule-toggle' }],
  ['g', { class: 'hm-texts' }],
]);

type Parts = readonly [SVGElement, SVGElement, SVGElement, SVGElement, SVGElement, SVGElement, SVGElement];

/** Draws `lines`; the elements by the lines' ids, for what the state changes. O(lines). */
export function drawRules(world: Node, lines: readonly RuleLine[]): ReadonlyMap<string, SVGGElement> {
  const nodes = new Map<string, SVGGElement>();
  const groups = layer(world, 'rules')
    .selectChildren<SVGGElement, RuleLine>('g')
    .data(lines, (line) => line.id)
    .join((enter) => enter.append(() => LINE.clone())) as unknown as Selection<
    SVGGElement,
    RuleLine,
    BaseType,
    unknown
  >;
  groups.each(function (line) {
    nodes.set(line.id, this);
    put(this, 'data-kind', line.kind);
    put(this, 'data-depth', String(line.depth));
    const [hit, stripe, bar, heat, chevron, toggle] = this.children as unknown as Parts;
    put(hit, 'data-target', line.id);
    put(hit, 'aria-label', line.label);
    setRect(hit, line.rect);
    optional(stripe, line.stripe);
    if (line.stripe) put(stripe, 'data-slot', line.stripe.look.slot);
    optional(bar, line.bar);
    optional(heat, line.heat);
    setShown(chevron, line.chevron !== null);
    setShown(toggle, line.chevron !== null);
    if (line.chevron === null) {
      hit.removeAttribute('aria-expanded');
      return;
    }
    const { x, y, size, open } = line.chevron;
    put(hit, 'aria-expanded', String(open));
    put(chevron, 'd', chevronPath(x, y, size, open));
    put(toggle, 'data-target', line.id);
    put(toggle, 'data-toggle', '');
    const left = Math.max(line.rect.x, x - size * 1.2);
    setRect(toggle, { x: left, y: line.rect.y, width: size * 2.4, height: line.rect.height });
  });
  drawTexts(groups.select<SVGGElement>(':scope > g.hm-texts'), (line) => line.texts);
  return nodes;
}

function optional(element: SVGElement, rect: Parameters<typeof setRect>[1] | null): void {
  setShown(element, rect !== null);
  if (rect !== null) setRect(element, rect);
}

/** The edges of one jump; null: none. */
export function drawEdges(world: Node, edges: EdgesGeometry | null): void {
  const parent = layer(world, 'edges').attr('aria-hidden', 'true');
  parent
    .selectChildren<SVGPathElement, EdgesGeometry['paths'][number]>('path')
    .data(edges?.paths ?? [], (edge) => edge.id)
    .join('path')
    .attr('class', (edge) => (edge.direct ? 'hm-edge' : 'hm-edge hm-indirect'))
    .attr('d', (edge) => edge.path);
  parent
    .selectChildren<SVGCircleElement, EdgesGeometry['dots'][number]>('circle')
    .data(edges?.dots ?? [], (dot) => dot.id)
    .join('circle')
    .attr('class', 'hm-edge-dot')
    .attr('r', 2.6)
    .attr('cx', (dot) => dot.x)
    .attr('cy', (dot) => dot.y);
  textGroup(parent, edges?.text ? [edges.text] : []);
}

/** A small filled triangle: right, or down when open. `x`, `y`: its middle. */
export function chevronPath(x: number, y: number, size: number, open: boolean): string {
  const half = size / 2;
  const long = half * 0.75;
  return open
    ? `M${x - half} ${y - long}H${x + half}L${x} ${y + long}Z`
    : `M${x - long} ${y - half}L${x + long} ${y}L${x - long} ${y + half}Z`;
}
