/**
 * Rows of the hook map: effective priorities in order on an ordinal axis, kernel stations and empty standard priorities between them.
 * Kernel: standard priorities as in nft(8) and include/uapi/linux/netfilter_{ipv4,bridge}.h.
 */
import { EMPTY_ROW, kernelStations, ROW_GAP, ROW_MIN, STATION } from './hook-map-frame.ts';
import type { HookMapModel, MapFamily } from './hook-map-model.ts';

/** A row before it has a place. */
export interface RowPlan {
  readonly id: string;
  readonly kind: 'priority' | 'empty' | 'station';
  readonly priority: number;
  /** `raw`, `NAT (dst)`, `conntrack`; empty for priorities without a usual name. */
  readonly name: string;
  /** What the cards of the row need, in pixels, without the gap between rows. */
  height: number;
}

/** What the priorities of the family are usually called. Under iptables-nft `security` is at 150, elsewhere at 50 (NETFILTER priorities). */
export function usualNames(family: MapFamily): ReadonlyMap<number, string> {
  if (family === 'bridge') {
    return new Map([
      [-300, 'NAT (dst)'],
      [-200, 'filter'],
      [100, 'out'],
      [200, 'filter'],
      [300, 'NAT (src)'],
    ]);
  }
  if (family === 'arp') return new Map([[0, 'filter']]);
  return new Map([
    [-300, 'raw'],
    [-150, 'mangle'],
    [-100, 'NAT (dst)'],
    [0, 'filter'],
    [50, 'security'],
    [100, 'NAT (src)'],
  ]);
}

/** Standard priorities that get a thin row when nothing is there: an expert looks for them. */
const LOOKED_FOR: readonly number[] = [-300, -150, -100, 0, 50, 100];

/**
 * Rows from the first to the last priority. A chain exactly at a station's priority stands before the station.
 * Kernel: of equal priorities the one registered last runs first, and conntrack registers before the chain whose rules need it.
 */
export function planRows(model: HookMapModel, withEmpty: boolean): RowPlan[] {
  const names = usualNames(model.family);
  const used = new Set<number>();
  let iptablesSecurity = false;
  for (const hook of model.hooks) {
    for (const card of hook.cards) {
      used.add(card.effectivePriority);
      if (card.effectivePriority === 150 && card.table.endsWith(' security')) iptablesSecurity = true;
    }
  }
  const rows: RowPlan[] = [...used].map((priority) => ({
    id: `p${priority}`,
    kind: 'priority',
    priority,
    name: names.get(priority) ?? (priority === 150 && iptablesSecurity ? 'security' : ''),
    height: ROW_MIN,
  }));
  const plain = model.family === 'ip' || model.family === 'ip6';
  if (withEmpty && plain && used.size > 0) {
    for (const priority of LOOKED_FOR) {
      if (used.has(priority) || (priority === 50 && iptablesSecurity)) continue;
      rows.push({ id: `p${priority}`, kind: 'empty', priority, name: names.get(priority) ?? '', height: EMPTY_ROW });
    }
  }
  for (const station of kernelStations(model.family)) {
    rows.push({
      id: `k-${station.name}`,
      kind: 'station',
      priority: station.priority,
      name: station.name,
      height: STATION,
    });
  }
  return rows.sort((a, b) => a.priority - b.priority || Number(a.kind === 'station') - Number(b.kind === 'station'));
}

/** Total height of rows with the gap after each. */
export function rowsHeight(rows: readonly RowPlan[], gap: number = ROW_GAP): number {
  return rows.reduce((sum, row) => sum + row.height + gap, 0);
}
