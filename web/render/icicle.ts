/** The jump tree drawn: areas in the owners' tints, each with a spine in its fill, combs with teeth, and words where there is room for a line. */
import type { Cell } from '../layout/icicle.ts';
import { measureInter, type Weight } from '../layout/inter-metrics.ts';
import { fitName } from '../layout/text-fit.ts';
import type { Pen } from './pen.ts';

export interface CellLook {
  readonly fill: string;
  readonly tint: string;
  /** Stripes of the spine: the unknown owner's hatch; null for the others. */
  readonly hatch: string | null;
  /** Bars of the spine: another owner has the same colour. */
  readonly bars: string | null;
  readonly dimmed: boolean;
}

export interface CellWords {
  readonly title: string;
  readonly detail: string;
}

export interface IcicleColours {
  readonly surface: string;
  readonly ink: string;
  readonly quiet: string;
}

export interface IciclePicture {
  readonly cells: readonly Cell[];
  /** Where each column begins, and the last one ends. */
  readonly edges: readonly number[];
  readonly colours: IcicleColours;
  readonly lookOf: (cell: Cell) => CellLook;
  readonly wordsOf: (cell: Cell) => CellWords;
  readonly isHovered: (cell: Cell) => boolean;
  readonly isSelected: (cell: Cell) => boolean;
  readonly isFocused: (cell: Cell) => boolean;
}

/** Pixels: room for one line of text, and for two. */
export const ONE_LINE = 13;
export const TWO_LINES = 36;
/** Pixels: cells higher than this are areas, on a weaker ground. */
const AREA = 60;
/** Pixels between columns. */
const BETWEEN = 5;
const SPINE = 3;
/** Pixels: teeth of a comb stand no closer. */
const TOOTH = 4;
const TITLE = { size: 11, weight: 500 } as const;
const DETAIL = { size: 10.5, weight: 400 } as const;
const PADDING = 5;

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a cell of a column is drawn. */
export function placeOf(cell: Cell, edges: readonly number[]): Place {
  const x = edges[cell.depth] ?? 0;
  const end = edges[cell.depth + 1] ?? x;
  return { x, y: cell.y, width: Math.max(TOOTH, end - x - BETWEEN), height: cell.height };
}

/** Cost: linear in the cells. */
export function drawIcicle(pen: Pen, picture: IciclePicture): void {
  for (const cell of picture.cells) drawCell(pen, picture, cell);
  // Outlines lie above the neighbours.
  for (const cell of picture.cells) {
    const { x, y, width, height } = placeOf(cell, picture.edges);
    if (picture.isSelected(cell)) pen.frame(x, y, width, height, picture.colours.ink, Math.min(2.2, height / 2));
    if (picture.isFocused(cell)) {
      pen.frame(x - 1, y - 1, width + 2, height + 2, picture.colours.surface, 4);
      pen.frame(x - 1, y - 1, width + 2, height + 2, picture.colours.ink, 2);
    }
  }
}

function drawCell(pen: Pen, picture: IciclePicture, cell: Cell): void {
  const place = placeOf(cell, picture.edges);
  const look = picture.lookOf(cell);
  const { x, y, width, height } = place;
  const alpha = look.dimmed ? 0.42 : 1;
  pen.rect(x, y, width, height, look.tint, alpha * (cell.kind !== 'comb' && height > AREA ? 0.62 : 1), 2);
  if (picture.isHovered(cell)) pen.rect(x, y, width, height, look.fill, 0.26, 2);
  drawSpine(pen, look, place, alpha);
  if (cell.kind === 'comb') drawTeeth(pen, picture.colours.surface, place, cell.chains);
  if (height >= ONE_LINE) drawWords(pen, picture, cell, place);
}

function drawSpine(pen: Pen, { fill, hatch, bars }: CellLook, { x, y, height }: Place, alpha: number): void {
  pen.rect(x, y, SPINE, height, fill, alpha);
  if (hatch !== null) pen.hatch(x, y, SPINE, height, hatch);
  if (bars !== null) for (let at = y; at < y + height - 1; at += 4) pen.rect(x, at, SPINE, 1, bars);
}

/** One tooth per chain as long as a tooth can be seen. */
function drawTeeth(pen: Pen, ground: string, { x, y, width, height }: Place, chains: number): void {
  const tooth = Math.max(TOOTH, height / chains);
  for (let at = y + tooth; at < y + height - 1; at += tooth) pen.rect(x, at - 1, width, 1, ground);
}

function drawWords(pen: Pen, { colours, wordsOf }: IciclePicture, cell: Cell, place: Place): void {
  const { title, detail } = wordsOf(cell);
  const { x, y, width, height } = place;
  const two = height >= TWO_LINES;
  const inside = width - SPINE - 2 * PADDING - (cell.kind === 'comb' ? 8 : 0);
  const titles = fitted(title, inside, TITLE.size, TITLE.weight);
  if (titles === null) return;
  const details = two ? fitted(detail, inside, DETAIL.size, DETAIL.weight) : null;
  let left = x + SPINE + PADDING;
  let top = two ? y + 4 : y + (height - 14) / 2;
  if (cell.kind === 'comb') {
    // On a ground of its own: teeth cannot be written on.
    const widest = Math.max(
      measureInter(titles, TITLE.size, TITLE.weight),
      details === null ? 0 : measureInter(details, DETAIL.size, DETAIL.weight),
    );
    if (two) top += 3;
    pen.rect(left - 1, top - (two ? 2 : 0), widest + 10, details === null ? 14 : 33, colours.surface, 1, 2);
    left += 4;
  }
  pen.text(left, top + 11, titles, { ...TITLE, fill: colours.ink });
  if (details !== null) pen.text(left, top + 25.5, details, { ...DETAIL, fill: colours.quiet });
}

function fitted(text: string, width: number, size: number, weight: Weight): string | null {
  return text === '' ? null : fitName(text, width, size, weight, measureInter);
}

/** The picture as it is while it grows out of, or shrinks into, a cell of another one: all of it inside of `place`. */
export function squeezed(
  { cells, edges }: Pick<IciclePicture, 'cells' | 'edges'>,
  whole: { readonly width: number; readonly height: number },
  place: Place,
): Pick<IciclePicture, 'cells' | 'edges'> {
  const down = place.height / whole.height;
  const across = place.width / whole.width;
  return {
    cells: cells.map((cell) => ({ ...cell, y: place.y + cell.y * down, height: cell.height * down })),
    edges: edges.map((edge) => place.x + edge * across),
  };
}
