/** The views and panels, in one place: the shell only arranges them. */
import type { ReactElement } from 'react';

export { FindingsPanel } from '../findings/FindingsPanel.tsx';
export { HookMap } from '../map/HookMap.tsx';
export { MapLegend } from '../map/MapLegend.tsx';
export { SourcePanel } from '../source/SourcePanel.tsx';

// TEMPORARY until these three exist: replaced by exports as above.
function Pending({ name }: { readonly name: string }): ReactElement {
  return <section className="panel" aria-label={name} />;
}
export const ChainView = (): ReactElement => <Pending name="Chain" />;
export const Inspector = (): ReactElement => <Pending name="Inspector" />;
export const SearchPalette = (): ReactElement | null => null;
