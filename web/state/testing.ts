/** For tests: a worker client that answers from a script, a storage in memory, a browser page without a browser. */
import type { Client } from '../worker/client.ts';
import { RequestError } from '../worker/client.ts';
import type { Answers, Overview, RequestKind, Requests } from '../worker/protocol.ts';
import type { SavedWorkspace, WorkspaceStorage } from './storage.ts';
import type { Page } from './workspaces.ts';

export interface FakeClient extends Client {
  readonly asked: { readonly kind: RequestKind; readonly request: unknown }[];
  /** Loads that wait for an answer, oldest first. */
  readonly loads: {
    readonly texts: readonly string[];
    readonly answer: (overview?: Partial<Overview>) => Promise<void>;
    readonly fail: (error: RequestError) => Promise<void>;
  }[];
  readonly lose: (code: 'crashed' | 'out-of-memory' | 'cancelled') => void;
  /** Requests for findings that wait for an answer, oldest first. */
  readonly searches: {
    readonly answer: (found?: Partial<Answers['findings']>) => Promise<void>;
    readonly fail: (error: RequestError) => Promise<void>;
  }[];
  /** What `resolve` and `address` answer. */
  ids: Answers['resolve'];
  address: Answers['address'];
}

export function fakeClient(): FakeClient {
  let revision = 0;
  const listeners = new Set<(code: 'crashed' | 'out-of-memory' | 'cancelled') => void>();
  const rejectors = new Set<(error: RequestError) => void>();
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  const search = (): Promise<Answers['findings']> =>
    new Promise((resolve, reject) => {
      rejectors.add(reject);
      client.searches.push({
        answer: (found = {}) => {
          client.searches.shift();
          resolve({ findings: [], maps: [], ...found });
          return settle();
        },
        fail: (error) => {
          client.searches.shift();
          reject(error);
          return settle();
        },
      });
    });
  const client: FakeClient = {
    asked: [],
    loads: [],
    searches: [],
    ids: { chain: null, rule: null, set: null },
    address: null,
    request: <K extends RequestKind>(kind: K, request: Requests[K]): Promise<Answers[K]> => {
      client.asked.push({ kind, request });
      if (kind === 'resolve') return Promise.resolve(client.ids as Answers[K]);
      if (kind === 'address') return Promise.resolve(client.address as Answers[K]);
      if (kind === 'findings') return search() as Promise<Answers[K]>;
      if (kind !== 'load') return Promise.reject(new RequestError('internal', `not in the script: ${kind}`));
      return new Promise<Answers[K]>((resolve, reject) => {
        rejectors.add(reject);
        const { documents } = request as Requests['load'];
        client.loads.push({
          texts: documents.map((document) => document.text ?? ''),
          answer: (overview = {}) => {
            client.loads.shift();
            revision++;
            resolve(fakeOverview({ revision, ...overview }) as Answers[K]);
            return settle();
          },
          fail: (error) => {
            client.loads.shift();
            reject(error);
            return settle();
          },
        });
      });
    },
    start: () => undefined,
    cancel: () => client.lose('cancelled'),
    lose: (code) => {
      client.loads.length = 0;
      client.searches.length = 0;
      for (const reject of rejectors) reject(new RequestError(code, 'lost'));
      rejectors.clear();
      for (const listener of listeners) listener(code);
    },
    onLost: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return client;
}

export function fakeOverview(part: Partial<Overview> = {}): Overview {
  return {
    revision: 1,
    documents: [],
    counts: { tables: 0, chains: 0, rules: 0, sets: 0, elements: 0 },
    owners: [],
    maps: [{ family: 'ip', hooks: [] }],
    findings: [],
    searching: false,
    timings: { parse: 0, total: 0 },
    hasCounters: false,
    ...part,
  };
}

export interface MemoryStorage extends WorkspaceStorage {
  readonly workspaces: Map<string, SavedWorkspace>;
  /** Ids of the documents whose text the last save wrote. */
  written: readonly string[];
  refuse: boolean;
}

export function memoryStorage(): MemoryStorage {
  const check = (): void => {
    if (storage.refuse) throw new Error('quota');
  };
  const storage: MemoryStorage = {
    workspaces: new Map(),
    written: [],
    refuse: false,
    load: async (id) => {
      check();
      return structuredClone(storage.workspaces.get(id) ?? null);
    },
    list: async () => {
      check();
      return [...storage.workspaces.values()]
        .sort((a, b) => b.savedAt - a.savedAt)
        .map(({ id, savedAt, documents, title, notes }) => ({
          id,
          savedAt,
          names: documents.map((d) => d.name),
          title,
          size: documents.reduce((sum, d) => sum + d.text.length, 0),
          notes: Array.isArray(notes) ? notes.length : 0,
        }));
    },
    save: async (workspace, unchanged) => {
      check();
      storage.written = workspace.documents.filter((d) => !unchanged.has(d.id)).map((d) => d.id);
      storage.workspaces.set(workspace.id, structuredClone(workspace));
    },
    remove: async (id) => {
      check();
      storage.workspaces.delete(id);
    },
    rename: async (id, title) => {
      check();
      const workspace = storage.workspaces.get(id);
      if (workspace) storage.workspaces.set(id, { ...workspace, title });
    },
    clear: async () => {
      check();
      storage.workspaces.clear();
    },
  };
  return storage;
}

/** A history of entries, each with a fragment and a state, as browsers keep it. Survives the page that uses it. */
export class FakeBrowser {
  entries: { hash: string; state: string | null }[] = [{ hash: '', state: null }];
  at = 0;
  /** By workspace. */
  readonly backups = new Map<string, string>();
  /** The user's choice. */
  keeping = true;
  /** Workspaces that another tab shows. */
  readonly elsewhere = new Set<string>();
  private wouldLose: () => boolean = () => false;
  private navigated = new Set<() => void>();
  private hidden = new Set<() => void>();

  constructor(hash = '') {
    this.entries = [{ hash, state: null }];
  }

  page(): Page {
    this.navigated = new Set();
    this.hidden = new Set();
    const entry = () => this.entries[this.at] as { hash: string; state: string | null };
    return {
      hash: () => entry().hash,
      entry: () => entry().state,
      setEntry: (id, hash) => {
        this.entries[this.at] = { hash: hash ?? entry().hash, state: id };
      },
      claim: (id) => Promise.resolve(!this.elsewhere.has(id)),
      keeps: () => this.keeping,
      onLeave: (wouldLose) => {
        this.wouldLose = wouldLose;
        return () => {
          this.wouldLose = () => false;
        };
      },
      onNavigate: (listener) => {
        this.navigated.add(listener);
        return () => this.navigated.delete(listener);
      },
      onHide: (listener) => {
        this.hidden.add(listener);
        return () => this.hidden.delete(listener);
      },
      backup: {
        ids: () => [...this.backups.keys()],
        read: (id) => this.backups.get(id) ?? null,
        write: (id, text) => {
          if (text === null) this.backups.delete(id);
          else this.backups.set(id, text);
        },
      },
    };
  }

  /** The user enters another fragment. */
  go(hash: string): void {
    this.entries = [...this.entries.slice(0, this.at + 1), { hash, state: null }];
    this.at++;
    for (const listener of this.navigated) listener();
  }

  back(): void {
    this.at--;
    for (const listener of this.navigated) listener();
  }

  /** True where the browser would ask before it closes the page. */
  asksToLeave(): boolean {
    return this.wouldLose();
  }

  hide(): void {
    for (const listener of this.hidden) listener();
  }
}
