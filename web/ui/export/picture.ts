/** Pictures of the page as SVG text: the view as it is seen, and the slide. Fonts and colours are inside. */
import { fontFaces } from './fonts.ts';
import { type Painting, paintElement } from './paint.ts';
import { buildSlide } from './slide.ts';
import { make, xmlText } from './svg-element.ts';
import { inTheme, type PictureTheme } from './themed.ts';

export type PictureKind = 'view' | 'slide';

export interface PictureOptions {
  readonly kind: PictureKind;
  readonly theme: PictureTheme;
  /** Without a ground: for slides with one of their own. */
  readonly transparent: boolean;
  /** Says what it shows, to whoever cannot see it. */
  readonly title: string;
}

export interface Picture {
  /** A whole document. */
  readonly svg: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** What of the page is the view, without the bars and the panels beside it: the first of these that is there. */
const VIEWS = ['.cost-page', '.view', '.phone-main', '.work'];

/** Throws where there is nothing to draw. */
export function makePicture({ kind, theme, transparent, title }: PictureOptions): Picture {
  const slide = kind === 'slide' ? buildSlide() : null;
  const root = slide ?? viewElement();
  if (!root) throw new Error('there is no view to draw');
  try {
    return inTheme(theme, () => assemble(paintElement(root), title, transparent), transparent);
  } finally {
    slide?.remove();
  }
}

function viewElement(): HTMLElement | null {
  for (const selector of VIEWS) {
    const found = document.querySelector<HTMLElement>(selector);
    if (found) return found;
  }
  return null;
}

function assemble({ element, width, height }: Painting, title: string, transparent: boolean): Picture {
  const svg = make('svg', { width, height, viewBox: `0 0 ${width} ${height}` });
  const name = make('title');
  name.textContent = xmlText(title);
  const style = make('style');
  style.textContent = fontFaces(element);
  svg.append(name, style);
  if (!transparent) {
    const ground = getComputedStyle(document.documentElement).getPropertyValue('--canvas').trim();
    svg.append(make('rect', { width, height, fill: ground }));
  }
  svg.append(element);
  return {
    svg: `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(svg)}\n`,
    width,
    height,
  };
}
