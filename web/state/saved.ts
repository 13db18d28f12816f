/** A workspace as it is kept: what the page writes before it goes, and what it finds again. Pure but for the clock. */
import { notesFromJson, notesToJson } from '../permalink/notes.ts';
import { encodeViewState, type ViewState } from '../permalink/view-state.ts';
import { notesNow } from './notes.ts';
import type { SavedWorkspace } from './storage.ts';
import type { State } from './store.ts';

/** UTF-16 units: tabs have about 5 MB for such things. */
const BACKUP_LIMIT = 1_500_000;

/** A small synchronous store, for what was typed just before the page went: by workspace, for all tabs. */
export interface Backup {
  readonly ids: () => readonly string[];
  readonly read: (id: string) => string | null;
  /** Null takes it away. What there is no room for is left out. */
  readonly write: (id: string, text: string | null) => void;
}

export function savedOf(
  state: State,
  view: ViewState,
  { id, link, title }: Pick<SavedWorkspace, 'id' | 'link' | 'title'>,
): SavedWorkspace {
  const { documents, active } = state;
  const notes = notesToJson(notesNow(state));
  return { id, savedAt: Date.now(), active, view: encodeViewState(view), link, documents, notes, title };
}

export function savedNotes({ notes }: Pick<SavedWorkspace, 'notes'>) {
  return notesFromJson(notes).notes;
}

/** Whether something changed that is kept. */
export function worthSaving(state: State, before: State): boolean {
  return (
    state.documents !== before.documents ||
    (state.documents.length > 0 &&
      (state.notes !== before.notes ||
        state.active !== before.active ||
        state.node !== before.node ||
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
export function fingerprint(hash: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < hash.length; at++) value = Math.imul(value ^ hash.charCodeAt(at), 0x01000193) >>> 0;
  return `${hash.length}.${value.toString(16)}`;
}

export function freshId(): string {
  return `w${Date.now().toString(36)}${Math.floor(Math.random() * 2 ** 40).toString(36)}`;
}

export function writeBackup(backup: Backup | null, workspace: SavedWorkspace): void {
  const size = workspace.documents.reduce((sum, document) => sum + document.text.length, 0);
  const isWorth = size > 0 && size <= BACKUP_LIMIT;
  backup?.write(workspace.id, isWorth ? JSON.stringify(workspace) : null);
}

/** Its own page wrote it, but another version of it may have: what does not fit is as good as none. */
export function readBackup(backup: Backup | null, id: string): SavedWorkspace | null {
  const text = backup?.read(id) ?? null;
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
  return {
    id,
    savedAt,
    view,
    link,
    active: value.active ?? null,
    documents,
    notes: value.notes,
    title: value.title ?? null,
  };
}
