/**
 * Back and forth through the places that were looked at: a view, a chain, what is selected. They are entries of the browser's own history, so its buttons,
 * its keys and the mouse's lead through them; each entry has its place in the link's spelling, which survives edits; of one from before a
 * reload view and family are left (browser-page.ts).
 */
import { decodeViewState, encodeViewState, type ViewState } from '../permalink/view-state.ts';
import type { Session } from './session.ts';
import type { SelectionSource, State, Store } from './store.ts';

/** The browser, as far as it is needed here: tests give their own. */
export interface PlacePage {
  /** Of the present entry; null: it has none. */
  readonly place: () => string | null;
  /** A new entry with this place. */
  readonly visit: (place: string) => void;
  /** The present entry's place is this one. */
  readonly settle: (place: string) => void;
  /** The user went back or forth. Gives the unsubscriber. */
  readonly onNavigate: (listener: () => void) => () => void;
}

/** Milliseconds without a change: what is only passed is no place, and addresses of what is selected come from the worker. */
export const PLACE_PAUSE = 350;

/** Walking with keys or the pointer in one of these is one place that moves, not many. */
const WALKED: ReadonlySet<SelectionSource | null> = new Set<SelectionSource>(['source', 'table', 'tree', 'trace']);

/** Gives what ends it. */
export function startPlaces(store: Store, session: Session, page: PlacePage): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let last: string | null = null;
  let cause: SelectionSource | null = null;

  function note(): void {
    timer = null;
    const state = store.getState();
    if (state.documents.length === 0 || state.overview === null || state.analysis.status !== 'ready') return;
    const place = placeOf(session.viewState());
    if (place === last) return;
    const walks = WALKED.has(state.selectionSource) && state.selectionSource === cause;
    if (last === null || (walks && sameView(last, place))) page.settle(place);
    else page.visit(place);
    last = place;
    cause = state.selectionSource;
  }

  const unsubscribe = store.subscribe((state, before) => {
    if (state.documents !== before.documents && state.documents.length === 0) last = null;
    // Another node, or the first look at one: it has a history of its own from here.
    if (state.overview !== null && before.overview === null) last = null;
    if (!moved(state, before)) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(note, PLACE_PAUSE);
  });

  const unlisten = page.onNavigate(() => {
    const place = page.place();
    if (place === null || place === last || store.getState().overview === null) return;
    if (timer !== null) clearTimeout(timer);
    timer = null;
    last = place;
    cause = null;
    void session.goTo(decodeViewState(place.split('&')).state);
  });

  return () => {
    if (timer !== null) clearTimeout(timer);
    unsubscribe();
    unlisten();
  };
}

function moved(state: State, before: State): boolean {
  return (
    state.view !== before.view ||
    state.family !== before.family ||
    state.selection !== before.selection ||
    state.selectionAddress !== before.selectionAddress ||
    state.chainAddress !== before.chainAddress ||
    state.overview !== before.overview ||
    state.analysis.status !== before.analysis.status
  );
}

/** Filters, packets and the shown document are no places: going back must not undo them. */
function placeOf({ view, family, selection, chain }: ViewState): string {
  return encodeViewState({
    ...(view === undefined ? {} : { view }),
    ...(family === undefined ? {} : { family }),
    ...(selection === undefined ? {} : { selection }),
    ...(chain === undefined ? {} : { chain }),
  });
}

function sameView(a: string, b: string): boolean {
  const view = (place: string): string => /&view=([a-z]+)/.exec(place)?.[1] ?? '';
  return view(a) === view(b);
}
