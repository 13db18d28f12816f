/**
 * Which workspace this page shows, and that it is there again after a reload, the back button or another link: each entry of the browser's
 * history names one workspace (in `history.state`), each workspace is saved under its name (workspace-keeper.ts). Links are opened here, at the start and
 * when the address changes.
 *
 * The saved text wins over the text in the link of the same entry, because it may have been edited since. The address is written only
 * when the user shares. Two tabs never save the same workspace: the second one shows a copy.
 */

import type { DecodedLink, LinkResult } from '../permalink/link.ts';
import type { Note } from '../permalink/notes.ts';
import { decodeViewState, type ViewState } from '../permalink/view-state.ts';
import { fingerprint, freshId, savedNotes } from './saved.ts';
import type { Session } from './session.ts';
import type { SavedWorkspace, WorkspaceStorage, WorkspaceSummary } from './storage.ts';
import type { NewDocument, Store } from './store.ts';
import { type KeeperPage, startKeeper, UNNAMED } from './workspace-keeper.ts';

export { SAVE_LATEST, SAVE_PAUSE } from './workspace-keeper.ts';

/** The browser, as far as it is needed here: tests give their own. */
export interface Page extends KeeperPage {
  readonly hash: () => string;
  /** The workspace that this history entry names. */
  readonly entry: () => string | null;
  readonly setEntry: (id: string, hash?: string) => void;
  /** False if another tab shows this workspace (a duplicated tab has the same history); holds it until the page goes. */
  readonly claim: (id: string) => Promise<boolean>;
  /** The address changed, or the user went back or forth. Gives the unsubscriber. */
  readonly onNavigate: (listener: () => void) => () => void;
  /** The page goes away, perhaps for ever. */
  readonly onHide: (listener: () => void) => () => void;
  /** The user closes the page: where `wouldLose` says so, the browser asks first. */
  readonly onLeave: (wouldLose: () => boolean) => () => void;
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

/** The fragment of `#url=https://...`. */
const REMOTE = /^#?url=/;

export function startWorkspaces(
  store: Store,
  session: Session,
  storage: WorkspaceStorage,
  page: Page,
  tools: WorkspaceTools,
): Workspaces {
  const keeper = startKeeper(store, session, storage, page, { first: page.entry(), saveFile: tools.saveFile });
  let lastHash = page.hash();

  /** What the page shows now, for the way back to it; null where that is nothing. */
  function shown(hash: string): Before | null {
    return store.getState().documents.length > 0 ? { id: keeper.id(), hash } : null;
  }

  function show(workspace: SavedWorkspace): void {
    const { state } = decodeViewState(workspace.view.split('&'));
    const active = workspace.documents.findIndex((document) => document.id === workspace.active);
    session.open(workspace.documents, { ...state, active: Math.max(active, 0) }, savedNotes(workspace));
  }

  /** From here on, what the page shows is saved as `to`. */
  function moveTo(to: string, of: Pick<SavedWorkspace, 'link' | 'title'>, hash?: string): void {
    keeper.moveTo(to, of);
    page.setEntry(to, hash);
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

  async function claimed(): Promise<string> {
    const fresh = freshId();
    await page.claim(fresh);
    return fresh;
  }

  /** What the link holds; null where it cannot be read, which the user is told. */
  async function read(hash: string): Promise<DecodedLink | null> {
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
      return null;
    }
    if (!result.ok) {
      notify({ severity: 'error', text: result.error.message });
      return null;
    }
    for (const warning of result.warnings) notify({ severity: 'warning', text: warning });
    return result;
  }

  async function openLink(hash: string, before: Before | null): Promise<boolean> {
    if (REMOTE.test(hash)) {
      store.getState().askRemote(hash.replace(REMOTE, ''));
      return false;
    }
    const link = await read(hash);
    if (link === null) return false;
    const documents = link.documents.map((document, at) => ({
      name: document.name ?? (link.documents.length === 1 ? 'From a link' : `From a link, ${at + 1}`),
      text: document.text,
    }));
    moveTo(await claimed(), { link: fingerprint(hash), title: null });
    session.open(documents, link.view, link.notes);
    if (before) offerWayBack('the link', before);
    return true;
  }

  function offerWayBack(what: string, before: Before): void {
    store.getState().notify({
      severity: 'info',
      text: `Opened ${what}. What you had before is kept.`,
      action: { label: 'Back to it', run: () => void goBackTo(before) },
    });
  }

  async function goBackTo({ id, hash }: Before): Promise<void> {
    await keeper.save();
    const workspace = await keeper.load(id);
    if (!workspace) return;
    lastHash = hash;
    await moveToSaved(workspace, hash);
  }

  async function navigate(): Promise<void> {
    const hash = page.hash();
    const entry = page.entry();
    const before = shown(lastHash);
    lastHash = hash;
    // Another place of the same workspace (places.ts), perhaps from before its address became another link.
    if (entry === keeper.id()) return;
    if (entry !== null) await showEntry(entry, hash, before);
    else if (hash.length > 1 && !keeper.isOf(hash)) {
      // A new link in this tab: its history entry gets a workspace of its own, and the one before keeps its own.
      if (!(await openLink(hash, before))) page.setEntry(keeper.id());
    } else page.setEntry(keeper.id());
  }

  /** Of the history: back or forth. */
  async function showEntry(entry: string, hash: string, before: Before | null): Promise<void> {
    await keeper.save();
    const workspace = await keeper.load(entry);
    if (workspace) {
      await moveToSaved(workspace);
      return;
    }
    moveTo(entry, UNNAMED);
    if (hash.length > 1) await openLink(hash, before);
    else store.getState().openWorkspace([]);
  }

  async function start(): Promise<boolean> {
    const hash = page.hash();
    const saved = page.entry() === null ? null : await keeper.load(keeper.id());
    if (!(await page.claim(keeper.id()))) moveTo(await claimed(), UNNAMED);
    const useSaved =
      saved !== null && saved.documents.length > 0 && (hash.length <= 1 || saved.link === fingerprint(hash));
    if (useSaved) {
      keeper.become(saved);
      show(saved);
      return true;
    }
    page.setEntry(keeper.id());
    if (hash.length > 1 && (await openLink(hash, null))) return true;
    if (saved === null || saved.documents.length === 0) return false;
    show(saved);
    return true;
  }

  const unlisten = page.onNavigate(() => void navigate());
  const unhide = page.onHide(keeper.hide);
  const unleave = page.onLeave(keeper.wouldLose);

  return {
    start,
    list: async () => {
      try {
        await keeper.saveBackups();
        return (await storage.list()).filter((one) => one.id !== keeper.id());
      } catch {
        // Nothing to continue with is all that this means; the first save says that the browser refuses.
        return [];
      }
    },
    continueWith: async (other) => {
      const workspace = await keeper.load(other);
      if (workspace) await moveToSaved(workspace);
      else store.getState().notify({ severity: 'warning', text: 'That workspace is not there any more.' });
    },
    rename: keeper.rename,
    forget: keeper.forget,
    forgetAll: keeper.forgetAll,
    replace: (documents, what, view, notes) => {
      const before = shown(page.hash());
      const fresh = freshId();
      moveTo(fresh, UNNAMED, '');
      void page.claim(fresh);
      lastHash = '';
      session.open(documents, view, notes);
      if (before) offerWayBack(what, before);
    },
    showLink: (hash) => {
      lastHash = hash;
      page.setEntry(keeper.id(), hash);
      keeper.setLink(hash);
    },
    flush: keeper.save,
    stop: () => {
      keeper.stop();
      unlisten();
      unhide();
      unleave();
    },
  };
}

/** A workspace that was shown, and its address. */
interface Before {
  readonly id: string;
  readonly hash: string;
}
