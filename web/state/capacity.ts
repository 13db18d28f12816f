/** How much text the page takes, and what to do with more. */
import { MOST_DOCUMENTS } from '../permalink/brought.ts';

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

/** The first of the documents that fit beside what is open, and those that do not. */
export function fitting<D extends Sized>(
  documents: readonly D[],
  open: readonly Sized[],
): { readonly fit: D[]; readonly left: D[] } {
  const fit: D[] = [];
  const left: D[] = [];
  let total = totalLength(open);
  for (const document of documents) {
    const fits = total + document.text.length <= CAPACITY && open.length + fit.length < MOST_DOCUMENTS;
    if (fits) total += document.text.length;
    (fits ? fit : left).push(document);
  }
  return { fit, left };
}

export interface Sized {
  readonly text: string;
}

/** Characters. */
function totalLength(documents: readonly Sized[]): number {
  return documents.reduce((sum, { text }) => sum + text.length, 0);
}

/** Names that a sentence lists. */
const NAMED = 5;

/** Says what `fitting` left, and what to do. `open`: what was open before. */
export function leftOut(left: readonly (Sized & { readonly name: string })[], open: readonly Sized[]): string {
  const shown = left.slice(0, NAMED).map(({ name }) => `“${name}”`);
  const names = left.length > NAMED ? `${shown.join(', ')} and ${left.length - NAMED} more` : shown.join(', ');
  if (totalLength(left) + totalLength(open) <= CAPACITY) {
    return `${names}: left out, because the page shows ${MOST_DOCUMENTS.toLocaleString('en-US')} dumps at most. Open those of one node.`;
  }
  const beside = open.length === 0 ? '' : `, and what is open has ${megabytes(totalLength(open))} MB`;
  return `${names} ${left.length === 1 ? 'has' : 'have'} ${megabytes(totalLength(left))} MB${beside}. ${WITHOUT_ROOM}`;
}
