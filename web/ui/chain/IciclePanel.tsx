/**
 * The icicle's picture with what can be done in it. It is drawn on a canvas; over each cell that can be told apart lies an invisible item of a tree, so
 * that keyboard and screen readers find the same cells at the same places.
 */
import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type ReactElement,
  useEffect,
  useRef,
  useState,
} from 'react';
import type { Cell } from '../../layout/icicle.ts';
import { cellAt, panBy, type Zoom, zoomAt, zoomOut } from '../../layout/icicle-zoom.ts';
import type { CallTree } from '../../worker/protocol.ts';
import { openChain } from '../inspector/reveal.ts';
import { store } from '../use-store.ts';
import { IcicleItems, itemId } from './IcicleItems.tsx';
import { pinShownChain } from './shown-chain.ts';
import { treeKey, zoomKey } from './tree-keys.ts';
import { same, zoomInto } from './tree-zoom.ts';
import { type Drawn, useIciclePicture } from './use-icicle-picture.ts';
import { usePinch } from './use-pinch.ts';

/** Pixels: a pointer that moved less has clicked. */
const CLICK = 4;
/** Of one turn of the wheel. */
const WHEEL = 0.0022;
const STEP = 0.6;

export interface IciclePanelProps {
  readonly tree: CallTree;
  readonly picture: Drawn;
  readonly width: number;
  readonly zoom: Zoom;
  readonly onZoom: (zoom: Zoom) => void;
  /** What the pointer, or else the keyboard, is at. */
  readonly onTell: (cell: Cell | null) => void;
}

export function IciclePanel({ tree, picture, width, zoom, onZoom, onTell }: IciclePanelProps): ReactElement {
  const { cells, edges, height } = picture;
  const host = useRef<HTMLDivElement>(null);
  const [hovered, setHovered] = useState<string | null>(null);
  const [active, setActive] = useState<string | null>(null);
  const [focused, setFocused] = useState(false);
  const byKey = (key: string | null): Cell | null =>
    key === null ? null : (cells.find((cell) => cell.key === key) ?? null);
  const current = byKey(active) ?? cells[0] ?? null;
  const canvas = useIciclePicture({
    host,
    tree,
    picture,
    width,
    zoom,
    hovered,
    focused: focused ? (current?.key ?? null) : null,
  });
  const pressed = useRef<{ readonly x: number; readonly y: number; readonly zoom: Zoom; moved: boolean } | null>(null);
  const clicked = useRef<Cell | null>(null);

  const pointAt = ({ clientX, clientY }: { clientX: number; clientY: number }): { x: number; y: number } => {
    const box = host.current?.getBoundingClientRect();
    return { x: clientX - (box?.left ?? 0), y: clientY - (box?.top ?? 0) };
  };
  const goTo = (next: Zoom | null): void => {
    if (next && !same(next, zoom)) onZoom(next);
  };
  const enter = (cell: Cell, y: number): void => {
    selectCell(cell);
    setActive(cell.key);
    // What fills the picture already leads out again.
    goTo(cell.depth === 0 && same(cell.zoom, zoom) ? zoomOut(zoom) : zoomInto(cell, zoom, y, height));
  };
  const pinching = usePinch(host, (factor, clientY) => {
    if (pressed.current) pressed.current.moved = true;
    goTo(zoomAt(zoom, 1 / factor, pointAt({ clientX: 0, clientY }).y, height));
  });
  const onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0 || pinching.current) return;
    pressed.current = { ...pointAt(event), zoom, moved: false };
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (pinching.current) return;
    const point = pointAt(event);
    const from = pressed.current;
    if (from && (event.buttons & 1) !== 0) {
      from.moved ||= Math.abs(point.y - from.y) > CLICK;
      if (from.moved && from.zoom.to - from.zoom.from < 1) {
        host.current?.setPointerCapture(event.pointerId);
        goTo(panBy(from.zoom, from.y - point.y, height));
        return;
      }
    }
    hover(cellAt(cells, edges, point.x, point.y));
  };
  const hover = (cell: Cell | null): void => {
    if ((cell?.key ?? null) === hovered) return;
    setHovered(cell?.key ?? null);
    store.getState().setHover(cell && cell.kind === 'chain' ? { kind: 'chain', chain: cell.chain } : null);
  };
  const onClick = (event: MouseEvent): void => {
    const moved = pressed.current?.moved ?? false;
    pressed.current = null;
    // The second click of two lies on the picture that the first one made.
    if (moved || event.detail > 1) return;
    const { x, y } = pointAt(event);
    const cell = cellAt(cells, edges, x, y);
    clicked.current = cell;
    if (cell) enter(cell, y);
  };
  const onDoubleClick = (): void => {
    if (clicked.current) openCell(clicked.current);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!current || event.ctrlKey || event.metaKey || event.altKey) return;
    const middle = current.y + current.height / 2;
    const next = treeKey(event.key, cells, current);
    const way = zoomKey(event.key);
    if (next) {
      setActive(next.key);
    } else if (event.key === 'ArrowLeft') {
      const out = zoomOut(zoom);
      if (!out) return;
      onZoom(out);
    } else if (event.key === 'ArrowRight') {
      goTo(zoomInto(current, zoom, middle, height));
    } else if (way === 'open') openCell(current);
    else if (way === 'in') enter(current, middle);
    else if (way === 'whole') goTo({ ...zoom, segment: null, path: [], from: 0, to: 1 });
    else if (way === 'closer' || way === 'farther') {
      goTo(zoomAt(zoom, way === 'closer' ? STEP : 1 / STEP, middle, height));
    } else if (way === 'out') {
      const out = zoomOut(zoom);
      if (!out) return;
      goTo(out);
    } else return;
    event.preventDefault();
    event.stopPropagation();
    // From here on the keyboard is told, wherever the pointer was left.
    setFocused(true);
    hover(null);
  };
  useWheel(host, (turned, clientY) => {
    const { y } = pointAt({ clientX: 0, clientY });
    goTo(zoomAt(zoom, Math.exp(turned * WHEEL), y, height));
  });

  const told = byKey(hovered) ?? (focused ? current : null);
  useEffect(() => onTell(told), [told, onTell]);
  return (
    <div
      className="icicle"
      ref={host}
      role="tree"
      aria-labelledby="jump-tree"
      tabIndex={0}
      aria-activedescendant={current ? itemId(current) : undefined}
      style={{ height }}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerLeave={() => hover(null)}
      onClick={onClick}
      onDoubleClick={onDoubleClick}
      onFocus={(event) => setFocused(event.currentTarget.matches(':focus-visible'))}
      onBlur={() => setFocused(false)}
    >
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas without tabindex has no focus */}
      <canvas ref={canvas} aria-hidden="true" style={{ width, height }} />
      <IcicleItems tree={tree} cells={cells} edges={edges} zoom={zoom} current={current?.key ?? null} />
    </div>
  );
}

function selectCell(cell: Cell): void {
  // A comb is no one chain.
  if (cell.kind === 'comb') return;
  pinShownChain();
  store
    .getState()
    .select(
      cell.kind === 'segment'
        ? { kind: 'segment', chain: cell.chain, segment: cell.segment }
        : { kind: 'chain', chain: cell.chain },
      'tree',
    );
}

function openCell(cell: Cell): void {
  if (cell.kind === 'chain') openChain(cell.chain, 'tree');
  else selectCell(cell);
}

/** Not by React's handler, which may not keep the page from scrolling. */
function useWheel(host: React.RefObject<HTMLElement | null>, turn: (turned: number, clientY: number) => void): void {
  const latest = useRef(turn);
  latest.current = turn;
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const listen = (event: WheelEvent): void => {
      const frame = element.parentElement;
      // A picture that is higher than its frame is scrolled.
      if (frame && frame.scrollHeight > frame.clientHeight + 1 && !event.ctrlKey) return;
      event.preventDefault();
      latest.current(event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY, event.clientY);
    };
    element.addEventListener('wheel', listen, { passive: false });
    return () => element.removeEventListener('wheel', listen);
  }, [host]);
}
