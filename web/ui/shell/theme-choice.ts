/** Which theme the user chose, kept for this browser. `system` follows `prefers-color-scheme`. */
import type { Theme } from '../../state/store.ts';
import { store } from '../use-store.ts';
import { remembered, rememberValue } from './remembered.ts';

const KEY = 'nfscope.theme';
const ORDER: readonly Theme[] = ['system', 'light', 'dark'];

/** Call once, before the first picture. `wanted`: for this page only, whatever was chosen; null: what was chosen. */
export function startTheme(wanted: 'light' | 'dark' | null = null): void {
  if (wanted !== null) {
    store.getState().setTheme(wanted);
    apply(wanted);
    return;
  }
  const saved = remembered(KEY);
  store.getState().setTheme(ORDER.find((theme) => theme === saved) ?? 'system');
  apply(store.getState().theme);
  store.subscribe((state, before) => {
    if (state.theme === before.theme) return;
    apply(state.theme);
    rememberValue(KEY, state.theme);
  });
}

export function nextTheme(theme: Theme): Theme {
  return ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length] ?? 'system';
}

function apply(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
}
