/** The way of a packet over a map that is laid out already: numbers in, numbers out. Nothing of the map moves. */
import { round, STRIP_UPPER } from './hook-map-frame.ts';
import type { CardGeometry, ColumnGeometry, HookMapGeometry, Rect, TextItem } from './hook-map-geometry.ts';
import type { CardModel, HookMapModel } from './hook-map-model.ts';
import { type Measure, measureInter, type Weight } from './inter-metrics.ts';
import type { Callout, Dot, PathOutline, TracePathGeometry, Track } from './trace-path-geometry.ts';
import type { PathStop, PathVisit, TracePathModel } from './trace-path-model.ts';

export interface TracePathOptions {
  /** Pixels between columns: the room for words. */
  readonly gap: number;
  readonly measure?: Measure;
}

const RADIUS = 7.2;
const LINE = 13.5;
const WORDS_OFF = 11;

/** A stop with its place. */
interface Placed {
  readonly visit: PathVisit;
  readonly stop: PathStop;
  readonly card: CardGeometry;
  readonly rect: Rect;
  readonly y: number;
}

export function layoutTracePath(
  map: HookMapGeometry,
  model: HookMapModel,
  path: TracePathModel,
  { gap, measure = measureInter }: TracePathOptions,
): TracePathGeometry {
  const placed = placeStops(map, path);
  const shown = lastOfSegments(placed);
  const columns = path.hooks.flatMap((hook) => map.columns.find((column) => column.hook === hook) ?? []);
  const fork = placed.find(({ stop }) => stop.fork);
  const words = callouts(shown, gap, measure);
  const end = endOf(map, path, placed, columns, words, { gap, measure });
  const { strip, rails, heads } = tracks(map, path, placed, columns, fork ?? null, end);
  return {
    strip,
    rails,
    heads,
    arms: shown.map(({ stop, card, y }) => ({
      number: stop.number,
      x1: railOf(map, card),
      x2: card.rect.x,
      y,
    })),
    outlines: outlines(shown),
    dots: shown.map((one): Dot => dot(map, one)),
    callouts: words,
    ...fading(map, model, path, [...words, ...(end ? [end] : [])], gap),
    end,
    stations: map.metro.hooks.map(({ x, y }) => ({ x, y })),
    diamond: map.metro.diamond,
    arrow: path.end.kind === 'delivered' ? map.metro.arrow : null,
  };
}

function cardOf(map: HookMapGeometry, { chain, hook }: PathVisit): CardGeometry | undefined {
  return map.cards.find((card) => card.chain === chain && card.hook === hook);
}

function railOf(map: HookMapGeometry, card: CardGeometry): number {
  return map.columns.find(({ hook }) => hook === card.hook)?.railX ?? card.rect.x;
}

function placeStops(map: HookMapGeometry, { visits }: TracePathModel): Placed[] {
  return visits.flatMap((visit) => {
    const card = cardOf(map, visit);
    if (!card) return [];
    return visit.stops.map((stop): Placed => {
      const rect = rectOf(card, stop.segment);
      return { visit, stop, card, rect, y: round(rect.y + rect.height / 2) };
    });
  });
}

function rectOf(card: CardGeometry, segment: number | null): Rect {
  const stripe = card.stripes.find((one) => one.segment === segment);
  if (stripe) return stripe.rect;
  return card.footer ?? card.rect;
}

/** Of the steps in one segment the map shows the last, unless an earlier one forks, decides or was not predicted. */
function lastOfSegments(placed: readonly Placed[]): Placed[] {
  const bySegment = new Map<string, Placed>();
  for (const one of placed) {
    const key = `${one.card.id}/${one.stop.segment} ${one.visit.hook}`;
    const before = bySegment.get(key);
    if (before && rank(before.stop) > rank(one.stop)) continue;
    bySegment.set(key, one);
  }
  return [...bySegment.values()];
}

function rank({ fork, decides, differs }: PathStop): number {
  return differs ? 3 : decides ? 2 : fork ? 1 : 0;
}

function dot(map: HookMapGeometry, { stop, card, y }: Placed): Dot {
  const x = railOf(map, card);
  const digits = String(stop.number).length;
  const size = digits > 2 ? 7.5 : digits > 1 ? 8.5 : 9.5;
  return {
    number: stop.number,
    x,
    y,
    radius: RADIUS,
    fork: stop.fork,
    differs: stop.differs,
    text: { role: 'badge', text: String(stop.number), x, y: round(y + size * 0.36), anchor: 'middle', size },
    label: `step ${stop.number}: ${[stop.title, ...stop.detail].join(', ')}`,
  };
}

function outlines(shown: readonly Placed[]): PathOutline[] {
  return shown.map(({ stop, card, rect }) => {
    const whole = stop.decides && (card.single || stop.segment === null);
    return {
      id: `${card.id}/${stop.segment ?? 'policy'}`,
      number: stop.number,
      rect: whole || card.single ? card.rect : rect,
      card: whole || card.single,
    };
  });
}

/** Words right of the cards, at their stripes; those that would overlap move down. */
function callouts(shown: readonly Placed[], gap: number, measure: Measure): Callout[] {
  const room = gap - WORDS_OFF - 10;
  let below = Number.NEGATIVE_INFINITY;
  let column = '';
  return [...shown]
    .sort((a, b) => (a.card.hook === b.card.hook ? a.y - b.y : 0))
    .map(({ stop, card, y }) => {
      if (card.hook !== column) {
        below = Number.NEGATIVE_INFINITY;
        column = card.hook;
      }
      const right = card.rect.x + card.rect.width;
      const top = Math.max(y, below);
      const x = round(right + WORDS_OFF);
      const title = wrap(stop.title, (text) => measure(text, 11, 650) <= room);
      const texts = title.map(
        (line, at): TextItem => ({
          role: 'callout',
          text: cut(line, room, 11, 650, measure),
          x,
          y: round(top + 4 + LINE * at),
          anchor: 'start',
          size: 11,
        }),
      );
      // Mono is about 0.6 of its size wide per character.
      const fits = (text: string): boolean => Math.max(text.length * 6.3, measure(text, 10.5, 400)) <= room;
      const lines = stop.detail.flatMap((line) => wrap(line, fits));
      lines.forEach((line, at) => {
        texts.push({
          role: 'callout-detail',
          text: line,
          x,
          y: round(top + 4 + LINE * (title.length + at)),
          anchor: 'start',
          size: 10.5,
        });
      });
      below = top + LINE * (lines.length + title.length) + 2;
      return { number: stop.number, leader: { x1: right, y1: y, x2: x - 3, y2: round(top) }, texts };
    });
}

/** A line that is too long goes on below, at a blank; a word that is too long by itself (an address with its ports) behind a sign in it. */
function wrap(line: string, fits: (text: string) => boolean): string[] {
  if (fits(line)) return [line];
  return filled(line.split(' '), ' ', fits).flatMap((part) =>
    fits(part) ? [part] : filled(part.split(/(?<=[:/-])/), '', fits),
  );
}

/** As many parts in a line as fit. */
function filled(parts: readonly string[], between: string, fits: (text: string) => boolean): string[] {
  const out: string[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (last !== undefined && fits(last + between + part)) out[out.length - 1] = last + between + part;
    else out.push(part);
  }
  return out;
}

function cut(text: string, room: number, size: number, weight: Weight, measure: Measure): string {
  if (measure(text, size, weight) <= room) return text;
  let length = text.length;
  while (length > 1 && measure(`${text.slice(0, length)}…`, size, weight) > room) length--;
  return `${text.slice(0, length).trimEnd()}…`;
}

interface Tracks {
  readonly strip: Track[];
  readonly rails: Track[];
  readonly heads: TracePathGeometry['heads'][number][];
}

function tracks(
  map: HookMapGeometry,
  path: TracePathModel,
  placed: readonly Placed[],
  columns: readonly ColumnGeometry[],
  fork: Placed | null,
  end: TracePathGeometry['end'],
): Tracks {
  const strip: Track[] = [];
  const rails: Track[] = [];
  const heads: Tracks['heads'] = [];
  const forkAt = fork ? path.hooks.indexOf(fork.visit.hook) : Number.POSITIVE_INFINITY;
  let before = 0;
  columns.forEach((column, at) => {
    const { hook, railX: x, railBottom } = column;
    const last = at === columns.length - 1;
    const ends = last && path.end.kind !== 'delivered' && end !== null;
    const bottom = ends ? end.y : railBottom;
    const rail = (id: string, y1: number, y2: number, double: boolean, from: number): void => {
      if (y2 > y1) rails.push({ id: `${hook}/${id}`, hook, x1: x, y1, x2: x, y2, double, from });
    };
    const double = at > forkAt;
    strip.push({ id: `${hook}/down`, hook, x1: x, y1: STRIP_UPPER, x2: x, y2: map.metro.height, double, from: before });
    // Piece by piece from dot to dot, so that playing shows how far the packet is.
    let y = map.metro.height;
    const own = placed.filter(({ visit }) => visit.hook === hook).sort((a, b) => a.y - b.y);
    let forked = double;
    for (const one of own) {
      rail(`${one.stop.number}`, y, one.y, forked, before);
      y = Math.max(y, one.y);
      before = one.stop.number;
      if (one === fork) forked = true;
    }
    rail('rest', y, bottom, forked, before);
    if (!ends) heads.push({ hook, x, y: bottom, from: before });
    const after = map.metro.lines.filter(({ id }) => id === `after/${hook}` || (at === 0 && id === `before/${hook}`));
    for (const { id, path: d } of after) {
      const found = /^M([\d.-]+) ([\d.-]+)H([\d.-]+)$/.exec(d);
      if (!found) continue;
      const [x1, y1, x2] = [Number(found[1]), Number(found[2]), Number(found[3])];
      const isBefore = id.startsWith('before');
      strip.push({ id, hook, x1, y1, x2, y2: y1, double: !isBefore && at >= forkAt, from: isBefore ? 0 : before });
    }
  });
  return { strip, rails, heads };
}

interface Room {
  readonly gap: number;
  readonly measure: Measure;
}

/** The cross, and what became of the packet: below its last card where nothing else is drawn, else right of it below the words of its steps. */
function endOf(
  map: HookMapGeometry,
  path: TracePathModel,
  placed: readonly Placed[],
  columns: readonly ColumnGeometry[],
  callouts: readonly Callout[],
  room: Room,
): TracePathGeometry['end'] {
  if (path.end.kind === 'delivered') return null;
  const last = placed.at(-1);
  const column = columns.at(-1);
  if (!column) return null;
  const number = last?.stop.number ?? 0;
  const role = path.end.kind === 'untold' ? 'callout' : 'fate';
  const wide = map.cardWidth + room.gap - 12;
  const at = (x: number, y: number, width: number): TextItem[] => endWords(path.label, role, x, y, width, room.measure);
  const obstacles = [
    ...obstaclesOf(map, room.measure),
    ...callouts.flatMap((one) => one.texts.map((text) => boxOf(text, room.measure))),
  ];
  const free = (texts: readonly TextItem[]): boolean =>
    !texts.some((text) => obstacles.some((each) => overlap(boxOf(text, room.measure), each)));
  const own = last && last.card.hook === column.hook ? last : null;
  const outside = path.end.kind === 'lost';
  if (!own || outside) {
    const below = at(column.railX + 10, column.railBottom + 4, wide);
    const texts = free(below) || !own ? pushedDown(below, free) : besides(own, callouts, at, room.gap);
    return { x: column.railX, y: column.railBottom, cross: false, number, texts };
  }
  const { card, y } = own;
  const below = [wide, map.cardWidth].map((width) => at(card.rect.x, card.rect.y + card.rect.height + 16, width));
  const texts = below.find(free) ?? besides(own, callouts, at, room.gap);
  return { x: card.rect.x + card.rect.width, y, cross: path.end.kind === 'refused', number, texts };
}

/** Right of the card: words of later cards go there too (`not called`), and make room. */
function besides(
  { card }: Placed,
  callouts: readonly Callout[],
  at: (x: number, y: number, width: number) => TextItem[],
  gap: number,
): TextItem[] {
  const x = card.rect.x + card.rect.width + WORDS_OFF;
  const lowest = Math.max(
    card.rect.y + Math.min(card.rect.height, 22) / 2 + 4 - LINE,
    ...callouts.flatMap(({ texts }) => texts.flatMap((text) => (text.x === round(x) ? text.y : []))),
  );
  return at(x, lowest + LINE + 2, gap - WORDS_OFF - 10);
}

/** Bounded: what is drawn is finite, and so is a map. */
function pushedDown(texts: TextItem[], free: (texts: readonly TextItem[]) => boolean): TextItem[] {
  let moved = texts;
  for (let tries = 0; tries < 40 && !free(moved); tries++) moved = moved.map((text) => ({ ...text, y: text.y + 7 }));
  return moved;
}

function obstaclesOf(map: HookMapGeometry, measure: Measure): readonly Rect[] {
  const stations = map.stations.flatMap(({ text }) => text ?? []);
  const rows = map.rows.flatMap(({ texts }) => texts);
  return [...map.cards.map(({ rect }) => rect), ...[...stations, ...rows].map((text) => boxOf(text, measure))];
}

function boxOf({ x, y, text, size, anchor }: TextItem, measure: Measure): Rect {
  const width = measure(text, size, 650);
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
  return { x: left, y: y - size * 0.8, width, height: size };
}

function overlap(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Of the words at a way's end. */
const MOST_END_LINES = 8;

/** The first line is the title; long ones go on below, at a blank. */
function endWords(
  label: readonly string[],
  role: 'fate' | 'callout',
  x: number,
  y: number,
  width: number,
  measure: Measure,
): TextItem[] {
  const lines = label.slice(0, 3).flatMap((line, at) => {
    const [size, weight] = at === 0 ? ([11.5, 650] as const) : ([10.5, 400] as const);
    return wrap(line, (text) => measure(text, size, weight) <= width).map((text) => ({
      role: at === 0 ? role : ('fate-detail' as const),
      text: cut(text, width, size, weight, measure),
      size,
    }));
  });
  const last = Math.min(lines.length, MOST_END_LINES) - 1;
  return lines.slice(0, MOST_END_LINES).map((line, at) => ({
    ...line,
    // What is left out is shown to be.
    text: at === last && last < lines.length - 1 ? `${line.text}…` : line.text,
    x: round(x),
    y: round(y + at * 14),
    anchor: 'start' as const,
  }));
}

/** Cards and stripes that the packet never came to. */
function fading(
  map: HookMapGeometry,
  model: HookMapModel,
  path: TracePathModel,
  callouts: readonly Pick<Callout, 'texts'>[],
  gap: number,
): Pick<TracePathGeometry, 'faded' | 'notCalled'> {
  const faded = new Set<string>();
  const notCalled: TextItem[] = [];
  for (const card of map.cards) {
    const visits = path.visits.filter((one) => one.chain === card.chain && one.hook === card.hook);
    const [visit] = visits;
    if (!visit) {
      faded.add(card.id);
      const words = notCalledWords(card);
      if (!isEmpty(model, card) && gap > 80 && !overlaps(words, callouts)) notCalled.push(words);
      continue;
    }
    const { until } = visit;
    if (until === null) continue;
    for (const stripe of card.stripes) if (stripe.segment > until) faded.add(stripe.id);
  }
  return { faded, notCalled };
}

function notCalledWords({ rect }: CardGeometry): TextItem {
  return {
    role: 'callout-quiet',
    text: 'not called',
    x: round(rect.x + rect.width + WORDS_OFF),
    y: round(rect.y + Math.min(rect.height, 22) / 2 + 4),
    anchor: 'start',
    size: 11,
  };
}

/** The words of a step above may reach down here. */
function overlaps({ x, y }: TextItem, callouts: readonly Pick<Callout, 'texts'>[]): boolean {
  return callouts.some(({ texts }) => texts.some((text) => text.x === x && Math.abs(text.y - y) < LINE));
}

function isEmpty(model: HookMapModel, card: CardGeometry): boolean {
  const found = model.hooks
    .flatMap(({ cards }): readonly CardModel[] => cards)
    .find(({ chain }) => chain === card.chain);
  return found === undefined || found.segments.length === 0;
}
