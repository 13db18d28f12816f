/** The files of one build, and which of them a request is for. */

export interface Build {
  /** Another one for every build with other files. */
  readonly version: string;
  /** `sha256-...` of each file by its path below the page's folder. The page itself is ''. */
  readonly files: Readonly<Record<string, string>>;
}

/** Files whose name changes with their content: another build's file of that name is the same. */
export function isHashed(path: string): boolean {
  return path.startsWith('assets/');
}

/** The path of a file that the build may have, for a request of the page's folder (`scope`, which ends with /); null for anything else. */
export function pathAsked(url: string, scope: string): string | null {
  const { origin, pathname } = new URL(url);
  const folder = new URL(scope);
  if (origin !== folder.origin || !pathname.startsWith(folder.pathname)) return null;
  // `?embed` and the like are for the page, which is one file.
  const path = pathname.slice(folder.pathname.length);
  return path === 'index.html' ? '' : path;
}

/** Pages of one origin share its caches: the name has the folder in it. */
export function cacheName(scope: string, version: string): string {
  return `${cachePrefix(scope)}${version}`;
}

export function cachePrefix(scope: string): string {
  return `nfscope ${new URL(scope).pathname} `;
}
