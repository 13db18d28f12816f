/** A witness below the map: what becomes of the packet as things are, and in the other order; each of them can be looked at. */
import type { ReactElement } from 'react';
import type { PassageView } from '../../worker/protocol.ts';
import { changeLabel } from '../findings/change-label.ts';
import { store, useStore } from '../use-store.ts';
import type { TraceShown } from './use-trace.ts';

export function SwapPart({ trace }: { readonly trace: TraceShown }): ReactElement | null {
  const witness = useStore((state) => state.trace.witness);
  const side = useStore((state) => state.trace.side);
  const asIs = trace.answer?.passages[0] ?? null;
  const changed = trace.answer?.changed ?? null;
  const label = changeLabel(witness?.change ?? null);
  if (!witness || !asIs || trace.comparison) return null;
  return (
    <section className="swap" aria-label="Witness">
      <header className="swap-head">
        <h3>{changed ? `As is and ${label.toLowerCase()}` : 'Witness'}</h3>
        <p className="secondary">{witness.sentence}</p>
        <button
          type="button"
          className="button button-quiet"
          onClick={() => store.getState().setTrace({ witness: null, side: 'as-is', step: null })}
        >
          Close
        </button>
      </header>
      {changed ? (
        <fieldset className="swap-sides" aria-label="Which order is shown above">
          <SwapSide label="As is" side="as-is" now={side} passage={asIs} />
          <SwapSide label={label} side="changed" now={side} passage={changed} />
        </fieldset>
      ) : null}
    </section>
  );
}

interface SwapSideProps {
  readonly label: string;
  readonly side: 'as-is' | 'changed';
  readonly now: 'as-is' | 'changed';
  readonly passage: PassageView;
}

function SwapSide({ label, side, now, passage }: SwapSideProps): ReactElement {
  const { fate, fates } = passage;
  const several = fates.some(({ title }) => title !== fate.title);
  return (
    <button
      type="button"
      className="swap-side"
      aria-pressed={side === now}
      onClick={() => store.getState().setTrace({ side, step: null })}
    >
      <span className="quiet">{label}</span>
      <strong>{several ? `${fates.length} possible fates` : fate.title}</strong>
      {fate.detail === '' ? null : <span className="secondary">{fate.detail}</span>}
    </button>
  );
}
