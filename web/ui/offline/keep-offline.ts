/**
 * Has the browser keep the page's own files (web/offline), so that it opens without a network, and tells when a new version is there. A reload for
 * it is the user's choice, and happens only when everything that is open is stored.
 */
import type { PageMessage } from '../../offline/offline.ts';
import { browserPage } from '../../state/browser-page.ts';
import { storage, workspaces } from '../session.ts';
import { serviceWorkerUrl } from '../spawn.ts';
import { store } from '../use-store.ts';

/** Milliseconds between two looks for a new version in a page that stays open. */
const LOOK_AGAIN = 60 * 60 * 1000;

/** Call once, for a page from a server, some time after its first map. Never rejects: a browser that refuses works as without. */
export async function keepOffline(): Promise<void> {
  if (!('serviceWorker' in navigator) || savesData()) return;
  const container = navigator.serviceWorker;
  const registration = await register(container);
  if (!registration) return;
  tell(registration.active, 'started');
  watch(container, registration);
  lookAgain(registration);
}

/** Somebody pays for what is fetched ahead. */
function savesData(): boolean {
  const { connection } = navigator as { readonly connection?: { readonly saveData?: boolean } };
  return connection?.saveData === true;
}

/** Undefined where it is forbidden, or there is no network now: the page works, and the next visit tries again. */
function register(container: ServiceWorkerContainer): Promise<ServiceWorkerRegistration | undefined> {
  return container.register(serviceWorkerUrl(), { updateViaCache: 'none' }).catch(() => undefined);
}

function watch(container: ServiceWorkerContainer, registration: ServiceWorkerRegistration): void {
  if (registration.waiting && container.controller) offer(container, registration.waiting);
  registration.addEventListener('updatefound', () => {
    const coming = registration.installing;
    coming?.addEventListener('statechange', () => {
      // Without a controller it is the first version: nothing waits for anything.
      if (coming.state === 'installed' && container.controller) offer(container, coming);
    });
  });
}

function offer(container: ServiceWorkerContainer, waiting: ServiceWorker): void {
  store.getState().notify({
    // One that stays until it is answered.
    severity: 'warning',
    text: 'A new version of nfscope is ready. What is open stays open.',
    action: { label: 'Reload', run: () => void reloadWith(container, waiting) },
  });
}

async function reloadWith(container: ServiceWorkerContainer, waiting: ServiceWorker): Promise<void> {
  if (!(await isStored())) {
    const text =
      'Not reloaded: this browser does not keep what is open. Share a link or save a file first, then reload.';
    store.getState().notify({ severity: 'error', text });
    return;
  }
  // Another tab may have taken it over already.
  if (waiting.state === 'installed') {
    const taken = new Promise((resolve) => container.addEventListener('controllerchange', resolve, { once: true }));
    tell(waiting, 'take-over');
    await taken;
  }
  location.reload();
}

/** True if a reload finds every text that is open. */
async function isStored(): Promise<boolean> {
  const { documents } = store.getState();
  if (documents.length === 0) return true;
  await workspaces.flush();
  const id = browserPage().entry();
  try {
    const saved = id === null ? null : await storage.load(id);
    return documents.every(({ id: document, text }) =>
      saved?.documents.some((one) => one.id === document && one.text === text),
    );
  } catch {
    return false;
  }
}

function lookAgain(registration: ServiceWorkerRegistration): void {
  let looked = Date.now();
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || Date.now() - looked < LOOK_AGAIN) return;
    looked = Date.now();
    // Without a network there is nothing new.
    registration.update().catch(() => undefined);
  });
}

function tell(worker: ServiceWorker | null, message: PageMessage): void {
  worker?.postMessage(message);
}
