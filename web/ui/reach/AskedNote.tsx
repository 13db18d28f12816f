/** How far a question to the prover is, until there is an answer. */
import type { ReactElement } from 'react';
import type { AskedStatus } from '../../state/asked.ts';
import { useStore } from '../use-store.ts';

export interface AskedNoteProps {
  readonly status: Exclude<AskedStatus, 'ready'>;
  readonly message: string | null;
  readonly onAgain: () => void;
}

export function AskedNote({ status, message, onAgain }: AskedNoteProps): ReactElement {
  const proof = useStore((state) => state.proof);
  if (status === 'waiting') {
    return (
      <p className="asked-note" role="status">
        {proof.status === 'working' ? 'Waiting for the proofs that go on…' : 'Sending all packets through the rules…'}
      </p>
    );
  }
  return (
    <p className="asked-note" role="status">
      {status === 'stopped' ? 'Stopped before there was an answer.' : `There is no answer: ${message ?? ''}`}{' '}
      <button type="button" className="button" onClick={onAgain}>
        Ask again
      </button>
    </p>
  );
}
