/** Family, view, owners. */
import type { ReactElement } from 'react';
import type { View } from '../../state/store.ts';
import type { MapFamily } from '../../worker/protocol.ts';
import { traceFamily } from '../trace/use-trace.ts';
import { useStore } from '../use-store.ts';
import { AskButtons } from './AskButtons.tsx';
import { OwnerLegend } from './OwnerLegend.tsx';
import { PanelButtons } from './PanelButtons.tsx';

const FAMILY_WORDS: Readonly<Record<MapFamily, string>> = { ip: 'IPv4', ip6: 'IPv6', bridge: 'Bridge', arp: 'ARP' };

export function ViewBar(): ReactElement {
  const alone = useStore((state) => state.view === 'trace' || state.view === 'cost');
  return (
    <nav className="viewbar" aria-label="Views and owners">
      {alone ? null : <PanelButtons side="source" />}
      <FamilySwitch />
      <ViewSwitch />
      <AskButtons />
      <OwnerLegend />
      {alone ? null : <PanelButtons side="findings" />}
    </nav>
  );
}

export function FamilySwitch(): ReactElement | null {
  const maps = useStore((state) => state.overview?.maps);
  const family = useStore((state) => state.family);
  const tracing = useStore((state) => state.view === 'trace');
  const packets = useStore((state) => state.view === 'trace' || state.view === 'cost');
  const setFamily = useStore((state) => state.setFamily);
  if (!maps) return null;
  // Packets are followed through the IP stack.
  const shown = packets ? maps.filter((map) => map.family === 'ip' || map.family === 'ip6') : maps;
  return (
    <fieldset className="segmented" aria-label="Family">
      {shown.map((map) => (
        <button
          key={map.family}
          type="button"
          aria-pressed={map.family === family}
          onClick={() => (tracing ? traceFamily(map.family) : setFamily(map.family))}
        >
          {FAMILY_WORDS[map.family]}
        </button>
      ))}
    </fieldset>
  );
}

const VIEWS: readonly { readonly view: View; readonly name: string }[] = [
  { view: 'hooks', name: 'Hooks' },
  { view: 'chain', name: 'Chain' },
  { view: 'trace', name: 'Trace' },
  { view: 'cost', name: 'Cost' },
];

function ViewSwitch(): ReactElement {
  const view = useStore((state) => state.view);
  const setView = useStore((state) => state.setView);
  const shown = view === 'chain' || view === 'trace' || view === 'cost' ? view : 'hooks';
  return (
    <fieldset className="segmented" aria-label="View">
      {VIEWS.map((one) => (
        <button key={one.view} type="button" aria-pressed={one.view === shown} onClick={() => setView(one.view)}>
          {one.name}
        </button>
      ))}
    </fieldset>
  );
}
