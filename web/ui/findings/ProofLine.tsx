/** How far proving is: a bar while it goes on, the result afterwards, what is not decided, and the way to stop it or begin again. */
import { type ReactElement, useState } from 'react';
import type { ProofSummary } from '../../worker/prover-protocol.ts';
import { proofs } from '../session.ts';
import { plural } from '../shell/words.ts';
import { useStore } from '../use-store.ts';

export function ProofLine(): ReactElement | null {
  const { status, fraction, what, summary, message } = useStore((state) => state.proof);
  if (status === 'idle') return null;
  if (status === 'working') {
    return (
      <div className="proof-line" data-working>
        <div
          className="proof-bar"
          role="progressbar"
          aria-label="Proving"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(fraction * 100)}
        >
          <span style={{ width: `${fraction * 100}%` }} />
        </div>
        <span className="proof-words">{what === '' ? 'Proving' : what}…</span>
        <button type="button" className="button button-quiet" onClick={proofs.stop}>
          Stop
        </button>
      </div>
    );
  }
  return (
    <div className="proof-line" role="status">
      <span className="proof-words">{wordsOf(status, summary, message)}</span>
      {status === 'done' ? (
        <OpenParts summary={summary} />
      ) : (
        <button type="button" className="button button-quiet" onClick={proofs.again}>
          Prove again
        </button>
      )}
    </div>
  );
}

function wordsOf(status: 'done' | 'stopped' | 'failed', summary: ProofSummary | null, message: string | null): string {
  if (status === 'failed') return `The proofs ended early: ${message ?? 'no reason is known'}. What is listed stands.`;
  if (!summary) return 'Stopped before anything was proved.';
  const { points, tried, sensitive, markOnly, benign, undecided } = summary;
  if (points === 0) return 'No two writers contend for an order.';
  const parts = [
    ...(sensitive > 0 ? [`order matters at ${sensitive}`] : []),
    ...(markOnly > 0 ? [`marks or ports only at ${markOnly}`] : []),
    ...(benign > 0 ? [`${benign} proved benign`] : []),
    ...(undecided > 0 ? [`${undecided} undecided`] : []),
  ];
  const head =
    status === 'stopped'
      ? `Stopped after ${tried} of ${plural(points, 'place')}`
      : `${plural(points, 'place')} tried for all packets`;
  return parts.length === 0 ? `${head}.` : `${head}: ${parts.join(', ')}.`;
}

/** What was not tried, on demand. */
function OpenParts({ summary }: { readonly summary: ProofSummary | null }): ReactElement | null {
  const [open, setOpen] = useState(false);
  const parts = summary?.open ?? [];
  if (parts.length === 0) return null;
  return (
    <>
      <button type="button" className="button button-quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'Hide' : `${parts.length} not tried`}
      </button>
      {open ? (
        <ul className="proof-open">
          {parts.map((part) => (
            <li key={part}>{part}</li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
