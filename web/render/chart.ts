/**
 * Draws a line chart with D3: axes, grid, lines with their labels at their ends, single points with words beside them. Labels that would lie on each
 * other are pushed apart; where the drawing is narrow they stand inside of it.
 */
import {
  axisBottom,
  axisLeft,
  line as lineOf,
  type ScaleContinuousNumeric,
  type Selection,
  scaleLinear,
  scaleLog,
  select,
} from 'd3';

export interface ChartAxis {
  readonly scale: 'linear' | 'log';
  readonly domain: readonly [number, number];
  readonly title: string;
  readonly format: (value: number) => string;
}

export interface ChartLine {
  readonly id: string;
  /** `owner`: in the fill of `slot`. */
  readonly look: 'ink' | 'owner' | 'owner-dashed' | 'graph' | 'graph-dashed';
  readonly slot?: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** First line bold. */
  readonly label: readonly string[];
}

export interface ChartPoint {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly look: 'ring' | 'dot' | 'ink' | 'small';
  readonly slot?: string;
  readonly label: readonly string[];
  /** Words below the point in place of above. */
  readonly below?: boolean;
  /** A dotted line down to this value. */
  readonly down?: number;
}

export interface Chart {
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly lines: readonly ChartLine[];
  readonly points: readonly ChartPoint[];
}

type Scale = ScaleContinuousNumeric<number, number>;
type Group = Selection<SVGGElement, unknown, null, undefined>;

interface Frame {
  readonly x: Scale;
  readonly y: Scale;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly narrow: boolean;
  readonly width: number;
}

/** Pixels below which labels stand inside. */
const NARROW = 560;
const LINE_HEIGHT = 15;
/** Pixels that the words beside a point take. */
const ROOM = 120;

/** Everything that was drawn before is gone. Cost: linear in the points. */
export function drawChart(svg: SVGSVGElement, chart: Chart, width: number, height: number): void {
  const root = select(svg);
  root.selectChildren().remove();
  if (width < 80 || height < 80) return;
  const frame = frameOf(chart, width, height);
  drawAxes(root.append('g').attr('class', 'chart-axes'), chart, frame);
  const lines = root.append('g').attr('class', 'chart-lines');
  for (const line of chart.lines) drawLine(lines, line, frame);
  drawEnds(root.append('g').attr('class', 'chart-ends'), chart.lines, frame);
  const points = root.append('g').attr('class', 'chart-points');
  for (const point of chart.points) drawPoint(points, point, frame);
  settleLabels(svg, width);
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How far a label may move up or down, in pixels; the nearest first. */
const SHIFTS = [0, -10, 10, -20, 20, -32, 32, -46, 46, -62, 62, -80, 80];

/**
 * Labels of points first, then those of lines: each where no other is, inside of the drawing, and on no point that has words. Those of points keep
 * off the lines too, where there is room.
 */
function settleLabels(svg: SVGSVGElement, width: number): void {
  const lines = [...svg.querySelectorAll<SVGPathElement>('.chart-line')].flatMap(boxesOn);
  const taken: Box[] = [...svg.querySelectorAll<SVGGraphicsElement>('.chart-ring')].map((point) => point.getBBox());
  const labels = [
    ...svg.querySelectorAll<SVGTextElement>('.chart-points .chart-label'),
    ...svg.querySelectorAll<SVGTextElement>('.chart-ends .chart-label'),
  ];
  const titles = [...svg.querySelectorAll<SVGTextElement>('.chart-title')].map((title) => title.getBBox());
  for (const label of labels) {
    const { x, y, width: wide, height } = label.getBBox();
    const across = Math.min(0, width - 2 - x - wide) + Math.max(0, 2 - x);
    const at = (down: number): Box => ({ x: x + across, y: y + down, width: wide, height });
    const others = [...taken, ...titles];
    const free = SHIFTS.filter((shift) => !others.some((box) => meet(box, at(shift))));
    const ofPoint = label.closest('.chart-points') !== null;
    const clear = ofPoint ? free.find((shift) => !lines.some((box) => meet(box, at(shift)))) : undefined;
    const down = clear ?? free[0] ?? 0;
    if (across !== 0 || down !== 0) label.setAttribute('transform', `translate(${across},${down})`);
    taken.push(at(down));
  }
}

/** So many pixels of a line are one box. */
const STEP = 4;

function boxesOn(path: SVGPathElement): Box[] {
  return Array.from({ length: Math.ceil(path.getTotalLength() / STEP) }, (_, at) => {
    const { x, y } = path.getPointAtLength(at * STEP);
    return { x: x - 1, y: y - 1, width: 2, height: 2 };
  });
}

function meet(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function frameOf({ x, y }: Chart, width: number, height: number): Frame {
  const narrow = width < NARROW;
  const [left, right] = [50, width - (narrow ? 14 : 158)];
  // Labels inside stand above their lines: the highest needs room below the title.
  const [top, bottom] = [narrow ? 58 : 28, height - 40];
  return {
    ...{ left, right, top, bottom, narrow, width },
    x: scaleOf(x).range([left, right]),
    y: scaleOf(y).range([bottom, top]),
  };
}

function scaleOf({ scale, domain }: ChartAxis): Scale {
  return (scale === 'log' ? scaleLog() : scaleLinear()).domain([...domain]);
}

function drawAxes(group: Group, chart: Chart, { x, y, left, right, bottom, narrow }: Frame): void {
  const ticks = (axis: ChartAxis, scale: Scale, few: number): number[] =>
    axis.scale === 'log' ? scale.ticks(10).filter(isPower) : scale.ticks(few);
  const down = ticks(chart.y, y, 5);
  group
    .append('g')
    .selectAll('line')
    .data(down)
    .join('line')
    .attr('class', 'chart-grid')
    .attr('x1', left)
    .attr('x2', right)
    .attr('y1', (value) => y(value))
    .attr('y2', (value) => y(value));
  const vertical = axisLeft(y).tickValues(down).tickSize(0).tickPadding(8);
  vertical.tickFormat((value) => chart.y.format(Number(value)));
  group.append('g').attr('transform', `translate(${left},0)`).call(vertical);
  const horizontal = axisBottom(x)
    .tickValues(ticks(chart.x, x, narrow ? 3 : 5))
    .tickSize(0)
    .tickPadding(8);
  horizontal.tickFormat((value) => chart.x.format(Number(value)));
  group.append('g').attr('transform', `translate(0,${bottom})`).call(horizontal);
  group.selectAll('.domain').remove();
  group.append('text').attr('class', 'chart-title').attr('x', 2).attr('y', 14).text(chart.y.title);
  group
    .append('text')
    .attr('class', 'chart-title')
    .attr('x', right)
    .attr('y', bottom + 34)
    .attr('text-anchor', 'end')
    .text(chart.x.title);
}

function isPower(value: number): boolean {
  const exponent = Math.log10(value);
  return Math.abs(exponent - Math.round(exponent)) < 1e-9;
}

function drawLine(group: Group, { look, slot, points }: ChartLine, { x, y }: Frame): void {
  const path = lineOf<readonly [number, number]>(
    ([at]) => x(at),
    ([, at]) => y(at),
  );
  group
    .append('path')
    .attr('class', `chart-line chart-${look}`)
    .attr('data-slot', slot ?? null)
    .attr('d', path(points));
}

/** Labels where the lines end; from the lowest up, each at least its own height above the one before. */
function drawEnds(group: Group, lines: readonly ChartLine[], frame: Frame): void {
  const { x, y, right, bottom, narrow } = frame;
  const placed = lines
    .flatMap((line) => {
      const end = line.points.at(-1);
      return end && line.label.length > 0 ? [{ line, at: y(end[1]), from: x(end[0]) }] : [];
    })
    .sort((a, b) => b.at - a.at);
  let floor = bottom + 4;
  for (const { line, at, from } of placed) {
    const label = narrow ? line.label.slice(0, 1) : line.label;
    const height = label.length * LINE_HEIGHT;
    const lowest = Math.min(narrow ? at - 6 : at + height / 2, floor);
    writeLines(group, label, {
      x: narrow ? Math.min(from, right) : from + 8,
      y: lowest - height + 11,
      anchor: narrow ? 'end' : 'start',
    });
    floor = lowest - height - 2;
  }
}

function drawPoint(group: Group, point: ChartPoint, frame: Frame): void {
  const { x, y, left, right, top } = frame;
  const [at, height] = [x(point.x), y(point.y)];
  if (point.down !== undefined) {
    group
      .append('line')
      .attr('class', 'chart-down')
      .attr('x1', at)
      .attr('x2', at)
      .attr('y1', height)
      .attr('y2', y(point.down));
  }
  group
    .append('circle')
    .attr('class', `chart-point chart-${point.look}`)
    .attr('data-slot', point.slot ?? null)
    .attr('cx', at)
    .attr('cy', height)
    .attr('r', point.look === 'ring' ? 6 : point.look === 'small' ? 2 : 4);
  if (point.label.length === 0 || (frame.narrow && point.look === 'dot')) return;
  // On the left, where a growing line is lower; only where there is no room on the right, and higher.
  const own = (point.label.length - 1) * LINE_HEIGHT;
  const below = point.below === true && height + 20 + own < frame.bottom;
  const before = !below && point.look !== 'dot' && at - left > ROOM;
  const above = height - own - (point.look === 'ring' ? (before ? 6 : 26) : 8);
  writeLines(group, point.label, {
    x: before ? at - 10 : at + 10,
    y: below ? height + 20 : Math.max(top + 8, above),
    anchor: before || at > right - ROOM / 2 ? 'end' : 'start',
  });
}

interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'end';
}

/** A halo in the ground's colour keeps the words readable over lines. */
function writeLines(group: Group, lines: readonly string[], { x, y, anchor }: TextPlace): void {
  const text = group.append('text').attr('class', 'chart-label').attr('x', x).attr('y', y).attr('text-anchor', anchor);
  lines.forEach((line, at) => {
    text
      .append('tspan')
      .attr('x', x)
      .attr('dy', at === 0 ? 0 : LINE_HEIGHT)
      .attr('class', at === 0 && lines.length > 1 ? 'chart-strong' : null)
      .text(line);
  });
}
