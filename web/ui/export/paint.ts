/**
 * A part of the page as an SVG of its own, as it is seen: boxes, text and drawings where the browser put them, with the present theme's colours as
 * values. No markup of the page is copied, nor any script, link or name of a class: only what these files draw.
 * A canvas is drawn again, by what drew it (render/pen.ts). Not drawn: pictures, masks, shadows outside of boxes and gradients other than stripes, of which nfscope has none.
 */
import { drawingOf } from '../../render/pen.ts';
import { paintOf, setPaint } from './colour.ts';
import { type Box, paintBox, paintMarker } from './paint-box.ts';
import { paintLine, paintText } from './paint-text.ts';
import { copySvg } from './svg-copy.ts';
import { Definitions, make } from './svg-element.ts';
import { svgPen } from './svg-pen.ts';

export interface Painting {
  readonly element: SVGElement;
  readonly width: number;
  readonly height: number;
}

/** @param root in the page; what is scrolled out of view inside of it is not drawn */
export function paintElement(root: HTMLElement): Painting {
  const rect = root.getBoundingClientRect();
  const origin = { x: rect.left, y: rect.top, width: rect.width, height: rect.height };
  const definitions = new Definitions();
  const element = make('g');
  new Painter(origin, definitions).element(element, root, rect);
  element.prepend(definitions.element);
  return { element, width: Math.ceil(rect.width), height: Math.ceil(rect.height) };
}

/** What lies over a view only to be used. */
const CONTROLS = '.map-tools, .map-tooltip, [data-radix-popper-content-wrapper]';

class Painter {
  readonly #origin: Box;
  readonly #definitions: Definitions;

  constructor(origin: Box, definitions: Definitions) {
    this.#origin = origin;
    this.#definitions = definitions;
  }

  /** `clip`: what can be seen at most, in the window. */
  element(into: SVGElement, source: Element, clip: DOMRect): void {
    const style = getComputedStyle(source);
    if (Number(style.opacity) === 0 || source.matches(CONTROLS) || !isShown(source)) return;
    if (style.display === 'contents') {
      this.#children(into, source, style, clip);
      return;
    }
    const rect = source.getBoundingClientRect();
    if (isTextOnlyForReaders(rect, style)) return;
    const outside =
      rect.right < clip.left || rect.left > clip.right || rect.bottom < clip.top || rect.top > clip.bottom;
    const clips = style.overflowX !== 'visible' || style.overflowY !== 'visible';
    if (outside && (clips || source instanceof SVGElement)) return;
    const target = Number(style.opacity) < 1 ? make('g', { opacity: Number(style.opacity) }) : into;
    if (target !== into) into.append(target);
    if (source instanceof SVGSVGElement) {
      this.#drawing(target, source, rect);
      return;
    }
    if (source instanceof HTMLCanvasElement) {
      drawingOf(source)?.(svgPen(target, this.#place(rect), style.fontFamily, this.#definitions));
      return;
    }
    const visible = style.visibility !== 'hidden';
    if (visible && !outside) paintBox(target, this.#place(rect), style, this.#definitions);
    if (visible && !outside && source.localName === 'summary' && style.display === 'list-item')
      paintMarker(target, this.#place(rect), style, source.parentElement?.hasAttribute('open') ?? false);
    if (visible && !outside) this.#before(target, source, rect);
    if (visible && !outside && isField(source)) this.#field(target, source, rect, style);
    else if (clips) this.#clipped(target, source, style, intersection(clip, rect));
    else this.#children(target, source, style, clip);
  }

  #place({ left, top, width, height }: DOMRect): Box {
    return { x: left - this.#origin.x, y: top - this.#origin.y, width, height };
  }

  #clipped(into: SVGElement, source: Element, style: CSSStyleDeclaration, clip: DOMRect): void {
    const inside = make('g');
    this.#children(inside, source, style, clip);
    if (inside.childNodes.length === 0) return;
    const frame = make('clipPath');
    frame.append(make('rect', { ...this.#place(clip) }));
    inside.setAttribute('clip-path', this.#definitions.add(frame));
    into.append(inside);
  }

  /** In the order in which they lie above each other, as far as one container goes. */
  #children(into: SVGElement, source: Element, style: CSSStyleDeclaration, clip: DOMRect): void {
    const above: { readonly child: Element; readonly level: number }[] = [];
    for (const child of source.childNodes) {
      if (child instanceof Text) {
        if (style.visibility !== 'hidden') this.#text(into, child, style, clip);
        continue;
      }
      if (!(child instanceof Element)) continue;
      const level = levelOf(child);
      if (level > 0) above.push({ child, level });
      else this.element(into, child, clip);
    }
    for (const { child } of above.sort((a, b) => a.level - b.level)) this.element(into, child, clip);
  }

  #text(into: SVGElement, node: Text, style: CSSStyleDeclaration, clip: DOMRect): void {
    const range = document.createRange();
    range.selectNodeContents(node);
    const rect = range.getBoundingClientRect();
    if (rect.width === 0 || rect.bottom < clip.top || rect.top > clip.bottom || rect.left > clip.right) return;
    paintText(into, node, style, this.#origin);
  }

  #drawing(into: SVGElement, source: SVGSVGElement, rect: DOMRect): void {
    const copy = copySvg(source, this.#definitions);
    if (!copy) return;
    const { x, y, width, height } = this.#place(rect);
    for (const [name, value] of Object.entries({ x, y, width, height })) copy.setAttribute(name, value.toFixed(2));
    const style = getComputedStyle(source);
    copy.setAttribute('overflow', style.overflowX === 'visible' ? 'visible' : 'hidden');
    const ground = paintOf(style.backgroundColor);
    if (ground) {
      const rect = make('rect', { x, y, width, height });
      setPaint(rect, 'fill', ground);
      into.append(rect);
    }
    into.append(copy);
  }

  /** `::before` where it is a bar or a line of its own: placed absolutely, with a ground. */
  #before(into: SVGElement, source: Element, rect: DOMRect): void {
    const style = getComputedStyle(source, '::before');
    if (style.content === 'none' || style.position !== 'absolute' || !paintOf(style.backgroundColor)) return;
    const [left, top, width, height] = [style.left, style.top, style.width, style.height].map(Number.parseFloat);
    if ([left, top, width, height].some((one) => one === undefined || Number.isNaN(one))) return;
    const place = new DOMRect(rect.left + (left ?? 0), rect.top + (top ?? 0), width, height);
    paintBox(into, this.#place(place), style, this.#definitions);
  }

  #field(into: SVGElement, source: Field, rect: DOMRect, style: CSSStyleDeclaration): void {
    if (source instanceof HTMLInputElement && (source.type === 'checkbox' || source.type === 'radio')) {
      const box = this.#place(rect);
      const check = make('rect', { ...box, rx: source.type === 'radio' ? box.width / 2 : 2, 'stroke-width': 1.2 });
      setPaint(check, 'fill', source.checked ? (paintOf(style.accentColor) ?? paintOf(style.color)) : null);
      setPaint(check, 'stroke', paintOf(style.color));
      into.append(check);
      return;
    }
    const left = Number.parseFloat(style.borderLeftWidth) + Number.parseFloat(style.paddingLeft);
    const box = this.#place(rect);
    const shown = source instanceof HTMLSelectElement ? (source.selectedOptions[0]?.label ?? '') : source.value;
    const hint = source instanceof HTMLSelectElement ? '' : source.placeholder;
    const look = shown === '' ? getComputedStyle(source, '::placeholder') : style;
    const inside = make('g');
    const top = Number.parseFloat(style.borderTopWidth) + Number.parseFloat(style.paddingTop);
    const high = Number.parseFloat(style.lineHeight) || box.height;
    (shown === '' ? hint : shown).split('\n').forEach((line, at) => {
      // A field of one line has it in its middle.
      const row = source instanceof HTMLTextAreaElement ? { y: box.y + top + at * high, height: high } : box;
      paintLine(inside, line, { ...box, ...row, x: box.x + left }, look);
    });
    const frame = make('clipPath');
    frame.append(make('rect', { ...box }));
    inside.setAttribute('clip-path', this.#definitions.add(frame));
    into.append(inside);
  }
}

/** Also not where what it is in is folded away. */
function isShown(source: Element): boolean {
  return getComputedStyle(source).display === 'contents' || source.checkVisibility();
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function isField(element: Element): element is Field {
  return (
    element instanceof HTMLInputElement ||
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement
  );
}

/** `.visually-hidden`: one pixel, cut. */
function isTextOnlyForReaders({ width, height }: DOMRect, style: CSSStyleDeclaration): boolean {
  return width <= 1 && height <= 1 && style.position === 'absolute';
}

function levelOf(element: Element): number {
  const { position, zIndex } = getComputedStyle(element);
  if (position === 'static') return 0;
  const level = Number(zIndex);
  // What sticks lies above what scrolls under it.
  return Number.isNaN(level) ? (position === 'sticky' ? 0.5 : 0) : level;
}

function intersection(a: DOMRect, b: DOMRect): DOMRect {
  const left = Math.max(a.left, b.left);
  const top = Math.max(a.top, b.top);
  return new DOMRect(
    left,
    top,
    Math.max(0, Math.min(a.right, b.right) - left),
    Math.max(0, Math.min(a.bottom, b.bottom) - top),
  );
}
