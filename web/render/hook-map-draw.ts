/** Helpers of the hook map's drawing: layers, texts and attributes that D3's joins share. */
import type { BaseType, Selection } from 'd3';
import type { Rect, TextItem } from '../layout/hook-map-geometry.ts';

export type Node<E extends BaseType = SVGGElement> = Selection<E, unknown, BaseType, unknown>;

/** The group `hm-<name>` of `parent`, made when it is missing. */
export function layer(parent: Node<SVGSVGElement> | Node, name: string): Node {
  const known = (parent as Node).selectChildren<SVGGElement, string>(`g.hm-${name}`).data([name]);
  return known.join((enter) => enter.append('g').attr('class', `hm-${name}`)) as unknown as Node;
}

/** `text` children of each node of `parent`. */
export function drawTexts<D>(
  parent: Selection<SVGGElement, D, BaseType, unknown>,
  items: (d: D) => readonly TextItem[],
): void {
  parent
    .selectChildren<SVGTextElement, TextItem>('text')
    .data(items as (d: D) => TextItem[])
    .join((enter) => enter.append('text').attr('aria-hidden', 'true'))
    .each(function (item) {
      put(this, 'class', `hm-text hm-${item.role} hm-${item.anchor}`);
      put(this, 'x', String(item.x));
      put(this, 'y', String(item.y));
      put(this, 'font-size', String(item.size));
      if (item.squeeze === undefined) this.removeAttribute('textLength');
      else {
        put(this, 'textLength', String(item.squeeze));
        put(this, 'lengthAdjust', 'spacingAndGlyphs');
      }
      if (this.textContent !== item.text) this.textContent = item.text;
    });
}

/**
 * Texts are decoration to screen readers: what they say is in the labels of the buttons and in the outline beside the map.
 */
export function textGroup(parent: Node, items: readonly TextItem[], name = 'texts'): void {
  const group = parent
    .selectChildren<SVGGElement, readonly TextItem[]>(`g.hm-${name}`)
    .data([items])
    .join((enter) => enter.append('g').attr('class', `hm-${name}`));
  drawTexts(group as unknown as Selection<SVGGElement, readonly TextItem[], BaseType, unknown>, (list) => list);
}

/** Sets what differs: a browser lays out and paints anew whatever is set, even to what it was. */
export function put(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

export function setRect(element: SVGElement, rect: Rect): void {
  put(element, 'x', String(rect.x));
  put(element, 'y', String(rect.y));
  put(element, 'width', String(Math.max(0, rect.width)));
  put(element, 'height', String(Math.max(0, rect.height)));
}

export function setShown(element: SVGElement, shown: boolean): void {
  if (shown) element.removeAttribute('display');
  else put(element, 'display', 'none');
}

const SVG = 'http://www.w3.org/2000/svg';

export type Shape = readonly [
  tag: 'g' | 'path' | 'rect',
  attributes: Readonly<Record<string, string>>,
  ...inner: Shape[],
];

/** A subtree to be cloned for every new card, stripe or mark: faster than to append its elements one by one. */
export function mould(shape: Shape): { readonly clone: () => SVGGElement } {
  let first: SVGGElement | null = null;
  return {
    clone: () => {
      first ??= made(shape) as SVGGElement;
      return first.cloneNode(true) as SVGGElement;
    },
  };
}

function made([tag, attributes, ...inner]: Shape): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  for (const shape of inner) element.append(made(shape));
  return element;
}
