/** What the page draws on a canvas, drawn as SVG: the same strokes, as shapes and text. */
import { HATCH, type Pen } from '../../render/pen.ts';
import { paintOf, setPaint } from './colour.ts';
import type { Box } from './paint-box.ts';
import { type Definitions, make, xmlText } from './svg-element.ts';

/** @param place where the canvas is in the picture */
export function svgPen(into: SVGElement, place: Box, font: string, definitions: Definitions): Pen {
  const x0 = place.x;
  const y0 = place.y;
  return {
    rect: (x, y, width, height, fill, alpha = 1, radius = 0) => {
      const rect = make('rect', { x: x0 + x, y: y0 + y, width, height });
      if (radius > 0 && height > 2 * radius) rect.setAttribute('rx', String(radius));
      const paint = paintOf(fill);
      setPaint(rect, 'fill', paint && { ...paint, alpha: paint.alpha * alpha });
      into.append(rect);
    },
    frame: (x, y, width, height, stroke, line) => {
      const half = line / 2;
      const size = { width: Math.max(0, width - line), height: Math.max(0, height - line) };
      const rect = make('rect', { x: x0 + x + half, y: y0 + y + half, ...size, fill: 'none', 'stroke-width': line });
      setPaint(rect, 'stroke', paintOf(stroke));
      into.append(rect);
    },
    hatch: (x, y, width, height, stroke) => {
      const pattern = make('pattern', { width: HATCH.step, height: HATCH.step, patternUnits: 'userSpaceOnUse' });
      pattern.setAttribute('patternTransform', 'rotate(45)');
      const stripe = make('rect', { width: HATCH.line, height: HATCH.step });
      setPaint(stripe, 'fill', paintOf(stroke));
      pattern.append(stripe);
      into.append(make('rect', { x: x0 + x, y: y0 + y, width, height, fill: definitions.add(pattern) }));
    },
    text: (x, y, text, { size, weight, fill }) => {
      const element = make('text', { x: x0 + x, y: y0 + y, 'font-size': size, 'font-weight': weight });
      element.setAttribute('font-family', font);
      setPaint(element, 'fill', paintOf(fill));
      element.textContent = xmlText(text);
      into.append(element);
    },
  };
}
