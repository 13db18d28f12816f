/** What this page finds in itself where it is a file (web/standalone): the dumps that it carries, and the parts for another file like it. */
import { CODE_ID, DUMPS_ID, type PageParts } from '../../standalone/page-file.ts';

/** True for a page that is one file. */
export function isPageFile(): boolean {
  return document.getElementById(CODE_ID) !== null;
}

/** Null for a page from a server. */
export function ownParts(): PageParts | null {
  const code = document.getElementById(CODE_ID);
  const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]');
  const icon = document.querySelector('link[rel="icon"]');
  const boot = code?.nextElementSibling;
  if (!code || !policy || !icon || !boot) return null;
  return {
    policy: policy.getAttribute('content') ?? '',
    icon: icon.getAttribute('href') ?? '',
    boot: boot.textContent ?? '',
    code: code.textContent ?? '',
  };
}

/** The dumps of this file as carried.ts packed them; null where it has none. */
export function packedDumps(): string | null {
  return document.getElementById(DUMPS_ID)?.textContent ?? null;
}
