/**
 * The views and panels, in one place: the shell only arranges them. The map is there from the start; the rest comes while the node is read or after
 * the first map, so that it is there when it is asked for.
 */
import { HelpAsked } from '../help/HelpButton.tsx';
import { WhatIfMenu } from './ask-parts.tsx';
import { lazyPart } from './lazy-part.tsx';
import { AddButton, DiagnosticsButton, ExportButton, ShareButton } from './menu-buttons.tsx';

export { HookMap } from '../map/HookMap.tsx';
export { MapLegend } from '../map/MapLegend.tsx';
export { SourcePanel } from '../source/SourcePanel.tsx';

export const FindingsPanel = lazyPart(async () => (await import('../findings/FindingsPanel.tsx')).FindingsPanel);
export const ChainView = lazyPart(async () => (await import('../chain/ChainView.tsx')).ChainView);
export const Inspector = lazyPart(async () => (await import('../inspector/Inspector.tsx')).Inspector);
export const SearchDialog = lazyPart(async () => (await import('../search/SearchDialog.tsx')).SearchDialog);
export const TraceView = lazyPart(async () => (await import('../trace/TraceView.tsx')).TraceView);
export const EmbeddedTrace = lazyPart(async () => (await import('../embed/EmbeddedTrace.tsx')).EmbeddedTrace);
export const PhoneTrace = lazyPart(async () => (await import('../trace/PhoneTrace.tsx')).PhoneTrace);
export const CostView = lazyPart(async () => (await import('../cost/CostView.tsx')).CostView);
export const ReachDialog = lazyPart(async () => (await import('../reach/ReachDialog.tsx')).ReachDialog);
export const ArchiveDialog = lazyPart(async () => (await import('../intake/ArchiveDialog.tsx')).ArchiveDialog);

export const RemoteDialog = lazyPart(async () => (await import('../remote/RemoteDialog.tsx')).RemoteDialog);
export const Recent = lazyPart(async () => (await import('../landing/Recent.tsx')).Recent);

export const PrintSheet = lazyPart(async () => (await import('../print/PrintSheet.tsx')).PrintSheet);

export const AddMenu = lazyPart(
  async () => (await import('./AddMenu.tsx')).AddMenu,
  ({ label = 'Add dump' }: { readonly label?: string }, want) => (
    <AddButton label={label} aria-haspopup="menu" onClick={want} />
  ),
);
export const DiagnosticsMenu = lazyPart(
  async () => (await import('./DiagnosticsMenu.tsx')).DiagnosticsMenu,
  (props: Parameters<typeof DiagnosticsButton>[0], want) => (
    <DiagnosticsButton {...props} aria-haspopup="menu" onClick={want} />
  ),
);
export const ExportMenu = lazyPart(
  async () => (await import('./ExportMenu.tsx')).ExportMenu,
  (_props, want) => <ExportButton aria-haspopup="menu" onClick={want} />,
);
export const HelpSheet = lazyPart(
  async () => (await import('../help/HelpSheet.tsx')).HelpSheet,
  (_props, want) => <HelpAsked onAsk={want} />,
);
export const ShareDialog = lazyPart(
  async () => (await import('../share/ShareDialog.tsx')).ShareDialog,
  (_props, want) => <ShareButton aria-haspopup="dialog" onClick={want} />,
);

/** In the order in which they are likely to be wanted. */
const LATER = [
  FindingsPanel,
  Inspector,
  SearchDialog,
  PrintSheet,
  ChainView,
  ShareDialog,
  ExportMenu,
  AddMenu,
  WhatIfMenu,
  HelpSheet,
  ReachDialog,
  TraceView,
  CostView,
  DiagnosticsMenu,
];

/** Fetches what is not there yet, one after the other. Call once the first map stands. */
export async function preloadParts(): Promise<void> {
  for (const part of LATER) await part.preload();
}
