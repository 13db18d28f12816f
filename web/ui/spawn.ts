/**
 * The page's workers. Under Trusted Types a script's URL must come out of a policy: ours lets nothing pass but files of the page itself.
 */
import anonymiserWorker from '../worker/anonymiser-worker.ts?worker&url';
import archiveWorker from '../worker/archive-worker.ts?worker&url';
import packerWorker from '../worker/packer-worker.ts?worker&url';
import proverWorker from '../worker/prover-worker.ts?worker&url';
import worker from '../worker/worker.ts?worker&url';

/** As far as it is used; TypeScript's library does not have it. */
interface TrustedTypesFactory {
  readonly createPolicy: (
    name: string,
    rules: { readonly createScriptURL: (url: string) => string },
  ) => { readonly createScriptURL: (url: string) => string };
}

const factory = (globalThis as { readonly trustedTypes?: TrustedTypesFactory }).trustedTypes;
const rules = { createScriptURL: ownScript };
/** Named in the Content-Security-Policy. Browsers without Trusted Types are kept to own scripts by `worker-src`. */
const policy = factory ? factory.createPolicy('nfscope', rules) : rules;

/** Throws a TypeError for a URL of another origin. A page that is one file (web/standalone) makes its workers out of what it carries. */
export function ownScript(url: string): string {
  const { origin, href } = new URL(url, document.baseURI);
  if (origin !== location.origin && !globalThis.nfscopeFiles?.has(href))
    throw new TypeError(`not a script of this page: ${origin}`);
  return href;
}

/** The service worker's URL, for its registration. */
export const serviceWorkerUrl = (): string => policy.createScriptURL('./sw.js');

function spawn(url: string, name: string): Worker {
  // Chromium takes no module of a page from the disk, not even of its own making.
  const type = globalThis.nfscopeFiles ? 'classic' : 'module';
  return new Worker(policy.createScriptURL(url), { type, name });
}

export const spawnWorker = (): Worker => spawn(worker, 'nfscope');
export const spawnProver = (): Worker => spawn(proverWorker, 'nfscope prover');
export const spawnArchiveWorker = (): Worker => spawn(archiveWorker, 'nfscope archives');
export const spawnAnonymiser = (): Worker => spawn(anonymiserWorker, 'nfscope anonymiser');
export const spawnPacker = (): Worker => spawn(packerWorker, 'nfscope links');
/** @param url of the built worker: it comes with the editor's code, and not before. */
export const spawnEditorWorker = (url: string): Worker => spawn(url, 'nfscope editor');
