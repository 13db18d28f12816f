/** What lies under and around the cards: rows, rails, dispatcher grounds, kernel stations, brackets, and the metro strip above them. */
import type { HookMapGeometry, Rect } from '../layout/hook-map-geometry.ts';
import { signShape } from '../layout/signs.ts';
import { layer, type Node, setRect, textGroup } from './hook-map-draw.ts';
import { bracketPath } from './hook-map-shapes.ts';

const FAR = 100_000;

export function drawRows(world: Node, axis: Node, geometry: HookMapGeometry): void {
  const gap = geometry.rows.slice(1).map((row, index) => {
    const before = geometry.rows[index];
    return { id: row.id, y: before ? (before.y + before.height + row.y) / 2 : row.y };
  });
  // Up to the end of its words, whatever their size.
  const axisEnd = geometry.axis - 5 * geometry.metro.scale;
  for (const [parent, x1, x2] of [
    [layer(world, 'rows'), -FAR, FAR],
    [layer(axis, 'axis-lines'), -FAR, axisEnd],
  ] as const) {
    if (parent.classed('hm-axis-lines')) {
      parent
        .selectChildren('rect')
        .data([0])
        .join('rect')
        .attr('class', 'hm-backdrop')
        .attr('x', -FAR)
        .attr('y', -FAR)
        .attr('width', FAR + axisEnd)
        .attr('height', 2 * FAR);
      parent
        .selectChildren('path')
        .data([0])
        .join('path')
        .attr('class', 'hm-axis-edge')
        .attr('d', `M${axisEnd} ${-FAR}V${FAR}`);
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

export function drawColumns(world: Node, strip: Node, geometry: HookMapGeometry): void {
  const rails = layer(world, 'rails')
    .selectChildren<SVGGElement, (typeof geometry.columns)[number]>('g')
    .data(geometry.columns, (column) => column.id)
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
    .data(geometry.columns, (column) => column.id)
    .join('line')
    .attr('class', 'hm-rail')
    .attr('data-hook', (c) => c.hook)
    .attr('x1', (c) => c.railX)
    .attr('x2', (c) => c.railX)
    .attr('y1', (c) => c.railTop)
    .attr('y2', geometry.metro.height);
}

export function drawGrounds(world: Node, geometry: HookMapGeometry): void {
  const rects = layer(world, 'grounds')
    .selectChildren<SVGRectElement, (typeof geometry.grounds)[number]>('rect')
    .data(geometry.grounds, (ground) => ground.id)
    .join('rect')
    .attr('class', 'hm-ground')
    .attr('data-hook', (ground) => ground.hook)
    .attr('rx', 6);
  rects.each(function (ground) {
    setRect(this as SVGRectElement, ground);
  });
}

export function drawStations(world: Node, geometry: HookMapGeometry): void {
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

export function drawBrackets(world: Node, geometry: HookMapGeometry): void {
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

export function drawMetro(strip: Node, geometry: HookMapGeometry): void {
  const { metro } = geometry;
  const parent = layer(strip, 'metro').attr('aria-hidden', 'true').style('--metro', metro.scale);
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
    .attr('d', ({ x, y }) => {
      const r = 7.5 * metro.scale;
      return `M${x} ${y - r}L${x + r} ${y}L${x} ${y + r}L${x - r} ${y}Z`;
    });
  parent
    .selectChildren<SVGCircleElement, (typeof metro.hooks)[number]>('circle')
    .data(metro.hooks, (hook) => hook.id)
    .join('circle')
    .attr('class', 'hm-hook-dot')
    .attr('data-hook', (hook) => hook.hook)
    .attr('r', 5.6 * metro.scale)
    .attr('cx', (hook) => hook.x)
    .attr('cy', (hook) => hook.y);
  textGroup(parent, metro.texts);
  // What came later with another family or level would else cover the words.
  parent.selectChildren('rect, path.hm-diamond, circle').raise();
  parent.selectChildren('g').raise();
}
