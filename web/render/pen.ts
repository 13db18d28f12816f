/** What a drawing needs of a surface, so that one function draws on a canvas for the screen and into SVG for a picture. Pixels; text by its baseline. */
import type { Weight } from '../layout/inter-metrics.ts';

export interface PenText {
  readonly size: number;
  readonly weight: Weight;
  readonly fill: string;
}

export interface Pen {
  rect(x: number, y: number, width: number, height: number, fill: string, alpha?: number, radius?: number): void;
  /** A frame inside of these edges. */
  frame(x: number, y: number, width: number, height: number, stroke: string, line: number): void;
  /** Stripes at 45 degrees over a rectangle. */
  hatch(x: number, y: number, width: number, height: number, stroke: string): void;
  text(x: number, y: number, text: string, look: PenText): void;
}

/** Pixels between two stripes of a hatch, and their width: as those of the owners' chips. */
export const HATCH = { step: 5, line: 1.5 };

/** How a canvas was drawn: for pictures, which have no pixels. */
const drawings = new WeakMap<HTMLCanvasElement, (pen: Pen) => void>();

/** Draws on the canvas, `width` by `height` CSS pixels, sharp on any screen, and remembers how. */
export function drawCanvas(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  font: string,
  draw: (pen: Pen) => void,
): void {
  const ratio = devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  drawings.set(canvas, draw);
  const context = canvas.getContext('2d');
  if (!context) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  draw(canvasPen(context, font));
}

/** What `drawCanvas` drew last; null for a canvas of somebody else. */
export function drawingOf(canvas: HTMLCanvasElement): ((pen: Pen) => void) | null {
  return drawings.get(canvas) ?? null;
}

function canvasPen(context: CanvasRenderingContext2D, font: string): Pen {
  return {
    rect: (x, y, width, height, fill, alpha = 1, radius = 0) => {
      context.globalAlpha = alpha;
      context.fillStyle = fill;
      if (radius > 0 && height > 2 * radius) {
        context.beginPath();
        context.roundRect(x, y, width, height, radius);
        context.fill();
      } else context.fillRect(x, y, width, height);
      context.globalAlpha = 1;
    },
    frame: (x, y, width, height, stroke, line) => {
      context.strokeStyle = stroke;
      context.lineWidth = line;
      context.strokeRect(x + line / 2, y + line / 2, width - line, height - line);
    },
    hatch: (x, y, width, height, stroke) => {
      context.save();
      context.beginPath();
      context.rect(x, y, width, height);
      context.clip();
      context.beginPath();
      const step = HATCH.step * Math.SQRT2;
      for (let at = y - width; at < y + height; at += step) {
        context.moveTo(x, at + width);
        context.lineTo(x + width, at);
      }
      context.strokeStyle = stroke;
      context.lineWidth = HATCH.line;
      context.stroke();
      context.restore();
    },
    text: (x, y, text, { size, weight, fill }) => {
      context.font = `${weight} ${size}px ${font}`;
      context.fillStyle = fill;
      context.fillText(text, x, y);
    },
  };
}
