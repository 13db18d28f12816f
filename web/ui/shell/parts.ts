/** The views and panels, in one place: the shell only arranges them. What is not there from the start comes when it is first shown. */
import { lazy } from 'react';

export { ChainView } from '../chain/ChainView.tsx';
export { FindingsPanel } from '../findings/FindingsPanel.tsx';
export { Inspector } from '../inspector/Inspector.tsx';
export { HookMap } from '../map/HookMap.tsx';
export { MapLegend } from '../map/MapLegend.tsx';
export { SearchPalette } from '../search/SearchPalette.tsx';
export { SourcePanel } from '../source/SourcePanel.tsx';
export { PhoneTrace } from '../trace/PhoneTrace.tsx';
export { TraceView } from '../trace/TraceView.tsx';

export const CostView = lazy(async () => ({ default: (await import('../cost/CostView.tsx')).CostView }));
