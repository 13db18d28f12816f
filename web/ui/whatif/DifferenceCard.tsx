/** A packet that would have another fate: who it is, what becomes of it as things are, and what would. */
import type { ReactElement } from 'react';
import type { FindingWitness } from '../../findings/finding.ts';
import { replayWitness } from '../trace/use-trace.ts';

const KIND_WORDS: Readonly<Record<FindingWitness['kind'], string>> = {
  verdict: 'Another verdict',
  dnat: 'Another destination',
  snat: 'Another source',
  mark: 'Another mark',
  shown: 'As it is',
};

export interface DifferenceCardProps {
  readonly witness: FindingWitness;
  readonly onTrace: () => void;
}

export function DifferenceCard({ witness, onTrace }: DifferenceCardProps): ReactElement {
  const { kind, who, asIs, changed, pins } = witness;
  const trace = (side: 'as-is' | 'changed'): void => {
    onTrace();
    replayWitness(witness, side);
  };
  return (
    <article className="whatif-packet" aria-label={KIND_WORDS[kind]}>
      <h3>{KIND_WORDS[kind]}</h3>
      <p>{who}</p>
      {pins.length > 0 ? (
        <p className="secondary">
          {pins.map(({ unknown, value }) => (
            <span key={unknown}>
              if <span className="mono">{unknown}</span> is {value ? 'so' : 'not so'}{' '}
            </span>
          ))}
        </p>
      ) : null}
      <dl>
        <div>
          <dt>As is</dt>
          <dd>{asIs}</dd>
        </div>
        <div>
          <dt>Then</dt>
          <dd>{changed}</dd>
        </div>
      </dl>
      <p className="whatif-packet-actions">
        <button type="button" className="button" onClick={() => trace('as-is')}>
          Trace it
        </button>
        <button type="button" className="button" onClick={() => trace('changed')}>
          Trace it as supposed
        </button>
      </p>
    </article>
  );
}
