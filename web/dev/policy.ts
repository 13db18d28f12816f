/** What the built page may do: the one place for the page from a server, for the page as one file, and for the headers of a server. */

/** Who may make markup or a script's URL out of text: our workers' URLs (ui/spawn.ts), and the parts of Monaco that draw lines. */
const TRUSTED = [
  'nfscope',
  'defaultWorkerFactory',
  'diffEditorWidget',
  'diffReview',
  'domLineBreaksComputer',
  'editorGhostText',
  'editorViewLayer',
  'richScreenReaderContent',
  'standaloneColorizer',
  'stickyScrollViewLayer',
  'tokenizeToString',
];

/** Where the parts of the page may come from; everything that is not named here may come from nowhere. */
interface Sources {
  readonly scripts: string;
  readonly workers: string;
  readonly styles: string;
  readonly fonts: string;
  readonly images: string;
  /** Where the page may connect to. */
  readonly connections: string;
  /** Null: it has none. */
  readonly manifest: string | null;
  /** Who may make scripts out of text besides those above. */
  readonly trusted: readonly string[];
}

/**
 * A Content-Security-Policy under which the page runs its own code and draws. Unless a deployment names hosts, it may not connect anywhere, so a ruleset
 * cannot leave it. Monaco writes style elements, hence 'unsafe-inline' for styles only.
 */
function policy({ scripts, workers, styles, fonts, images, connections, manifest, trusted }: Sources): string {
  return [
    "default-src 'none'",
    `script-src ${scripts}`,
    `worker-src ${workers}`,
    `style-src ${styles}`,
    `font-src ${fonts}`,
    `img-src ${images}`,
    `connect-src ${connections}`,
    ...(manifest === null ? [] : [`manifest-src ${manifest}`]),
    "require-trusted-types-for 'script'",
    `trusted-types ${[...trusted, ...TRUSTED].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** Of the page from a server. */
export const POLICY = pagePolicy([]);

/**
 * The same where a deployment lets `#url=` load from some hosts (state/remote.ts): whoever runs the page knows them, and that the page could send
 * something to them.
 * @param hosts as `readHosts` gives them.
 */
export function pagePolicy(hosts: readonly string[]): string {
  return policy({
    scripts: "'self'",
    workers: "'self'",
    styles: "'self' 'unsafe-inline'",
    fonts: "'self'",
    images: "'self' data: blob:",
    connections: hosts.length === 0 ? "'none'" : hosts.join(' '),
    manifest: "'self'",
    trusted: [],
  });
}

/** The hosts of `NFSCOPE_CONNECT`, with blanks between them. Throws where one is no `https://HOST` or `https://HOST:PORT`: it would be another policy. */
export function readHosts(text: string): readonly string[] {
  const hosts = text.split(/\s+/).filter((host) => host !== '');
  for (const host of hosts) {
    if (!/^https:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?$/.test(host))
      throw new Error(`NFSCOPE_CONNECT: ${host} is no https://HOST or https://HOST:PORT`);
  }
  return hosts;
}

/** Of the service worker, which has none but the one that its file comes with: it fetches the page's own files. */
export const SERVICE_WORKER_POLICY = "default-src 'none'; connect-src 'self'";

/** Of the page as one file: nothing runs but the scripts of these hashes (`sha256-...`), and workers that they make. */
export function filePolicy(hashes: readonly string[]): string {
  return policy({
    scripts: hashes.map((hash) => `'${hash}'`).join(' '),
    workers: 'blob:',
    styles: "'unsafe-inline'",
    fonts: 'data:',
    images: 'data: blob:',
    connections: "'none'",
    manifest: null,
    trusted: ['nfscope-boot'],
  });
}
