/** A drawing of the page as a drawing of its own: what style sheets say of it becomes attributes, which every program reads. */
import { paintOf, round, setPaint } from './colour.ts';
import { type Definitions, make, SVG, type SvgTag, xmlText } from './svg-element.ts';

const DRAWN: ReadonlySet<string> = new Set(['g', 'svg', 'rect', 'path', 'line', 'circle', 'text', 'tspan']);
/** Attributes of geometry. All others are looked up as styles, or are for the page only (roles, labels, ids). */
const KEPT = [
  ...['x', 'y', 'width', 'height', 'rx', 'ry', 'd', 'x1', 'y1', 'x2', 'y2', 'cx', 'cy', 'r', 'transform', 'viewBox'],
  ...['preserveAspectRatio', 'textLength', 'lengthAdjust', 'dx', 'dy'],
];

/** The copy; null where nothing of it can be seen. The drawing must be in the page. */
export function copySvg(source: SVGElement, definitions: Definitions): SVGElement | null {
  const tag = source.tagName;
  if (!DRAWN.has(tag) || source.getAttribute('display') === 'none') return null;
  const style = getComputedStyle(source);
  if (style.display === 'none' || style.visibility === 'hidden' || Number(style.opacity) === 0) return null;
  const copy = document.createElementNS(SVG, tag) as SVGElement;
  for (const name of KEPT) {
    const value = source.getAttribute(name);
    if (value !== null) copy.setAttribute(name, value);
  }
  if (Number(style.opacity) < 1) copy.setAttribute('opacity', String(round(Number(style.opacity))));
  if (tag === 'g' || tag === 'svg') return copyGroup(source, copy, definitions);
  if (tag === 'text') copyText(source, copy, style);
  const visible = copyPaint(source, copy, style, definitions);
  return visible ? copy : null;
}

function copyGroup(source: SVGElement, copy: SVGElement, definitions: Definitions): SVGElement | null {
  for (const child of source.children) {
    const inner = child instanceof SVGElement ? copySvg(child, definitions) : null;
    if (inner) copy.append(inner);
  }
  return copy.childNodes.length === 0 ? null : copy;
}

function copyText(source: SVGElement, copy: SVGElement, style: CSSStyleDeclaration): void {
  setFont(copy, style);
  if (source.childElementCount === 0) copy.textContent = xmlText(source.textContent ?? '');
  for (const child of source.children) {
    // Lines of one label: tspans without any inside.
    const line = document.createElementNS(SVG, 'tspan');
    for (const name of KEPT) {
      const value = child.getAttribute(name);
      if (value !== null) line.setAttribute(name, value);
    }
    const own = getComputedStyle(child);
    setFont(line, own);
    setPaint(line, 'fill', paintOf(own.fill));
    line.textContent = xmlText(child.textContent ?? '');
    copy.append(line);
  }
  if (style.textAnchor !== 'start') copy.setAttribute('text-anchor', style.textAnchor);
}

/** Whether anything of it is painted. */
function copyPaint(
  source: SVGElement,
  copy: SVGElement,
  style: CSSStyleDeclaration,
  definitions: Definitions,
): boolean {
  const pattern = patternOf(source, definitions);
  const fill = paintOf(style.fill);
  const stroke = paintOf(style.stroke);
  if (pattern === null && fill === null && stroke === null) return false;
  if (pattern !== null) copy.setAttribute('fill', pattern);
  else setPaint(copy, 'fill', fill);
  if (stroke === null) return true;
  setPaint(copy, 'stroke', stroke);
  const scale = strokeScale(source, style);
  copy.setAttribute('stroke-width', thin(style.strokeWidth, scale));
  if (style.strokeDasharray !== 'none') {
    const dashes = style.strokeDasharray.split(/[\s,]+/);
    copy.setAttribute('stroke-dasharray', dashes.map((dash) => thin(dash, scale)).join(' '));
  }
  if (style.strokeLinecap !== 'butt') copy.setAttribute('stroke-linecap', style.strokeLinecap);
  if (style.strokeLinejoin !== 'miter') copy.setAttribute('stroke-linejoin', style.strokeLinejoin);
  if (style.paintOrder !== 'normal') copy.setAttribute('paint-order', style.paintOrder);
  return true;
}

/** How much larger the page would draw a line that it keeps thin, whatever the zoom. Not every program knows `vector-effect`: a number they all do. */
function strokeScale(source: SVGElement, { vectorEffect }: CSSStyleDeclaration): number {
  if (vectorEffect !== 'non-scaling-stroke' || !(source instanceof SVGGraphicsElement)) return 1;
  const { a, b, c, d } = source.getCTM() ?? new DOMMatrix();
  return Math.sqrt(Math.abs(a * d - b * c)) || 1;
}

/** `length` as CSS says it, in units that are `scale` times as large. */
function thin(length: string, scale: number): string {
  return String(Math.round((Number.parseFloat(length) / scale) * 1000) / 1000);
}

const patterns = new WeakMap<Definitions, Map<string, string>>();

/** A pattern that the element is filled with, copied once for a picture. */
function patternOf(source: SVGElement, definitions: Definitions): string | null {
  const id = /^url\("?#([^")]+)"?\)$/.exec(source.getAttribute('fill') ?? '')?.[1];
  const pattern = id === undefined ? null : document.getElementById(id);
  if (id === undefined || !(pattern instanceof SVGPatternElement)) return null;
  const known = patterns.get(definitions) ?? new Map<string, string>();
  patterns.set(definitions, known);
  const made = known.get(id) ?? copyPattern(pattern, definitions);
  known.set(id, made);
  return made;
}

function copyPattern(pattern: SVGPatternElement, definitions: Definitions): string {
  const copy = make('pattern');
  for (const name of ['width', 'height', 'patternUnits', 'patternTransform']) {
    const value = pattern.getAttribute(name);
    if (value !== null && value !== '') copy.setAttribute(name, value);
  }
  for (const child of pattern.children) {
    const inner = child instanceof SVGElement ? copySvg(child, definitions) : null;
    if (inner) copy.append(inner);
  }
  return definitions.add(copy);
}

/** Family, size, weight and the rest, for `text`. */
export function setFont(element: SVGElement, style: CSSStyleDeclaration): void {
  element.setAttribute('font-family', style.fontFamily.replaceAll('"', "'"));
  element.setAttribute('font-size', String(Number.parseFloat(style.fontSize)));
  if (style.fontWeight !== '400') element.setAttribute('font-weight', style.fontWeight);
  if (style.fontStyle !== 'normal') element.setAttribute('font-style', style.fontStyle);
  if (style.letterSpacing !== 'normal') element.setAttribute('letter-spacing', style.letterSpacing.replace('px', ''));
  const features = style.fontFeatureSettings;
  if (features !== 'normal') element.setAttribute('style', `font-feature-settings:${features.replaceAll('"', "'")}`);
}

/** The tags that a picture may have. */
export const TAGS: readonly (SvgTag | 'circle' | 'tspan')[] = [
  ...(['svg', 'g', 'rect', 'path', 'line', 'text', 'defs', 'clipPath', 'pattern', 'style', 'title'] as const),
  ...(['circle', 'tspan'] as const),
];
