/** CSS colours as SVG writes them everywhere: browsers compute `rgb()` and `color(srgb ...)`, which drawing programs do not all read. */

export interface Paint {
  /** `#rrggbb`. */
  readonly hex: string;
  /** 0..1 */
  readonly alpha: number;
}

/** A computed colour; null for what is none, or cannot be seen. */
export function paintOf(computed: string): Paint | null {
  const text = computed.trim();
  const rgb = /^rgba?\(([^)]+)\)$/.exec(text);
  if (rgb) {
    const [red, green, blue, alpha = '1'] = (rgb[1] ?? '').split(/[\s,/]+/);
    return painted([red, green, blue].map(Number), alpha);
  }
  const srgb = /^color\(srgb ([^)]+)\)$/.exec(text);
  if (srgb) {
    const [red, green, blue, alpha = '1'] = (srgb[1] ?? '').split(/[\s/]+/);
    return painted(
      [red, green, blue].map((part) => Number(part) * 255),
      alpha,
    );
  }
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text);
  if (short)
    return paintOf(
      `#${short
        .slice(1)
        .map((digit) => digit + digit)
        .join('')}`,
    );
  return /^#[0-9a-f]{6}$/i.test(text) ? { hex: text.toLowerCase(), alpha: 1 } : null;
}

function painted(channels: readonly number[], alpha: string): Paint | null {
  const value = alpha.endsWith('%') ? Number.parseFloat(alpha) / 100 : Number(alpha);
  if (channels.length !== 3 || channels.some((one) => !Number.isFinite(one)) || !(value > 0)) return null;
  const hex = channels
    .map((one) =>
      Math.min(255, Math.max(0, Math.round(one)))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('');
  return { hex: `#${hex}`, alpha: Math.min(1, value) };
}

/** Sets `fill` or `stroke`, and its opacity where it is not 1. */
export function setPaint(element: Element, what: 'fill' | 'stroke', paint: Paint | null): void {
  element.setAttribute(what, paint?.hex ?? 'none');
  if (paint && paint.alpha < 1) element.setAttribute(`${what}-opacity`, String(round(paint.alpha)));
}

/** Two decimals. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
