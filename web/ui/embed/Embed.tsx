/** The page inside of another one: the view of the link and the way to the whole page, nothing else. */
import { type ReactElement, useSyncExternalStore } from 'react';
import { Notices } from '../shell/Notices.tsx';
import { PacketPath } from '../shell/PacketPath.tsx';
import { AnalysisMessage, ProgressBar, ProgressWords, useIsWorking } from '../shell/Progress.tsx';
import { ChainView, CostView, EmbeddedTrace, HookMap } from '../shell/parts.tsx';
import { PHONE, useMedia } from '../shell/use-media.ts';
import { Icon } from '../theme/marks.tsx';
import { useStore } from '../use-store.ts';
import './embed.css';
import { wholePage } from './embedding.ts';

export function Embed(): ReactElement {
  const empty = useStore((state) => state.documents.length === 0);
  const working = useIsWorking();
  return (
    <div className="app embed">
      {working ? <ProgressBar /> : null}
      <AnalysisMessage />
      <main className="work">{empty ? <Nothing /> : <View />}</main>
      <footer>
        <OpenLink />
      </footer>
      <Notices />
    </div>
  );
}

function View(): ReactElement {
  const view = useStore((state) => state.view);
  const overview = useStore((state) => state.overview);
  const phone = useMedia(PHONE);
  if (!overview) {
    return (
      <div className="view">
        <div className="view-hint">
          <ProgressWords />
        </div>
      </div>
    );
  }
  if (view === 'chain') {
    return (
      <div className="view">
        <ChainView />
      </div>
    );
  }
  if (view === 'trace') return <EmbeddedTrace />;
  if (view === 'cost') return <CostView />;
  return <div className="view">{phone ? <PacketPath /> : <HookMap />}</div>;
}

/** An address without a link, or with one that cannot be read: the notice says which. */
function Nothing(): ReactElement {
  return (
    <div className="embed-nothing">
      <p>
        There is no ruleset in this address. A link from Share, with <span className="mono">?embed</span> before its #,
        shows one here.
      </p>
    </div>
  );
}

function useWholePage(): string {
  return useSyncExternalStore(
    (changed) => {
      addEventListener('hashchange', changed);
      return () => removeEventListener('hashchange', changed);
    },
    () => wholePage(location),
  );
}

function OpenLink(): ReactElement {
  return (
    <a className="embed-link" href={useWholePage()} target="_blank" rel="noopener">
      Open in nfscope
      <Icon name="external" size={12} />
      <span className="visually-hidden"> (opens in a new tab)</span>
    </a>
  );
}
