/** Small SVG shapes of the hook map: rounded corners one by one, arrows, brackets. Path data from numbers only. */
import type { Rect } from '../layout/hook-map-geometry.ts';

const n = (value: number): number => Math.round(value * 100) / 100;

/** A rectangle with a radius per corner: top left, top right, bottom right, bottom left. */
export function cornersPath(rect: Rect, tl: number, tr: number, br: number, bl: number): string {
  const { x, y, width, height } = rect;
  const r = x + width;
  const b = y + height;
  const arc = (radius: number, toX: number, toY: number): string =>
    radius > 0 ? `A${radius} ${radius} 0 0 1 ${n(toX)} ${n(toY)}` : '';
  return (
    `M${n(x + tl)} ${n(y)}H${n(r - tr)}${arc(tr, r, y + tr)}V${n(b - br)}${arc(br, r - br, b)}` +
    `H${n(x + bl)}${arc(bl, x, b - bl)}V${n(y + tl)}${arc(tl, x + tl, y)}Z`
  );
}

/** `rect` made smaller on each side. */
export function inset(rect: Rect, dx: number, dy: number): Rect {
  return { x: rect.x + dx, y: rect.y + dy, width: rect.width - 2 * dx, height: rect.height - 2 * dy };
}

/** The triangle between two counts: left edge `x`, middle `y`. */
export function trianglePath(x: number, y: number, size: number): string {
  return `M${n(x)} ${n(y - size / 2)}L${n(x + size)} ${n(y)}L${n(x)} ${n(y + size / 2)}Z`;
}

/** A bracket that opens to the right. */
export function bracketPath(x: number, y1: number, y2: number, arm: number): string {
  return `M${n(x + arm)} ${n(y1)}H${n(x)}V${n(y2)}H${n(x + arm)}`;
}
