/** The views and panels that others build, in one place: the shell only arranges them. */
import { lazy, type ReactElement, Suspense } from 'react';

// TEMPORARY until the panels exist: replaced by imports.
function Pending({ name }: { readonly name: string }): ReactElement {
  return <section className="panel" aria-label={name} />;
}
export const HookMap = (): ReactElement => <Pending name="Hook map" />;
export const MapLegend = (): ReactElement => <span />;
export const ChainView = (): ReactElement => <Pending name="Chain" />;
export const FindingsPanel = (): ReactElement => <Pending name="Findings" />;
export const Inspector = (): ReactElement => <Pending name="Inspector" />;
export const SearchPalette = (): ReactElement | null => null;
export const SourcePanel = (): ReactElement => <Pending name="Source" />;
export { lazy, Suspense };
