/**
 * Moves what is already on the map to where a new layout has it, instead of letting it jump: measured before the drawing, played after it.
 * Nothing is measured in the page: positions are read from the attributes that the drawing writes.
 */
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

type Places = ReadonlyMap<Element, readonly [x: number, y: number]>;

export function placesIn(container: SVGSVGElement): Places {
  const places = new Map<Element, readonly [number, number]>();
  for (const element of container.querySelectorAll(MOVED)) {
    const place = placeOf(element);
    if (place) places.set(element, place);
  }
  return places;
}

/** Lets everything that stood elsewhere in `before` glide to its place; what is new appears. Does nothing where motion is unwanted. */
export function playMoves(container: SVGSVGElement, before: Places): void {
  if (window.matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  const options = { duration: MOTION_MS, easing: EASING };
  for (const element of container.querySelectorAll(MOVED)) {
    const from = before.get(element);
    const to = placeOf(element);
    if (!to) continue;
    if (!from) {
      element.animate([{ opacity: 0 }, { opacity: 1 }], options);
      continue;
    }
    const [dx, dy] = [from[0] - to[0], from[1] - to[1]];
    if (Math.abs(dx) < 0.1 && Math.abs(dy) < 0.1) continue;
    element.animate([{ transform: `translate(${dx}px, ${dy}px)` }, { transform: 'none' }], options);
  }
}

function placeOf(element: Element): readonly [number, number] | null {
  if (element instanceof SVGPathElement) {
    const start = /^M(-?[\d.]+) (-?[\d.]+)/.exec(element.getAttribute('d') ?? '');
    return start ? [Number(start[1]), Number(start[2])] : null;
  }
  for (const [x, y] of [
    ['x', 'y'],
    ['x1', 'y1'],
    ['cx', 'cy'],
  ] as const) {
    const at = element.getAttribute(x);
    if (at !== null) return [Number(at), Number(element.getAttribute(y))];
  }
  const first = element.firstElementChild;
  return first ? placeOf(first) : null;
}
