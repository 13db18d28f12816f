/**
 * Whether workspaces are kept in this browser between visits: the user's choice, for all tabs. A browser that forbids storage keeps nothing anyway; the
 * choice then lasts as long as the page.
 */

const KEY = 'nfscope.keep';

let fallback = true;

export function isKeeping(): boolean {
  try {
    return (localStorage.getItem(KEY) ?? 'yes') !== 'no';
  } catch {
    return fallback;
  }
}

export function setKeeping(keep: boolean): void {
  fallback = keep;
  try {
    localStorage.setItem(KEY, keep ? 'yes' : 'no');
  } catch {
    // Forbidden or full: `fallback` has it.
  }
}
