/**
 * Which workspace this page shows, and that it is there again after a reload, the back button or another link: each entry of the browser's
 * history names one workspace (in `history.state`), each workspace is saved under its name. Links are opened here, at the start and when
 * the address changes.
 *
 * The saved text wins over the text in the link of the same entry, because it may have been edited since. The address is written only
 * when the user shares.
 */

import { decodeLinkInSteps } from '../permalink/link.ts';
import { decodeViewState, encodeViewState, type ViewState } from '../permalink/view-state.ts';
import type { Session } from './session.ts';
import { runInSlices } from './slices.ts';
import type { SavedWorkspace, WorkspaceStorage, WorkspaceSummary } from './storage.ts';
import type { NewDocument, State, Store } from './store.ts';

/** The browser, as far as it is needed here: tests give their own. */
export interface Page {
  readonly hash: () => string;
  /** The workspace that this history entry names. */
  readonly entry: () => string | null;
  readonly setEntry: (id: string, hash?: string) => void;
  /** False if another tab shows this workspace: a duplicated tab has the same history. Holds it until the page goes. */
  readonly claim: (id: string) => Promise<boolean>;
  /** The address changed, or the user went back or forth. Gives the unsubscriber. */
  readonly onNavigate: (listener: () => void) => () => void;
  /** The page goes away, perhaps for ever. */
  readonly onHide: (listener: () => void) => () => void;
  /** A small synchronous store of this tab, for what was typed just before the page went. Null where refused. */
  readonly backup: { readonly read: () => string | null; readonly write: (text: string | null) => void } | null;
}

export interface Workspaces {
  /** Opens the link of the address, or what this history entry had. True if there was something. */
  readonly start: () => Promise<boolean>;
  /** The newest saved workspace that is not the one shown: "continue where you left". */
  readonly latest: () => Promise<WorkspaceSummary | null>;
  readonly continueWith: (id: string) => Promise<void>;
  readonly forget: (id: string) => Promise<void>;
  /** Puts another workspace in the place of this one; a notice offers the way back. */
  readonly replace: (documents: readonly NewDocument[], what: string, view?: ViewState) => void;
  /** The user shares: the address becomes the link. */
  readonly showLink: (hash: string) => void;
  /** Writes what is not saved yet. */
  readonly flush: () => Promise<void>;
  readonly stop: () => void;
}

/** Milliseconds after the last change. */
export const SAVE_PAUSE = 400;

const KEPT_IN_MEMORY = 4;

/** UTF-16 units: tabs have about 5 MB for such things. */
const BACKUP_LIMIT = 1_500_000;

export function startWorkspaces(store: Store, session: Session, storage: WorkspaceStorage, page: Page): Workspaces {
  let id = page.entry() ?? freshId();
  let link = '';
  let dirty = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let saving: Promise<void> = Promise.resolve();
  /** Writes that the browser has not confirmed: a reload may cut them off. */
  let underWay = 0;
  let told = false;
  /** Versions that are in the storage. */
  let stored = new Map<string, number>();
  const stash = new Map<string, SavedWorkspace>();

  function snapshot(): SavedWorkspace {
    const { documents, active } = store.getState();
    return { id, savedAt: Date.now(), active, view: encodeViewState(session.viewState()), link, documents };
  }

  function save(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (!dirty) return saving;
    dirty = false;
    const workspace = snapshot();
    keepInMemory(workspace);
    const unchanged = new Set(workspace.documents.filter((d) => stored.get(d.id) === d.version).map((d) => d.id));
    const versions = new Map(workspace.documents.map((d) => [d.id, d.version]));
    const write = workspace.documents.length === 0 ? storage.remove(workspace.id) : storage.save(workspace, unchanged);
    underWay++;
    saving = write
      .then(() => {
        if (workspace.id === id) stored = versions;
      }, refused)
      .finally(() => {
        underWay--;
      });
    return saving;
  }

  /** Going back is at once, and works where the browser keeps nothing. */
  function keepInMemory(workspace: SavedWorkspace): void {
    stash.delete(workspace.id);
    stash.set(workspace.id, workspace);
    const [oldest] = stash.keys();
    if (stash.size > KEPT_IN_MEMORY && oldest !== undefined) stash.delete(oldest);
  }

  function refused(error: unknown): void {
    if (told) return;
    told = true;
    const reason = error instanceof Error && error.message !== '' ? ` (${error.message})` : '';
    store.getState().notify({
      severity: 'warning',
      text: `This browser does not let the page keep your text${reason}. A reload loses it: share a link or save a file.`,
    });
  }

  /** Null where there is none, or where the browser refuses, which the user is told. */
  async function load(wanted: string): Promise<SavedWorkspace | null> {
    const remembered = stash.get(wanted);
    if (remembered) return remembered;
    let saved: SavedWorkspace | null = null;
    try {
      saved = await storage.load(wanted);
    } catch (error) {
      refused(error);
    }
    const backup = readBackup(page, wanted);
    return backup && (!saved || backup.savedAt > saved.savedAt) ? backup : saved;
  }

  function show(workspace: Pick<SavedWorkspace, 'documents' | 'view' | 'active'>): void {
    const { state } = decodeViewState(workspace.view.split('&'));
    const active = workspace.documents.findIndex((document) => document.id === workspace.active);
    session.open(workspace.documents, { ...state, active: Math.max(active, 0) });
  }

  /** From here on, what the page shows is saved as `to`. */
  function moveTo(to: string, fingerprintOfLink: string, hash?: string): void {
    void save();
    id = to;
    link = fingerprintOfLink;
    stored = new Map();
    page.setEntry(id, hash);
    void page.claim(id);
  }

  async function openLink(hash: string, before: { id: string; hash: string } | null): Promise<boolean> {
    const result = await runInSlices(decodeLinkInSteps(hash));
    const { notify } = store.getState();
    if (!result.ok) {
      notify({ severity: 'error', text: result.error.message });
      return false;
    }
    for (const warning of result.warnings) notify({ severity: 'warning', text: warning });
    const documents = result.documents.map((document, at) => ({
      name: document.name ?? (result.documents.length === 1 ? 'From a link' : `From a link, ${at + 1}`),
      text: document.text,
    }));
    moveTo(freshId(), fingerprint(hash));
    session.open(documents, result.view);
    if (before) {
      notify({
        severity: 'info',
        text: `Opened the link. What you had before is kept.`,
        action: { label: 'Back to it', run: () => void goBackTo(before.id, before.hash) },
      });
    }
    return true;
  }

  let lastHash = page.hash();

  async function goBackTo(previous: string, hash: string): Promise<void> {
    await save();
    const workspace = await load(previous);
    if (!workspace) return;
    moveTo(previous, workspace.link, hash);
    lastHash = hash;
    show(workspace);
  }

  async function navigate(): Promise<void> {
    const hash = page.hash();
    const entry = page.entry();
    if (entry === id) {
      // Another place of the same workspace (places.ts), perhaps from before its address became another link.
      lastHash = hash;
      return;
    }
    const before = store.getState().documents.length > 0 ? { id, hash: lastHash } : null;
    lastHash = hash;
    if (entry !== null && entry !== id) {
      await save();
      const workspace = await load(entry);
      moveTo(entry, workspace?.link ?? '');
      if (workspace) show(workspace);
      else if (hash.length > 1) await openLink(hash, before);
      else store.getState().openWorkspace([]);
      return;
    }
    if (hash.length > 1 && fingerprint(hash) !== link) {
      // A new link in this tab: its history entry gets a workspace of its own, and the one before keeps its own.
      if (!(await openLink(hash, before))) page.setEntry(id);
      return;
    }
    page.setEntry(id);
  }

  const unsubscribe = store.subscribe((state, before) => {
    if (!worthSaving(state, before)) return;
    dirty = true;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void save(), SAVE_PAUSE);
  });
  const unlisten = page.onNavigate(() => void navigate());
  const unhide = page.onHide(() => {
    // A page that goes is told so twice.
    writeBackup(page, dirty || underWay > 0 ? snapshot() : null);
    void save();
  });

  return {
    start: async () => {
      const hash = page.hash();
      const saved = page.entry() === null ? null : await load(id);
      if (!(await page.claim(id))) moveTo(freshId(), '');
      const useSaved =
        saved !== null && saved.documents.length > 0 && (hash.length <= 1 || saved.link === fingerprint(hash));
      if (useSaved) {
        link = saved.link;
        show(saved);
        return true;
      }
      page.setEntry(id);
      if (hash.length > 1 && (await openLink(hash, null))) return true;
      if (saved === null || saved.documents.length === 0) return false;
      show(saved);
      return true;
    },
    latest: async () => {
      try {
        const newest = await storage.latest();
        return newest && newest.id !== id ? newest : null;
      } catch {
        // Nothing to continue with is all that this means; the first save says that the browser refuses.
        return null;
      }
    },
    continueWith: async (other) => {
      const workspace = await load(other);
      if (!workspace) {
        store.getState().notify({ severity: 'warning', text: 'That workspace is not there any more.' });
        return;
      }
      moveTo(other, workspace.link);
      show(workspace);
    },
    forget: async (other) => {
      stash.delete(other);
      await storage.remove(other).catch(refused);
    },
    replace: (documents, what, view) => {
      const before = store.getState().documents.length > 0 ? { id, hash: page.hash() } : null;
      moveTo(freshId(), '', '');
      lastHash = '';
      session.open(documents, view);
      if (!before) return;
      store.getState().notify({
        severity: 'info',
        text: `Opened ${what}. What you had before is kept.`,
        action: { label: 'Back to it', run: () => void goBackTo(before.id, before.hash) },
      });
    },
    showLink: (hash) => {
      link = fingerprint(hash);
      lastHash = hash;
      page.setEntry(id, hash);
      dirty = true;
      void save();
    },
    flush: save,
    stop: () => {
      if (timer !== null) clearTimeout(timer);
      unsubscribe();
      unlisten();
      unhide();
    },
  };
}

function worthSaving(state: State, before: State): boolean {
  return (
    state.documents !== before.documents ||
    (state.documents.length > 0 &&
      (state.active !== before.active ||
        state.view !== before.view ||
        state.family !== before.family ||
        state.dimmed !== before.dimmed ||
        state.trace !== before.trace ||
        state.selection !== before.selection ||
        state.selectionAddress !== before.selectionAddress ||
        state.chainAddress !== before.chainAddress))
  );
}

/** FNV-1a over UTF-16 units, with the length: tells one link from another; nobody gains by a collision. */
function fingerprint(hash: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < hash.length; at++) value = Math.imul(value ^ hash.charCodeAt(at), 0x01000193) >>> 0;
  return `${hash.length}.${value.toString(16)}`;
}

function freshId(): string {
  return `w${Date.now().toString(36)}${Math.floor(Math.random() * 2 ** 40).toString(36)}`;
}

function writeBackup(page: Page, workspace: SavedWorkspace | null): void {
  if (!page.backup) return;
  const size = workspace?.documents.reduce((sum, document) => sum + document.text.length, 0) ?? 0;
  page.backup.write(workspace && size <= BACKUP_LIMIT ? JSON.stringify(workspace) : null);
}

/** Its own page wrote it, but another version of it may have: what does not fit is as good as none. */
function readBackup(page: Page, id: string): SavedWorkspace | null {
  const text = page.backup?.read() ?? null;
  if (text === null) return null;
  let value: Partial<SavedWorkspace>;
  try {
    value = JSON.parse(text) as Partial<SavedWorkspace>;
  } catch {
    return null;
  }
  const { savedAt, view, link, documents } = value;
  if (value.id !== id || typeof savedAt !== 'number' || typeof view !== 'string') return null;
  if (typeof link !== 'string' || !Array.isArray(documents)) return null;
  return { id, savedAt, view, link, active: value.active ?? null, documents };
}
