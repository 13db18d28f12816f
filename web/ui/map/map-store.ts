/** What the map shows besides the selection: the cards and jumps that are open in place, and the way of packets that is not dimmed. */
import { createStore } from 'zustand/vanilla';
import type { OpenedCard, OpenedJump } from '../../layout/hook-map-open.ts';
import type { Hook } from '../../model/hook.ts';
import type { MapPlace } from '../../render/hook-map-view.ts';
import { store } from '../use-store.ts';

export type Way = 'all' | 'to' | 'through' | 'from';

export interface MapView {
  /** By chain. Void after another load: ids mean something else then. */
  readonly opened: ReadonlyMap<number, OpenedCard>;
  readonly way: Way;
  /** Where the node's map was left for another view, and its level of detail there: it is come back to. */
  readonly left: { readonly place: MapPlace; readonly level: number } | null;
}

export const mapStore = createStore<MapView>()(() => ({ opened: new Map(), way: 'all', left: null }));

store.subscribe(({ overview }, before) => {
  if (overview?.revision !== before.overview?.revision) mapStore.setState({ opened: new Map(), left: null });
});

/** Opens a card, or closes it with everything in it. True if it is open now. */
export function toggleCard(chain: number): boolean {
  const opened = new Map(mapStore.getState().opened);
  const open = !opened.delete(chain);
  if (open) opened.set(chain, new Map());
  mapStore.setState({ opened });
  return open;
}

/** Opens the jump at `path` in an open card; null closes it, with what is open below it. */
export function setJump(card: number, path: string, jump: OpenedJump | null): void {
  const { opened } = mapStore.getState();
  const jumps = new Map(opened.get(card));
  if (jump) jumps.set(path, jump);
  else for (const one of [...jumps.keys()]) if (one === path || one.startsWith(`${path}/`)) jumps.delete(one);
  mapStore.setState({ opened: new Map(opened).set(card, jumps) });
}

/**
 * Hooks that packets of a way meet; null: every hook. Kernel: net/ipv4/ip_input.c, ip_forward.c, ip_output.c; arp knows no forwarding, so
 * that nothing passes through.
 */
export function hooksOf(way: Way): ReadonlySet<Hook> | null {
  return way === 'all' ? null : HOOKS[way];
}

const HOOKS: Readonly<Record<Exclude<Way, 'all'>, ReadonlySet<Hook>>> = {
  to: new Set(['ingress', 'prerouting', 'input']),
  through: new Set(['ingress', 'prerouting', 'forward', 'postrouting', 'egress']),
  from: new Set(['output', 'postrouting', 'egress']),
};
