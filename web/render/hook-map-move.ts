/**
 * Moves what is already on the map to where a new layout has it, instead of letting it jump: measured before the drawing, played after it.
 * Nothing is measured in the page: positions are read from the attributes that the drawing writes.
 */
import type { Rect } from '../layout/hook-map-geometry.ts';

const MOTION_MS = 240;
const EASING = 'cubic-bezier(.2, 0, 0, 1)';
/** Groups move as one; everything else by itself. */
const MOVED = [
  '.hm-world > .hm-cards > g',
  '.hm-world > .hm-marks > g',
  '.hm-world > .hm-brackets > g',
  '.hm-world > .hm-rules > g',
  '.hm-world > :is(.hm-rows, .hm-grounds, .hm-stations, .hm-rails) :is(line, text, rect)',
  '.hm-axis :is(.hm-row-line, text)',
  '.hm-strip :is(text, circle, .hm-process, .hm-diamond, .hm-metro-arrow, .hm-rail)',
].join(', ');

export type Places = ReadonlyMap<Element, Rect>;

export function placesIn(container: SVGSVGElement): Places {
  const places = new Map<Element, Rect>();
  for (const element of container.querySelectorAll(MOVED)) {
    const place = placeOf(element);
    if (place) places.set(element, place);
  }
  return places;
}

/**
 * Lets everything that stood elsewhere in `before` glide to its place; what is new appears. What is not in `view` (in the map's pixels) on
 * its way jumps: each moving element is a layer of its own to the browser. Does nothing where motion is unwanted.
 */
export function playMoves(container: SVGSVGElement, before: Places, view: Rect): void {
  if (window.matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  const options = { duration: MOTION_MS, easing: EASING };
  for (const element of container.querySelectorAll(MOVED)) {
    const from = before.get(element);
    const to = placeOf(element);
    if (!to) continue;
    // The strip has a place of its own in the drawing, and few elements.
    const held = element.closest('.hm-strip') !== null;
    if (!held && !meets(around(from ?? to, to), view)) continue;
    if (!from) {
      element.animate([{ opacity: 0 }, { opacity: 1 }], options);
      continue;
    }
    const [dx, dy] = [from.x - to.x, from.y - to.y];
    if (Math.abs(dx) < 0.1 && Math.abs(dy) < 0.1) continue;
    element.animate([{ transform: `translate(${dx}px, ${dy}px)` }, { transform: 'none' }], options);
  }
}

/** What an element's first shape covers; a text or a path has a start and no size. */
function placeOf(element: Element): Rect | null {
  if (element instanceof SVGPathElement) {
    const start = /^M(-?[\d.]+) (-?[\d.]+)/.exec(element.getAttribute('d') ?? '');
    return start ? { x: Number(start[1]), y: Number(start[2]), width: 0, height: 0 } : null;
  }
  const number = (name: string): number => Number(element.getAttribute(name) ?? 0);
  if (element.hasAttribute('x1')) {
    const [x, y] = [number('x1'), number('y1')];
    return { x, y, width: number('x2') - x, height: number('y2') - y };
  }
  for (const [x, y] of [
    ['x', 'y'],
    ['cx', 'cy'],
  ] as const) {
    if (element.hasAttribute(x))
      return { x: number(x), y: number(y), width: number('width'), height: number('height') };
  }
  const first = element.firstElementChild;
  return first ? placeOf(first) : null;
}

/** The smallest rectangle around both. */
function around(a: Rect, b: Rect): Rect {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}

/** They have a point in common. */
export function meets(a: Rect, b: Rect): boolean {
  return a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;
}
