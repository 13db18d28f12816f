/** The keys that open the search, which are there before its code is; what is typed until then is kept for it. */
import { useEffect } from 'react';
import { store } from '../use-store.ts';

let typed = '';

/** What was typed between asking for the search and its being there; once. */
export function takeTypedAhead(): string {
  const text = typed;
  typed = '';
  return text;
}

/** Ctrl+K or ⌘K anywhere (Monaco starts a chord with it, so it is taken before), `/` except where one can type. */
export function useSearchKeys(): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey || store.getState().documents.length === 0) return;
      const dialog = document.querySelector('.search-dialog');
      const waits = store.getState().searchOpen && dialog === null;
      if (dialog) keepFocus(dialog);
      if (waits ? !typeAhead(event) : !isChord(event) && !isSlash(event)) return;
      event.preventDefault();
      event.stopPropagation();
      if (!waits) typed = '';
      if (event.key === 'Escape') store.getState().setSearchOpen(false);
      else store.getState().setSearchOpen(true);
    };
    addEventListener('keydown', listen, true);
    return () => removeEventListener('keydown', listen, true);
  }, []);
}

/** A menu that closes while the search opens takes the focus back to its button; the key is for the search all the same. */
function keepFocus(dialog: Element): void {
  if (!dialog.contains(document.activeElement)) dialog.querySelector('input')?.focus();
}

/** Whether the key is for the search that is on its way. */
function typeAhead({ key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey) return false;
  if (key === 'Backspace') typed = typed.slice(0, -1);
  else if (key.length === 1) typed += key;
  else return key === 'Escape';
  return true;
}

function isChord({ key, ctrlKey, metaKey, shiftKey }: KeyboardEvent): boolean {
  return key.toLowerCase() === 'k' && (ctrlKey || metaKey) && !shiftKey;
}

function isSlash({ key, ctrlKey, metaKey, target }: KeyboardEvent): boolean {
  return key === '/' && !ctrlKey && !metaKey && !isTypedInto(target);
}

/** Whether keys go into a text there. */
export function isTypedInto(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (target instanceof HTMLElement && target.isContentEditable) return true;
  return /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest('.monaco-editor') !== null;
}
