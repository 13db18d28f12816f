/** The evidence of a finding: each place a button that selects the rule or chain everywhere. */
import { type ReactElement, useState } from 'react';
import { KnownOwnerTag, OwnerTag } from '../inspector/owners.tsx';
import { openRule, selectPlace } from '../inspector/reveal.ts';
import { useAnswer } from '../use-answer.ts';
import { store, useStore } from '../use-store.ts';
import type { FindingPlace } from './finding.ts';

/** Places that are shown at first: the rest waits for a click. */
const SHOWN = 6;

export function FindingPlaces({ places }: { readonly places: readonly FindingPlace[] }): ReactElement | null {
  const [all, setAll] = useState(false);
  if (places.length === 0) return null;
  const shown = all ? places : places.slice(0, SHOWN);
  return (
    <div className="finding-places">
      <ul aria-label="Where">
        {shown.map((place, index) => (
          // Two places of one finding may be the same rule with different notes: only the position tells them apart.
          // biome-ignore lint/suspicious/noArrayIndexKey: the list of one finding never changes
          <li key={index}>
            <PlaceButton place={place} />
          </li>
        ))}
      </ul>
      {shown.length < places.length ? (
        <button type="button" className="finding-more" onClick={() => setAll(true)}>
          {places.length - shown.length} more places
        </button>
      ) : null}
    </div>
  );
}

function PlaceButton({ place }: { readonly place: FindingPlace }): ReactElement {
  const rule = useAnswer('rule', place.rule === null ? null : { rule: place.rule }).answer;
  const chain = useAnswer('chain', { chain: place.chain }).answer;
  const selected = useStore(({ selection }) =>
    place.rule === null
      ? selection?.kind === 'chain' && selection.chain === place.chain
      : selection?.kind === 'rule' && selection.rule === place.rule,
  );
  const priority = chain?.base ? signed(chain.base.effectivePriority) : '';
  return (
    <button
      type="button"
      className="finding-place"
      aria-pressed={selected}
      title={rule?.text ?? (chain ? `${chain.table} ${chain.name}` : undefined)}
      onMouseEnter={() =>
        store
          .getState()
          .setHover(
            place.rule === null
              ? { kind: 'chain', chain: place.chain }
              : { kind: 'rule', chain: place.chain, rule: place.rule },
          )
      }
      onMouseLeave={() => store.getState().setHover(null)}
      onClick={() => (store.getState().view === 'chain' ? openRule(place, 'findings') : selectPlace(place, 'findings'))}
    >
      <span className="finding-place-name">
        {rule ? <OwnerTag owner={rule.row.owner} /> : chain ? <KnownOwnerTag owner={chain.owner} /> : null}
        <span className="mono finding-place-chain">{chain?.name ?? '…'}</span>
        <span>{rule ? `rule ${rule.row.index}` : ''}</span>
        {priority === '' ? null : <span className="mono quiet finding-place-priority">{priority}</span>}
      </span>
      {place.note === '' ? null : (
        <span className="finding-place-note">
          <span className="visually-hidden">: </span>
          {place.note}
        </span>
      )}
    </button>
  );
}

/** Priorities keep their sign: `+10`, `0`, `-150`. */
function signed(priority: number): string {
  return priority > 0 ? `+${priority}` : `${priority}`;
}
