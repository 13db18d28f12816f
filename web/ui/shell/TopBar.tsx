/** Logo, dumps, search, share, export, theme. */
import type { ReactElement } from 'react';
import { Icon } from '../theme/marks.tsx';
import { store } from '../use-store.ts';
import { DocumentTabs } from './DocumentTabs.tsx';
import { Logo } from './Logo.tsx';
import { AddMenu, ExportMenu, ShareDialog } from './parts.tsx';
import { ThemeButton } from './ThemeButton.tsx';

const IS_MAC = /Mac|iPhone|iPad/.test(navigator.userAgent);

export function TopBar(): ReactElement {
  return (
    <header className="topbar">
      <h1 className="brand">
        <Logo />
        nfscope
      </h1>
      <DocumentTabs />
      <AddMenu />
      <span className="topbar-gap" />
      <SearchButton />
      <ShareDialog />
      <ExportMenu />
      <ThemeButton />
    </header>
  );
}

export function SearchButton({ small = false }: { readonly small?: boolean }): ReactElement {
  const open = (): void => store.getState().setSearchOpen(true);
  if (small) {
    return (
      <button
        type="button"
        className="button button-quiet button-icon"
        aria-label="Search"
        title="Search"
        onClick={open}
      >
        <Icon name="search" />
      </button>
    );
  }
  return (
    <button type="button" className="button search-button" aria-keyshortcuts="Control+K Meta+K" onClick={open}>
      <Icon name="search" />
      <span className="search-words">Chain, rule, address…</span>
      <kbd className="key">{IS_MAC ? '⌘K' : 'Ctrl K'}</kbd>
    </button>
  );
}
