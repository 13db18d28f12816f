/** The page at a phone's width (design picture 6): findings first, then the packet's path; chain and source behind the tab bar. */
import type { ReactElement } from 'react';
import type { View } from '../../state/store.ts';
import { Icon } from '../theme/marks.tsx';
import { useStore } from '../use-store.ts';
import { AskButtons } from './AskButtons.tsx';
import { WhatIfBanner } from './ask-parts.tsx';
import { DocumentTabs } from './DocumentTabs.tsx';
import { EmptyHint } from './EmptyHint.tsx';
import { Logo } from './Logo.tsx';
import { NodeSwitch } from './NodeSwitch.tsx';
import { OwnerLegend } from './OwnerLegend.tsx';
import { PacketPath } from './PacketPath.tsx';
import {
  AddMenu,
  ChainView,
  CostView,
  ExportMenu,
  FindingsPanel,
  HelpSheet,
  Inspector,
  PhoneTrace,
  ShareDialog,
  SourcePanel,
} from './parts.tsx';
import './phone.css';
import { AnalysisMessage, ProgressBar, ProgressWords, useIsWorking } from './Progress.tsx';
import { ThemeButton } from './ThemeButton.tsx';
import { SearchButton } from './TopBar.tsx';
import { plural } from './words.ts';

export function PhoneWorkspace(): ReactElement {
  const view = useStore((state) => state.view);
  const working = useIsWorking();
  const supposing = useStore((state) => state.supposed.history.length > 0);
  const anyChains = useStore((state) => (state.overview?.counts.chains ?? 0) > 0);
  return (
    <div className="app phone">
      <header className="phone-head">
        <PhoneBar />
        <OwnerLegend />
      </header>
      {working ? <ProgressBar /> : null}
      <AnalysisMessage />
      {supposing ? <WhatIfBanner /> : null}
      <main className="phone-main">
        {view === 'chain' ? (
          <ChainView />
        ) : view === 'source' ? (
          <PhoneSource />
        ) : view === 'trace' && anyChains ? (
          <PhoneTrace />
        ) : view === 'cost' && anyChains ? (
          <CostView />
        ) : (
          <Overview />
        )}
      </main>
      <Sheet />
      <TabBar />
    </div>
  );
}

function PhoneBar(): ReactElement {
  const name = useStore((state) => state.documents.find((document) => document.id === state.active)?.name ?? 'nfscope');
  const rules = useStore((state) => state.overview?.counts.rules ?? null);
  return (
    <div className="phone-bar">
      <Logo />
      <h1 className="phone-name">
        <span className="phone-dump">{name}</span>
        {rules === null ? null : <span className="phone-rules"> {plural(rules, 'rule')}</span>}
      </h1>
      <SearchButton small />
      <ShareDialog />
    </div>
  );
}

function Overview(): ReactElement {
  const overview = useStore((state) => state.overview);
  const working = useIsWorking();
  if (!overview) return <div className="view-hint">{working ? <ProgressWords /> : null}</div>;
  if (overview.counts.chains === 0) {
    return (
      <div className="phone-empty">
        <EmptyHint />
      </div>
    );
  }
  return (
    <div className="phone-overview">
      <div className="phone-findings">
        <FindingsPanel />
      </div>
      <div className="phone-asks">
        <NodeSwitch />
        <AskButtons />
      </div>
      <PacketPath />
      <div className="phone-more">
        <ExportMenu />
        <AddMenu label="Add a dump" />
        <HelpSheet />
        <ThemeButton />
      </div>
    </div>
  );
}

function PhoneSource(): ReactElement {
  return (
    <div className="phone-source">
      <div className="phone-tools">
        <DocumentTabs />
        <AddMenu label="Add" />
        <ExportMenu />
        <ThemeButton />
      </div>
      <SourcePanel />
    </div>
  );
}

/** What is selected, over the lower half of the page. */
function Sheet(): ReactElement | null {
  const selection = useStore((state) => state.selection);
  const select = useStore((state) => state.select);
  const view = useStore((state) => state.view);
  // A step's rule is told where it stands in the list.
  if (!selection || selection.kind === 'finding' || view === 'source' || view === 'trace' || view === 'cost')
    return null;
  return (
    <div className="phone-sheet">
      <button
        type="button"
        className="button button-quiet button-icon phone-sheet-close"
        aria-label="Close the inspector"
        onClick={() => select(null, 'inspector')}
      >
        <Icon name="close" />
      </button>
      <Inspector />
    </div>
  );
}

const TABS: readonly { readonly view: View; readonly name: string }[] = [
  { view: 'hooks', name: 'Overview' },
  { view: 'chain', name: 'Chain' },
  { view: 'trace', name: 'Trace' },
  { view: 'cost', name: 'Cost' },
  { view: 'source', name: 'Source' },
];

function TabBar(): ReactElement {
  const view = useStore((state) => state.view);
  const setView = useStore((state) => state.setView);
  const shown = view === 'findings' ? 'hooks' : view;
  return (
    <nav className="phone-tabs" aria-label="Views">
      {TABS.map((tab) => (
        <button
          key={tab.view}
          type="button"
          aria-current={tab.view === shown ? 'page' : undefined}
          onClick={() => setView(tab.view)}
        >
          {tab.name}
        </button>
      ))}
    </nav>
  );
}
