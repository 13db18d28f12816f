/** Text of the page as SVG text: each line where the browser broke it, as wide as the browser made it. */
import { paintOf, setPaint } from './colour.ts';
import type { Box } from './paint-box.ts';
import { setFont } from './svg-copy.ts';
import { make, xmlText } from './svg-element.ts';

interface Line {
  text: string;
  left: number;
  right: number;
  readonly top: number;
  readonly height: number;
}

/** @param origin the picture's corner, in the window */
export function paintText(into: SVGElement, node: Text, style: CSSStyleDeclaration, origin: Box): void {
  const paint = paintOf(style.color);
  if (!paint || node.data.trim() === '') return;
  const fitting = ellipsis(node, style);
  for (const line of fitting ?? linesOf(node, style)) {
    const x = line.left - origin.x;
    const y = line.top - origin.y;
    into.append(textElement(line.text, x, y, line.right - line.left, line.height, style));
  }
}

/** Text that is none of the document's own: a field's value. */
export function paintLine(into: SVGElement, text: string, box: Box, style: CSSStyleDeclaration): void {
  if (text !== '') into.append(textElement(text, box.x, box.y, null, box.height, style));
}

function textElement(
  text: string,
  x: number,
  top: number,
  width: number | null,
  height: number,
  style: CSSStyleDeclaration,
): SVGElement {
  const { ascent, descent } = metrics(style);
  const element = make('text', { x, y: top + (height - ascent - descent) / 2 + ascent });
  setFont(element, style);
  setPaint(element, 'fill', paintOf(style.color));
  if (style.whiteSpaceCollapse === 'preserve' || style.whiteSpace.startsWith('pre'))
    element.setAttribute('xml:space', 'preserve');
  // Where the fonts of the picture are not read, another one keeps the place.
  if (width !== null && text.length > 1) {
    element.setAttribute('textLength', width.toFixed(2));
    element.setAttribute('lengthAdjust', 'spacingAndGlyphs');
  }
  if (style.textDecorationLine.includes('underline')) element.setAttribute('text-decoration', 'underline');
  if (style.textDecorationLine.includes('line-through')) element.setAttribute('text-decoration', 'line-through');
  element.textContent = xmlText(text);
  return element;
}

const known = new Map<string, { readonly ascent: number; readonly descent: number }>();
let context: CanvasRenderingContext2D | null = null;

/** Of the font's own box, in pixels. */
function metrics(style: CSSStyleDeclaration): { readonly ascent: number; readonly descent: number } {
  const font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  let found = known.get(font);
  if (found) return found;
  context ??= document.createElement('canvas').getContext('2d');
  const size = Number.parseFloat(style.fontSize);
  found = { ascent: size * 0.97, descent: size * 0.24 };
  if (context) {
    context.font = font;
    const measured = context.measureText('Hg');
    found = { ascent: measured.fontBoundingBoxAscent, descent: measured.fontBoundingBoxDescent };
  }
  known.set(font, found);
  return found;
}

function rectOf(node: Text, from: number, to: number): DOMRect {
  const range = document.createRange();
  range.setStart(node, from);
  range.setEnd(node, to);
  return range.getBoundingClientRect();
}

/** What the browser shows of a text that it cut with an ellipsis; null where it cut nothing. */
function ellipsis(node: Text, style: CSSStyleDeclaration): Line[] | null {
  const { parentElement: parent } = node;
  if (!parent || style.textOverflow !== 'ellipsis' || parent.scrollWidth <= parent.clientWidth) return null;
  const room = parent.getBoundingClientRect().right - Number.parseFloat(style.fontSize) * 0.8;
  const text = node.data;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (rectOf(node, 0, middle).right <= room) low = middle;
    else high = middle - 1;
  }
  const all = rectOf(node, 0, text.length);
  if (low === text.length || all.width === 0) return null;
  const shown = rectOf(node, 0, Math.max(1, low));
  const right = shown.right + Number.parseFloat(style.fontSize) * 0.7;
  return [{ text: `${text.slice(0, low)}…`, left: shown.left, right, top: shown.top, height: shown.height }];
}

/** Words that stand at one height are one line. */
function linesOf(node: Text, style: CSSStyleDeclaration): Line[] {
  const { data } = node;
  const keeps = style.whiteSpaceCollapse === 'preserve' || style.whiteSpace.startsWith('pre');
  const lines: Line[] = [];
  let end = -1;
  for (const word of data.matchAll(keeps ? /[^\n]+/g : /\S+/g)) {
    const from = word.index;
    const to = from + word[0].length;
    const rect = rectOf(node, from, to);
    if (rect.width === 0) continue;
    const last = lines.at(-1);
    if (last && Math.abs(last.top - rect.top) < 2) {
      last.text += (keeps ? data.slice(end, from) : ' ') + word[0];
      last.right = rect.right;
    } else if (rect.height > 1.7 * Number.parseFloat(style.lineHeight || '0') && word[0].length > 1) {
      lines.push(...broken(node, from, to));
    } else lines.push({ text: word[0], left: rect.left, right: rect.right, top: rect.top, height: rect.height });
    end = to;
  }
  return lines;
}

/** A word that the browser broke: character by character. */
function broken(node: Text, from: number, to: number): Line[] {
  const lines: Line[] = [];
  for (let at = from; at < to; at++) {
    const rect = rectOf(node, at, at + 1);
    const last = lines.at(-1);
    if (last && Math.abs(last.top - rect.top) < 2) {
      last.text += node.data[at] ?? '';
      last.right = rect.right;
    } else {
      lines.push({
        text: node.data[at] ?? '',
        left: rect.left,
        right: rect.right,
        top: rect.top,
        height: rect.height,
      });
    }
  }
  return lines;
}
