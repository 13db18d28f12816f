import { AXIS, type Frame, kernelStations, RAIL_INSET, READABLE, restrained, round, STRIP } from './hook-map-frame.ts';
import type {
  BracketGeometry,
  CardGeometry,
  ColumnGeometry,
  RowGeometry,
  StationGeometry,
  TextItem,
} from './hook-map-geometry.ts';
import { columnOf, type HookMapModel } from './hook-map-model.ts';
import type { RowPlan } from './hook-map-rows.ts';
import { priorityText } from './text-fit.ts';

export function rowTexts(
  row: RowPlan,
  y: number,
  height: number,
  names: ReadonlyMap<number, string>,
  frame: Frame,
): TextItem[] {
  const right = AXIS - 6.5;
  if (row.kind === 'station') return [];
  const item = (role: TextItem['role'], text: string, x: number, base: number, size: number, anchor: 'start' | 'end') =>
    ({ role, text, x, y: round(base), size, anchor }) satisfies TextItem;
  if (row.kind === 'empty') {
    const middle = y + height / 2 + 4;
    const long = 'no base chain on this node';
    const words = frame.measure(long, 10.5, 400) <= frame.cardWidth ? long : 'no base chain';
    return [
      item('row-name', row.name, right, middle, 10.5, 'end'),
      item('empty-row', words, frame.columnX.values().next().value ?? AXIS, middle, 10.5, 'start'),
    ];
  }
  const value = priorityText(row.priority, names.has(row.priority) || row.name !== '');
  const texts = [item('priority', value, right, y + 17.5, 13, 'end')];
  if (row.name !== '') texts.push(item('row-name', row.name, right, y + 32.5, 10.5, 'end'));
  return texts;
}

export function layoutStations(rows: readonly RowGeometry[], frame: Frame): StationGeometry[] {
  const out: StationGeometry[] = [];
  for (const station of kernelStations(frame.family)) {
    const row = rows.find((r) => r.id === `k-${station.name}`);
    if (!row) continue;
    const y = round(row.y + row.height / 2);
    for (const hook of station.hooks) {
      const x = frame.columnX.get(hook);
      if (x === undefined) continue;
      const size = frame.zoom < READABLE ? round(11 / frame.zoom) : round(11 * restrained(frame.zoom));
      const half = frame.measure(station.name, size, 400) / 2 + 7;
      const middle = x + frame.cardWidth / 2;
      const fits = frame.level !== 'spines' && half * 2 < frame.cardWidth;
      const text: TextItem | null = fits
        ? { role: 'station', text: station.name, x: round(middle), y: round(y + 4), size, anchor: 'middle' }
        : null;
      const lines = text
        ? [
            { x1: x, x2: round(middle - half) },
            { x1: round(middle + half), x2: x + frame.cardWidth },
          ]
        : [{ x1: x, x2: x + frame.cardWidth }];
      out.push({ id: `${hook}/${station.name}`, hook, name: station.name, text, y, lines });
    }
  }
  return out;
}

export function layoutBrackets(model: HookMapModel, cards: readonly CardGeometry[], zoom: number): BracketGeometry[] {
  const byChain = new Map(cards.map((card) => [`${card.column}/${card.chain}`, card]));
  return model.hooks.flatMap((hook) =>
    hook.ties.flatMap((tie): BracketGeometry[] => {
      const tied = tie.chains
        .flatMap((chain) => byChain.get(`${columnOf(hook)}/${chain}`) ?? [])
        .sort((a, b) => a.rect.y - b.rect.y);
      const [first, second] = tied;
      const last = tied.at(-1);
      if (!first || !second || !last) return [];
      const x = round(first.rect.x - 4);
      const radius = round((5.2 / Math.min(1, zoom)) * restrained(zoom));
      const names = tied.map((card) => card.name).join(', ');
      return [
        {
          id: `${columnOf(hook)}/${first.chain}`,
          chains: tie.chains,
          x,
          y1: round(first.rect.y + 3),
          y2: round(last.rect.y + last.rect.height - 3),
          known: tie.known,
          sign: tie.known ? null : { x, y: round((first.rect.y + first.rect.height + second.rect.y) / 2), radius },
          label: tie.known
            ? `${names}: same effective priority; the one registered last runs first`
            : `${names}: same effective priority, and the dump does not tell which runs first`,
        },
      ];
    }),
  );
}

export function layoutColumns(
  model: HookMapModel,
  rows: readonly RowGeometry[],
  gap: number,
  cards: readonly CardGeometry[],
  stations: readonly StationGeometry[],
  frame: Frame,
): ColumnGeometry[] {
  return model.hooks.map((column) => {
    const { hook } = column;
    const id = columnOf(column);
    const x = frame.columnX.get(id) ?? 0;
    const own = cards.filter((card) => card.column === id);
    const y = frame.stationY(column);
    let last = -1;
    for (const card of own) last = Math.max(last, card.row);
    rows.forEach((row, index) => {
      if (stations.some((s) => s.hook === hook && row.id === `k-${s.name}`)) last = Math.max(last, index);
    });
    const row = rows[last];
    return {
      id,
      hook,
      x: round(x),
      width: frame.cardWidth,
      railX: round(x - RAIL_INSET),
      railTop: y,
      railBottom: round(row ? row.y + row.height + gap / 2 - 2 : STRIP + 20),
      cards: own.length,
    };
  });
}

/** Axis numbers keep their size on the screen, as far as the axis has room for five characters. */
export function enlarge(item: TextItem, frame: Frame): TextItem {
  return { ...item, size: round(Math.min(item.size / frame.zoom, 15.5)) };
}

/** Axis words of a map that is zoomed in far stop growing; they stay at the upper end of their row. */
export function restrain(item: TextItem, row: number, frame: Frame): TextItem {
  const s = restrained(frame.zoom);
  if (s === 1) return item;
  const right = AXIS - 6.5;
  const x = item.anchor === 'end' ? AXIS - 6.5 * s : item.x;
  return {
    ...item,
    x: round(item.x === right ? x : item.x),
    y: round(row + (item.y - row) * s),
    size: round(item.size * s),
  };
}
