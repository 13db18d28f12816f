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
  /** Null: it has none. */
  readonly manifest: string | null;
  /** Who may make scripts out of text besides those above. */
  readonly trusted: readonly string[];
}

/**
 * A Content-Security-Policy under which the page runs its own code and draws. It may not connect anywhere, so a ruleset cannot leave it. Monaco
 * writes style elements, hence 'unsafe-inline' for styles only.
 */
function policy({ scripts, workers, styles, fonts, images, manifest, trusted }: Sources): string {
  return [
    "default-src 'none'",
    `script-src ${scripts}`,
    `worker-src ${workers}`,
    `style-src ${styles}`,
    `font-src ${fonts}`,
    `img-src ${images}`,
    "connect-src 'none'",
    ...(manifest === null ? [] : [`manifest-src ${manifest}`]),
    "require-trusted-types-for 'script'",
    `trusted-types ${[...trusted, ...TRUSTED].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** Of the page from a server. */
export const POLICY = policy({
  scripts: "'self'",
  workers: "'self'",
  styles: "'self' 'unsafe-inline'",
  fonts: "'self'",
  images: "'self' data: blob:",
  manifest: "'self'",
  trusted: [],
});

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
    manifest: null,
    trusted: ['nfscope-boot'],
  });
}
