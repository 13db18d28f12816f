/** What a service worker has around it, as far as it is used: TypeScript's library for pages does not have it. Tests give their own. */

export interface WaitingEvent {
  readonly waitUntil: (done: Promise<unknown>) => void;
}

export interface FetchEvent extends WaitingEvent {
  readonly request: Request;
  readonly respondWith: (answer: Promise<Response>) => void;
}

export interface MessageEventFromPage extends WaitingEvent {
  readonly data: unknown;
}

interface Events {
  readonly install: WaitingEvent;
  readonly activate: WaitingEvent;
  readonly fetch: FetchEvent;
  readonly message: MessageEventFromPage;
}

export interface WorkerScope {
  readonly addEventListener: <K extends keyof Events>(kind: K, listener: (event: Events[K]) => void) => void;
  /** `scope`: the folder that the page is in, as URL. */
  readonly registration: {
    readonly scope: string;
    readonly waiting: unknown;
    readonly installing: unknown;
  };
  readonly clients: {
    readonly claim: () => Promise<void>;
    readonly matchAll: (options: {
      readonly type: 'window';
      readonly includeUncontrolled: boolean;
    }) => Promise<readonly { readonly url: string }[]>;
  };
  readonly skipWaiting: () => Promise<void>;
  readonly caches: Pick<CacheStorage, 'open' | 'keys' | 'delete'>;
  readonly fetch: (request: Request) => Promise<Response>;
}
