/** Goes through system, light and dark. */
import type { ReactElement } from 'react';
import { Icon } from '../theme/marks.tsx';
import { useStore } from '../use-store.ts';
import { nextTheme } from './theme-choice.ts';

export function ThemeButton(): ReactElement {
  const theme = useStore((state) => state.theme);
  const setTheme = useStore((state) => state.setTheme);
  const label = `Theme: ${theme}. Change to ${nextTheme(theme)}`;
  return (
    <button
      type="button"
      className="button button-quiet button-icon"
      aria-label={label}
      title={label}
      onClick={() => setTheme(nextTheme(theme))}
    >
      <Icon name="theme" />
    </button>
  );
}
