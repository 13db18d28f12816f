/**
 * Words that stay in view as long as what they name does: of a row that is higher than the drawing the priority, of a column that is wider the hook's name
 * would be out of sight.
 */
import type { HookMapGeometry, TextItem } from '../layout/hook-map-geometry.ts';
import { measureInter } from '../layout/inter-metrics.ts';

interface Words {
  readonly elements: readonly Element[];
  /** Pixels of the map along one direction: where the words begin, and how far they may go. */
  readonly start: number;
  readonly most: number;
  /** How far they have gone. */
  shift: number;
}

export interface StickyWords {
  /** Moves words to `left` and `top` (pixels of the map) that would be before them. Touches only what has to move. O(rows + columns). */
  readonly stick: (left: number, top: number) => void;
}

/** Of what was just drawn into `container`. */
export function stickyWords(container: SVGSVGElement, geometry: HookMapGeometry): StickyWords {
  const rows = rowWords(container, geometry);
  const hooks = hookWords(container, geometry);
  for (const { elements } of [...rows, ...hooks]) for (const element of elements) put(element, 0, 0);
  return {
    stick: (left, top) => {
      for (const words of rows) move(words, top, (element, shift) => put(element, 0, shift));
      for (const words of hooks) move(words, left, (element, shift) => put(element, shift, 0));
    },
  };
}

function move(words: Words, edge: number, to: (element: Element, shift: number) => void): void {
  const shift = Math.min(words.most, Math.max(0, edge - words.start));
  if (Math.abs(shift - words.shift) < 0.05) return;
  words.shift = shift;
  for (const element of words.elements) to(element, shift);
}

function put(element: Element, x: number, y: number): void {
  const moved = x !== 0 || y !== 0;
  if (moved) element.setAttribute('transform', `translate(${x} ${y})`);
  else element.removeAttribute('transform');
  // A line may run where they are now.
  element.classList.toggle('hm-stuck', moved);
}

/** The same texts that hook-map-ground.ts puts on the axis, in the same order. */
function rowWords(container: SVGSVGElement, { rows, metro }: HookMapGeometry): Words[] {
  const texts = [...container.querySelectorAll(':scope > g.hm-axis > g.hm-texts > text')];
  const air = 6 * metro.scale;
  let at = 0;
  return rows.flatMap(({ y, height, texts: all }) => {
    const words = all.filter(({ role }) => role !== 'empty-row');
    if (words.length === 0) return [];
    const elements = texts.slice(at, at + words.length);
    at += words.length;
    const start = Math.min(...words.map((word) => word.y - word.size)) - air;
    const end = Math.max(...words.map((word) => word.y)) + air;
    return [{ elements, start, most: Math.max(0, y + height - end), shift: 0 }];
  });
}

function hookWords(container: SVGSVGElement, { metro, columns }: HookMapGeometry): Words[] {
  const texts = container.querySelectorAll(':scope > g.hm-strip > g.hm-metro > g.hm-texts > text');
  const air = 6 * metro.scale;
  return metro.texts.flatMap((word: TextItem, at) => {
    const element = texts[at];
    const own = columns.filter(({ hook }) => hook === word.text);
    const [column] = own;
    // One name for the columns of several devices is no column's.
    if (word.role !== 'hook' || !element || !column || own.length > 1) return [];
    const end = word.x + measureInter(word.text, word.size, 650) + 2 * air;
    return [{ elements: [element], start: word.x - air, most: Math.max(0, column.x + column.width - end), shift: 0 }];
  });
}
