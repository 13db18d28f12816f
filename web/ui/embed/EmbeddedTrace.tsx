/** A packet's way, without the form that describes the packet: its fate, its map, its steps on a click. */
import type { ReactElement } from 'react';
import { TraceMap } from '../trace/TraceMap.tsx';
import { useFirstPreset, usePacketFacts, useTrace } from '../trace/use-trace.ts';
import { useStore } from '../use-store.ts';

export function EmbeddedTrace(): ReactElement {
  const facts = usePacketFacts();
  // A link to the view, not to a packet: what the view shows first.
  useFirstPreset(facts);
  const { passage, family } = useTrace();
  const maps = useStore((state) => state.overview?.maps ?? null);
  const model = maps?.find((map) => map.family === family) ?? maps?.[0];
  return (
    <div className="view">{passage && model ? <TraceMap model={model} passage={passage} progress={null} /> : null}</div>
  );
}
