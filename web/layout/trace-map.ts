/**
 * The hook map of one packet's way (VISUAL.md, "Path of a packet"): only its hooks have columns, in the order in which it meets them, with room for
 * words beside the cards; and over it the way itself, as geometry: tracks, numbered dots, outlines, words, the end.
 */
import type { Hook } from '../model/hook.ts';
import { type HookMapOptions, layoutHookMap } from './hook-map.ts';
import { AXIS, type Frame, RAIL_INSET, READABLE, round, STRIP_UPPER } from './hook-map-frame.ts';
import type { HookMapGeometry, MetroGeometry, TextItem } from './hook-map-geometry.ts';
import type { HookMapModel } from './hook-map-model.ts';
import { layoutTracePath } from './trace-path.ts';
import type { TracePathGeometry } from './trace-path-geometry.ts';
import type { TracePathModel } from './trace-path-model.ts';

export interface TraceMap {
  readonly map: HookMapGeometry;
  readonly path: TracePathGeometry;
}

/** Beside each column, for the words of its steps. */
const WORDS = 128;
const WORDS_MIN = 84;
const CARD_MIN = 108;
const CARD_MAX = 210;

/** The node's map with only the packet's hooks, in its order; marks are left out: the way is the subject. */
export function modelOfPath(model: HookMapModel, path: TracePathModel): HookMapModel {
  const met = new Set(path.visits.map(({ chain }) => chain));
  const hooks = path.hooks.map((hook) => {
    // Of several devices' columns the one with the chains that the packet meets.
    const columns = model.hooks.filter((one) => one.hook === hook);
    const own = columns.find(({ cards }) => cards.some(({ chain }) => met.has(chain))) ?? columns[0];
    return { hook, cards: own?.cards ?? [], ties: own?.ties ?? [] };
  });
  return {
    family: model.family,
    hooks: hooks.map((hook) => ({ ...hook, cards: hook.cards.map((card) => ({ ...card, marks: [] })) })),
  };
}

/** Never throws; linear in the map and the way. */
export function layoutTraceMap(model: HookMapModel, path: TracePathModel, options: HookMapOptions): TraceMap {
  const count = Math.max(1, path.hooks.length);
  const room = options.width - AXIS - LEAD - RAIL_INSET;
  // Where there is little room both are narrower before the whole way is drawn smaller than it can be read.
  const words = Math.max(WORDS_MIN, Math.min(WORDS, room / count - CARD_MIN));
  const cardWidth = Math.floor(Math.max(CARD_MIN, Math.min(CARD_MAX, room / count - words)));
  const gap = Math.floor(Math.max(words, Math.min(WORDS + 80, room / count - cardWidth)));
  const map = layoutHookMap(modelOfPath(model, path), {
    ...options,
    arrangement: {
      cardWidth,
      gap,
      marginRight: gap,
      lead: LEAD,
      strip: STRIP_HEIGHT,
      withoutStations: ['defrag'],
      metro: (frame) => layoutPathMetro(frame, path),
    },
  });
  return {
    map,
    path: layoutTracePath(map, model, path, { gap, ...(options.measure ? { measure: options.measure } : {}) }),
  };
}

/** The dots on the first rail stay clear of the axis. */
const LEAD = 8;

/** Without a branch to the node the strip needs one line. */
const STRIP_HEIGHT = 52;

const LABEL_OFFSET = 13;
const LABEL_GAP = 9;

/** One straight line from station to station, with the routing decision where there is one. */
function layoutPathMetro(frame: Frame, { hooks, end }: TracePathModel): MetroGeometry {
  const size = frame.zoom < READABLE ? round(Math.min(13 / frame.zoom, 20)) : 13;
  const at = (hook: Hook): number => round((frame.columnX.get(hook) ?? 0) - RAIL_INSET);
  const lines: MetroGeometry['lines'][number][] = [];
  const texts: TextItem[] = [];
  const line = (id: string, from: number, to: number): void => {
    if (to - from > 1) lines.push({ id, path: `M${round(from)} ${STRIP_UPPER}H${round(to)}` });
  };
  const out = frame.width - 12;
  let diamond: MetroGeometry['diamond'] = null;
  hooks.forEach((hook, index) => {
    const x = at(hook);
    const next = hooks[index + 1];
    const labelEnd = x + LABEL_OFFSET + frame.measure(hook, size, 650) + LABEL_GAP;
    texts.push(text('hook', hook, x + LABEL_OFFSET, STRIP_UPPER + size * 0.36, size));
    if (index === 0) line(`before/${hook}`, x - 42, x);
    if (next === undefined) {
      if (end.kind === 'delivered') line(`after/${hook}`, labelEnd, out);
      return;
    }
    const to = at(next);
    if (isRouted(hook, next)) {
      diamond = { x: round((labelEnd + to) / 2), y: STRIP_UPPER };
      texts.push({ ...text('way', 'routing', diamond.x, 10.5 + 4, 10.5), anchor: 'middle' });
    }
    line(`after/${hook}`, labelEnd, to);
  });
  const [first] = hooks;
  if (first === 'output') texts.push(text('way', 'local process', at(first) - 42, 14.5, 10.5));
  if (end.kind === 'delivered' && end.to === 'local')
    texts.push({ ...text('way', 'local process', out, 14.5, 10.5), anchor: 'end' });
  return {
    height: STRIP_HEIGHT,
    scale: 1,
    lines,
    texts: frame.level === 'spines' ? [] : texts,
    hooks: hooks.map((hook) => ({ id: hook, hook, x: at(hook), y: STRIP_UPPER })),
    arrow: end.kind === 'delivered' ? { x: out, y: STRIP_UPPER } : { x: -1000, y: STRIP_UPPER },
    diamond,
    process: null,
  };
}

/** Kernel: ip_rcv_finish() routes between prerouting and forward or input; the output hook has its route already. */
function isRouted(from: Hook, to: Hook): boolean {
  return from === 'prerouting' && (to === 'forward' || to === 'input');
}

function text(role: TextItem['role'], value: string, x: number, y: number, size: number): TextItem {
  return { role, text: value, x: round(x), y: round(y), anchor: 'start', size };
}
