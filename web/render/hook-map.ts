/**
 * Draws the hook map's geometry as SVG with D3: keyed joins, stable ids, no React and no store. Text from dumps only ever becomes text nodes
 * and attribute values. Colours and type are classes: hook-map.css. Nothing moves when something is selected.
 *
 * Layers, from below: world (rows, rails, grounds, stations, brackets, cards, marks), axis and metro strip (both stay in view while
 * the world is panned: hook-map-view.ts).
 */
import { type BaseType, type Selection, select } from 'd3';
import type { EdgesGeometry } from '../layout/hook-map-edges.ts';
import type { HookMapGeometry } from '../layout/hook-map-geometry.ts';
import type { NoteGeometry } from '../layout/hook-map-notes.ts';
import type { RuleLine } from '../layout/hook-map-rules.ts';
import type { Hook } from '../model/hook.ts';
import { drawCards, drawMarks, drawOutlines, type Nodes } from './hook-map-cards.ts';
import { layer, type Node } from './hook-map-draw.ts';
import { drawBrackets, drawColumns, drawGrounds, drawMetro, drawRows, drawStations } from './hook-map-ground.ts';
import { type Places, placesIn } from './hook-map-move.ts';
import { drawNotes } from './hook-map-notes.ts';
import { drawEdges, drawRules } from './hook-map-rules.ts';
import { indexTargets, type MapTarget, type TargetIndex } from './hook-map-target.ts';
import { applyWay } from './hook-map-way.ts';
import { drawPath, type PathState } from './trace-path.ts';

export interface HookMapState {
  /** Geometry ids (`c12`, `c12/s0`) that are selected. */
  readonly selected: ReadonlySet<string>;
  /** Findings that are selected or under the pointer: their marks are ringed on every chain. */
  readonly findings: ReadonlySet<string>;
  readonly hover: ReadonlySet<string>;
  readonly dimmedOwners: ReadonlySet<string>;
  /** Geometry first, no hue yet. */
  readonly loading: boolean;
  /** A packet's way over the map. */
  readonly path?: PathState;
  /** Rules of the open cards that are in view. Must be the same array while it is the same lines. */
  readonly rules?: readonly RuleLine[];
  /** Must be the same array while it is the same notes. */
  readonly notes?: readonly NoteGeometry[];
  /** Where else the chain of a jump is reached from. */
  readonly edges?: EdgesGeometry | null;
  /** Hooks that a packet of the chosen way meets; null: all. */
  readonly way?: ReadonlySet<Hook> | null;
}

/** What stands in a container: enough to change a state without touching the geometry. */
interface Drawn {
  readonly geometry: HookMapGeometry;
  readonly state: HookMapState;
  readonly targets: TargetIndex;
  readonly nodes: Nodes;
  readonly lines: ReadonlyMap<string, SVGGElement>;
}

const drawn = new WeakMap<SVGSVGElement, Drawn>();
const NOTHING: TargetIndex = { order: [], byId: new Map() };

/** The targets that were last drawn into `container`. */
export function targetsOf(container: SVGSVGElement): TargetIndex {
  return drawn.get(container)?.targets ?? NOTHING;
}

/**
 * Draws or updates. Idempotent: the same geometry and state give the same tree. O(elements) for a new geometry object; with the one that
 * was drawn last, only what the state changed is touched. Returns where everything stood before, when another card is open now: `playMoves`
 * lets it glide from there.
 */
export function renderHookMap(container: SVGSVGElement, geometry: HookMapGeometry, state: HookMapState): Places | null {
  const before = drawn.get(container);
  const same = before?.geometry === geometry;
  const places = before && !same && before.geometry.cards.length > 0 && opens(before.geometry, geometry);
  const moves = places ? placesIn(container) : null;
  const nodes = same ? before.nodes : drawGeometry(container, geometry);
  const rules = state.rules ?? NO_RULES;
  const kept = same && (before.state.rules ?? NO_RULES) === rules;
  const lines = kept ? before.lines : drawRules(layer(select(container) as Node<SVGSVGElement>, 'world'), rules);
  const notes = state.notes ?? NO_NOTES;
  const noted = kept && (before.state.notes ?? NO_NOTES) === notes;
  const targets = noted ? before.targets : indexTargets(geometry, rules, notes);
  if (!noted) drawNotes(layer(select(container) as Node<SVGSVGElement>, 'world'), notes);
  applyState(container, { ...nodes, lines }, geometry, same && kept ? before.state : null, state);
  drawn.set(container, { geometry, state, targets, nodes, lines });
  return moves;
}

const NO_RULES: readonly RuleLine[] = [];
const NO_NOTES: readonly NoteGeometry[] = [];

/** Another card is open than before, in the same map. */
function opens(before: HookMapGeometry, after: HookMapGeometry): boolean {
  const open = (geometry: HookMapGeometry): string =>
    geometry.cards.map(({ id, open: how, rooms }) => `${id}${how}${rooms.map(({ slots }) => slots.length)}`).join();
  return before.family === after.family && before.cards.length === after.cards.length && open(before) !== open(after);
}

function drawGeometry(container: SVGSVGElement, geometry: HookMapGeometry): Nodes {
  const svg = select(container).classed('hook-map', true).attr('data-level', geometry.level) as Node<SVGSVGElement>;
  svg.classed('hm-near', geometry.metro.scale < 1);
  drawDefs(svg);
  const world = layer(svg, 'world');
  const axis = layer(svg, 'axis');
  const strip = layer(svg, 'strip');
  drawRows(world, axis, geometry);
  drawColumns(world, strip, geometry);
  layer(world, 'path-rails');
  drawGrounds(world, geometry);
  drawStations(world, geometry);
  const { cards, stripes } = drawCards(world, geometry);
  drawBrackets(world, geometry);
  layer(world, 'rules');
  layer(world, 'edges');
  // Between cards and marks: neither a selected card's outline nor the focus ring covers marks.
  layer(world, 'outlines');
  layer(world, 'focus');
  const marks = drawMarks(world, geometry);
  layer(world, 'notes');
  layer(world, 'path');
  drawMetro(strip, geometry);
  layer(strip, 'path-strip');
  return { cards, stripes, marks };
}

/** Classes and outlines that follow the state. `before` null: everything, else only what differs. */
function applyState(
  container: SVGSVGElement,
  nodes: Nodes & Pick<Drawn, 'lines'>,
  geometry: HookMapGeometry,
  before: HookMapState | null,
  state: HookMapState,
): void {
  container.classList.toggle('hm-loading', state.loading);
  if (before === null || before.path !== state.path) {
    const svg = select(container) as Node<SVGSVGElement>;
    drawPath(layer(svg, 'world'), layer(svg, 'strip'), nodes, state.path ?? null);
  }
  if (before?.hover !== state.hover) {
    for (const id of before?.hover ?? [...nodes.cards.keys(), ...nodes.stripes.keys(), ...nodes.lines.keys()]) {
      lit(nodes, id, false);
    }
    for (const id of state.hover) lit(nodes, id, true);
  }
  if (before?.dimmedOwners !== state.dimmedOwners) dim(nodes, state.dimmedOwners);
  if (before?.findings !== state.findings) {
    for (const { node, mark } of nodes.marks) {
      node.classList.toggle(
        'hm-lit',
        mark.findings.some((finding) => state.findings.has(finding)),
      );
    }
  }
  if (before?.selected !== state.selected) {
    drawOutlines(layer(select(container), 'world'), geometry, state.selected, state.rules ?? NO_RULES);
  }
  if (before?.edges !== state.edges || before === null) {
    drawEdges(layer(select(container) as Node<SVGSVGElement>, 'world'), state.edges ?? null);
  }
  if ((before?.way ?? null) !== (state.way ?? null) || (before === null && state.way))
    applyWay(container, nodes, geometry, state.way ?? null);
}

function lit(nodes: Nodes & Pick<Drawn, 'lines'>, id: string, on: boolean): void {
  const node = nodes.cards.get(id)?.node ?? nodes.stripes.get(id)?.node ?? nodes.lines.get(id);
  node?.classList.toggle('hm-hover', on);
}

function dim(nodes: Nodes, owners: ReadonlySet<string>): void {
  for (const { node, stripe } of nodes.stripes.values())
    node.classList.toggle('hm-dimmed', owners.has(stripe.look.owner));
  for (const { node, card } of nodes.cards.values()) {
    const all = card.stripes.length > 0 && card.stripes.every((stripe) => owners.has(stripe.look.owner));
    node.classList.toggle('hm-dimmed', all);
  }
}

/** What an event's target belongs to, by the ids in the tree. */
export function targetAt(container: SVGSVGElement, node: EventTarget | null): { id: string; target: MapTarget } | null {
  const element = node instanceof Element ? node.closest('[data-target]') : null;
  const id = element?.getAttribute('data-target');
  if (id === null || id === undefined) return null;
  const index = targetsOf(container);
  const entry = index.order[index.byId.get(id) ?? -1];
  return entry ? { id, target: entry.target } : null;
}

/** Hatching for `unknown`, bars for a second owner of the same colour. One definition serves every map of the page. */
function drawDefs(svg: Node<SVGSVGElement>): void {
  if (!svg.select('defs').empty()) return;
  const defs = svg.append('defs');
  const pattern = (id: string, size: number, turn: string): Selection<SVGPatternElement, unknown, BaseType, unknown> =>
    defs
      .append('pattern')
      .attr('id', id)
      .attr('width', size)
      .attr('height', size)
      .attr('patternUnits', 'userSpaceOnUse')
      .attr('patternTransform', turn);
  pattern('hm-hatch', 5, 'rotate(45)').append('rect').attr('class', 'hm-hatch-line').attr('width', 2).attr('height', 5);
  pattern('hm-bars', 4, '').append('rect').attr('class', 'hm-bar-line').attr('width', 4).attr('height', 1);
}
