/** Ctrl+Z and Ctrl+Shift+Z (or Ctrl+Y) for the workspace, except where one can type: fields and the editor have their own. */
import { useEffect } from 'react';
import { store } from '../use-store.ts';
import { isTypedInto } from './search-keys.ts';

export function useUndoKeys(): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const by = directionOf(event);
      if (
        by === 0 ||
        event.defaultPrevented ||
        isTypedInto(event.target) ||
        document.querySelector('[role="dialog"]')
      ) {
        return;
      }
      event.preventDefault();
      const { undo, redo, notify } = store.getState();
      if (!(by < 0 ? undo() : redo())) {
        notify({ severity: 'info', text: by < 0 ? 'There is nothing to undo.' : 'There is nothing to do again.' });
      }
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
}

function directionOf({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): -1 | 0 | 1 {
  if (!(ctrlKey || metaKey) || altKey) return 0;
  if (key.toLowerCase() === 'z') return shiftKey ? 1 : -1;
  return key.toLowerCase() === 'y' && !shiftKey ? 1 : 0;
}
