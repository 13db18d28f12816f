/** How much text the page takes, and what to do with more. */

/**
 * Characters over all documents. A dump of that size has more than 1,000,000 rules, and page and worker hold about ten times its size while it is
 * read: beyond it, browsers begin to give up.
 */
export const CAPACITY = 200 * 1024 * 1024;

export const WITHOUT_ROOM =
  'More than 200 MB does not fit into a browser. Leave out the elements of sets (“nft --terse list ruleset”), dump one table (“iptables-save -t nat”), or use the command line (“npm run -s cli -- findings FILE”).';

export function megabytes(characters: number): string {
  return Math.round(characters / 1024 / 1024).toLocaleString('en-US');
}

/** The first of the documents that fit beside what is open (characters), and those that do not. */
export function fitting<D extends { readonly text: string }>(
  documents: readonly D[],
  open: number,
): { readonly fit: D[]; readonly left: D[] } {
  const fit: D[] = [];
  const left: D[] = [];
  let total = open;
  for (const document of documents) {
    const fits = total + document.text.length <= CAPACITY;
    if (fits) total += document.text.length;
    (fits ? fit : left).push(document);
  }
  return { fit, left };
}
