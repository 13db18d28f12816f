import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { decodeLink, encodeLink } from '../permalink/link.ts';
import { startSession } from './session.ts';
import { createNfscopeStore } from './store.ts';
import { FakeBrowser, fakeClient, type MemoryStorage, memoryStorage } from './testing.ts';
import { SAVE_LATEST, SAVE_PAUSE, startWorkspaces } from './workspaces.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The page is opened, as after a reload: everything that was in memory is gone. */
async function openPage(browser: FakeBrowser, storage: MemoryStorage) {
  const store = createNfscopeStore();
  const client = fakeClient();
  const session = startSession(store, client);
  const saveFile = vi.fn();
  const readLink = async (hash: string) => decodeLink(hash);
  const workspaces = startWorkspaces(store, session, storage, browser.page(), { readLink, saveFile });
  const started = workspaces.start();
  await settle();
  const state = () => store.getState();
  const texts = () => state().documents.map((document) => document.text);
  const notices = () => state().notices.map((notice) => notice.text);
  return { client, workspaces, state, texts, notices, saveFile, restored: await started };
}

async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(SAVE_PAUSE + 50);
}

const linkOf = (text: string): string => encodeLink([{ name: 'shared', text }], { view: 'chain' });

describe('a reload', () => {
  test('brings back documents, names and view', async () => {
    const browser = new FakeBrowser();
    const storage = memoryStorage();
    const first = await openPage(browser, storage);
    expect(first.restored).toBe(false);
    first.state().addDocuments([
      { name: 'a', text: 'one' },
      { name: 'b', text: 'two' },
    ]);
    await settle();
    await first.client.loads[0]?.answer();
    first.state().setNode('b');
    await settle();
    await first.client.loads[0]?.answer();
    first.state().activate(first.state().documents[1]?.id ?? '');
    first.state().setView('chain');
    await settle();
    const second = await openPage(browser, storage);
    expect(second.restored).toBe(true);
    expect(second.texts()).toEqual(['one', 'two']);
    expect(second.state().documents.map((document) => document.name)).toEqual(['a', 'b']);
    await second.client.loads[0]?.answer();
    expect(second.state().view).toBe('chain');
    expect(second.state().node).toBe('b');
    expect(second.state().active).toBe(second.state().documents[1]?.id);
  });

  test('loses nothing where the browser cuts off the writing, and tells twice that the page goes', async () => {
    const browser = new FakeBrowser();
    const storage = memoryStorage();
    const never: MemoryStorage = { ...storage, save: () => new Promise(() => undefined) };
    const first = await openPage(browser, never);
    first.state().addDocuments([{ name: 'a', text: 'one' }]);
    browser.hide();
    browser.hide();
    const second = await openPage(browser, storage);
    expect(second.texts()).toEqual(['one']);
  });

  test('saves also while somebody types and never pauses', async () => {
    const storage = memoryStorage();
    const { state } = await openPage(new FakeBrowser(), storage);
    state().addDocuments([{ name: 'a', text: '' }]);
    const id = state().documents[0]?.id ?? '';
    for (let typed = 0; typed < SAVE_LATEST + 1000; typed += 100) {
      state().editDocument(id, 'x'.repeat(typed));
      await vi.advanceTimersByTimeAsync(100);
    }
    const saved = [...storage.workspaces.values()].flatMap(({ documents }) => documents);
    expect(saved[0]?.text.length).toBeGreaterThan(SAVE_LATEST - 300);
  });

  test('loses nothing of what was typed a moment before', async () => {
    const browser = new FakeBrowser();
    const storage = memoryStorage();
    const first = await openPage(browser, storage);
    first.state().addDocuments([{ name: 'a', text: 'one' }]);
    await settle();
    first.state().editDocument(first.state().active ?? '', 'one and more');
    storage.refuse = true;
    browser.hide();
    storage.refuse = false;
    const second = await openPage(browser, storage);
    expect(second.texts()).toEqual(['one and more']);
  });

  test('writes only the texts that changed', async () => {
    const browser = new FakeBrowser();
    const storage = memoryStorage();
    const page = await openPage(browser, storage);
    page.state().addDocuments([
      { name: 'a', text: 'one' },
      { name: 'b', text: 'two' },
    ]);
    await settle();
    expect(storage.written).toHaveLength(2);
    const [, second] = page.state().documents;
    page.state().editDocument(second?.id ?? '', 'two!');
    await settle();
    expect(storage.written).toEqual([second?.id]);
  });

  test('with an edited link keeps the edit, not the link’s text', async () => {
    const browser = new FakeBrowser(linkOf('from the link'));
    const storage = memoryStorage();
    const first = await openPage(browser, storage);
    expect(first.texts()).toEqual(['from the link']);
    first.state().editDocument(first.state().active ?? '', 'edited');
    await settle();
    const second = await openPage(browser, storage);
    expect(second.texts()).toEqual(['edited']);
  });

  test('a browser that keeps nothing is said once, and the page works', async () => {
    const storage = memoryStorage();
    storage.refuse = true;
    const page = await openPage(new FakeBrowser(), storage);
    page.state().addDocuments([{ name: 'a', text: 'one' }]);
    await settle();
    page.state().editDocument(page.state().active ?? '', 'two');
    await settle();
    expect(page.notices()).toEqual([expect.stringContaining('does not let the page keep')]);
    expect(page.texts()).toEqual(['two']);
  });
});

describe('links', () => {
  test('open at the start, with their view', async () => {
    const page = await openPage(new FakeBrowser(linkOf('one')), memoryStorage());
    expect(page.restored).toBe(true);
    await page.client.loads[0]?.answer();
    expect(page.state().documents.map((document) => document.name)).toEqual(['shared']);
    expect(page.state().view).toBe('chain');
  });

  test('a broken one is said, and leaves the page usable', async () => {
    const browser = new FakeBrowser('#v1.gz.AAAA');
    const page = await openPage(browser, memoryStorage());
    expect(page.restored).toBe(false);
    expect(page.notices()).toEqual([expect.stringMatching(/not gzip|damaged/)]);
    page.state().addDocuments([{ name: 'a', text: 'one' }]);
    await settle();
    expect(page.client.loads).toHaveLength(1);
  });

  test('a broken one does not take the place of what is shown', async () => {
    const browser = new FakeBrowser();
    const page = await openPage(browser, memoryStorage());
    page.state().addDocuments([{ name: 'a', text: 'mine' }]);
    await settle();
    browser.go('#v1.gz.AAAA');
    await settle();
    expect(page.texts()).toEqual(['mine']);
    expect(page.notices()).toHaveLength(1);
  });

  test('another one keeps what was there: the notice and the back button go back to it', async () => {
    const browser = new FakeBrowser();
    const storage = memoryStorage();
    const page = await openPage(browser, storage);
    page.state().addDocuments([{ name: 'a', text: 'mine' }]);
    await settle();
    page.state().editDocument(page.state().active ?? '', 'mine, edited');
    browser.go(linkOf('theirs'));
    await settle();
    expect(page.texts()).toEqual(['theirs']);
    page.state().notices.at(-1)?.action?.run();
    await settle();
    expect(page.texts()).toEqual(['mine, edited']);

    browser.go(linkOf('others'));
    await settle();
    expect(page.texts()).toEqual(['others']);
    browser.back();
    await settle();
    expect(page.texts()).toEqual(['mine, edited']);
  });

  test('going back after a reload finds the earlier workspace in the storage', async () => {
    const browser = new FakeBrowser();
    const storage = memoryStorage();
    const first = await openPage(browser, storage);
    first.state().addDocuments([{ name: 'a', text: 'mine' }]);
    await settle();
    browser.go(linkOf('theirs'));
    await settle();
    const second = await openPage(browser, storage);
    expect(second.texts()).toEqual(['theirs']);
    browser.back();
    await settle();
    expect(second.texts()).toEqual(['mine']);
  });

  test('sharing writes the address, and a reload then shows what is there', async () => {
    const browser = new FakeBrowser();
    const storage = memoryStorage();
    const page = await openPage(browser, storage);
    page.state().addDocuments([{ name: 'a', text: 'mine' }]);
    await settle();
    expect(browser.entries[0]?.hash).toBe('');
    page.workspaces.showLink(linkOf('mine'));
    await settle();
    expect(browser.entries[0]?.hash).toBe(linkOf('mine'));
    page.state().editDocument(page.state().active ?? '', 'mine, later');
    await settle();
    expect((await openPage(browser, storage)).texts()).toEqual(['mine, later']);
  });
});

test('a sample takes the place of what is shown, with a way back; a fresh tab offers to continue', async () => {
  const browser = new FakeBrowser();
  const storage = memoryStorage();
  const page = await openPage(browser, storage);
  page.state().addDocuments([{ name: 'a', text: 'mine' }]);
  await settle();
  page.workspaces.replace([{ name: 's', text: 'sample' }], 'the sample');
  await settle();
  expect(page.texts()).toEqual(['sample']);
  page.state().notices.at(-1)?.action?.run();
  await settle();
  expect(page.texts()).toEqual(['mine']);

  const other = await openPage(new FakeBrowser(), storage);
  expect(other.restored).toBe(false);
  const [latest] = await other.workspaces.list();
  expect(latest?.names).toBeDefined();
  await other.workspaces.continueWith(latest?.id ?? '');
  await settle();
  expect(other.texts()).toHaveLength(1);
});

test('closing everything forgets the saved text', async () => {
  const storage = memoryStorage();
  const page = await openPage(new FakeBrowser(), storage);
  page.state().addDocuments([{ name: 'a', text: 'secret' }]);
  await settle();
  expect(storage.workspaces.size).toBe(1);
  page.state().closeDocument(page.state().active ?? '');
  await settle();
  expect(storage.workspaces.size).toBe(0);
});

describe('what is kept', () => {
  test('is listed with its size and name, renamed, forgotten one by one and all at once', async () => {
    const storage = memoryStorage();
    const first = await openPage(new FakeBrowser(), storage);
    first.state().addDocuments([{ name: 'a', text: '12345' }]);
    await settle();
    const second = await openPage(new FakeBrowser(), storage);
    second.state().addDocuments([{ name: 'b', text: 'b' }]);
    await settle();
    const [one] = await second.workspaces.list();
    expect(one).toMatchObject({ names: ['a'], size: 5, title: null, notes: 0 });
    await second.workspaces.rename(one?.id ?? '', 'node A');
    expect(await second.workspaces.list()).toMatchObject([{ title: 'node A' }]);
    await second.workspaces.continueWith(one?.id ?? '');
    second.state().editDocument(second.state().active ?? '', '12345 6');
    await settle();
    expect([...storage.workspaces.values()].find(({ id }) => id === one?.id)?.title).toBe('node A');
    await second.workspaces.forget(storage.workspaces.keys().next().value ?? '');
    expect(storage.workspaces.size).toBe(1);
    await second.workspaces.forgetAll();
    // What is shown is no memory of something else.
    expect([...storage.workspaces.values()].map(({ documents }) => documents[0]?.text)).toEqual(['12345 6']);
  });

  test('is nothing, where the user wants that: not in the storage, not in the backup, and leaving asks', async () => {
    const browser = new FakeBrowser();
    const storage = memoryStorage();
    const page = await openPage(browser, storage);
    page.state().addDocuments([{ name: 'a', text: 'secret' }]);
    await settle();
    expect(browser.asksToLeave()).toBe(false);
    browser.keeping = false;
    await page.workspaces.forgetAll();
    page.state().editDocument(page.state().active ?? '', 'more secrets');
    browser.hide();
    await settle();
    expect(storage.workspaces.size).toBe(0);
    expect(browser.backups.size).toBe(0);
    expect(browser.asksToLeave()).toBe(true);
    page.workspaces.replace([], 'nothing');
    expect(browser.asksToLeave()).toBe(false);
  });

  test('has the notes, which a reload brings back', async () => {
    const browser = new FakeBrowser();
    const storage = memoryStorage();
    const first = await openPage(browser, storage);
    first.state().addDocuments([{ name: 'a', text: 'one' }]);
    first.state().writeNote({ kind: 'finding', id: 'f' }, { text: 'look here', highlight: true });
    await settle();
    const second = await openPage(browser, storage);
    expect(second.state().notes).toEqual([{ on: { kind: 'finding', id: 'f' }, text: 'look here', highlight: true }]);
    expect(second.state().history.done).toEqual([]);
  });
});

describe('faults', () => {
  test('a full storage is said with a way on, leaving asks, and the text is saved when there is room again', async () => {
    const browser = new FakeBrowser();
    const storage = memoryStorage();
    const full = new Error('no room');
    full.name = 'QuotaExceededError';
    let isFull = true;
    const page = await openPage(browser, {
      ...storage,
      workspaces: storage.workspaces,
      save: async (workspace, unchanged) => {
        if (isFull) throw full;
        await storage.save(workspace, unchanged);
      },
    });
    page.state().addDocuments([{ name: 'a', text: 'one' }]);
    await settle();
    expect(page.notices()).toEqual([expect.stringMatching(/storage for this page is full.*save a file/)]);
    page.state().notices[0]?.action?.run();
    expect(page.saveFile).toHaveBeenCalledOnce();
    expect(browser.asksToLeave()).toBe(true);
    // The tab's own backup has it meanwhile.
    browser.hide();
    expect([...browser.backups.values()].join()).toContain('one');
    isFull = false;
    page.state().editDocument(page.state().active ?? '', 'two');
    await settle();
    expect(browser.asksToLeave()).toBe(false);
    expect([...storage.workspaces.values()][0]?.documents[0]?.text).toBe('two');
    expect(browser.backups.size).toBe(0);
  });

  test('two tabs on one workspace: the second has a copy, and neither loses anything', async () => {
    const storage = memoryStorage();
    const first = await openPage(new FakeBrowser(), storage);
    first.state().addDocuments([{ name: 'a', text: 'one' }]);
    await settle();
    const id = storage.workspaces.keys().next().value ?? '';
    const browser = new FakeBrowser();
    browser.elsewhere.add(id);
    const second = await openPage(browser, storage);
    await second.workspaces.continueWith(id);
    expect(second.notices()).toEqual([expect.stringContaining('open in another tab')]);
    second.state().editDocument(second.state().active ?? '', 'one, second tab');
    first.state().editDocument(first.state().active ?? '', 'one, first tab');
    await settle();
    const texts = [...storage.workspaces.values()].map(({ documents }) => documents[0]?.text).sort();
    expect(texts).toEqual(['one, first tab', 'one, second tab']);
  });

  test('a tab that was closed while it wrote: another one finds what was typed', async () => {
    const browser = new FakeBrowser();
    const storage = memoryStorage();
    const cut: MemoryStorage = { ...storage, save: () => new Promise(() => undefined) };
    const first = await openPage(browser, cut);
    first.state().addDocuments([{ name: 'a', text: 'typed' }]);
    browser.hide();
    const other = new FakeBrowser();
    for (const [id, text] of browser.backups) other.backups.set(id, text);
    const second = await openPage(other, storage);
    const [one] = await second.workspaces.list();
    await second.workspaces.continueWith(one?.id ?? '');
    expect(second.texts()).toEqual(['typed']);
    expect(other.backups.size).toBe(0);
  });

  test('a duplicated tab shows the same under another name', async () => {
    const browser = new FakeBrowser();
    const storage = memoryStorage();
    const first = await openPage(browser, storage);
    first.state().addDocuments([{ name: 'a', text: 'one' }]);
    await settle();
    const copy = new FakeBrowser();
    copy.entries = structuredClone(browser.entries);
    copy.elsewhere.add(browser.entries[0]?.state ?? '');
    const second = await openPage(copy, storage);
    expect(second.texts()).toEqual(['one']);
    expect(copy.entries[0]?.state).not.toBe(browser.entries[0]?.state);
    first.state().editDocument(first.state().active ?? '', 'edited');
    await settle();
    expect(storage.workspaces.size).toBe(2);
  });

  test('a link whose reader cannot be fetched is said, and the page works', async () => {
    const store = createNfscopeStore();
    const session = startSession(store, fakeClient());
    const workspaces = startWorkspaces(store, session, memoryStorage(), new FakeBrowser(linkOf('one')).page(), {
      readLink: () => Promise.reject(new Error('no connection')),
      saveFile: () => undefined,
    });
    const started = workspaces.start();
    await settle();
    expect(await started).toBe(false);
    expect(store.getState().notices[0]?.text).toMatch(/does not work \(no connection\).*Reload/);
  });

  test('#url= asks, and opens nothing', async () => {
    const page = await openPage(new FakeBrowser('#url=https%3A%2F%2Fexample.org%2Fa.save'), memoryStorage());
    expect(page.restored).toBe(false);
    expect(page.state().remote).toBe('https%3A%2F%2Fexample.org%2Fa.save');
    expect(page.notices()).toEqual([]);
  });
});
