/**
 * Draws a packet's way over the hook map: tracks in the rails' and the metro line's places, arms, outlines, numbered dots, words. Keyed joins into
 * layers of their own; the map below is not touched but for the class of what the packet never met.
 */
import type { TextItem } from '../layout/hook-map-geometry.ts';
import { signShape } from '../layout/signs.ts';
import type { Dot, TracePathGeometry, Track } from '../layout/trace-path-geometry.ts';
import type { Nodes } from './hook-map-cards.ts';
import { layer, type Node, setRect, textGroup } from './hook-map-draw.ts';

export interface PathState {
  readonly geometry: TracePathGeometry;
  /** The step that is looked at: its dot is filled, its outline stronger. */
  readonly step: number | null;
  /** While the way is played: the last step that is shown; null: all. */
  readonly progress: number | null;
}

/** `null` takes the way off the map. Linear in its parts. */
export function drawPath(world: Node, strip: Node, nodes: Nodes, state: PathState | null): void {
  const progress = state?.progress ?? Number.POSITIVE_INFINITY;
  const all = state?.geometry ?? null;
  const shown = <T extends { readonly number: number }>(items: readonly T[] | undefined): T[] =>
    (items ?? []).filter(({ number }) => number <= progress);
  drawTracks(
    layer(strip, 'path-strip'),
    (all?.strip ?? []).filter(({ from }) => from <= progress),
  );
  drawStations(layer(strip, 'path-strip'), all, progress === Number.POSITIVE_INFINITY);
  const under = layer(world, 'path-rails');
  const rails = (all?.rails ?? []).filter(({ from }) => from < progress || progress === Number.POSITIVE_INFINITY);
  drawTracks(under, rails);
  drawHeads(
    under,
    (all?.heads ?? []).filter(({ from }) => from <= progress),
  );
  const over = layer(world, 'path');
  drawArms(over, shown(all?.arms));
  drawOutlines(over, shown(all?.outlines), state?.step ?? null);
  drawEnd(over, all?.end && all.end.number <= progress ? all.end : null);
  drawWords(over, all, progress);
  drawDots(over, shown(all?.dots), state?.step ?? null);
  fade(nodes, all?.faded ?? new Set());
}

function drawTracks(parent: Node, tracks: readonly Track[]): void {
  const groups = parent
    .selectChildren<SVGGElement, Track>('g.hm-track')
    .data(tracks as Track[], (track) => track.id)
    .join((enter) => {
      const g = enter.append('g').attr('class', 'hm-track');
      g.append('line').attr('class', 'hm-track-line');
      g.append('line').attr('class', 'hm-track-gap');
      return g;
    })
    .classed('hm-double', (track) => track.double);
  groups.each(function (track) {
    for (const line of this.querySelectorAll('line')) {
      line.setAttribute('x1', String(track.x1));
      line.setAttribute('y1', String(track.y1));
      line.setAttribute('x2', String(track.x2));
      line.setAttribute('y2', String(track.y2));
    }
  });
}

function drawStations(parent: Node, all: TracePathGeometry | null, done: boolean): void {
  parent
    .selectChildren<SVGPathElement, { x: number; y: number }>('path.hm-track-head')
    .data(all?.arrow && done ? [all.arrow] : [])
    .join('path')
    .attr('class', 'hm-track-head')
    .attr('d', ({ x, y }) => `M${x} ${y - 5}L${x + 8} ${y}L${x} ${y + 5}Z`);
  parent
    .selectChildren<SVGPathElement, { x: number; y: number }>('path.hm-diamond')
    .data(all?.diamond ? [all.diamond] : [])
    .join('path')
    .attr('class', 'hm-diamond')
    .attr('d', ({ x, y }) => `M${x} ${y - 7.5}L${x + 7.5} ${y}L${x} ${y + 7.5}L${x - 7.5} ${y}Z`)
    .raise();
  parent
    .selectChildren<SVGCircleElement, { x: number; y: number }>('circle')
    .data(all?.stations ?? [])
    .join('circle')
    .attr('class', 'hm-hook-dot')
    .attr('r', 5.6)
    .attr('cx', ({ x }) => x)
    .attr('cy', ({ y }) => y)
    .raise();
}

function drawHeads(parent: Node, heads: TracePathGeometry['heads']): void {
  parent
    .selectChildren<SVGPathElement, (typeof heads)[number]>('path.hm-track-head')
    .data(heads as (typeof heads)[number][], (head) => head.hook)
    .join('path')
    .attr('class', 'hm-track-head')
    .attr('d', ({ x, y }) => `M${x - 5} ${y - 6}H${x + 5}L${x} ${y + 2}Z`);
}

function drawArms(parent: Node, arms: TracePathGeometry['arms']): void {
  parent
    .selectChildren<SVGLineElement, (typeof arms)[number]>('line.hm-arm')
    .data(arms as (typeof arms)[number][], (arm) => String(arm.number))
    .join('line')
    .attr('class', 'hm-arm')
    .attr('x1', (arm) => arm.x1)
    .attr('x2', (arm) => arm.x2)
    .attr('y1', (arm) => arm.y)
    .attr('y2', (arm) => arm.y);
}

function drawOutlines(parent: Node, outlines: TracePathGeometry['outlines'], step: number | null): void {
  parent
    .selectChildren<SVGRectElement, (typeof outlines)[number]>('rect.hm-path-outline')
    .data(outlines as (typeof outlines)[number][], (outline) => outline.id)
    .join('rect')
    .attr('class', 'hm-path-outline')
    .classed('hm-path-card', (outline) => outline.card)
    .classed('hm-current', (outline) => outline.number === step)
    .attr('rx', (outline) => (outline.card ? 5 : 2))
    .each(function (outline) {
      setRect(this as SVGRectElement, outline.rect);
    });
}

function drawWords(parent: Node, all: TracePathGeometry | null, progress: number): void {
  const callouts = (all?.callouts ?? []).filter(({ number }) => number <= progress);
  parent
    .selectChildren<SVGLineElement, (typeof callouts)[number]>('line.hm-leader')
    .data(callouts, (callout) => String(callout.number))
    .join('line')
    .attr('class', 'hm-leader')
    .attr('x1', (c) => c.leader.x1)
    .attr('y1', (c) => c.leader.y1)
    .attr('x2', (c) => c.leader.x2)
    .attr('y2', (c) => c.leader.y2);
  const done = progress === Number.POSITIVE_INFINITY;
  const texts: TextItem[] = callouts.flatMap((callout) => callout.texts);
  if (all && done) texts.push(...all.notCalled);
  if (all?.end && all.end.number <= progress) texts.push(...all.end.texts);
  textGroup(parent, texts, 'path-texts');
}

function drawEnd(parent: Node, end: TracePathGeometry['end']): void {
  const cross = signShape('overruled', 7.2);
  const marks = parent
    .selectChildren<SVGGElement, NonNullable<TracePathGeometry['end']>>('g.hm-path-end')
    .data(end?.cross ? [end] : [])
    .join((enter) => {
      const g = enter.append('g').attr('class', 'hm-path-end');
      g.append('path').attr('class', 'hm-path-end-disc').attr('d', cross.outlinePath);
      g.append('path')
        .attr('class', 'hm-path-end-cross')
        .attr('d', cross.glyphPath)
        .attr('stroke-width', cross.glyphWidth);
      return g;
    });
  marks.attr('transform', ({ x, y }) => `translate(${x} ${y})`);
}

/** Dots are for the pointer; the keyboard walks the list of steps. */
function drawDots(parent: Node, dots: readonly Dot[], step: number | null): void {
  const groups = parent
    .selectChildren<SVGGElement, Dot>('g.hm-dot')
    .data(dots as Dot[], (dot) => String(dot.number))
    .join((enter) => {
      const g = enter.append('g').attr('class', 'hm-dot');
      g.append('circle').attr('class', 'hm-dot-hit').attr('r', 12);
      g.append('path').attr('class', 'hm-dot-shape');
      g.append('g').attr('class', 'hm-dot-text');
      g.append('title');
      return g;
    })
    .attr('data-step', (dot) => dot.number)
    .classed('hm-current', (dot) => dot.number === step)
    .classed('hm-differs', (dot) => dot.differs);
  groups.each(function (dot) {
    const [hit, shape] = this.children as unknown as readonly [SVGElement, SVGElement];
    hit.setAttribute('cx', String(dot.x));
    hit.setAttribute('cy', String(dot.y));
    shape.setAttribute('d', dot.fork ? diamond(dot) : circle(dot));
  });
  groups.select('title').text((dot) => dot.label);
  groups.each(function (dot) {
    const text = this.querySelector('g.hm-dot-text');
    if (!text) return;
    text.replaceChildren();
    const item = document.createElementNS('http://www.w3.org/2000/svg', 'text');
    item.setAttribute('class', 'hm-text hm-dot-number hm-middle');
    item.setAttribute('x', String(dot.text.x));
    item.setAttribute('y', String(dot.text.y));
    item.setAttribute('font-size', String(dot.text.size));
    item.textContent = dot.text.text;
    text.append(item);
  });
  parent.selectChildren('g.hm-dot').raise();
}

function circle({ x, y, radius: r }: Dot): string {
  return `M${x - r} ${y}A${r} ${r} 0 1 1 ${x + r} ${y}A${r} ${r} 0 1 1 ${x - r} ${y}Z`;
}

function diamond({ x, y, radius }: Dot): string {
  const r = radius + 3;
  return `M${x} ${y - r}L${x + r} ${y}L${x} ${y + r}L${x - r} ${y}Z`;
}

function fade(nodes: Nodes, faded: ReadonlySet<string>): void {
  for (const [id, { node }] of nodes.cards) node.classList.toggle('hm-faded', faded.has(id));
  for (const [id, { node }] of nodes.stripes) node.classList.toggle('hm-faded', faded.has(id));
}
