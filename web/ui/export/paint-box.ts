/** What CSS draws of a box: its ground, stripes on it, its border, and the ink bar of selected rows. */
import { paintOf, setPaint } from './colour.ts';
import { type Definitions, make } from './svg-element.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function paintBox(into: SVGElement, box: Box, style: CSSStyleDeclaration, definitions: Definitions): void {
  const ground = paintOf(style.backgroundColor);
  const corners = polygonOf(style.clipPath, box);
  if (corners !== null) {
    paintPath(into, corners, style.backgroundColor);
    return;
  }
  if (isAllBorder(style)) {
    paintArrow(into, box, style);
    return;
  }
  const radius = radiusOf(style, box);
  if (ground) {
    const rect = make('rect', { ...sizes(box), ...(radius > 0 ? { rx: radius } : {}) });
    setPaint(rect, 'fill', ground);
    into.append(rect);
  }
  const stripes = stripesOf(style.backgroundImage, box, definitions);
  if (stripes !== null)
    into.append(make('rect', { ...sizes(box), ...(radius > 0 ? { rx: radius } : {}), fill: stripes }));
  paintBar(into, box, style);
  paintBorder(into, box, style, radius);
}

/** Nothing inside of its border: how a triangle is made of a box. */
function isAllBorder(style: CSSStyleDeclaration): boolean {
  const [top, right, bottom, left] = ['Top', 'Right', 'Bottom', 'Left'].map((side) =>
    Number.parseFloat(style.getPropertyValue(`border-${side.toLowerCase()}-width`)),
  ) as [number, number, number, number];
  if (top + right + bottom + left === 0) return false;
  const borders = style.boxSizing === 'border-box';
  const wide = Number.parseFloat(style.width) - (borders ? left + right : 0);
  const high = Number.parseFloat(style.height) - (borders ? top + bottom : 0);
  return wide === 0 && high === 0;
}

/** The triangle before what can be unfolded. */
export function paintMarker(into: SVGElement, { x, y, height }: Box, style: CSSStyleDeclaration, open: boolean): void {
  const size = Number.parseFloat(style.fontSize) * 0.55;
  const middle = y + height / 2;
  const path = open
    ? `M${x} ${middle - size / 2}h${size}l${-size / 2} ${size}Z`
    : `M${x} ${middle - size / 2}l${size} ${size / 2}l${-size} ${size / 2}Z`;
  paintPath(into, path, style.color);
}

/** A box of nothing but a border is an arrow: it points away from its one side that has a colour. */
function paintArrow(into: SVGElement, { x, y, width, height }: Box, style: CSSStyleDeclaration): void {
  const side = SIDES.find(
    (one) => Number.parseFloat(style[`border${one}Width`]) > 0 && paintOf(style[`border${one}Color`]) !== null,
  );
  if (!side) return;
  // Turned by a quarter, what pointed right points down.
  const turned = /^matrix\((?:-?0|[\d.]+e-\d+), 1,/.test(style.transform);
  const down = (side === 'Left' && turned) || (side === 'Top' && !turned);
  const path = down
    ? `M${x} ${y}h${width}l${-width / 2} ${height}Z`
    : `M${x} ${y}l${width} ${height / 2}l${-width} ${height / 2}Z`;
  paintPath(into, path, style[`border${side}Color`]);
}

/** `polygon(0px 0px, 100% 0px, 50% 100%)` as a path; null for all else. */
function polygonOf(clip: string, { x, y, width, height }: Box): string | null {
  const found = /^polygon\((?:nonzero, |evenodd, )?([^)]+)\)$/.exec(clip);
  if (!found) return null;
  const at = (text: string, size: number): number =>
    (Number.parseFloat(text) * (text.endsWith('%') ? size : 100)) / 100;
  const points = (found[1] ?? '').split(', ').map((point) => {
    const [px = '0', py = '0'] = point.split(' ');
    return `${x + at(px, width)} ${y + at(py, height)}`;
  });
  return `M${points.join('L')}Z`;
}

function paintPath(into: SVGElement, d: string, colour: string): void {
  const paint = paintOf(colour);
  if (!paint) return;
  const path = make('path', { d });
  setPaint(path, 'fill', paint);
  into.append(path);
}

function sizes({ x, y, width, height }: Box): Record<string, number> {
  return { x, y, width, height };
}

function radiusOf(style: CSSStyleDeclaration, { width, height }: Box): number {
  const { borderTopLeftRadius: text } = style;
  const radius = text.endsWith('%')
    ? (Number.parseFloat(text) / 100) * Math.min(width, height)
    : Number.parseFloat(text);
  return Math.min(Number.isFinite(radius) ? radius : 0, width / 2, height / 2);
}

const SIDES = ['Top', 'Right', 'Bottom', 'Left'] as const;

interface Side {
  readonly width: number;
  readonly colour: string;
  readonly style: string;
}

function paintBorder(into: SVGElement, box: Box, style: CSSStyleDeclaration, radius: number): void {
  const sides = SIDES.map(
    (side): Side => ({
      width: style[`border${side}Style`] === 'none' ? 0 : Number.parseFloat(style[`border${side}Width`]),
      colour: style[`border${side}Color`],
      style: style[`border${side}Style`],
    }),
  );
  const [top, right, bottom, left] = sides as [Side, Side, Side, Side];
  const same = sides.every((one) => one.width === top.width && one.colour === top.colour && one.style === top.style);
  if (same) {
    const paint = top.width > 0 ? paintOf(top.colour) : null;
    if (!paint) return;
    const half = top.width / 2;
    const { x, y, width, height } = box;
    const inner = { x: x + half, y: y + half, width: width - top.width, height: height - top.width };
    const rect = make('rect', { ...sizes(inner), fill: 'none', 'stroke-width': top.width });
    if (radius > half) rect.setAttribute('rx', String(radius - half));
    setPaint(rect, 'stroke', paint);
    dash(rect, top);
    into.append(rect);
    return;
  }
  const r = box.x + box.width;
  const b = box.y + box.height;
  paintSide(into, top, box.x, box.y + top.width / 2, r, box.y + top.width / 2);
  paintSide(into, right, r - right.width / 2, box.y, r - right.width / 2, b);
  paintSide(into, bottom, box.x, b - bottom.width / 2, r, b - bottom.width / 2);
  paintSide(into, left, box.x + left.width / 2, box.y, box.x + left.width / 2, b);
}

function paintSide(into: SVGElement, side: Side, x1: number, y1: number, x2: number, y2: number): void {
  const paint = side.width > 0 ? paintOf(side.colour) : null;
  if (!paint) return;
  const line = make('line', { x1, y1, x2, y2, 'stroke-width': side.width });
  setPaint(line, 'stroke', paint);
  dash(line, side);
  into.append(line);
}

function dash(element: SVGElement, { style, width }: Side): void {
  if (style === 'dashed') element.setAttribute('stroke-dasharray', `${3 * width} ${2 * width}`);
  else if (style === 'dotted') element.setAttribute('stroke-dasharray', `${width} ${width}`);
}

/** `inset 3px 0 0 ink` is the bar of a selected row, `inset 0 0 0 1.6px ink` its outline. */
function paintBar(into: SVGElement, { x, y, width, height }: Box, style: CSSStyleDeclaration): void {
  const found = /^(.+?\)) (-?[\d.]+)px (-?[\d.]+)px [\d.]+px ([\d.]+)px inset$/.exec(style.boxShadow);
  const paint = found ? paintOf(found[1] ?? '') : null;
  if (!found || !paint) return;
  const [dx, dy, spread] = [found[2], found[3], found[4]].map(Number) as [number, number, number];
  if (spread > 0) {
    const half = spread / 2;
    const rect = make('rect', {
      x: x + half,
      y: y + half,
      width: width - spread,
      height: height - spread,
      fill: 'none',
    });
    rect.setAttribute('stroke-width', String(spread));
    setPaint(rect, 'stroke', paint);
    into.append(rect);
    return;
  }
  const bar = dx > 0 ? { x, y, width: dx, height } : dy > 0 ? { x, y, width, height: dy } : null;
  if (!bar) return;
  const rect = make('rect', bar);
  setPaint(rect, 'fill', paint);
  into.append(rect);
}

/** `repeating-linear-gradient(-45deg, A 0px, A 1.5px, B 1.5px, B 5px)`: the hatching and bars of owners. */
function stripesOf(image: string, { x, y }: Box, definitions: Definitions): string | null {
  const found = /^repeating-linear-gradient\((?:(-?[\d.]+)deg, )?(.+)\)$/.exec(image);
  if (!found) return null;
  const stops = [...(found[2] ?? '').matchAll(/((?:rgba?|color)\([^)]*\)) ([\d.]+)px/g)].map(
    ([, colour = '', at = '0']) => ({ paint: paintOf(colour), at: Number(at) }),
  );
  const period = stops.at(-1)?.at ?? 0;
  if (stops.length < 2 || period <= 0) return null;
  const angle = Number(found[1] ?? 180);
  const pattern = make('pattern', { width: period, height: period, patternUnits: 'userSpaceOnUse' });
  pattern.setAttribute('patternTransform', `translate(${x} ${y}) rotate(${angle - 90})`);
  stops.slice(1).forEach(({ paint, at }, index) => {
    const from = stops[index]?.at ?? 0;
    if (!paint || at <= from) return;
    const stripe = make('rect', { x: from, y: 0, width: at - from, height: period });
    setPaint(stripe, 'fill', paint);
    pattern.append(stripe);
  });
  return definitions.add(pattern);
}
