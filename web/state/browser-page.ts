/** `Page` of workspaces.ts and `PlacePage` of places.ts over the real browser: one entry of its history holds a workspace's name and a place in it. */
import { isKeeping } from './keeping.ts';
import type { PlacePage } from './places.ts';
import type { Page } from './workspaces.ts';

const BACKUP_KEY = 'nfscope.backup.';

export function browserPage(): Page {
  return {
    hash: () => location.hash,
    entry: () => stateOf().nfscope ?? null,
    setEntry: (id, hash) => {
      const url = hash === undefined ? undefined : `${location.pathname}${location.search}${hash}`;
      const state = stateOf();
      history.replaceState(state.nfscope === id ? state : { nfscope: id }, '', url);
    },
    claim: claimer(),
    onNavigate,
    keeps: () => isKeeping(),
    onLeave: (wouldLose) => {
      const leaving = (event: BeforeUnloadEvent): void => {
        if (wouldLose()) event.preventDefault();
      };
      addEventListener('beforeunload', leaving);
      return () => removeEventListener('beforeunload', leaving);
    },
    onHide: (listener) => {
      const hidden = (): void => {
        if (document.visibilityState === 'hidden') listener();
      };
      addEventListener('pagehide', listener);
      document.addEventListener('visibilitychange', hidden);
      return () => {
        removeEventListener('pagehide', listener);
        document.removeEventListener('visibilitychange', hidden);
      };
    },
    backup: lastMoment(),
  };
}

/**
 * What an entry of the history holds. Browsers keep it on the disk, longer than the page knows: so nothing of a ruleset is in it, and a place's selection
 * and chain are in the memory of the page, under `at`.
 */
interface EntryState {
  readonly nfscope?: string;
  /** View and family. */
  readonly place?: string;
  readonly at?: string;
}

function stateOf(): EntryState {
  const state: unknown = history.state;
  if (typeof state !== 'object' || state === null) return {};
  const { nfscope, place, at } = state as Readonly<Record<keyof EntryState, unknown>>;
  return {
    ...(typeof nfscope === 'string' ? { nfscope } : {}),
    ...(typeof place === 'string' ? { place } : {}),
    ...(typeof at === 'string' ? { at } : {}),
  };
}

export function browserPlaces(): PlacePage {
  /** Of this page's time; entries from before a reload have keys of another one. */
  const places = new Map<string, string>();
  const time = Math.random().toString(36).slice(2);
  const entryOf = (place: string): EntryState => {
    const at = `${time}.${places.size}`;
    places.set(at, place);
    return { ...stateOf(), place: withoutNames(place), at };
  };
  return {
    place: () => {
      const { at, place = null } = stateOf();
      return at === undefined ? place : (places.get(at) ?? place);
    },
    visit: (place) => history.pushState(entryOf(place), ''),
    settle: (place) => history.replaceState(entryOf(place), ''),
    onNavigate,
  };
}

/** A place's parts that no ruleset has written. */
function withoutNames(place: string): string {
  return place
    .split('&')
    .filter((pair) => pair === '' || /^(?:view|family)=/.test(pair))
    .join('&');
}

/** A new fragment fires both events; going back between two entries with the same fragment fires only popstate. */
function onNavigate(listener: () => void): () => void {
  let queued = false;
  const once = (): void => {
    if (queued) return;
    queued = true;
    queueMicrotask(() => {
      queued = false;
      listener();
    });
  };
  addEventListener('hashchange', once);
  addEventListener('popstate', once);
  return () => {
    removeEventListener('hashchange', once);
    removeEventListener('popstate', once);
  };
}

/** What this tab holds already stays its own: it goes back to it. */
function claimer(): Page['claim'] {
  const mine = new Set<string>();
  return async (id) => {
    if (mine.has(id)) return true;
    const isMine = await claim(id);
    if (isMine) mine.add(id);
    return isMine;
  };
}

/** Web Locks need a secure context; without them a duplicated tab is not noticed. */
function claim(id: string): Promise<boolean> {
  const locks = (navigator as { readonly locks?: LockManager }).locks;
  if (!locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    const held = locks.request(`nfscope ${id}`, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise<never>(() => undefined);
    });
    // An origin without storage may not lock either; it has nothing to fight over.
    held.catch(() => resolve(true));
  });
}

function lastMoment(): Page['backup'] {
  try {
    const { localStorage } = window;
    return {
      ids: () =>
        Object.keys(localStorage).flatMap((key) => (key.startsWith(BACKUP_KEY) ? [key.slice(BACKUP_KEY.length)] : [])),
      read: (id) => localStorage.getItem(BACKUP_KEY + id),
      write: (id, text) => {
        try {
          if (text === null) localStorage.removeItem(BACKUP_KEY + id);
          else localStorage.setItem(BACKUP_KEY + id, text);
        } catch {
          // Full: the same text is on its way to IndexedDB, which reports its own failures.
          localStorage.removeItem(BACKUP_KEY + id);
        }
      },
    };
  } catch {
    // A browser that forbids storage throws at the mere access; IndexedDB then fails too and the user is told.
    return null;
  }
}
