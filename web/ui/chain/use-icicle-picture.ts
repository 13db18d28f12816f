/** Keeps the icicle's canvas drawn: after each change of what is shown, of what is pointed at, of the theme; and while a picture grows out of a cell. */
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Cell } from '../../layout/icicle.ts';
import type { Zoom } from '../../layout/icicle-zoom.ts';
import { type CellLook, drawIcicle, type IciclePicture, placeOf, squeezed } from '../../render/icicle.ts';
import { drawCanvas } from '../../render/pen.ts';
import type { CallTree, OwnerOverview } from '../../worker/protocol.ts';
import { lookOf, useOwners } from '../inspector/owners.tsx';
import { useStore } from '../use-store.ts';
import { readColours, type TreeColours, watchColours } from './cell-looks.ts';
import { cellWords, isSelected, shortName } from './cell-words.ts';
import { sameFocus } from './tree-zoom.ts';

/** What is drawn of a layout: the columns that there is room for. */
export interface Drawn {
  readonly cells: readonly Cell[];
  readonly edges: readonly number[];
  readonly height: number;
}

export interface PictureInput {
  readonly host: RefObject<HTMLElement | null>;
  readonly tree: CallTree;
  readonly picture: Drawn;
  readonly width: number;
  readonly zoom: Zoom;
  readonly hovered: string | null;
  readonly focused: string | null;
}

/** Milliseconds: the layout's motion. */
const MOTION = 240;

export function useIciclePicture(input: PictureInput): RefObject<HTMLCanvasElement | null> {
  const { host, tree, picture, width, zoom, hovered, focused } = input;
  const canvas = useRef<HTMLCanvasElement>(null);
  const owners = useOwners();
  const selection = useStore((state) => state.selection);
  const dimmed = useStore((state) => state.dimmed);
  const pointed = useStore(({ hover }) => (hover?.kind === 'chain' ? hover.chain : null));
  const [theme, setTheme] = useState(0);
  useEffect(() => watchColours(() => setTheme((version) => version + 1)), []);
  const before = useRef<{ readonly picture: Drawn; readonly zoom: Zoom } | null>(null);
  const motion = useRef(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours
  useLayoutEffect(() => {
    const element = canvas.current;
    if (!element || !host.current || width <= 0) return;
    const frame = host.current;
    const byKey = new Map(picture.cells.map((cell) => [cell.key, cell]));
    const states: CellStates = {
      wordsOf: (cell) => {
        const words = cellWords(cell, lookOf(owners, cell.owner).short, tree.measure);
        return cell.kind === 'chain' ? { ...words, title: shortName(cell, byKey.get(cell.parent ?? '')) } : words;
      },
      isHovered: (cell) => cell.key === hovered || (cell.kind === 'chain' && cell.chain === pointed),
      isSelected: (cell) => isSelected(cell, selection),
      isFocused: (cell) => cell.key === focused,
    };
    const { height } = picture;
    const show = (part: number, moving: Moving | null): void =>
      drawCanvas(element, width, height, getComputedStyle(frame).fontFamily, (pen) => {
        // As they are when it is drawn: a picture for a file may have another theme.
        const look = { ...states, ...looksIn(readColours(frame), owners, dimmed) };
        if (moving === null || part >= 1) {
          drawIcicle(pen, { ...picture, ...look });
          return;
        }
        drawIcicle(pen, { ...moving.below, ...look });
        const place = between(moving.cell, { x: 0, y: 0, width, height }, moving.out ? 1 - part : part);
        pen.rect(place.x, place.y, place.width, place.height, look.colours.surface);
        drawIcicle(pen, { ...squeezed(moving.above, { width, height }, place), ...look });
      });
    const moving = movingBetween(before.current, { picture, zoom });
    before.current = { picture, zoom };
    cancelAnimationFrame(motion.current);
    if (moving === null || matchMedia('(prefers-reduced-motion: reduce)').matches) {
      show(1, null);
      return;
    }
    const start = performance.now();
    const step = (now: number): void => {
      const part = Math.min(1, Math.max(0, (now - start) / MOTION));
      show(1 - (1 - part) ** 3, moving);
      if (part < 1) motion.current = requestAnimationFrame(step);
    };
    step(start);
    return () => cancelAnimationFrame(motion.current);
  }, [tree, picture, width, zoom, hovered, focused, pointed, selection, dimmed, owners, theme]);
  return canvas;
}

type CellStates = Pick<IciclePicture, 'wordsOf' | 'isHovered' | 'isSelected' | 'isFocused'>;

function looksIn(
  colours: TreeColours,
  owners: readonly OwnerOverview[],
  dimmed: readonly string[],
): Pick<IciclePicture, 'colours' | 'lookOf'> {
  const known = new Map<string, CellLook>();
  return {
    colours,
    lookOf: ({ owner }) => {
      const found = known.get(owner);
      if (found) return found;
      const { slot, barred } = lookOf(owners, owner);
      const { fill, tint, on, hatch } = colours.slot(slot);
      const own = { fill, tint, hatch: slot === 'unknown' ? hatch : null, bars: barred ? on : null };
      const look = { ...own, dimmed: dimmed.includes(owner) };
      known.set(owner, look);
      return look;
    },
  };
}

interface Moving {
  readonly below: Drawn;
  readonly above: Drawn;
  /** Where the upper one comes from, or goes to. */
  readonly cell: Place;
  readonly out: boolean;
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A picture grows out of the cell that was its place in the one before, or shrinks into it; null where neither is a part of the other. */
function movingBetween(
  before: { readonly picture: Drawn; readonly zoom: Zoom } | null,
  now: { readonly picture: Drawn; readonly zoom: Zoom },
): Moving | null {
  if (!before || sameFocus(before.zoom, now.zoom)) return null;
  const into = cellOf(before.picture, now.zoom);
  if (into) return { below: before.picture, above: now.picture, cell: placed(before.picture, into), out: false };
  const from = cellOf(now.picture, before.zoom);
  return from ? { below: now.picture, above: before.picture, cell: placed(now.picture, from), out: true } : null;
}

/** The cell, other than one that fills the picture, whose whole `zoom` shows. */
function cellOf({ cells }: Drawn, zoom: Zoom): Cell | null {
  const key = zoom.segment === null ? null : [zoom.segment, ...zoom.path].join('/');
  return cells.find((cell) => (cell.depth > 0 || cell.kind === 'segment' ? cell.key === key : false)) ?? null;
}

/** To the right edge: what the cell calls grows with it. */
function placed({ edges }: Drawn, cell: Cell): Place {
  const { x, y, height } = placeOf(cell, edges);
  return { x, y, width: (edges.at(-1) ?? x) - x, height };
}

function between(from: Place, to: Place, part: number): Place {
  const mix = (a: number, b: number): number => a + (b - a) * part;
  return {
    x: mix(from.x, to.x),
    y: mix(from.y, to.y),
    width: mix(from.width, to.width),
    height: mix(from.height, to.height),
  };
}
