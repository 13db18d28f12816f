/** SVG elements for pictures: made one by one, never from markup, so that a name from a dump can only ever become text. */
import { round } from './colour.ts';

export const SVG = 'http://www.w3.org/2000/svg';

export type SvgTag =
  | 'svg'
  | 'g'
  | 'rect'
  | 'path'
  | 'line'
  | 'text'
  | 'defs'
  | 'clipPath'
  | 'pattern'
  | 'style'
  | 'title';

export function make(tag: SvgTag, attributes: Readonly<Record<string, string | number>> = {}): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes))
    element.setAttribute(name, typeof value === 'number' ? String(round(value)) : value);
  return element;
}

/**
 * Characters that XML cannot have, not even escaped, as the sign for what cannot be shown: a dump may hold any of them.
 */
export function xmlText(text: string): string {
  let clean = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const allowed =
      code === 9 || code === 10 || code === 13 || (code >= 0x20 && code < 0xd800) || (code >= 0xe000 && code < 0xfffe);
    clean += allowed || code >= 0x10000 ? character : '\ufffd';
  }
  return clean;
}

/** What all parts of one picture share: definitions, and names for them. */
export class Definitions {
  readonly element = make('defs');
  #count = 0;

  /** Adds a definition; gives the reference to it. */
  add(element: SVGElement): string {
    const id = `d${++this.#count}`;
    element.setAttribute('id', id);
    this.element.append(element);
    return `url(#${id})`;
  }
}
