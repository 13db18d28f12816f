/**
 * Which workspace this page shows, and that it is there again after a reload, the back button or another link: each entry of the browser's
 * history names one workspace (in `history.state`), each workspace is saved under its name. Links are opened here, at the start and when
 * the address changes.
 *
 * The saved text wins over the text in the link of the same entry, because it may have been edited since. The address is written only
 * when the user shares. Two tabs never save the same workspace: the second one shows a copy.
 */

import type { LinkResult } from '../permalink/link.ts';
import type { Note } from '../permalink/notes.ts';
import { decodeViewState, type ViewState } from '../permalink/view-state.ts';
import {
  type Backup,
  fingerprint,
  freshId,
  readBackup,
  savedNotes,
  savedOf,
  worthSaving,
  writeBackup,
} from './saved.ts';
import type { Session } from './session.ts';
import type { SavedWorkspace, WorkspaceStorage, WorkspaceSummary } from './storage.ts';
import type { NewDocument, Store } from './store.ts';

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
  /** The user closes the page: where `wouldLose` says so, the browser asks first. */
  readonly onLeave: (wouldLose: () => boolean) => () => void;
  /** Null where refused. */
  readonly backup: Backup | null;
  /** Whether the user wants workspaces to be kept; asked each time. */
  readonly keeps: () => boolean;
}

export interface Workspaces {
  /** Opens the link of the address, or what this history entry had. True if there was something. */
  readonly start: () => Promise<boolean>;
  /** Saved workspaces that are not the one shown, the newest first: "continue where you left". */
  readonly list: () => Promise<readonly WorkspaceSummary[]>;
  readonly continueWith: (id: string) => Promise<void>;
  readonly rename: (id: string, title: string | null) => Promise<void>;
  readonly forget: (id: string) => Promise<void>;
  /** Forgets all that is saved; what the page shows stays, and is saved again unless nothing is kept. */
  readonly forgetAll: () => Promise<void>;
  /** Puts another workspace in the place of this one; a notice offers the way back. */
  readonly replace: (
    documents: readonly NewDocument[],
    what: string,
    view?: ViewState,
    notes?: readonly Note[],
  ) => void;
  /** The user shares: the address becomes the link. */
  readonly showLink: (hash: string) => void;
  /** Writes what is not saved yet. */
  readonly flush: () => Promise<void>;
  readonly stop: () => void;
}

export interface WorkspaceTools {
  /** Rejects where the code that reads links cannot be fetched, or ends. */
  readonly readLink: (hash: string) => Promise<LinkResult>;
  /** For the notice that the browser keeps nothing. */
  readonly saveFile: () => void;
}

/** Milliseconds after the last change. */
export const SAVE_PAUSE = 400;

const KEPT_IN_MEMORY = 4;

/** The fragment of `#url=https://...`. */
const REMOTE = /^#?url=/;

export function startWorkspaces(
  store: Store,
  session: Session,
  storage: WorkspaceStorage,
  page: Page,
  tools: WorkspaceTools,
): Workspaces {
  let id = page.entry() ?? freshId();
  let link = '';
  let title: string | null = null;
  let dirty = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
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

  /** Going back is at once, and works where the browser keeps nothing. */
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
      action: { label: 'Save a file', run: tools.saveFile },
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
    const backup = readBackup(page.backup, wanted);
    return backup && (!saved || backup.savedAt > saved.savedAt) ? backup : saved;
  }

  function show(workspace: SavedWorkspace): void {
    const { state } = decodeViewState(workspace.view.split('&'));
    const active = workspace.documents.findIndex((document) => document.id === workspace.active);
    session.open(workspace.documents, { ...state, active: Math.max(active, 0) }, savedNotes(workspace));
  }

  /** From here on, what the page shows is saved as `to`. */
  function moveTo(to: string, of: Pick<SavedWorkspace, 'link' | 'title'>, hash?: string): void {
    void save();
    id = to;
    link = of.link;
    title = of.title;
    stored = new Map();
    isLost = false;
    page.setEntry(id, hash);
  }

  /** Shows a saved workspace; where another tab has it, a copy under a name of its own. */
  async function moveToSaved(workspace: SavedWorkspace, hash?: string): Promise<void> {
    const mine = await page.claim(workspace.id);
    moveTo(mine ? workspace.id : await claimed(), workspace, hash);
    show(workspace);
    if (mine) return;
    store.getState().notify({
      severity: 'info',
      text: 'This workspace is open in another tab. Here is a copy: what you change in one is not in the other.',
    });
  }

  /** What other tabs wrote in their last moment, and nobody saved since. */
  async function saveBackups(): Promise<void> {
    for (const one of page.backup?.ids() ?? []) {
      const backup = readBackup(page.backup, one);
      if (!backup || one === id || !page.keeps() || !(await page.claim(one))) continue;
      const saved = await storage.load(one);
      if (!saved || saved.savedAt < backup.savedAt) await storage.save(backup, new Set());
      page.backup?.write(one, null);
    }
  }

  async function claimed(): Promise<string> {
    const fresh = freshId();
    await page.claim(fresh);
    return fresh;
  }

  async function openLink(hash: string, before: { id: string; hash: string } | null): Promise<boolean> {
    if (REMOTE.test(hash)) {
      store.getState().askRemote(hash.replace(REMOTE, ''));
      return false;
    }
    const { notify } = store.getState();
    let result: LinkResult;
    try {
      result = await tools.readLink(hash);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      notify({
        severity: 'error',
        text: `The part of the page that reads links does not work (${reason}). Reload the page: the link is still in its address.`,
      });
      return false;
    }
    if (!result.ok) {
      notify({ severity: 'error', text: result.error.message });
      return false;
    }
    for (const warning of result.warnings) notify({ severity: 'warning', text: warning });
    const documents = result.documents.map((document, at) => ({
      name: document.name ?? (result.documents.length === 1 ? 'From a link' : `From a link, ${at + 1}`),
      text: document.text,
    }));
    moveTo(await claimed(), { link: fingerprint(hash), title: null });
    session.open(documents, result.view, result.notes);
    if (before) offerWayBack('the link', before);
    return true;
  }

  function offerWayBack(what: string, before: { id: string; hash: string }): void {
    store.getState().notify({
      severity: 'info',
      text: `Opened ${what}. What you had before is kept.`,
      action: { label: 'Back to it', run: () => void goBackTo(before.id, before.hash) },
    });
  }

  let lastHash = page.hash();

  async function goBackTo(previous: string, hash: string): Promise<void> {
    await save();
    const workspace = await load(previous);
    if (!workspace) return;
    lastHash = hash;
    await moveToSaved(workspace, hash);
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
      if (workspace) await moveToSaved(workspace);
      else {
        moveTo(entry, NEW);
        if (hash.length > 1) await openLink(hash, before);
        else store.getState().openWorkspace([]);
      }
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
    if (page.keeps() && (dirty || underWay > 0 || isLost)) writeBackup(page.backup, snapshot());
    void save();
  });
  const unleave = page.onLeave(() => store.getState().documents.length > 0 && (isLost || !page.keeps()));

  return {
    start: async () => {
      const hash = page.hash();
      const saved = page.entry() === null ? null : await load(id);
      if (!(await page.claim(id))) moveTo(await claimed(), NEW);
      const useSaved =
        saved !== null && saved.documents.length > 0 && (hash.length <= 1 || saved.link === fingerprint(hash));
      if (useSaved) {
        ({ link, title } = saved);
        show(saved);
        return true;
      }
      page.setEntry(id);
      if (hash.length > 1 && (await openLink(hash, null))) return true;
      if (saved === null || saved.documents.length === 0) return false;
      show(saved);
      return true;
    },
    list: async () => {
      try {
        await saveBackups();
        return (await storage.list()).filter((one) => one.id !== id);
      } catch {
        // Nothing to continue with is all that this means; the first save says that the browser refuses.
        return [];
      }
    },
    continueWith: async (other) => {
      const workspace = await load(other);
      if (workspace) await moveToSaved(workspace);
      else store.getState().notify({ severity: 'warning', text: 'That workspace is not there any more.' });
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
    replace: (documents, what, view, notes) => {
      const before = store.getState().documents.length > 0 ? { id, hash: page.hash() } : null;
      const fresh = freshId();
      moveTo(fresh, NEW, '');
      void page.claim(fresh);
      lastHash = '';
      session.open(documents, view, notes);
      if (before) offerWayBack(what, before);
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
      unleave();
    },
  };
}

const NEW = { link: '', title: null } as const;

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
