/** The families that the dumps have: IPv4, IPv6, bridge, ARP. */
import type { ReactElement } from 'react';
import type { MapFamily } from '../../worker/protocol.ts';
import { traceFamily } from '../trace/use-trace.ts';
import { useStore } from '../use-store.ts';

const FAMILY_WORDS: Readonly<Record<MapFamily, string>> = { ip: 'IPv4', ip6: 'IPv6', bridge: 'Bridge', arp: 'ARP' };

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
