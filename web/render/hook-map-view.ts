/**
 * Zoom, pan, pointer and keyboard of the hook map. Zooming only transforms groups; a new geometry is asked for when the level of detail
 * changes. The axis and the metro strip stay in view. No React and no store: what happens is told to the handlers.
 *
 * Keys: arrows along the packet's path and sideways within a row, Home and End, Space selects, Enter selects and opens a card or a jump in
 * place, Shift+Enter opens the chain view, + and - zoom, f fits, Escape selects nothing, the menu key (Shift+F10) asks what can be done.
 *
 * Longer than other files: pointer, keyboard, focus, zoom and paper all act on one transform and one focused target.
 */
import {
  type D3ZoomEvent,
  select,
  type ZoomBehavior,
  type ZoomTransform,
  zoom as zoomBehavior,
  zoomIdentity,
} from 'd3';
import type { HookMapGeometry, Rect } from '../layout/hook-map-geometry.ts';
import { firstScale } from '../layout/hook-map-room.ts';
import { onHold } from './hold.ts';
import { type HookMapState, renderHookMap, targetAt, targetsOf } from './hook-map.ts';
import { meets, playMoves } from './hook-map-move.ts';
import { canOpen, chainBehind, mapOf, movedBy, nudge, stepAt } from './hook-map-places.ts';
import { type StickyWords, stickyWords } from './hook-map-sticky.ts';
import { type Direction, type MapTarget, neighbour, type TargetEntry } from './hook-map-target.ts';

export interface HookMapHandlers {
  readonly onSelect: (target: MapTarget | null) => void;
  /** `at`: the target's place in the window, for a tooltip; null when nothing is pointed at. */
  readonly onHover: (target: MapTarget | null, label: string, at: DOMRect | null) => void;
  readonly onOpen: (chain: number) => void;
  /** A card or a jump in it is to be opened in place, or closed. */
  readonly onToggle?: (target: MapTarget) => void;
  /** Other open cards than before are in view: their chains. */
  readonly onView?: (chains: ReadonlySet<number>) => void;
  /** What can be done with it is asked for, at a place in the window, by a key or a pointer. Absent: the browser's own menu. */
  readonly onMenu?: (target: MapTarget, x: number, y: number, byKey: boolean) => void;
  /** A numbered dot of a packet's way was clicked. */
  readonly onStep?: (step: number) => void;
  /** The scale changed. Asks for a geometry of another level when it needs one. */
  readonly onZoom: (scale: number) => void;
  /** The map was drawn, moved or zoomed: where the metro strip now ends, in pixels from the top, and whether there is no room in it (the map goes on beyond the drawing's sides, or its last column is narrow). What floats over the map keeps out of its way. */
  readonly onStrip: (bottom: number, wide: boolean) => void;
}

export interface HookMapView {
  /**
   * Draws; the first geometry and every geometry of another size are fitted if the user has not moved the map. `base`: the scale at which it is
   * meant to be looked at (layout/hook-map-room.ts); 1 unless there is room for more.
   */
  update: (geometry: HookMapGeometry, state: HookMapState, base: number) => void;
  /** The base where the width allows, at the top; `all`: everything at once. */
  fit: (all?: boolean) => void;
  zoomBy: (factor: number) => void;
  /** Pans so that the target is in view; does nothing if it is. */
  reveal: (id: string) => void;
  /** Where the user has zoomed or panned to; null: nowhere. */
  place: () => MapPlace | null;
  destroy: () => void;
}

/** A place on a map, to come back to. */
export interface MapPlace {
  /** Which map it is on. */
  readonly map: string;
  readonly x: number;
  readonly y: number;
  readonly k: number;
  readonly shift: number;
}

/** What would zoom in by itself. */
const ENDS: ReadonlySet<string> = new Set(['dblclick', 'touchend']);
/** Pixels: above a last column that is narrower, what floats over the end of the strip would reach into the lines before it. */
const TOOLS_WIDTH = 100;
const MAX_SCALE = 8;
/** Wide screens may enlarge the map a little; cards do not get wider than 250. */
const MAX_FIT = 1.25;
const KEYS: Readonly<Record<string, Direction>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  Home: 'first',
  End: 'last',
};

function reducedMotion(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** Takes over `container` until `destroy`. `left`: where the user was when the map was last shown; another map's place does nothing. */
export function createHookMapView(
  container: SVGSVGElement,
  handlers: HookMapHandlers,
  left: MapPlace | null = null,
): HookMapView {
  return new View(container, handlers, left);
}

class View implements HookMapView {
  private geometry: HookMapGeometry | null = null;
  private words: StickyWords | null = null;
  private base = 1;
  private transform: ZoomTransform = zoomIdentity;
  /** The user has zoomed or panned: keep that. */
  private moved = false;
  private focused: string | null = null;
  /** The hover card is about what has the focus. */
  private toldByFocus = false;
  private printing = false;
  /** Pixels of the map that opening all cards has moved what is under the pointer: the world is drawn as much higher. */
  private shift = 0;
  /** Where it is in the window. */
  private pointer: readonly [x: number, y: number] | null = null;
  /** The drawing's size when a geometry last came: asking the page in each frame of a zoom would lay it out anew. */
  private box = { width: 0, height: 0 };
  private inView = '';
  private readonly behaviour: ZoomBehavior<SVGSVGElement, unknown>;
  private readonly abort = new AbortController();

  constructor(
    private readonly container: SVGSVGElement,
    private readonly handlers: HookMapHandlers,
    private readonly left: MapPlace | null,
  ) {
    this.behaviour = zoomBehavior<SVGSVGElement, unknown>()
      .clickDistance(4)
      // Fingers have no button. Two taps are a double click, as for the mouse: what is under them opens.
      .filter((event: MouseEvent | TouchEvent) => !('button' in event && event.button !== 0) && !ENDS.has(event.type))
      .on('start', () => container.classList.add('hm-panning'))
      .on('end', () => container.classList.remove('hm-panning'))
      .on('zoom', (event: D3ZoomEvent<SVGSVGElement, unknown>) => this.onTransform(event));
    select(container).call(this.behaviour);
    this.listen();
  }

  update(geometry: HookMapGeometry, state: HookMapState, base: number): void {
    const before = this.geometry;
    this.geometry = geometry;
    this.base = base;
    // Before anything is drawn: asked afterwards, the page would be laid out once more.
    const place = this.container.getBoundingClientRect();
    const room = this.box;
    this.box = this.size();
    const moves = renderHookMap(this.container, geometry, state);
    if (before !== geometry) this.words = stickyWords(this.container, geometry);
    this.roving();
    // Another family or another set of hooks is another map.
    const same = before !== null && mapOf(before) === mapOf(geometry);
    if (before && same) this.anchor(before, geometry, place);
    else this.moved = false;
    if (before === null && this.left?.map === mapOf(geometry)) {
      this.bound();
      this.comeBack(this.left);
    }
    // A map that is as narrow as it gets stays so in a narrower or wider room.
    const otherRoom = room.width !== this.box.width || room.height !== this.box.height;
    const resized = before?.width !== geometry.width || before.height !== geometry.height;
    if (resized || otherRoom) {
      this.bound();
      // What the user opened changes the map's size, but not where the user looks.
      const opened = (of: HookMapGeometry): boolean => of.cards.some(({ open }) => open === 'user');
      const asBefore = same && (opened(before) || opened(geometry));
      // Nor does it make another map smaller.
      if (!this.moved && !asBefore) this.fitTo(Math.max(this.firstScale(), opened(geometry) ? 1 : 0));
    }
    // Some browsers resize the page for the paper, which asks for another geometry.
    if (this.printing) this.onPrint(true);
    else this.apply();
    if (moves) playMoves(this.container, moves, this.view());
    this.drawFocus();
  }

  fit(all = false): void {
    const { geometry, base } = this;
    if (!geometry) return;
    const { width, height } = this.size();
    this.fitTo(all ? Math.min(width / geometry.width, height / geometry.height, base) : this.firstScale());
    this.moved = all;
  }

  private firstScale(): number {
    return this.geometry ? firstScale(this.geometry, this.size(), Math.max(MAX_FIT, this.base)) : 1;
  }

  /** At the top, in the middle. */
  private fitTo(wanted: number): void {
    const { width } = this.size();
    if (!this.geometry || width === 0) return;
    this.moved = false;
    // A hair over 1 would only blur the text.
    const scale = wanted > 1 && wanted < 1.04 ? 1 : wanted;
    const x = Math.max(0, (width - this.geometry.width * scale) / 2);
    this.shift = 0;
    this.go(zoomIdentity.translate(x, 0).scale(scale), false);
  }

  place(): MapPlace | null {
    const { geometry, shift, transform } = this;
    if (!geometry || !this.moved) return null;
    const { x, y, k } = transform;
    return { map: mapOf(geometry), x, y, k, shift };
  }

  private comeBack({ x, y, k, shift }: MapPlace): void {
    this.shift = shift;
    this.go(zoomIdentity.translate(x, y).scale(k), false);
    this.moved = true;
  }

  zoomBy(factor: number): void {
    this.moved = true;
    const target = select(this.container);
    const motion = reducedMotion() ? 0 : 160;
    if (motion === 0) this.behaviour.scaleBy(target, factor);
    else this.behaviour.scaleBy(target.transition().duration(motion), factor);
  }

  reveal(id: string): void {
    const index = targetsOf(this.container);
    const entry = index.order[index.byId.get(id) ?? -1];
    if (entry) this.show(entry);
  }

  destroy(): void {
    this.abort.abort();
    select(this.container).on('.zoom', null).selectChildren().remove();
  }

  private size(): { width: number; height: number } {
    return { width: this.container.clientWidth, height: this.container.clientHeight };
  }

  /** What of the map is in view, in its pixels. */
  private view(): Rect {
    const { x, y, k } = this.transform;
    return { x: -x / k, y: -y / k, width: this.box.width / k, height: this.box.height / k };
  }

  /** Keeps what is under the pointer there when the zoom opens or closes all cards. */
  private anchor(before: HookMapGeometry, after: HookMapGeometry, box: DOMRect): void {
    const zoomed = ({ cards }: HookMapGeometry): boolean => cards.some(({ open }) => open === 'zoom');
    if (zoomed(before) === zoomed(after)) return;
    const [left, top] = this.pointer ?? [box.left + box.width / 2, box.top + box.height / 2];
    const [x, y] = this.transform.invert([left - box.left, top - box.top]);
    const moved = movedBy(before, after, x, y);
    this.shift += moved;
    const { x: tx, y: ty, k } = this.transform;
    this.transform = zoomIdentity.translate(tx, ty - moved * k).scale(k);
  }

  private go(shown: ZoomTransform, smooth: boolean): void {
    const transform = zoomIdentity.translate(shown.x, shown.y + this.shift * shown.k).scale(shown.k);
    const target = select(this.container);
    if (smooth && !reducedMotion()) this.behaviour.transform(target.transition().duration(160), transform);
    else this.behaviour.transform(target, transform);
  }

  /** Not further out than everything at once, not further away than a margin. */
  private bound(): void {
    const { geometry } = this;
    const size = this.box;
    if (!geometry || size.width === 0) return;
    const all = Math.min(size.width / geometry.width, size.height / geometry.height);
    this.behaviour
      .extent([
        [0, 0],
        [size.width, size.height],
      ])
      .scaleExtent([Math.min(1, all) * 0.9, MAX_SCALE])
      .translateExtent([
        [Math.min(0, (geometry.width - size.width) / 2), -this.shift],
        [
          Math.max(geometry.width, (geometry.width + size.width) / 2),
          Math.max(geometry.height + 24, size.height) - this.shift,
        ],
      ]);
  }

  private onTransform(event: D3ZoomEvent<SVGSVGElement, unknown>): void {
    const { x, y, k } = event.transform;
    const scaled = k !== this.transform.k;
    this.transform = zoomIdentity.translate(x, y - this.shift * k).scale(k);
    if (event.sourceEvent) this.moved = true;
    this.apply();
    this.handlers.onHover(null, '', null);
    if (scaled) this.handlers.onZoom(event.transform.k);
  }

  private apply(): void {
    const { x, y, k } = this.transform;
    // A zoom may still be in motion when printing starts: the paper keeps the whole map.
    if (!this.printing) this.put(x, y, k);
    this.tellView();
    if (this.geometry) {
      const last = this.geometry.columns.at(-1);
      const narrow = last !== undefined && last.width * k < TOOLS_WIDTH;
      const wide = narrow || x < -1 || x + this.geometry.width * k > this.box.width + 1;
      this.handlers.onStrip(Math.max(0, y) + this.geometry.metro.height * k, wide);
    }
  }

  /** Tells which open cards are in view, if those have changed. O(cards). */
  private tellView(): void {
    if (!this.geometry || !this.handlers.onView) return;
    const view = this.view();
    const seen = this.geometry.cards.filter(({ open, rect }) => open !== null && meets(rect, view));
    const now = seen.map(({ chain }) => chain).join(' ');
    if (now === this.inView) return;
    this.inView = now;
    this.handlers.onView(new Set(seen.map(({ chain }) => chain)));
  }

  private put(x: number, y: number, k: number): void {
    const set = (name: string, tx: number, ty: number): Element | null => {
      const group = this.container.querySelector(`:scope > g.hm-${name}`);
      group?.setAttribute('transform', `translate(${tx} ${ty}) scale(${k})`);
      return group;
    };
    set('world', x, y);
    // Zoomed in far, only the axis' right end with its words stays in view.
    const hidden = this.geometry ? this.geometry.axis * k * (1 - this.geometry.metro.scale) : 0;
    const axis = set('axis', Math.max(-hidden, x), y);
    // What is under the axis ends at a line, not in nothing.
    if (axis && axis.classList.contains('hm-over') !== x < -hidden - 1) axis.classList.toggle('hm-over');
    set('strip', x, Math.max(0, y));
    const { axis: width, metro } = this.geometry ?? { axis: 0, metro: { height: 0 } };
    this.words?.stick((Math.max(-hidden, x) - x) / k + width, (Math.max(0, y) - y) / k + metro.height);
  }

  private listen(): void {
    const { container } = this;
    const options = { signal: this.abort.signal };
    container.addEventListener('click', (event) => this.onClick(event), options);
    container.addEventListener('dblclick', (event) => this.onDoubleClick(event), options);
    container.addEventListener(
      'pointermove',
      ({ clientX, clientY }) => {
        this.pointer = [clientX, clientY];
      },
      options,
    );
    container.addEventListener('contextmenu', (event) => this.onMenu(event), options);
    onHold(container, (event) => this.onMenu(event), this.abort.signal);
    container.addEventListener('pointerover', (event) => this.onPointer(event), options);
    container.addEventListener(
      'pointerleave',
      () => {
        this.pointer = null;
        this.handlers.onHover(null, '', null);
      },
      options,
    );
    container.addEventListener('keydown', (event) => this.onKey(event), options);
    container.addEventListener('focusin', (event) => this.onFocus(event.target), options);
    container.addEventListener('focusout', () => this.onFocus(null), options);
    window.addEventListener('beforeprint', () => this.onPrint(true), options);
    window.addEventListener('afterprint', () => this.onPrint(false), options);
  }

  /** On paper there is no panning: the whole map, as large as the page allows. */
  private onPrint(on: boolean): void {
    const { container, geometry } = this;
    this.printing = on;
    if (on && geometry) {
      // What is on its way somewhere would be printed there.
      for (const motion of container.getAnimations({ subtree: true })) motion.finish();
      container.setAttribute('viewBox', `0 0 ${geometry.width} ${geometry.height}`);
      container.setAttribute('preserveAspectRatio', 'xMidYMin meet');
      this.put(0, 0, 1);
    } else {
      container.removeAttribute('viewBox');
      container.removeAttribute('preserveAspectRatio');
      this.apply();
      requestAnimationFrame(() => this.onRoom());
    }
  }

  /** The page may have been measured while it still had the paper's layout. */
  private onRoom(): void {
    const { width, height } = this.size();
    if (this.printing || !this.geometry || (width === this.box.width && height === this.box.height)) return;
    this.box = { width, height };
    this.bound();
    if (!this.moved && !this.geometry.cards.some(({ open }) => open === 'user')) this.fitTo(this.firstScale());
  }

  private onClick(event: MouseEvent): void {
    if (event.defaultPrevented) return;
    const step = stepAt(event.target);
    if (step !== null) {
      this.handlers.onStep?.(step);
      return;
    }
    const hit = targetAt(this.container, event.target);
    if (hit) this.focus(hit.id);
    if (hit && event.target instanceof Element && event.target.closest('[data-toggle]')) {
      this.handlers.onToggle?.(hit.target);
    } else if (hit?.target.kind === 'more') this.handlers.onOpen(hit.target.own);
    else this.handlers.onSelect(hit?.target ?? null);
  }

  private onDoubleClick(event: MouseEvent): void {
    const hit = targetAt(this.container, event.target);
    if (event.target instanceof Element && event.target.closest('[data-toggle]')) return;
    if (hit) this.handlers.onOpen(chainBehind(hit.target));
    else this.fit();
  }

  private onMenu(event: MouseEvent): void {
    const { onMenu } = this.handlers;
    const hit = onMenu ? targetAt(this.container, event.target) : null;
    if (!onMenu || !hit) return;
    event.preventDefault();
    this.focus(hit.id);
    this.handlers.onHover(null, '', null);
    const box = this.element(hit.id)?.getBoundingClientRect();
    // A key has no place, or the middle of what it was pressed on.
    const byFinger = event instanceof PointerEvent && event.pointerType === 'touch';
    const byKey = event.button !== 2 && !byFinger && box !== undefined;
    onMenu(hit.target, byKey ? box.left + 24 : event.clientX, byKey ? box.bottom : event.clientY, byKey);
  }

  private onPointer(event: PointerEvent): void {
    const hit = targetAt(this.container, event.target);
    this.toldByFocus = false;
    if (hit) this.tell(hit.id);
    else this.handlers.onHover(null, '', null);
  }

  private tell(id: string): void {
    const index = targetsOf(this.container);
    const entry = index.order[index.byId.get(id) ?? -1];
    const element = this.element(id);
    if (entry && element) this.handlers.onHover(entry.target, entry.label, element.getBoundingClientRect());
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = KEYS[event.key];
    const current = targetAt(this.container, event.target);
    if (direction) {
      const next = current ? neighbour(targetsOf(this.container), current.id, direction) : this.start();
      if (next) {
        this.focus(next.id);
        this.show(next);
      }
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (!current) return;
      const { target } = current;
      if (event.shiftKey || target.kind === 'more') this.handlers.onOpen(chainBehind(target));
      else {
        this.handlers.onSelect(target);
        if (event.key === 'Enter' && canOpen(target)) this.handlers.onToggle?.(target);
      }
    } else if (event.key === '+' || event.key === '=') this.zoomBy(1.25);
    else if (event.key === '-') this.zoomBy(0.8);
    else if (event.key === 'f') this.fit(this.moved === false);
    else if (event.key === 'Escape') this.handlers.onSelect(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private start(): TargetEntry | null {
    return targetsOf(this.container).order[0] ?? null;
  }

  private element(id: string): SVGElement | null {
    return this.container.querySelector<SVGElement>(`[data-target="${CSS.escape(id)}"][role]`);
  }

  private focus(id: string): void {
    this.element(id)?.focus({ preventScroll: true });
  }

  private onFocus(node: EventTarget | null): void {
    const hit = targetAt(this.container, node);
    // What the focus has told is no longer, once it is elsewhere.
    if (!hit && this.toldByFocus) this.handlers.onHover(null, '', null);
    this.toldByFocus = false;
    this.focused = hit?.id ?? null;
    if (hit) {
      this.roving();
      this.toldByFocus = node instanceof Element && node.matches(':focus-visible');
      if (this.toldByFocus) this.tell(hit.id);
    }
    this.drawFocus();
  }

  /** One tab stop for the whole map: the focused target, else the first. */
  private roving(): void {
    const index = targetsOf(this.container);
    const stop = this.focused !== null && index.byId.has(this.focused) ? this.focused : index.order[0]?.id;
    for (const old of this.container.querySelectorAll('[tabindex="0"]')) old.setAttribute('tabindex', '-1');
    if (stop !== undefined) this.element(stop)?.setAttribute('tabindex', '0');
  }

  /** The ring is drawn: browsers outline an SVG shape's box, not its card. */
  private drawFocus(): void {
    const index = targetsOf(this.container);
    const entry = this.focused === null ? undefined : index.order[index.byId.get(this.focused) ?? -1];
    const visible = entry && this.element(entry.id)?.matches(':focus-visible');
    // Cards have air around them; stripes and marks have neighbours that the ring must not cover.
    const off = entry?.target.kind === 'card' ? 4 : 1.5;
    select(this.container)
      .select<SVGGElement>('g.hm-world > g.hm-focus')
      .selectChildren<SVGRectElement, Rect>('rect')
      .data(visible ? [entry.rect] : [])
      .join('rect')
      .attr('class', 'hm-focus-ring')
      .attr('rx', off === 4 ? 7 : 3)
      .attr('x', (r) => r.x - off)
      .attr('y', (r) => r.y - off)
      .attr('width', (r) => r.width + 2 * off)
      .attr('height', (r) => r.height + 2 * off);
  }

  /** Pans by the least that brings the target out from under strip and axis. */
  private show(entry: TargetEntry): void {
    const { geometry, transform } = this;
    if (!geometry) return;
    const size = this.size();
    const { x, y, k } = transform;
    const left = entry.rect.x * k + x;
    const top = entry.rect.y * k + y;
    const strip = geometry.metro.height * k + 8;
    const axis = geometry.axis * k * geometry.metro.scale + 8;
    const dx = nudge(left, left + entry.rect.width * k, axis, size.width - 16);
    const dy = nudge(top, top + entry.rect.height * k, strip, size.height - 16);
    if (dx === 0 && dy === 0) return;
    this.moved = true;
    this.go(zoomIdentity.translate(x + dx, y + dy).scale(k), true);
  }
}
