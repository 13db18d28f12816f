/** Family, view, owners. */
import type { ReactElement } from 'react';
import type { View } from '../../state/store.ts';
import { useStore } from '../use-store.ts';
import { AskButtons } from './AskButtons.tsx';
import { FamilySwitch } from './FamilySwitch.tsx';
import { NodeSwitch } from './NodeSwitch.tsx';
import { OwnerLegend } from './OwnerLegend.tsx';
import { PanelButtons } from './PanelButtons.tsx';

export function ViewBar(): ReactElement {
  const alone = useStore((state) => state.view === 'trace' || state.view === 'cost');
  return (
    <nav className="viewbar" aria-label="Views and owners">
      {alone ? null : <PanelButtons side="source" />}
      <NodeSwitch />
      <FamilySwitch />
      <ViewSwitch />
      <AskButtons />
      <OwnerLegend />
      {alone ? null : <PanelButtons side="findings" />}
    </nav>
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
