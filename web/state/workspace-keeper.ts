/**
 * Saving of the one workspace that the page shows, under its id: a moment after each change to the storage, at once to the memory of this page (going
 * back is at once, and works where the browser keeps nothing), and when the page goes to a backup, which needs no time. Which workspace that is,
 * workspaces.ts decides.
 */
import { pauseWithin } from './pause.ts';
import { type Backup, fingerprint, freshId, readBackup, savedOf, worthSaving, writeBackup } from './saved.ts';
import type { Session } from './session.ts';
import type { SavedWorkspace, WorkspaceStorage } from './storage.ts';
import type { Store } from './store.ts';

/** The browser, as far as saving needs it. */
export interface KeeperPage {
  /** Null where refused. */
  readonly backup: Backup | null;
  /** Whether the user wants workspaces to be kept; asked each time. */
  readonly keeps: () => boolean;
  /** False if another tab shows this workspace. */
  readonly claim: (id: string) => Promise<boolean>;
}

/** Milliseconds after the last change. */
export const SAVE_PAUSE = 400;
/** Milliseconds after the first change: a browser may crash under somebody who never pauses. */
export const SAVE_LATEST = 3000;

const KEPT_IN_MEMORY = 4;

/** A workspace that nobody has named, of no link. */
export const UNNAMED = { link: '', title: null } as const;

export interface WorkspaceKeeper {
  /** Of the workspace that the page shows. */
  readonly id: () => string;
  /** Whether it was opened from this link. */
  readonly isOf: (hash: string) => boolean;
  /** Writes what is not saved yet. */
  readonly save: () => Promise<void>;
  /** Null where there is none, or where the browser refuses, which the user is told. */
  readonly load: (id: string) => Promise<SavedWorkspace | null>;
  /** From here on, what the page shows is saved as `id`. What it showed before is saved first. */
  readonly moveTo: (id: string, of: Pick<SavedWorkspace, 'link' | 'title'>) => void;
  /** The same workspace has another name and link. */
  readonly become: (of: Pick<SavedWorkspace, 'link' | 'title'>) => void;
  /** Its address is now this link. */
  readonly setLink: (hash: string) => void;
  readonly rename: (id: string, title: string | null) => Promise<void>;
  readonly forget: (id: string) => Promise<void>;
  readonly forgetAll: () => Promise<void>;
  /** What other tabs wrote in their last moment, and nobody saved since. Rejects where the browser refuses. */
  readonly saveBackups: () => Promise<void>;
  /** The page goes away, perhaps for ever. */
  readonly hide: () => void;
  /** What is shown is nowhere else. */
  readonly wouldLose: () => boolean;
  readonly stop: () => void;
}

/**
 * @param first id of the workspace that is shown at the start; null: a new one.
 * @param saveFile offered where the browser refuses to keep anything.
 */
export function startKeeper(
  store: Store,
  session: Session,
  storage: WorkspaceStorage,
  page: KeeperPage,
  { first, saveFile }: { readonly first: string | null; readonly saveFile: () => void },
): WorkspaceKeeper {
  let id = first ?? freshId();
  let link = '';
  let title: string | null = null;
  let dirty = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
  /** When what is not saved yet began. */
  let changedAt = 0;
  let saving: Promise<void> = Promise.resolve();
  /** Writes that the browser has not confirmed: a reload may cut them off. */
  let underWay = 0;
  let told = false;
  /** The last write was refused: what is shown is nowhere else. */
  let isLost = false;
  /** Versions that are in the storage. */
  let stored = new Map<string, number>();
  const stash = new Map<string, SavedWorkspace>();

  function snapshot(): SavedWorkspace {
    return savedOf(store.getState(), session.viewState(), { id, link, title });
  }

  function save(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (!dirty) return saving;
    dirty = false;
    const workspace = snapshot();
    keepInMemory(workspace);
    if (!page.keeps()) return saving;
    const unchanged = new Set(workspace.documents.filter((d) => stored.get(d.id) === d.version).map((d) => d.id));
    const versions = new Map(workspace.documents.map((d) => [d.id, d.version]));
    const write = workspace.documents.length === 0 ? storage.remove(workspace.id) : storage.save(workspace, unchanged);
    underWay++;
    saving = write
      .then(() => {
        isLost = false;
        page.backup?.write(workspace.id, null);
        if (workspace.id === id) stored = versions;
      }, refused)
      .finally(() => {
        underWay--;
      });
    return saving;
  }

  function keepInMemory(workspace: SavedWorkspace): void {
    stash.delete(workspace.id);
    stash.set(workspace.id, workspace);
    const [oldest] = stash.keys();
    if (stash.size > KEPT_IN_MEMORY && oldest !== undefined) stash.delete(oldest);
  }

  function refused(error: unknown): void {
    isLost = store.getState().documents.length > 0;
    if (told) return;
    told = true;
    store.getState().notify({
      severity: 'warning',
      text: refusal(error),
      action: { label: 'Save a file', run: saveFile },
    });
  }

  async function load(wanted: string): Promise<SavedWorkspace | null> {
    const remembered = stash.get(wanted);
    if (remembered) return remembered;
    let saved: SavedWorkspace | null = null;
    try {
      saved = await storage.load(wanted);
    } catch (error) {
      refused(error);
    }
    const backup = readBackup(page.backup, wanted);
    return backup && (!saved || backup.savedAt > saved.savedAt) ? backup : saved;
  }

  async function saveBackups(): Promise<void> {
    for (const one of page.backup?.ids() ?? []) {
      const backup = readBackup(page.backup, one);
      if (!backup || one === id || !page.keeps() || !(await page.claim(one))) continue;
      const saved = await storage.load(one);
      if (!saved || saved.savedAt < backup.savedAt) await storage.save(backup, new Set());
      page.backup?.write(one, null);
    }
  }

  const unsubscribe = store.subscribe((state, before) => {
    if (!worthSaving(state, before)) return;
    if (timer === null) changedAt = Date.now();
    else clearTimeout(timer);
    dirty = true;
    timer = setTimeout(() => void save(), pauseWithin(SAVE_PAUSE, SAVE_LATEST, changedAt));
  });

  return {
    id: () => id,
    isOf: (hash) => link === fingerprint(hash),
    save,
    load,
    moveTo: (to, of) => {
      void save();
      id = to;
      ({ link, title } = of);
      stored = new Map();
      isLost = false;
    },
    become: (of) => {
      ({ link, title } = of);
    },
    setLink: (hash) => {
      link = fingerprint(hash);
      dirty = true;
      void save();
    },
    rename: async (other, name) => {
      const remembered = stash.get(other);
      if (remembered) stash.set(other, { ...remembered, title: name });
      await storage.rename(other, name).catch(refused);
    },
    forget: async (other) => {
      stash.delete(other);
      page.backup?.write(other, null);
      await storage.remove(other).catch(refused);
    },
    forgetAll: async () => {
      stash.clear();
      stored = new Map();
      for (const one of page.backup?.ids() ?? []) page.backup?.write(one, null);
      await storage.clear().catch(refused);
      dirty = store.getState().documents.length > 0;
      await save();
    },
    saveBackups,
    hide: () => {
      // A page that goes is told so twice.
      if (page.keeps() && (dirty || underWay > 0 || isLost)) writeBackup(page.backup, snapshot());
      void save();
    },
    wouldLose: () => store.getState().documents.length > 0 && (isLost || !page.keeps()),
    stop: () => {
      if (timer !== null) clearTimeout(timer);
      unsubscribe();
    },
  };
}

function refusal(error: unknown): string {
  const isFull = error instanceof Error && error.name === 'QuotaExceededError';
  const reason = error instanceof Error && error.message !== '' ? ` (${error.message})` : '';
  const what = isFull
    ? 'The browser’s storage for this page is full'
    : `This browser does not let the page keep your text${reason}`;
  const way = isFull
    ? 'forget older workspaces on the start page, share a link or save a file'
    : 'share a link or save a file';
  return `${what}. A reload loses it: ${way}.`;
}
