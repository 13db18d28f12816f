/** What the export menu does: each entry makes one file and saves it. */
import { assertNever } from '../../base/assert.ts';
import { download, saveBlob } from '../shell/download.ts';
import { ask } from '../use-answer.ts';
import { store } from '../use-store.ts';
import { findingsMarkdown } from './findings-markdown.ts';
import { baseName } from './names.ts';
import { makePicture, type PictureKind } from './picture.ts';
import { toPng } from './png.ts';
import { inTheme, type PictureTheme } from './themed.ts';

export type Export =
  | {
      readonly what: 'picture';
      readonly kind: PictureKind;
      readonly format: 'svg' | 'png';
      readonly theme: PictureTheme;
      readonly transparent: boolean;
    }
  | { readonly what: 'findings'; readonly format: 'markdown' | 'json' }
  | { readonly what: 'dot' }
  | { readonly what: 'print'; readonly to: 'nft' | 'iptables-save' };

/** Makes the file and saves it. Rejects with what went wrong, in words. */
export async function saveExport(wanted: Export): Promise<void> {
  const { documents } = store.getState();
  const name = baseName(documents);
  switch (wanted.what) {
    case 'picture': {
      const picture = makePicture({ ...wanted, title: `${name}: ${wanted.kind} of nfscope` });
      const file = `${name}-${wanted.kind === 'slide' ? 'slide' : store.getState().view}-${wanted.theme}`;
      if (wanted.format === 'svg') download(`${file}.svg`, picture.svg, 'image/svg+xml');
      else saveBlob(`${file}.png`, await toPng(picture));
      return;
    }
    case 'findings':
      if (wanted.format === 'json')
        download(`${name}-findings.json`, await ask('document', { what: 'findings' }), 'application/json');
      else download(`${name}-findings.md`, await findingsMarkdown(), 'text/markdown');
      return;
    case 'dot': {
      const fills = lightTints(store.getState().overview?.owners ?? []);
      download(`${name}.dot`, await ask('document', { what: 'dot', fills }), 'text/vnd.graphviz');
      return;
    }
    case 'print':
      download(`${name}.${wanted.to === 'nft' ? 'nft' : 'save'}`, await ask('print', { to: wanted.to }));
      return;
    default:
      assertNever(wanted, 'export');
  }
}

/** Graphs are mostly printed: the light theme's tints, on which text can be read. */
function lightTints(owners: readonly { readonly id: string; readonly slot: string }[]): Record<string, string> {
  return inTheme('light', () => {
    const style = getComputedStyle(document.documentElement);
    return Object.fromEntries(
      owners.map(({ id, slot }) => [id, style.getPropertyValue(`--owner-${slot}-tint`).trim()]),
    );
  });
}
