/** How far a question to the prover is, until there is an answer. */
import type { ReactElement } from 'react';
import type { AskedStatus } from '../../state/asked.ts';
import { proofs } from '../session.ts';
import { useStore } from '../use-store.ts';

export interface AskedNoteProps {
  readonly status: Exclude<AskedStatus, 'ready'>;
  readonly message: string | null;
  readonly onAgain: () => void;
}

export function AskedNote({ status, message, onAgain }: AskedNoteProps): ReactElement {
  const proving = useStore((state) => state.proof.status === 'working');
  if (status === 'waiting') {
    return (
      <p className="asked-note" role="status">
        {proving ? 'Waiting for the proofs that go on…' : 'Sending all packets through the rules…'}{' '}
        <button type="button" className="button button-quiet" onClick={proofs.stop}>
          Stop
        </button>
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
