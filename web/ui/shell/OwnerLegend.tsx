/** Who wrote on this node, with rule counts: the legend of every view, and toggles that dim an owner everywhere. */
import { type ReactElement, useRef } from 'react';
import { OwnerChip } from '../theme/marks.tsx';
import { useStore } from '../use-store.ts';
import { useCrowded } from './use-crowded.ts';
import { count, plural } from './words.ts';

export function OwnerLegend(): ReactElement | null {
  const owners = useStore((state) => state.overview?.owners);
  const dimmed = useStore((state) => state.dimmed);
  const toggleOwner = useStore((state) => state.toggleOwner);
  const showAllOwners = useStore((state) => state.showAllOwners);
  const ref = useRef<HTMLFieldSetElement>(null);
  useCrowded(ref, owners);
  if (!owners || owners.length === 0) return null;
  return (
    <fieldset ref={ref} className="legend" aria-label="Owners">
      {dimmed.length > 0 ? (
        <button type="button" className="button button-quiet" onClick={showAllOwners}>
          Show all
        </button>
      ) : null}
      {owners.map((owner) => {
        const shown = !dimmed.includes(owner.id);
        return (
          <button
            key={owner.id}
            type="button"
            className="legend-owner"
            aria-pressed={shown}
            title={`${owner.name}: ${plural(owner.rules, 'rule')} in ${plural(owner.chains, 'chain')}. Click to ${shown ? 'dim' : 'show'}`}
            onClick={() => toggleOwner(owner.id)}
          >
            <OwnerChip slot={owner.slot} initials={owner.initials} barred={owner.barred} />
            <span className="legend-name">{owner.short}</span>
            <span className="legend-count">
              {count(owner.rules)}
              <span className="visually-hidden"> {owner.rules === 1 ? 'rule' : 'rules'}</span>
            </span>
          </button>
        );
      })}
    </fieldset>
  );
}
