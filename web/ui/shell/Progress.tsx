/** How far the reading is, and a way to end it. Quick readings show nothing: a bar that flashes says less than none. */
import { type ReactElement, useEffect, useState } from 'react';
import type { Phase } from '../../worker/protocol.ts';
import { session } from '../session.ts';
import { useStore, useStoreShallow } from '../use-store.ts';
import { plural } from './words.ts';

/** Milliseconds before progress is worth showing. */
const PATIENCE = 180;

const PHASES: readonly Phase[] = ['reading', 'ordering', 'attributing', 'finding'];
/** Roughly the share of the whole that each phase takes. */
const SHARE: Readonly<Record<Phase, number>> = { reading: 0.7, ordering: 0.05, attributing: 0.1, finding: 0.15 };
const WORDS: Readonly<Record<Phase, string>> = {
  reading: 'reading…',
  ordering: 'putting chains in order…',
  attributing: 'finding out who wrote what…',
  finding: 'looking for contention…',
};

/** True once the reading takes long enough to speak of it. */
export function useIsWorking(): boolean {
  const working = useStore((state) => state.analysis.status === 'working');
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!working) {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), PATIENCE);
    return () => clearTimeout(timer);
  }, [working]);
  return working && shown;
}

/** 0..1 over all phases. */
function useFraction(): { readonly fraction: number; readonly phase: Phase } {
  const { phase, fraction } = useStoreShallow((state) => ({
    phase: state.analysis.phase ?? 'reading',
    fraction: state.analysis.fraction,
  }));
  let before = 0;
  for (const one of PHASES) {
    if (one === phase) break;
    before += SHARE[one];
  }
  return { phase, fraction: before + SHARE[phase] * fraction };
}

export function ProgressBar(): ReactElement {
  const { fraction, phase } = useFraction();
  return (
    <div
      className="progress-bar"
      role="progressbar"
      aria-label={WORDS[phase]}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(fraction * 100)}
    >
      <span style={{ transform: `scaleX(${fraction})` }} />
    </div>
  );
}

/** `reading… 43 %` and the Cancel button. */
export function ProgressWords(): ReactElement {
  const { fraction, phase } = useFraction();
  return (
    <span className="progress-words">
      <span>
        {WORDS[phase]} {Math.round(fraction * 100)} %
      </span>
      <button type="button" className="button" onClick={session.cancel}>
        Cancel
      </button>
    </span>
  );
}

/** For screen readers: begin and result, not every percent. */
export function ProgressAnnouncer(): ReactElement {
  const working = useIsWorking();
  const status = useStore((state) => state.analysis.status);
  const overview = useStore((state) => state.overview);
  let words = '';
  if (working) words = 'Reading the dump.';
  else if (status === 'ready' && overview) {
    const found = overview.searching ? 'looking for findings' : plural(overview.findings.length, 'finding');
    words = `Read ${plural(overview.counts.rules, 'rule')} in ${plural(overview.counts.chains, 'chain')}; ${found}.`;
  }
  return (
    <span className="visually-hidden" role="status">
      {words}
    </span>
  );
}

/** After a cancel or a failure: what happened and how to go on. */
export function AnalysisMessage(): ReactElement | null {
  const { status, message } = useStoreShallow((state) => state.analysis);
  if (status !== 'failed' && status !== 'cancelled') return null;
  return (
    <div className="analysis-message" role={status === 'failed' ? 'alert' : 'status'} data-status={status}>
      <p>
        {status === 'failed' ? <strong className="error-text">Not read. </strong> : null}
        {message}
      </p>
      <button type="button" className="button" onClick={session.readAgain}>
        Read again
      </button>
    </div>
  );
}
