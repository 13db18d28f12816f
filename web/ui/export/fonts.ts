/**
 * The page's fonts as part of a picture, which is to look the same on a machine that has none of them. They come as text with this chunk: the page may
 * not fetch anything, not even from itself.
 */
import interItalic from '@fontsource-variable/inter/files/inter-latin-wght-italic.woff2?inline';
import inter from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?inline';
import mono from '@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2?inline';
import symbols from '../theme/symbols.woff2?inline';

interface Face {
  readonly family: string;
  readonly style: 'normal' | 'italic';
  readonly weights: string;
  readonly data: string;
}

const FACES: readonly Face[] = [
  { family: 'Inter Variable', style: 'normal', weights: '100 900', data: inter },
  { family: 'Inter Variable', style: 'italic', weights: '100 900', data: interItalic },
  { family: 'JetBrains Mono Variable', style: 'normal', weights: '100 800', data: mono },
];

/** What the latin files leave out: theme/fonts.css has the list. */
const SYMBOLS: Face = { family: 'nfscope Symbols', style: 'normal', weights: '400', data: symbols };
const SYMBOL = /[\u2190-\u2bff]/;

/** The faces that texts of the picture use, as CSS. */
export function fontFaces(picture: Element): string {
  const used = new Set<string>();
  for (const text of picture.querySelectorAll('text')) {
    const family = (text.getAttribute('font-family') ?? '').split(',')[0]?.replaceAll(/['"]/g, '').trim();
    used.add(`${family} ${text.getAttribute('font-style') === 'italic' ? 'italic' : 'normal'}`);
  }
  const faces = FACES.filter(({ family, style }) => used.has(`${family} ${style}`));
  if (SYMBOL.test(picture.textContent ?? '')) faces.push(SYMBOLS);
  return faces
    .map(
      ({ family, style, weights, data }) =>
        `@font-face{font-family:'${family}';font-style:${style};font-weight:${weights};src:url(${data}) format('woff2')}`,
    )
    .join('\n');
}
