import { describe, expect, it } from 'vitest';
import { keepChanged } from './changed-storage.ts';
import type { SavedWorkspace, WorkspaceStorage } from './storage.ts';

const document = (text: string) => ({ id: 'd1', name: 'a.save', version: 1, text });
const workspace = (text: string, notes: unknown = []): SavedWorkspace => ({
  id: 'w1',
  savedAt: 0,
  active: null,
  view: '',
  link: '',
  documents: [document(text)],
  notes,
  title: null,
});

/** Also what it was told to be stored already: such a text is not written. */
function recorded(): WorkspaceStorage & { readonly log: string[] } {
  const log: string[] = [];
  return {
    log,
    load: () => Promise.resolve(null),
    list: () => Promise.resolve([]),
    rename: () => Promise.resolve(),
    clear: () => Promise.resolve(),
    save: ({ documents }, unchanged) => {
      log.push(`save ${documents.map(({ id, text }) => (unchanged.has(id) ? `${id} unchanged` : text)).join()}`);
      return Promise.resolve();
    },
    remove: (id) => {
      log.push(`remove ${id}`);
      return Promise.resolve();
    },
  };
}

describe('a storage beside a page file', () => {
  it('does not keep what the file has', async () => {
    const inner = recorded();
    const storage = keepChanged(inner);
    storage.leaveOut([{ name: 'a.save', text: 'carried' }]);
    await storage.save(workspace('carried'), new Set());
    expect(inner.log).toEqual([]);
  });

  it('keeps an edit whole, also what it believed to be stored, and forgets it when it is undone', async () => {
    const inner = recorded();
    const storage = keepChanged(inner);
    storage.leaveOut([{ name: 'a.save', text: 'carried' }]);
    await storage.save(workspace('carried'), new Set());
    await storage.save(workspace('edited'), new Set(['d1']));
    await storage.save(workspace('edited'), new Set(['d1']));
    await storage.save(workspace('carried'), new Set());
    await storage.save(workspace('edited'), new Set(['d1']));
    expect(inner.log).toEqual(['save edited', 'save d1 unchanged', 'remove w1', 'save edited']);
  });

  it('keeps notes that the file does not have', async () => {
    const inner = recorded();
    const storage = keepChanged(inner);
    storage.leaveOut([{ name: 'a.save', text: 'carried' }], ['old']);
    await storage.save(workspace('carried', ['old']), new Set());
    expect(inner.log).toEqual([]);
    await storage.save(workspace('carried', ['old', 'new']), new Set());
    expect(inner.log).toEqual(['save carried']);
  });

  it('keeps everything where nothing is carried', async () => {
    const inner = recorded();
    const storage = keepChanged(inner);
    await storage.save(workspace('pasted'), new Set());
    expect(inner.log).toEqual(['save pasted']);
  });
});
