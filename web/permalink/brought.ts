/** What links, workspace files and page files may bring: untrusted input that the page has to draw. */

/** Dumps. Each has a tab; one node has a handful, a cluster some hundred. */
export const MOST_DOCUMENTS = 1000;
/** Characters. */
const LONGEST_NAME = 200;

/** A name that somebody else wrote, not longer than a tab can show. */
export function shortName(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  // Not between the halves of a character.
  return [...name.slice(0, LONGEST_NAME * 2)].slice(0, LONGEST_NAME).join('');
}
