/**
 * The metro strip: one line through the node, a branch down to it, one from it. The only place where edges cross columns.
 * Kernel: ip and ip6 route between prerouting and input/forward; a bridge looks the address up instead; arp has no forward hook.
 */
import type { Hook } from '../model/hook.ts';
import {
  type Frame,
  RAIL_INSET,
  READABLE,
  restrained,
  round,
  STRIP,
  STRIP_LOWER,
  STRIP_UPPER,
} from './hook-map-frame.ts';
import type { MetroGeometry, TextItem, TextRole } from './hook-map-geometry.ts';
import { columnOf, type HookMapModel, type HookModel } from './hook-map-model.ts';
import { fitName } from './text-fit.ts';

/** Station radius plus air. */
const LABEL_OFFSET = 13;
const GAP = 9;
const CORNER = 10;
/** Of the routing decision, before the station of forward. */
const DIAMOND_BEFORE = 17;
/** Half of it, and some air. */
const DIAMOND_AIR = 13;

type Line = { readonly id: string; readonly path: string };

interface Draft {
  readonly lines: Line[];
  readonly texts: TextItem[];
  readonly hooks: { id: string; hook: Hook; x: number; y: number }[];
}

/** These hang from the branch through the node itself. */
const LOWER: ReadonlySet<Hook> = new Set(['input', 'output']);

/** Also the devices of a hook where there are several: a packet meets one of them, beside the line that all take. */
export function hangsLower(
  { hook, devices = [] }: Column,
  { family, hooks }: Pick<HookMapModel, 'family' | 'hooks'>,
): boolean {
  return (
    (LOWER.has(hook) && family !== 'arp') || (devices.length > 0 && hooks.filter((one) => one.hook === hook).length > 1)
  );
}

type Column = Pick<HookModel, 'hook' | 'devices'>;

function word(role: TextRole, value: string, x: number, middle: number, anchor: TextItem['anchor'], size: number) {
  return { x: round(x), y: round(middle + size * 0.36), text: value, anchor, role, size };
}

/** Where a hook's label ends: the line goes on from there. */
function labelEnd(hook: Hook, railX: number, frame: Frame): number {
  const s = restrained(frame.zoom);
  return (
    railX + LABEL_OFFSET * s + (frame.level === 'spines' ? 0 : frame.measure(hook, hookSize(frame), 650) + GAP * s)
  );
}

/** Fits a word between two ends, or leaves it away. */
function between(
  draft: Draft,
  value: string,
  from: number,
  to: number,
  y: number,
  frame: Frame,
  align: 'start' | 'middle' | 'end',
) {
  const s = restrained(frame.zoom);
  const width = frame.measure(value, 10.5 * s, 400);
  if (frame.zoom < READABLE || width > to - from) return;
  const x = align === 'start' ? from : align === 'end' ? to : (from + to) / 2;
  draft.texts.push(word('way', value, x, y * s, align, round(10.5 * s)));
}

function station(draft: Draft, hook: Hook, frame: Frame): number {
  const x = (frame.columnX.get(hook) ?? 0) - RAIL_INSET;
  const s = restrained(frame.zoom);
  const y = round((LOWER.has(hook) && frame.family !== 'arp' ? STRIP_LOWER : STRIP_UPPER) * s);
  draft.hooks.push({ id: hook, hook, x: round(x), y });
  if (frame.level !== 'spines') draft.texts.push(word('hook', hook, x + LABEL_OFFSET * s, y, 'start', hookSize(frame)));
  return x;
}

/** Hook names keep their size on the screen, as far as the column has room. */
function hookSize(frame: Frame): number {
  if (frame.zoom >= READABLE) return round(Math.min(13, largestBeforeRouting(frame)) * restrained(frame.zoom));
  const most = (13 * (frame.cardWidth + frame.gap - 44)) / frame.measure('postrouting', 13, 650);
  return round(Math.min(13 / frame.zoom, most));
}

/** The largest size at which the longest name before the routing decision keeps clear of it, however narrow the columns are. */
function largestBeforeRouting({ cardWidth, gap, measure }: Frame): number {
  const room = cardWidth + gap - LABEL_OFFSET - DIAMOND_BEFORE - DIAMOND_AIR;
  return Math.max(10.5, (13 * room) / measure('prerouting', 13, 650));
}

function line(draft: Draft, id: string, x1: number, x2: number, y: number): void {
  if (x2 - x1 > 1) draft.lines.push({ id, path: `M${round(x1)} ${y}H${round(x2)}` });
}

function processBox(frame: Frame, from: number, to: number): { x: number; width: number; label: string } | null {
  for (const label of ['local process', 'process']) {
    const s = restrained(frame.zoom);
    const width = (frame.measure(label, 11, 500) + 12) * s;
    if (width <= to - from - 8) return { x: round((from + to - width) / 2), width: round(width), label };
  }
  return null;
}

/** The local process between input and output. */
function layoutProcess(
  draft: Draft,
  inputX: number,
  outputX: number,
  y: number,
  frame: Frame,
): MetroGeometry['process'] {
  const from = labelEnd('input', inputX, frame);
  const box = frame.zoom >= READABLE ? processBox(frame, from, outputX - 8) : null;
  if (!box) {
    line(draft, 'process', from, outputX, y);
    return null;
  }
  line(draft, 'to-process', from, box.x, y);
  line(draft, 'from-process', box.x + box.width, outputX, y);
  const s = restrained(frame.zoom);
  draft.texts.push(word('box', box.label, box.x + box.width / 2, y, 'middle', round(11 * s)));
  return { x: box.x, y: round(y - 10 * s), width: box.width, height: round(20 * s) };
}

function layoutArp(frame: Frame, draft: Draft): MetroGeometry {
  const s = restrained(frame.zoom);
  const upper = round(STRIP_UPPER * s);
  const inputX = station(draft, 'input', frame);
  const outputX = station(draft, 'output', frame);
  const out = frame.width - 12;
  line(draft, 'in', inputX - 33, inputX, upper);
  const process = layoutProcess(draft, inputX, outputX, upper, frame);
  line(draft, 'out', labelEnd('output', outputX, frame), out, upper);
  if (frame.zoom >= READABLE) ends(draft, inputX, out, s);
  return { height: round(STRIP * s), scale: s, ...draft, arrow: { x: out, y: upper }, diamond: null, process };
}

function ends(draft: Draft, firstX: number, out: number, s: number): void {
  const size = round(10.5 * s);
  draft.texts.push(word('way', 'in', firstX - 33, 13 * s, 'start', size), word('way', 'out', out, 13 * s, 'end', size));
}

interface DeviceStations {
  /** Where the hook begins on the upper line, and where that goes on; null without such a hook. */
  readonly first: number | null;
  readonly end: number | null;
}

/**
 * Ingress or egress. One column is a station as any other, with its devices below its name. Of several a packet meets one: they hang side by side
 * below the line.
 */
function deviceStations(draft: Draft, hook: 'ingress' | 'egress', frame: Frame): DeviceStations {
  const columns = frame.hooks.filter((one) => one.hook === hook);
  const [only] = columns;
  if (!only) return { first: null, end: null };
  const s = restrained(frame.zoom);
  const upper = round(STRIP_UPPER * s);
  const railOf = (column: Column): number => (frame.columnX.get(columnOf(column)) ?? 0) - RAIL_INSET;
  if (columns.length === 1) {
    const x = railOf(only);
    draft.hooks.push({ id: columnOf(only), hook, x: round(x), y: upper });
    if (frame.level !== 'spines') {
      draft.texts.push(word('hook', hook, x + LABEL_OFFSET * s, upper, 'start', hookSize(frame)));
    }
    deviceWords(draft, only, x, STRIP_LOWER - 7, frame, 'way');
    return { first: x, end: labelEnd(hook, x, frame) };
  }
  const lower = round(STRIP_LOWER * s);
  const rails = columns.map(railOf);
  columns.forEach((column, at) => {
    const x = rails[at] as number;
    draft.hooks.push({ id: columnOf(column), hook, x: round(x), y: lower });
    draft.lines.push({ id: columnOf(column), path: `M${round(x)} ${upper}V${lower}` });
    deviceWords(draft, column, x, STRIP_LOWER, frame, 'hook');
  });
  const first = rails[0] as number;
  const last = rails.at(-1) as number;
  line(draft, `${hook}-devices`, first, last, upper);
  between(draft, `${hook}, by device`, first + 8 * s, last + frame.cardWidth, 16.5, frame, 'start');
  return { first, end: last };
}

/** The devices of a column right of its rail: as many names as there is room for. */
function deviceWords(
  draft: Draft,
  { devices = [] }: Column,
  railX: number,
  middle: number,
  frame: Frame,
  role: 'hook' | 'way',
): void {
  if (frame.level === 'spines' || devices.length === 0 || (role === 'way' && frame.zoom < READABLE)) return;
  const s = restrained(frame.zoom);
  const size = role === 'hook' ? hookSize(frame) : round(10.5 * s);
  const weight = role === 'hook' ? 650 : 400;
  const room = frame.cardWidth - (LABEL_OFFSET - RAIL_INSET) * s;
  const all = devices.join(', ');
  const more = devices.length > 1 ? ` and ${devices.length - 1} more` : '';
  const fits = (text: string): boolean => frame.measure(text, size, weight) <= room;
  const said = [all, `${devices[0]}${more}`, ...(devices.length > 1 ? [`${devices.length} devices`] : [])];
  const text = said.find(fits) ?? fitName(all, room, size, weight, frame.measure);
  if (text !== null) draft.texts.push(word(role, text, railX + LABEL_OFFSET * s, middle * s, 'start', size));
}

/** Upper line from station to station, broken around the labels. */
export function layoutMetro(frame: Frame): MetroGeometry {
  const draft: Draft = { lines: [], texts: [], hooks: [] };
  if (!frame.columnX.has('forward')) return layoutArp(frame, draft);
  const s = restrained(frame.zoom);
  const upper = round(STRIP_UPPER * s);
  const lower = round(STRIP_LOWER * s);
  const ingress = deviceStations(draft, 'ingress', frame);
  const preX = station(draft, 'prerouting', frame);
  const forwardX = station(draft, 'forward', frame);
  const inputX = station(draft, 'input', frame);
  const outputX = station(draft, 'output', frame);
  const postX = station(draft, 'postrouting', frame);
  const egress = deviceStations(draft, 'egress', frame);
  const first = ingress.first ?? preX;
  const out = frame.width - 12;
  const preEnd = labelEnd('prerouting', preX, frame);
  const diamondX = round(Math.max(forwardX - 25, Math.min(preEnd + 8 * s, forwardX - DIAMOND_BEFORE * s)));
  const joinX = round(postX - 15 * s);

  line(draft, 'in', first - 33, first, upper);
  if (ingress.end !== null) line(draft, 'ingress', ingress.end, preX, upper);
  line(draft, 'prerouting', preEnd, diamondX, upper);
  line(draft, 'routing', diamondX, forwardX, upper);
  const forwardEnd = labelEnd('forward', forwardX, frame);
  line(draft, 'through', forwardEnd, postX, upper);
  const postEnd = labelEnd('postrouting', postX, frame);
  if (egress.first !== null && egress.end !== null) {
    line(draft, 'postrouting', postEnd, egress.first, upper);
    line(draft, 'out', egress.end, out, upper);
  } else line(draft, 'out', postEnd, out, upper);

  const c = round(CORNER * s);
  draft.lines.push({
    id: 'to-node',
    path: `M${diamondX} ${upper}V${lower - c}Q${diamondX} ${lower} ${round(diamondX + c)} ${lower}H${round(inputX)}`,
  });
  const process = layoutProcess(draft, inputX, outputX, lower, frame);
  const outputEnd = labelEnd('output', outputX, frame);
  draft.lines.push({
    id: 'from-node',
    path: `M${round(Math.min(outputEnd, joinX - c))} ${lower}H${round(joinX - c)}Q${joinX} ${lower} ${joinX} ${lower - c}V${upper}`,
  });

  if (frame.zoom >= READABLE) ends(draft, first, out, s);
  const decision = frame.family === 'bridge' ? 'bridging' : 'routing';
  if (frame.zoom >= READABLE) draft.texts.push(word('way', decision, diamondX, 10.5 * s, 'middle', round(10.5 * s)));
  between(draft, 'to the node', forwardX + LABEL_OFFSET * s, inputX - 12, 46.5, frame, 'start');
  between(draft, 'through the node', forwardEnd, joinX, 16.5, frame, 'middle');
  between(draft, 'from the node', outputEnd - 5, joinX - 11, 46.5, frame, 'end');
  return {
    height: round(STRIP * s),
    scale: s,
    ...draft,
    arrow: { x: round(out), y: upper },
    diamond: { x: diamondX, y: upper },
    process,
  };
}
