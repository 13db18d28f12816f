/**
 * Workspaces in IndexedDB, so that a reload, a crash or the back button loses no text. Texts are kept one by one: an edit writes its
 * own document only. Everything stays in this browser.
 */

export interface SavedDocument {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly text: string;
}

export interface SavedWorkspace {
  /** Which tab's: a reload finds its own. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  readonly active: string | null;
  /** The view state in the link's spelling. */
  readonly view: string;
  /** Fingerprint of the link that the page's address had: a reload must not put the link's text over the edited one. */
  readonly link: string;
  readonly documents: readonly SavedDocument[];
  /** As JSON, in the link's spelling (permalink/notes.ts). */
  readonly notes: unknown;
  /** What the user calls it; null: by its dumps. */
  readonly title: string | null;
}

export interface WorkspaceSummary {
  readonly id: string;
  readonly savedAt: number;
  readonly names: readonly string[];
  readonly title: string | null;
  /** UTF-16 units of all texts. */
  readonly size: number;
  readonly notes: number;
}

/** All of them reject with an `Error` where the browser refuses (private window, disk full): the caller tells the user once. */
export interface WorkspaceStorage {
  readonly load: (id: string) => Promise<SavedWorkspace | null>;
  /** Workspaces of all tabs that have dumps, the newest first. */
  readonly list: () => Promise<readonly WorkspaceSummary[]>;
  /** `unchanged`: documents whose text is stored already and is not written again. */
  readonly save: (workspace: SavedWorkspace, unchanged: ReadonlySet<string>) => Promise<void>;
  readonly remove: (id: string) => Promise<void>;
  readonly rename: (id: string, title: string | null) => Promise<void>;
  /** Forgets everything. */
  readonly clear: () => Promise<void>;
}

/** Workspaces that are kept; older ones are forgotten when another one is saved. */
export const KEPT_WORKSPACES = 8;

interface Head {
  readonly id: string;
  readonly savedAt: number;
  readonly active: string | null;
  readonly view: string;
  readonly link: string;
  /** `length` is missing in what an earlier version saved; so are `notes` and `title`. */
  readonly documents: readonly (Omit<SavedDocument, 'text'> & { readonly length?: number })[];
  readonly notes?: unknown;
  readonly title?: string | null;
}

const DATABASE = 'nfscope';
const HEADS = 'workspaces';
const TEXTS = 'texts';

export function openStorage(factory: IDBFactory | undefined): WorkspaceStorage {
  let database: Promise<IDBDatabase> | null = null;
  const connect = (): Promise<IDBDatabase> => {
    database ??= openDatabase(factory).catch((error: unknown) => {
      database = null;
      throw error;
    });
    return database;
  };
  return {
    load: async (id) => {
      const db = await connect();
      const transaction = db.transaction([HEADS, TEXTS], 'readonly');
      const head = (await result(transaction.objectStore(HEADS).get(id))) as Head | undefined;
      if (!head) return null;
      const documents = await Promise.all(
        head.documents.map(async (document) => {
          const stored: unknown = await result(transaction.objectStore(TEXTS).get([id, document.id]));
          const text = stored instanceof Blob ? await stored.text() : stored;
          return typeof text === 'string' ? { ...document, text } : null;
        }),
      );
      const found = documents.filter((document) => document !== null);
      return { ...head, title: head.title ?? null, notes: head.notes, documents: found };
    },
    list: async () => {
      const db = await connect();
      const heads = await allHeads(db.transaction(HEADS, 'readonly'));
      return heads.filter((head) => head.documents.length > 0).map(summaryOf);
    },
    save: async (workspace, unchanged) => {
      const db = await connect();
      const transaction = db.transaction([HEADS, TEXTS], 'readwrite');
      const texts = transaction.objectStore(TEXTS);
      const { documents, ...rest } = workspace;
      const head: Head = {
        ...rest,
        documents: documents.map(({ id, name, version, text }) => ({ id, name, version, length: text.length })),
      };
      // Everything is queued before the first await, so that it is under way when the page goes.
      transaction.objectStore(HEADS).put(head);
      for (const document of documents) {
        if (!unchanged.has(document.id)) texts.put(storable(document.text), [workspace.id, document.id]);
      }
      await removeOthers(texts, workspace.id, new Set(documents.map((document) => document.id)));
      const old = (await allHeads(transaction)).slice(KEPT_WORKSPACES);
      for (const { id } of old) await removeWorkspace(transaction, id);
      await done(transaction);
    },
    remove: async (id) => {
      const db = await connect();
      const transaction = db.transaction([HEADS, TEXTS], 'readwrite');
      await removeWorkspace(transaction, id);
      await done(transaction);
    },
    rename: async (id, title) => {
      const db = await connect();
      const transaction = db.transaction(HEADS, 'readwrite');
      const heads = transaction.objectStore(HEADS);
      const head = (await result(heads.get(id))) as Head | undefined;
      if (head) heads.put({ ...head, title });
      await done(transaction);
    },
    clear: async () => {
      const db = await connect();
      const transaction = db.transaction([HEADS, TEXTS], 'readwrite');
      transaction.objectStore(HEADS).clear();
      transaction.objectStore(TEXTS).clear();
      await done(transaction);
    },
  };
}

function summaryOf({ id, savedAt, documents, title, notes }: Head): WorkspaceSummary {
  return {
    id,
    savedAt,
    names: documents.map(({ name }) => name),
    title: title ?? null,
    size: documents.reduce((sum, { length }) => sum + (length ?? 0), 0),
    notes: Array.isArray(notes) ? notes.length : 0,
  };
}

/** Undefined in browsers that have none, or refuse even to be asked. */
export function browserDatabases(): IDBFactory | undefined {
  try {
    return globalThis.indexedDB;
  } catch {
    return undefined;
  }
}

/** Keeps nothing: for a page inside of another one. */
export const keepNothing: WorkspaceStorage = {
  load: () => Promise.resolve(null),
  list: () => Promise.resolve([]),
  save: () => Promise.resolve(),
  remove: () => Promise.resolve(),
  rename: () => Promise.resolve(),
  clear: () => Promise.resolve(),
};

/** Characters: Chromium takes no string above 127 MB, but any file. */
const LARGEST_STRING = 32 * 1024 * 1024;

function storable(text: string): string | Blob {
  return text.length <= LARGEST_STRING ? text : new Blob([text]);
}

function openDatabase(factory: IDBFactory | undefined): Promise<IDBDatabase> {
  if (!factory) return Promise.reject(new Error('there is no IndexedDB'));
  const request = factory.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(HEADS, { keyPath: 'id' });
    request.result.createObjectStore(TEXTS);
  };
  return inTime(result(request));
}

/** Milliseconds: browsers whose storage is damaged, or is just being cleared, may never answer, and the page waits for it before it shows anything. */
const OPENED_WITHIN = 3000;

function inTime<T>(opening: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('its storage does not answer')), OPENED_WITHIN);
    opening.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Newest first. */
async function allHeads(transaction: IDBTransaction): Promise<readonly Head[]> {
  const heads = (await result(transaction.objectStore(HEADS).getAll())) as Head[];
  return heads.sort((a, b) => b.savedAt - a.savedAt);
}

async function removeWorkspace(transaction: IDBTransaction, id: string): Promise<void> {
  transaction.objectStore(HEADS).delete(id);
  await removeOthers(transaction.objectStore(TEXTS), id, new Set());
}

async function removeOthers(texts: IDBObjectStore, workspace: string, keep: ReadonlySet<string>): Promise<void> {
  const keys = await result(texts.getAllKeys(IDBKeyRange.bound([workspace], [workspace, []])));
  for (const key of keys) {
    const document: unknown = Array.isArray(key) ? key[1] : null;
    if (typeof document === 'string' && !keep.has(document)) texts.delete(key);
  }
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the browser refused'));
  });
}

function done(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error ?? new Error('the browser refused'));
    transaction.onabort = () => reject(transaction.error ?? new Error('the browser refused'));
  });
}
