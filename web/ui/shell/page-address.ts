/** The address that this page's links begin with. A page that is a file on a disk has none that others can open: there the user names one. */
import { SHELL_LINE } from '../../permalink/fit.ts';
import { remembered, rememberValue } from './remembered.ts';

const CHOSEN = 'nfscope-link-page';

/** Whether others cannot open this page's address. */
export function isOnDisk(): boolean {
  return location.protocol === 'file:';
}

/** Without a fragment; null: this page is on a disk, and no other was named. */
export function linkBase(): string | null {
  return isOnDisk() ? chosenAddress() : `${location.origin}${location.pathname}${location.search}`;
}

/** For commands that are shown: with words in the place of an address that nobody named. */
export function pageForCommands(): string {
  if (isOnDisk()) return chosenAddress() ?? 'https://HOST/PATH/';
  return `${location.origin}${location.pathname}`;
}

/** Makes a link on a node, without a browser. */
export function linkCommand(): string {
  return `echo "${pageForCommands()}#v1.gz.$(sudo ${SHELL_LINE})"`;
}

/** What the user named, on a page from a disk. */
export function chosenAddress(): string | null {
  return readAddress(remembered(CHOSEN) ?? '');
}

/** Remembers what was written where it is an address; gives the address. */
export function chooseAddress(text: string): string | null {
  rememberValue(CHOSEN, text.trim());
  return readAddress(text);
}

/** A web page's address as links begin with it; null: it is none. */
export function readAddress(text: string): string | null {
  const trimmed = text.trim();
  if (!/^https?:\/\/[^/?#\s]/i.test(trimmed) || !URL.canParse(trimmed)) return null;
  const { origin, pathname, username } = new URL(trimmed);
  return username === '' ? `${origin}${pathname}` : null;
}
