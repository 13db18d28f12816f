/** What was proved of a finding: each packet that shows it, with its fate as things are and in the other order, and the way to its trace. */
import { type ReactElement, useState } from 'react';
import type { FindingProof, FindingWitness } from '../../findings/finding.ts';
import { plural } from '../shell/words.ts';
import { replayWitness } from '../trace/use-trace.ts';
import { changeLabel } from './change-label.ts';
import { witnessLines } from './witness-lines.ts';

/** Witnesses that are shown at first. */
const SHOWN = 2;

export function FindingProofPart({ proof }: { readonly proof: FindingProof }): ReactElement {
  const [all, setAll] = useState(false);
  const { witnesses, sentence } = proof;
  if (witnesses.length === 0) return <p className="finding-proof">{sentence}</p>;
  const shown = all ? witnesses : witnesses.slice(0, SHOWN);
  return (
    <div className="finding-witnesses">
      {shown.map((witness, at) => (
        <WitnessCard key={`${witness.kind} ${witness.sentence}`} witness={witness} number={at + 1} />
      ))}
      {shown.length < witnesses.length ? (
        <button type="button" className="button button-quiet" onClick={() => setAll(true)}>
          {plural(witnesses.length - shown.length, 'more packet')}
        </button>
      ) : null}
    </div>
  );
}

const KIND_WORDS: Readonly<Record<FindingWitness['kind'], string>> = {
  verdict: 'another verdict',
  dnat: 'another destination',
  snat: 'another source',
  mark: 'another mark',
  shown: 'as it is',
};

interface WitnessCardProps {
  readonly witness: FindingWitness;
  /** Among its finding's, from 1: names of regions differ. */
  readonly number: number;
}

export function WitnessCard({ witness, number }: WitnessCardProps): ReactElement {
  const { change, asIs, changed, pins, kind } = witness;
  const lines = witnessLines(witness.packet);
  return (
    <section className="witness" aria-label={number === 1 ? 'Witness packet' : `Witness packet ${number}`}>
      <header>
        <h4>Witness packet</h4>
        <span className="quiet">{KIND_WORDS[kind]}</span>
      </header>
      <p className="mono witness-packet">
        {lines.map((line) => (
          <span key={line}>{line}</span>
        ))}
      </p>
      {pins.length > 0 ? (
        <ul className="witness-pins" aria-label="Where">
          {pins.map(({ unknown, value }) => (
            <li key={unknown}>
              if <span className="mono">{unknown}</span> is {value ? 'so' : 'not so'}
            </li>
          ))}
        </ul>
      ) : null}
      <dl className="witness-fates">
        <div>
          <dt>As is</dt>
          <dd>{asIs}</dd>
        </div>
        {changed === null ? null : (
          <div>
            <dt>{changeLabel(change)}</dt>
            <dd>{changed}</dd>
          </div>
        )}
      </dl>
      <div className="witness-actions">
        <button type="button" className="button button-primary" onClick={() => replayWitness(witness)}>
          Trace it
        </button>
        {change ? (
          <button type="button" className="button" onClick={() => replayWitness(witness, 'changed')}>
            Trace it {changeLabel(change).toLowerCase()}
          </button>
        ) : null}
      </div>
    </section>
  );
}
