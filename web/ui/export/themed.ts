/** Looks at the page in another theme, without anybody seeing it: the page is styled anew and back again within one task, and nothing is painted between. */

export type PictureTheme = 'light' | 'dark';

/** The theme that the page has now. */
export function presentTheme(): PictureTheme {
  const { theme } = document.documentElement.dataset;
  if (theme === 'light' || theme === 'dark') return theme;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** Transitions would give the colours that they come from. */
const STILL = ['--fast', '--base', '--layout'];

/** @param look must not wait for anything */
export function inTheme<T>(theme: PictureTheme, look: () => T, transparent = false): T {
  const { documentElement: root } = document;
  const before = root.dataset['theme'];
  const style = root.getAttribute('style');
  for (const name of STILL) root.style.setProperty(name, '0ms');
  // Settled before the colours change, or the transitions would still begin.
  getComputedStyle(root).getPropertyValue('--fast');
  root.dataset['theme'] = theme;
  if (transparent) root.style.setProperty('--canvas', 'transparent');
  try {
    return look();
  } finally {
    if (before === undefined) delete root.dataset['theme'];
    else root.dataset['theme'] = before;
    getComputedStyle(root).getPropertyValue('--fast');
    if (style === null) root.removeAttribute('style');
    else root.setAttribute('style', style);
  }
}
