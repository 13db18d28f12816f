/** The keys that open the search, which are there before its code is. */
import { useEffect } from 'react';
import { store } from '../use-store.ts';

/** Ctrl+K or ⌘K anywhere (Monaco starts a chord with it, so it is taken before), `/` except where one can type. */
export function useSearchKeys(): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey || store.getState().documents.length === 0) return;
      if (!isChord(event) && !isSlash(event)) return;
      event.preventDefault();
      event.stopPropagation();
      store.getState().setSearchOpen(true);
    };
    addEventListener('keydown', listen, true);
    return () => removeEventListener('keydown', listen, true);
  }, []);
}

function isChord({ key, ctrlKey, metaKey, shiftKey }: KeyboardEvent): boolean {
  return key.toLowerCase() === 'k' && (ctrlKey || metaKey) && !shiftKey;
}

function isSlash({ key, ctrlKey, metaKey, target }: KeyboardEvent): boolean {
  return key === '/' && !ctrlKey && !metaKey && !isTypedInto(target);
}

function isTypedInto(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (target instanceof HTMLElement && target.isContentEditable) return true;
  return /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest('.monaco-editor') !== null;
}
