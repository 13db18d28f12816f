/** `?embed` in the address: the page as a picture that can be pointed at, inside of a document, a wiki or a slide. */

export interface Embedding {
  /** `?embed&theme=dark`; null: as the system. */
  readonly theme: 'light' | 'dark' | null;
}

/** What `location.search` asks for; null: the whole page. */
export function readEmbedding(search: string): Embedding | null {
  const asked = new URLSearchParams(search);
  if (!asked.has('embed')) return null;
  const theme = asked.get('theme');
  return { theme: theme === 'light' || theme === 'dark' ? theme : null };
}

/** The same address without embedding: everything else of it stays. */
export function wholePage({ pathname, search, hash }: Pick<Location, 'pathname' | 'search' | 'hash'>): string {
  const asked = new URLSearchParams(search);
  asked.delete('embed');
  asked.delete('theme');
  const rest = asked.toString();
  return `${pathname}${rest === '' ? '' : `?${rest}`}${hash}`;
}

/** HTML that embeds the page of a link. `address` may not hold quotes: a link never does. */
export function embedHtml(origin: string, pathname: string, hash: string): string {
  return `<iframe src="${origin}${pathname}?embed${hash}" width="100%" height="600" style="border:0" title="nfscope"></iframe>`;
}
