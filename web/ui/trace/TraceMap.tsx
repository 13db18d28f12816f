/** The packet's journey on the hook map: only the hooks that it meets, its way in ink. */
import { type ReactElement, useMemo } from 'react';
import type { HookMapModel } from '../../layout/hook-map-model.ts';
import { layoutTraceMap, modelOfPath } from '../../layout/trace-map.ts';
import type { OwnerOverview, PassageView } from '../../worker/protocol.ts';
import { MapCanvas, type MapLayout } from '../map/HookMap.tsx';
import { useStore } from '../use-store.ts';
import { lookAtStep } from './use-trace.ts';

const NO_OWNERS: readonly OwnerOverview[] = [];

export interface TraceMapProps {
  readonly model: HookMapModel;
  readonly passage: PassageView;
  /** While the way is played: the last step that is shown. */
  readonly progress: number | null;
}

export function TraceMap({ model, passage, progress }: TraceMapProps): ReactElement {
  const owners = useStore((state) => state.overview?.owners ?? NO_OWNERS);
  const step = useStore((state) => state.trace.step);
  const shown = useMemo(() => modelOfPath(model, passage.path), [model, passage]);
  const layout = useMemo<MapLayout>(() => (options) => layoutTraceMap(model, passage.path, options), [model, passage]);
  return (
    <section className="hook-map-panel trace-map" aria-label={`Way of the packet: ${passage.path.hooks.join(', ')}`}>
      <MapCanvas
        model={shown}
        loading={false}
        owners={owners}
        layout={layout}
        way={{ step, progress, onStep: (number) => lookAtStep(passage, number) }}
      />
    </section>
  );
}
