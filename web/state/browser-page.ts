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

interface EntryState {
  readonly nfscope?: string;
  readonly place?: string;
}

function stateOf(): EntryState {
  const state: unknown = history.state;
  if (typeof state !== 'object' || state === null) return {};
  const { nfscope, place } = state as { readonly nfscope?: unknown; readonly place?: unknown };
  return {
    ...(typeof nfscope === 'string' ? { nfscope } : {}),
    ...(typeof place === 'string' ? { place } : {}),
  };
}

export function browserPlaces(): PlacePage {
  return {
    place: () => stateOf().place ?? null,
    visit: (place) => history.pushState({ ...stateOf(), place }, ''),
    settle: (place) => history.replaceState({ ...stateOf(), place }, ''),
    onNavigate,
  };
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
