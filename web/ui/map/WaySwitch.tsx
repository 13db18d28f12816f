/** Which packets the map is read for: those to the node, through it, from it, or all. What they do not meet is dimmed. */
import type { ReactElement } from 'react';
import { useStore as useZustand } from 'zustand';
import { mapStore, type Way } from './map-store.ts';

const WAYS: readonly (readonly [Exclude<Way, 'all'>, string])[] = [
  ['to', 'Packets to this node'],
  ['through', 'Packets through this node'],
  ['from', 'Packets from this node'],
];

/** `arp`: nothing passes through. */
export function WaySwitch({ arp }: { readonly arp: boolean }): ReactElement {
  const chosen = useZustand(mapStore, (state) => state.way);
  return (
    <fieldset className="map-way" aria-label="Packet path">
      {WAYS.filter(([way]) => way !== 'through' || !arp).map(([way, words]) => (
        <button
          key={way}
          type="button"
          className="button"
          aria-label={words}
          aria-pressed={chosen === way}
          title={`${words}: dim what they do not meet`}
          onClick={() => mapStore.setState({ way: chosen === way ? 'all' : way })}
        >
          {way}
        </button>
      ))}
    </fieldset>
  );
}
