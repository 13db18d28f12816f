/** The hook map as a React component: store in, D3 drawing, store out. */
import { type ReactElement, useEffect, useMemo, useRef, useState } from 'react';
import { type HookMapOptions, layoutHookMap, levelZoom } from '../../layout/hook-map.ts';
import type { HookMapGeometry } from '../../layout/hook-map-geometry.ts';
import type { HookMapModel } from '../../layout/hook-map-model.ts';
import type { NoteGeometry } from '../../layout/hook-map-notes.ts';
import { roomyScale } from '../../layout/hook-map-room.ts';
import type { RuleLine } from '../../layout/hook-map-rules.ts';
import type { TracePathGeometry } from '../../layout/trace-path-geometry.ts';
import type { HookMapState } from '../../render/hook-map.ts';
import '../../render/hook-map.css';
import { useStore as useZustand } from 'zustand';
import type { MapTarget } from '../../render/hook-map-target.ts';
import { createHookMapView, type HookMapView, type MapPlace } from '../../render/hook-map-view.ts';
import type { PathState } from '../../render/trace-path.ts';
import type { OwnerOverview } from '../../worker/protocol.ts';
import { embedding } from '../session.ts';
import { lazyPart } from '../shell/lazy-part.tsx';
import { usePrinting } from '../shell/use-printing.ts';
import { ask } from '../use-answer.ts';
import { store, useStore } from '../use-store.ts';
import type { MapMenuProps } from './MapMenu.tsx';
import { MapOutline } from './MapOutline.tsx';
import { MapTooltip, type Pointed } from './MapTooltip.tsx';
import './map.css';
import { ownerLooks, type Size, useSize } from './map-parts.ts';
import { highlightOf, NO_HIGHLIGHT, selectionOf, withLines } from './map-selection.ts';
import { hooksOf, mapStore, setJump, toggleCard } from './map-store.ts';
import { useMapNotes, useNoteMarks } from './use-map-notes.ts';
import { useEdges, useRuleLines } from './use-rule-lines.ts';
import { WaySwitch } from './WaySwitch.tsx';

/** Comes when it is first asked for. */
const MapMenu = lazyPart<MapMenuProps>(async () => (await import('./MapMenu.tsx')).MapMenu);
/** Milliseconds: a zoom that goes on is only scaled; another level of detail is drawn where it rests. */
const REST = 80;

/** Words of rules grow with the map up to this. */
const WORDS_GROW = 1.2;

/** Pixels that the map has on a printed page (print.css): A4 is wider than the room between two panels. */
const PAPER: Size = { width: 1040, height: 596 };

const NOTHING_IN_VIEW: ReadonlySet<number> = new Set();
const NO_OWNERS: readonly OwnerOverview[] = [];

/** The stations of an empty node: what is drawn while the first dump is read. */
const SKELETON: HookMapModel = {
  family: 'ip',
  hooks: (['prerouting', 'forward', 'input', 'output', 'postrouting'] as const).map((hook) => ({
    hook,
    cards: [],
    ties: [],
  })),
};

const FAMILY_WORD = { ip: 'IPv4', ip6: 'IPv6', bridge: 'bridge', arp: 'ARP' } as const;

export function HookMap(): ReactElement {
  const maps = useStore((state) => state.overview?.maps ?? null);
  const owners = useStore((state) => state.overview?.owners ?? NO_OWNERS);
  const family = useStore((state) => state.family);
  const notes = useMapNotes();
  const anyChains = useStore((state) => (state.overview?.counts.chains ?? 0) > 0);
  const model = maps?.find((map) => map.family === family) ?? null;
  const empty = maps !== null && anyChains && (model?.hooks.every((hook) => hook.cards.length === 0) ?? true);
  return (
    <section className="hook-map-panel" aria-label="Hook map">
      <MapCanvas model={model ?? SKELETON} loading={maps === null} owners={owners} />
      {model ? <MapOutline model={model} owners={owners} notes={notes} /> : null}
      {empty ? (
        <p className="hook-map-empty" role="status">
          No base chains for {FAMILY_WORD[family]} in these dumps: packets pass every hook of this family untouched.
        </p>
      ) : null}
    </section>
  );
}

/** What lays a map out: the node's, or that of a packet's way with the way over it. */
export type MapLayout = (options: HookMapOptions) => LaidOut;

interface LaidOut {
  readonly map: HookMapGeometry;
  readonly path: TracePathGeometry | null;
}

/** What a map lays out without a layout of its own: the node's. */
const nodeMap =
  (model: HookMapModel): MapLayout =>
  (options) => ({ map: layoutHookMap(model, options), path: null });

interface CanvasProps {
  readonly model: HookMapModel;
  readonly loading: boolean;
  readonly owners: readonly OwnerOverview[];
  /** Default: the whole node. Must be the same function for the same model. */
  readonly layout?: MapLayout;
  readonly way?: Way;
}

/** How a packet's way is shown. */
export interface Way extends Omit<PathState, 'geometry'> {
  readonly onStep: (step: number) => void;
}

export function MapCanvas({ model, loading, owners, layout, way }: CanvasProps): ReactElement {
  const svg = useRef<SVGSVGElement>(null);
  const view = useRef<HookMapView | null>(null);
  const zoom = useRef<HTMLDivElement>(null);
  const isWide = useRef(false);
  const toolsHeight = useRef(0);
  const keeps = useRef(layout === undefined).current;
  const left = useRef(keeps ? mapStore.getState().left : null);
  const [zoomed, setLevel] = useState(left.current?.level ?? 1);
  const atLevel = useRef(zoomed);
  atLevel.current = zoomed;
  const [inView, setInView] = useState<ReadonlySet<number>>(NOTHING_IN_VIEW);
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const [menu, setMenu] = useState<Omit<MapMenuProps, 'onClose'> | null>(null);
  const shown = useSize(svg);
  const printing = usePrinting();
  const size = printing && shown ? PAPER : shown;
  // Paper has the whole map, in letters of its own size.
  const level = printing ? 1 : zoomed;
  const look = useMemo(() => ownerLooks(owners), [owners]);
  const own = useMemo(() => layout ?? nodeMap(model), [layout, model]);
  const base = useBase(own, look, size);
  const laid = useGeometry(own, look, size, base, level);
  const geometry = laid?.map ?? null;
  const atBase = useRef(base);
  atBase.current = base;
  // A closer look at a large map shows more words, not only larger ones.
  const lines = useRuleLines({
    geometry,
    model,
    zoom: level > 1 ? level * Math.max(1, base / WORDS_GROW) : level,
    look,
    inView,
  });
  const notes = useNoteMarks(geometry, lines, level);
  const state = usePathState(
    useMapState({ model, geometry, lines, notes, loading, wholeNode: layout === undefined }),
    laid?.path ?? null,
    way,
  );
  const toggled = useRef<string | null>(null);
  const steps = useRef(way?.onStep);
  steps.current = way?.onStep;

  useEffect(() => {
    if (!svg.current) return;
    let resting: ReturnType<typeof setTimeout> | undefined;
    // Buttons for fingers are higher than the strip.
    const coarse = matchMedia('(pointer: coarse)').matches;
    const made = createHookMapView(
      svg.current,
      {
        onSelect: (target) => select(target),
        onHover: (target, label, at) => {
          setPointed(target && at && !spelledOut(svg.current, target) ? { target, label, at } : null);
          hover(target);
        },
        onToggle: (target) => {
          toggled.current = toggle(target);
        },
        onView: setInView,
        onOpen: (chain) => store.getState().showChain(chain),
        // Inside of another page there is nothing to do with them.
        ...(embedding ? {} : { onMenu: (target, x, y, byKey) => setMenu({ target, x, y, byKey }) }),
        onStep: (step) => steps.current?.(step),
        onZoom: (scale) => {
          clearTimeout(resting);
          resting = setTimeout(() => setLevel(levelZoom(scale, atBase.current)), REST);
        },
        onStrip: (bottom, noRoom) => {
          const tools = zoom.current;
          if (!tools || steps.current) return;
          tools.style.top = `${bottom}px`;
          // Nor above the map, where the strip is lower than they are.
          isWide.current = noRoom || coarse || bottom < toolsHeight.current;
          // Not away from under the pointer that has just pressed them.
          if (!tools.matches(':hover')) tools.toggleAttribute('data-wide', isWide.current);
        },
      },
      left.current?.place,
    );
    view.current = made;
    return () => {
      clearTimeout(resting);
      view.current = null;
      if (keeps) leave(made.place(), atLevel.current);
      made.destroy();
    };
  }, [keeps]);

  // Asked in each frame of a zoom, the page would be laid out anew.
  useEffect(() => {
    if (shown && zoom.current) toolsHeight.current = stackedHeight(zoom.current);
  }, [shown]);

  useEffect(() => {
    if (!geometry) return;
    view.current?.update(geometry, state, base);
    if (toggled.current !== null) view.current?.reveal(toggled.current);
    toggled.current = null;
  }, [geometry, state, base]);

  useReveal(view, state);
  // Only where something is told: asking while much has just changed lays the page out at once.
  const bounds = pointed ? svg.current?.getBoundingClientRect() : undefined;
  return (
    <>
      <svg ref={svg} />
      {pointed && bounds ? <MapTooltip pointed={pointed} model={model} owners={owners} bounds={bounds} /> : null}
      {menu ? <MapMenu {...menu} key={`${menu.x} ${menu.y}`} onClose={() => setMenu(null)} /> : null}
      <div
        ref={zoom}
        className="map-tools"
        data-last={model.hooks.at(-1)?.hook}
        onPointerLeave={() => zoom.current?.toggleAttribute('data-wide', isWide.current)}
      >
        {layout === undefined ? <WaySwitch arp={model.family === 'arp'} /> : null}
        <fieldset className="map-zoom" aria-label="Zoom">
          <button type="button" className="button" aria-label="Zoom out" onClick={() => view.current?.zoomBy(0.8)}>
            −
          </button>
          <button type="button" className="button" aria-label="Zoom in" onClick={() => view.current?.zoomBy(1.25)}>
            +
          </button>
          <button
            type="button"
            className="button"
            aria-label="Fit the whole map"
            onClick={() => view.current?.fit(true)}
          >
            Fit
          </button>
        </fieldset>
      </div>
    </>
  );
}

function leave(place: MapPlace | null, level: number): void {
  mapStore.setState({ left: place && { place, level } });
}

/** Pixels of the buttons one below the other, above the words of the strip's lower line. */
function stackedHeight(tools: HTMLElement): number {
  return [...tools.children].reduce((sum, { clientHeight }) => sum + clientHeight, 4);
}

function select(target: MapTarget | null): void {
  const { selection, select: choose } = store.getState();
  choose(selectionOf(target, selection), 'map');
}

function hover(target: MapTarget | null): void {
  const { hover: before, setHover } = store.getState();
  if (target === null && before === null) return;
  setHover(selectionOf(target, null));
}

/** An open card says more than its tooltip would, which would cover it. */
function spelledOut(svg: SVGSVGElement | null, target: MapTarget): boolean {
  if (target.kind !== 'card' && target.kind !== 'segment') return false;
  return svg?.querySelector(`[data-target="c${target.chain}"][aria-expanded="true"]`) != null;
}

/** Opens or closes in place; the id of the card that is open now, to be brought into view. */
function toggle(target: MapTarget): string | null {
  if (target.kind === 'card') return toggleCard(target.chain) ? `c${target.chain}` : null;
  if (target.kind !== 'rule' || target.jump === null) return null;
  const { chain, path, jump } = target;
  if (mapStore.getState().opened.get(chain)?.has(path)) {
    setJump(chain, path, null);
    return null;
  }
  ask('chain', { chain: jump }).then(
    ({ rules }) => setJump(chain, path, { chain: jump, rules }),
    (error: Error) => store.getState().notify({ severity: 'error', text: error.message }),
  );
  return null;
}

/** The scale at which the whole map is looked at: what is opened in it and how far it is zoomed do not change it. */
function useBase(layout: MapLayout, look: HookMapOptions['look'], size: Size | null): number {
  return useMemo(() => (size ? roomyScale(size, (room) => layout({ ...room, look }).map) : 1), [layout, look, size]);
}

function useGeometry(
  layout: MapLayout,
  look: HookMapOptions['look'],
  size: Size | null,
  base: number,
  zoom: number,
): LaidOut | null {
  const opened = useZustand(mapStore, (state) => state.opened);
  return useMemo(
    () => (size ? layout({ width: size.width / base, height: size.height / base, zoom, look, opened }) : null),
    [layout, size, base, zoom, look, opened],
  );
}

function usePathState(state: HookMapState, geometry: TracePathGeometry | null, way: Way | undefined): HookMapState {
  const step = way?.step ?? null;
  const progress = way?.progress ?? null;
  return useMemo(
    () => (geometry ? { ...state, path: { geometry, step, progress } } : state),
    [state, geometry, step, progress],
  );
}

interface Shown {
  readonly model: HookMapModel;
  readonly geometry: HookMapGeometry | null;
  readonly lines: readonly RuleLine[];
  readonly notes: readonly NoteGeometry[];
  readonly loading: boolean;
  readonly wholeNode: boolean;
}

function useMapState({ model, geometry, lines, notes, loading, wholeNode }: Shown): HookMapState {
  const chosen = useZustand(mapStore, (state) => state.way);
  const selection = useStore((state) => state.selection);
  const hovered = useStore((state) => state.hover);
  const rule = useStore((state) => state.selectionAddress?.rule ?? null);
  const findings = useStore((state) => state.overview?.findings);
  const edges = useEdges(geometry, lines, hovered, selection);
  const dimmed = useStore((state) => state.dimmed);
  const selected = useMemo(
    () => withLines(highlightOf(model, selection, findings ?? [], rule), selection, lines),
    [model, selection, findings, rule, lines],
  );
  const pointed = useMemo(
    () => (hovered ? withLines(highlightOf(model, hovered, findings ?? []), hovered, lines) : NO_HIGHLIGHT),
    [model, hovered, findings, lines],
  );
  return useMemo(
    () => ({
      selected: selected.ids,
      hover: pointed.ids,
      findings: new Set([...selected.findings, ...pointed.findings]),
      dimmedOwners: new Set(dimmed),
      loading,
      rules: lines,
      notes,
      edges,
      way: wholeNode ? hooksOf(chosen) : null,
    }),
    [selected, pointed, dimmed, loading, lines, notes, edges, wholeNode, chosen],
  );
}

/** Brings into view what was selected elsewhere. */
function useReveal(view: { readonly current: HookMapView | null }, state: HookMapState): void {
  const source = useStore((store) => store.selectionSource);
  const { selected } = state;
  useEffect(() => {
    if (source === 'map' || source === null) return;
    const [first] = selected;
    if (first !== undefined) view.current?.reveal(first);
  }, [selected, source, view]);
}
