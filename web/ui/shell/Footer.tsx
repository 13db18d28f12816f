/** The promise, what was read, and the legend of the map's marks. */
import type { ReactElement } from 'react';
import { Icon } from '../theme/marks.tsx';
import { useStore } from '../use-store.ts';
import { ProgressWords, useIsWorking } from './Progress.tsx';
import { HelpSheet, MapLegend, TrustSheet } from './parts.tsx';
import { duration, plural } from './words.ts';

export function Footer(): ReactElement {
  const working = useIsWorking();
  const overview = useStore((state) => state.overview);
  const view = useStore((state) => state.view);
  return (
    <footer className="statusbar">
      <span className="privacy" title="The page has no server, and the browser forbids it to connect anywhere.">
        <Icon name="lock" size={13} />
        Nothing leaves this page
      </span>
      {working && overview ? (
        <ProgressWords />
      ) : overview ? (
        <span>
          {plural(overview.counts.rules, 'rule')} · {plural(overview.counts.chains, 'chain')}
          {overview.counts.sets > 0 ? (
            <span className="statusbar-extra"> · {plural(overview.counts.sets, 'set')}</span>
          ) : null}
          <span className="measured"> · parsed in {duration(overview.timings.parse)}</span>
        </span>
      ) : null}
      <TrustSheet />
      <HelpSheet />
      <span className="statusbar-gap" />
      {overview && view !== 'chain' ? <MapLegend /> : null}
    </footer>
  );
}
