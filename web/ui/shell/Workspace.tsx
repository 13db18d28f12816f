/** The page with dumps in it: source, view, findings and inspector beside each other, with sizes that are remembered. */
import { type ReactElement, useEffect, useRef } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { useStore } from '../use-store.ts';
import { WhatIfBanner } from './ask-parts.tsx';
import { EmptyHint } from './EmptyHint.tsx';
import { Footer } from './Footer.tsx';
import { useKeptSizes } from './kept-sizes.ts';
import { AnalysisMessage, ProgressBar, ProgressWords, useIsWorking } from './Progress.tsx';
import { chosenPanels } from './panel-choice.ts';
import { ChainView, CostView, FindingsPanel, HookMap, Inspector, SourcePanel, TraceView } from './parts.tsx';
import { TopBar } from './TopBar.tsx';
import { NARROW, useMedia } from './use-media.ts';
import { ViewBar } from './ViewBar.tsx';

export function Workspace(): ReactElement {
  const working = useIsWorking();
  const supposing = useStore((state) => state.supposed.history.length > 0);
  const anyChains = useStore((state) => (state.overview?.counts.chains ?? 0) > 0);
  const view = useStore((state) => (state.view === 'trace' || state.view === 'cost' ? state.view : 'panels'));
  return (
    <div className="app">
      <TopBar />
      <ViewBar />
      {working ? <ProgressBar /> : null}
      <AnalysisMessage />
      {supposing ? <WhatIfBanner /> : null}
      <main className="work">
        {anyChains && view === 'trace' ? <TraceView /> : anyChains && view === 'cost' ? <CostView /> : <Panels />}
      </main>
      <Footer />
    </div>
  );
}

/** As a drawer the findings lie over the map, so they start closed; beside it they are as they were left. */
function useFindingsDrawer(): boolean {
  const narrow = useMedia(NARROW);
  const togglePanel = useStore((state) => state.togglePanel);
  const before = useRef(false);
  useEffect(() => {
    if (before.current !== narrow) togglePanel('findings', !narrow && chosenPanels().findings);
    before.current = narrow;
  }, [narrow, togglePanel]);
  return narrow;
}

const KEPT = ['source', 'findings'];
const KEPT_BELOW = ['inspector'];

function Panels(): ReactElement {
  const narrow = useFindingsDrawer();
  const wide = useMedia('(min-width: 1900px)');
  const { source, findings } = useStore((state) => state.panels);
  const beside = findings && !narrow;
  const { panel, group } = useKeptSizes(KEPT);
  return (
    <>
      <Group className="panels" orientation="horizontal" {...group}>
        {source ? (
          <>
            <Panel
              {...panel('source', wide ? 440 : 252)}
              minSize={160}
              maxSize="60%"
              groupResizeBehavior="preserve-pixel-size"
            >
              <SourcePanel />
            </Panel>
            <Separator className="separator" aria-label="Width of the source" />
          </>
        ) : null}
        <Panel id="view" minSize={280}>
          <View />
        </Panel>
        {beside ? (
          <>
            <Separator className="separator" aria-label="Width of the findings" />
            <Panel {...panel('findings', 326)} minSize={240} maxSize="50%" groupResizeBehavior="preserve-pixel-size">
              <Side />
            </Panel>
          </>
        ) : null}
      </Group>
      {findings && narrow ? (
        <div className="drawer">
          <Side />
        </div>
      ) : null}
    </>
  );
}

function View(): ReactElement {
  const view = useStore((state) => state.view);
  const overview = useStore((state) => state.overview);
  const working = useIsWorking();
  return (
    <div className="view">
      {view === 'chain' ? <ChainView /> : <HookMap />}
      {overview ? <EmptyHint /> : working ? <FirstReading /> : null}
    </div>
  );
}

function FirstReading(): ReactElement {
  return (
    <div className="view-hint">
      <ProgressWords />
    </div>
  );
}

/** Findings, and below them what is selected. A selected finding is open in its list already. */
function Side(): ReactElement {
  const inspecting = useStore((state) => state.selection !== null && state.selection.kind !== 'finding');
  const { panel, group } = useKeptSizes(KEPT_BELOW);
  return (
    <Group className="panels" orientation="vertical" {...group}>
      <Panel id="list" minSize={80}>
        <FindingsPanel />
      </Panel>
      {inspecting ? (
        <>
          <Separator className="separator" aria-label="Height of the inspector" />
          <Panel {...panel('inspector', '48%')} minSize={100}>
            <Inspector />
          </Panel>
        </>
      ) : null}
    </Group>
  );
}
