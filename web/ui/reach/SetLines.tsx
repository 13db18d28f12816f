/** A set of packets in words. */
import type { ReactElement } from 'react';
import type { Example, SetInWords } from '../../worker/prover-protocol.ts';
import { replayWitness } from '../trace/use-trace.ts';
import { besideWords } from './set-text.ts';

export function SetLines({ set }: { readonly set: SetInWords }): ReactElement {
  const beside = besideWords(set);
  return (
    <div className="packets">
      {set.common === null ? null : <p className="packets-common">All: {set.common}</p>}
      <ul>
        {set.lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {beside.map((words) => (
        <p key={words} className="packets-beside">
          {words}
        </p>
      ))}
    </div>
  );
}

/** Traces a packet of the set, with what has to be so. */
export function ExampleButton({
  example,
  words,
  onTrace,
}: {
  readonly example: Example;
  readonly words: string;
  readonly onTrace?: () => void;
}): ReactElement {
  const { packet, pins, who } = example;
  return (
    <button
      type="button"
      className="button"
      title={who}
      onClick={() => {
        onTrace?.();
        replayWitness({ kind: 'shown', packet, pins, change: null, who, asIs: '', changed: null, sentence: `${who}.` });
      }}
    >
      {words}
    </button>
  );
}
