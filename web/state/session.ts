/**
 * Keeps the analysis in step with the documents: reads them when they change (edits after a pause, everything else at once), one load at
 * a time, and carries selection, chain and family over to the new ids. No React in it.
 */

import type { Note } from '../permalink/notes.ts';
import type { LinkSelection, ViewState } from '../permalink/view-state.ts';
import type { Client, RequestError } from '../worker/client.ts';
import type { Address, MapFamily, Overview } from '../worker/protocol.ts';
import { documentsOfNode } from './nodes.ts';
import type { Actions, NewDocument, Selection, State, Store } from './store.ts';
import { selectionOf, traceOf, viewStateOf } from './view-link.ts';

/** Milliseconds without a keystroke before an edited text is read again. */
export const EDIT_PAUSE = 250;

/** Milliseconds: a worker that is lost again so soon after a restart will not get better by another one. */
const RESTART_ONCE_IN = 10_000;

export interface Session {
  /** Replaces the workspace and shows it as `view` says, as soon as it is read. */
  readonly open: (documents: readonly NewDocument[], view?: ViewState, notes?: readonly Note[]) => void;
  /** Ends the reading that is going on. The documents stay. */
  readonly cancel: () => void;
  /** Reads the documents again, after a cancel or a failure. */
  readonly readAgain: () => void;
  /** The view for a link or for saving; while the documents are still being read it is the one that was asked for. */
  readonly viewState: () => ViewState;
  /** Shows another place of what is open: view, family, chain and selection, as far as they are there. Never rejects. */
  readonly goTo: (view: ViewState) => Promise<void>;
  readonly stop: () => void;
}

export function startSession(store: Store, client: Client): Session {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let loading = false;
  let again = false;
  let restartedAt = Number.NEGATIVE_INFINITY;
  /** What a link or a saved workspace asked for; null once it is shown. */
  let wanted: ViewState | null = null;

  function schedule(delay: number): void {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      void load();
    }, delay);
  }

  /** Never rejects: what goes wrong becomes the state of the analysis. */
  async function load(): Promise<void> {
    if (loading) {
      again = true;
      return;
    }
    const { documents: all, node } = store.getState();
    const documents = documentsOfNode(all, node);
    if (documents.length === 0) {
      forget();
      return;
    }
    loading = true;
    again = false;
    store.getState().setAnalysis({ status: 'working', phase: 'reading', fraction: 0, message: null });
    try {
      const overview = await client.request(
        'load',
        { documents },
        { onProgress: ({ phase, fraction }) => store.getState().setAnalysis({ phase, fraction }) },
      );
      await show(overview);
      if (overview.searching) void search(overview);
    } catch (error) {
      store.getState().setAnalysis(failed(error as RequestError));
    } finally {
      loading = false;
    }
    if (again) schedule(0);
  }

  function forget(): void {
    wanted = null;
    store.getState().setOverview(null);
    store.getState().select(null, 'key');
    store.getState().setAnalysis({ status: 'idle', phase: null, fraction: 0, message: null });
  }

  async function show(overview: Overview): Promise<void> {
    const before = store.getState();
    const view = wanted ?? viewStateOf(before);
    const selection = view.selection ? await resolve(view.selection, overview) : null;
    const chain = view.chain ? (await client.request('resolve', { address: view.chain })).chain : null;
    // Closed while it was read: there is nothing left to show.
    if (store.getState().documents.length === 0) return;
    const first = before.overview === null;
    const family = chooseFamily(overview, wanted ? view.family : first ? undefined : before.family);
    if (wanted) {
      if (view.view) before.setView(view.view);
      before.setDimmed(view.dimmed ?? []);
      before.setTrace(traceOf(view));
    }
    wanted = null;
    const source = first && selection ? 'link' : store.getState().selectionSource;
    store.getState().applyOverview({ overview, family, selection, selectionSource: source, chain });
    store.getState().setAnalysis({ status: 'ready', phase: null, fraction: 1, message: null });
    remember(store.getState());
  }

  async function goTo(view: ViewState): Promise<void> {
    const { overview } = store.getState();
    if (!overview) return;
    try {
      const selection = view.selection ? await resolve(view.selection, overview) : null;
      const chain = view.chain ? (await client.request('resolve', { address: view.chain })).chain : null;
      const now = store.getState();
      // Read anew meanwhile: its ids are others.
      if (now.overview?.revision !== overview.revision) return;
      if (view.view) now.setView(view.view);
      now.setFamily(chooseFamily(overview, view.family));
      store.setState({ chain, selection, selectionSource: 'link' });
    } catch {
      // The worker was lost: what is read again shows what it showed before.
    }
  }

  /** Asks for what the overview lacks. Never rejects. */
  async function search({ revision }: Overview): Promise<void> {
    const isShown = (): boolean => store.getState().overview?.revision === revision;
    try {
      const found = await client.request('findings', {});
      if (isShown()) store.getState().completeOverview(found);
    } catch (error) {
      // Lost, cancelled, or read again meanwhile: whoever does that says so.
      if ((error as RequestError).code !== 'internal' || !isShown()) return;
      store.getState().completeOverview({ findings: [], maps: store.getState().overview?.maps ?? [] });
      const text = `nfscope could not look for findings, which is a bug: ${(error as RequestError).message}`;
      store.getState().notify({ severity: 'error', text });
    }
  }

  async function resolve(link: LinkSelection, overview: Overview): Promise<Selection | null> {
    if (!('address' in link)) {
      const known = link.kind === 'owner' ? overview.owners : overview.findings;
      const none = { chain: null, rule: null, set: null };
      // A finding that is still looked for may turn up: the store forgets it if it does not.
      const isOpen = link.kind === 'finding' && overview.searching;
      return isOpen || known.some((one) => one.id === link.id) ? selectionOf(link, none) : null;
    }
    return selectionOf(link, await client.request('resolve', { address: link.address }));
  }

  /** Keeps the addresses of what is selected and shown, so that both survive the next edit. */
  function remember(state: State & Actions): void {
    const { selection, chain, overview } = state;
    if (!overview) return;
    const ids = addressRequest(selection);
    if (!ids) state.setSelectionAddress(null);
    else {
      void addressOf(ids).then((address) => {
        if (store.getState().selection === selection) store.getState().setSelectionAddress(address);
      });
    }
    if (chain === null) state.setChainAddress(null);
    else {
      void addressOf({ chain }).then((address) => {
        if (store.getState().chain === chain) store.getState().setChainAddress(address);
      });
    }
  }

  /** Null where the worker was lost or read the documents anew meanwhile: the next overview asks again. */
  async function addressOf(ids: { chain?: number; rule?: number; set?: number }): Promise<Address | null> {
    try {
      return await client.request('address', ids);
    } catch {
      return null;
    }
  }

  const unsubscribe = store.subscribe((state, before) => {
    if (state.documents !== before.documents || state.node !== before.node) {
      if (state.documents.length === 0 && loading) client.cancel();
      schedule(state.node === before.node && isEdit(before, state) ? EDIT_PAUSE : 0);
    }
    if (state.overview === before.overview && (state.selection !== before.selection || state.chain !== before.chain)) {
      remember(state);
    }
  });

  const unlisten = client.onLost((code) => {
    if (code === 'cancelled' || loading || store.getState().documents.length === 0) return;
    const message = 'The analysis stopped unexpectedly. Nothing of your text is lost.';
    if (Date.now() - restartedAt < RESTART_ONCE_IN) {
      store.getState().setAnalysis({ status: 'failed', phase: null, message });
      return;
    }
    restartedAt = Date.now();
    store.getState().notify({ severity: 'warning', text: `${message} It is read again.` });
    schedule(0);
  });

  return {
    open: (documents, view, notes) => {
      wanted = view ?? {};
      store.getState().openWorkspace(documents, { active: view?.active, node: view?.node }, notes);
    },
    cancel: () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      again = false;
      client.cancel();
      if (!loading) store.getState().setAnalysis(CANCELLED);
    },
    readAgain: () => schedule(0),
    viewState: () => wanted ?? viewStateOf(store.getState()),
    goTo,
    stop: () => {
      if (timer !== null) clearTimeout(timer);
      unsubscribe();
      unlisten();
    },
  };
}

const CANCELLED = {
  status: 'cancelled',
  phase: null,
  fraction: 0,
  message: 'Reading was cancelled. Your text is still here.',
} as const;

function failed(error: RequestError): Partial<State['analysis']> {
  if (error.code === 'cancelled') return CANCELLED;
  const head = { status: 'failed', phase: null, fraction: 0 } as const;
  switch (error.code) {
    case 'out-of-memory':
    case 'crashed':
      return {
        ...head,
        message: `${error.message} Your text is still here. If it is very large, close other tabs, leave out what you do not need (one table, nft --terse), or use the command line.`,
      };
    default:
      return {
        ...head,
        message: `nfscope could not read this, which is a bug: ${error.message} Your text is still here.`,
      };
  }
}

/** The wish where the dump has it, else the family with the most rules. */
export function chooseFamily(overview: Overview, wish: MapFamily | undefined): MapFamily {
  if (wish !== undefined && overview.maps.some((map) => map.family === wish)) return wish;
  let best: MapFamily = overview.maps[0]?.family ?? 'ip';
  let most = -1;
  for (const map of overview.maps) {
    let rules = 0;
    for (const hook of map.hooks) for (const card of hook.cards) rules += card.rules;
    if (rules > most) {
      most = rules;
      best = map.family;
    }
  }
  return best;
}

function addressRequest(selection: Selection | null): { chain?: number; rule?: number; set?: number } | null {
  switch (selection?.kind) {
    case 'rule':
      return { rule: selection.rule };
    case 'chain':
    case 'segment':
      return { chain: selection.chain };
    case 'set':
      return { set: selection.set };
    default:
      return null;
  }
}

/** The same documents, one or more of them with another text. */
function isEdit(before: State, now: State): boolean {
  return (
    before.documents.length === now.documents.length &&
    before.documents.every((document, at) => document.id === now.documents[at]?.id)
  );
}
