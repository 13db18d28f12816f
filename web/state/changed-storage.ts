/** A storage that keeps only what is not kept elsewhere already: the dumps that a page file carries are in the file. */
import type { SavedDocument, WorkspaceStorage } from './storage.ts';

type NamedText = Pick<SavedDocument, 'name' | 'text'>;

export interface ChangedStorage extends WorkspaceStorage {
  /** A workspace of exactly these documents and notes (as JSON) is not saved from now on, and forgotten where an earlier state of it was. */
  readonly leaveOut: (documents: readonly NamedText[], notes?: unknown) => void;
}

export function keepChanged(storage: WorkspaceStorage): ChangedStorage {
  let elsewhere: readonly NamedText[] = [];
  let notesElsewhere = '[]';
  /** Workspaces that may be in the storage. */
  const saved = new Set<string>();
  return {
    ...storage,
    leaveOut: (documents, notes = []) => {
      notesElsewhere = JSON.stringify(notes);
      elsewhere = documents.map(({ name, text }) => ({ name, text }));
    },
    load: async (id) => {
      const workspace = await storage.load(id);
      if (workspace) saved.add(id);
      return workspace;
    },
    save: (workspace, unchanged) => {
      const isElsewhere =
        elsewhere.length > 0 &&
        sameTexts(workspace.documents, elsewhere) &&
        JSON.stringify(workspace.notes) === notesElsewhere;
      if (isElsewhere) {
        return saved.delete(workspace.id) ? storage.remove(workspace.id) : Promise.resolve();
      }
      // What was left out before is not in the storage, although it was "saved".
      const known = saved.has(workspace.id) ? unchanged : new Set<string>();
      saved.add(workspace.id);
      return storage.save(workspace, known);
    },
  };
}

function sameTexts(a: readonly NamedText[], b: readonly NamedText[]): boolean {
  return a.length === b.length && a.every((one, at) => one.name === b[at]?.name && one.text === b[at]?.text);
}
