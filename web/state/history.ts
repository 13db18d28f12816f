/**
 * Undo and redo of what is done to a workspace: dumps that come, go or get another name, and notes. Texts are edited in the editor, which has its own;
 * orders that are supposed have theirs (asked.ts). Pure.
 *
 * A change is kept as what it does to the workspace as it is then: an edit in between stays when something before it is undone.
 */
import type { Note, NoteTarget } from '../permalink/notes.ts';
import type { DocumentText } from '../worker/protocol.ts';
import { noteOn, withNote } from './notes.ts';

/** What changes are made to. */
export interface Work {
  readonly documents: readonly DocumentText[];
  readonly active: string | null;
  readonly notes: readonly Note[];
}

export type Change =
  | { readonly kind: 'insert'; readonly documents: readonly { readonly at: number; readonly document: DocumentText }[] }
  | { readonly kind: 'remove'; readonly ids: readonly string[] }
  | { readonly kind: 'rename'; readonly id: string; readonly name: string }
  /** The note of that place; null: none. */
  | { readonly kind: 'note'; readonly on: NoteTarget; readonly note: Note | null };

export interface Step {
  /** `closing node.save`: what is undone, for the user. */
  readonly what: string;
  readonly change: Change;
}

export interface History {
  readonly done: readonly Step[];
  readonly undone: readonly Step[];
}

export const NO_HISTORY: History = { done: [], undone: [] };

const MOST_STEPS = 100;

/** The workspace after the change, and the change that takes it back. What is not there any more is left alone. */
export function applyChange(work: Work, change: Change): { readonly work: Work; readonly back: Change } {
  switch (change.kind) {
    case 'insert': {
      const documents = [...work.documents];
      for (const { at, document } of change.documents) documents.splice(Math.min(at, documents.length), 0, document);
      const ids = change.documents.map(({ document }) => document.id);
      return { work: { ...work, documents, active: ids.at(-1) ?? work.active }, back: { kind: 'remove', ids } };
    }
    case 'remove':
      return remove(work, change.ids);
    case 'rename': {
      const before = work.documents.find(({ id }) => id === change.id)?.name ?? change.name;
      const documents = work.documents.map((document) =>
        document.id === change.id && document.name !== change.name
          ? { ...document, name: change.name, version: document.version + 1 }
          : document,
      );
      return { work: { ...work, documents }, back: { ...change, name: before } };
    }
    case 'note': {
      const before = noteOn(work.notes, change.on);
      return {
        work: { ...work, notes: withNote(work.notes, change.on, change.note) },
        back: { ...change, note: before ?? null },
      };
    }
  }
}

function remove(work: Work, ids: readonly string[]): { readonly work: Work; readonly back: Change } {
  const removed = work.documents.flatMap((document, at) => (ids.includes(document.id) ? [{ at, document }] : []));
  const documents = work.documents.filter(({ id }) => !ids.includes(id));
  const first = removed[0]?.at ?? 0;
  const active =
    work.active !== null && ids.includes(work.active)
      ? (documents[Math.min(first, documents.length - 1)]?.id ?? null)
      : work.active;
  return { work: { ...work, documents, active }, back: { kind: 'insert', documents: removed } };
}

/** Does something new: what was undone is forgotten. */
export function doStep(work: Work, history: History, { what, change }: Step): { work: Work; history: History } {
  const { work: after, back } = applyChange(work, change);
  return { work: after, history: { done: [...history.done, { what, change: back }].slice(-MOST_STEPS), undone: [] } };
}

export interface Moved {
  readonly work: Work;
  readonly history: History;
  readonly what: string;
}

/** One step back (-1) or forth (1); null where there is none. */
export function moveStep(work: Work, history: History, by: -1 | 1): Moved | null {
  const [from, to] = by < 0 ? [history.done, history.undone] : [history.undone, history.done];
  const step = from.at(-1);
  if (!step) return null;
  const { work: after, back } = applyChange(work, step.change);
  const rest = from.slice(0, -1);
  const other = [...to, { what: step.what, change: back }];
  return {
    work: after,
    history: by < 0 ? { done: rest, undone: other } : { done: other, undone: rest },
    what: step.what,
  };
}
