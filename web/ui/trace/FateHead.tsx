/** The fate in a heading; all fates where the dump does not decide; the connection's packets as tabs. */
import type { ReactElement } from 'react';
import type { FateView, PassageView } from '../../worker/protocol.ts';
import { count } from '../shell/words.ts';
import { store, useStore } from '../use-store.ts';
import { Agreement, KernelSwitch } from './Agreement.tsx';
import type { TraceShown } from './use-trace.ts';

const ROLE_WORDS = {
  first: 'First packet',
  reply: 'Reply',
  later: 'Later packet',
  recorded: 'Kernel',
} as const;

export function FateHead({
  trace,
  passage,
}: {
  readonly trace: TraceShown;
  readonly passage: PassageView;
}): ReactElement {
  const { fate, fates, evaluated, rules, matter } = passage;
  // Endpoints apart, branches often end alike: then the title says it once.
  const several = fates.some(({ title }) => title !== fate.title);
  const details = new Set(fates.map(({ detail }) => detail));
  return (
    <header className="fate">
      {trace.comparison ? <KernelSwitch comparison={trace.comparison} /> : <ConnectionSwitch trace={trace} />}
      {several ? (
        <Fates fates={fates} cut={passage.cut} />
      ) : (
        <>
          <h3 className="t-heading">
            {fate.title}
            {branchWords(passage) === null ? null : <span className="fate-branches"> {branchWords(passage)}</span>}
          </h3>
          {details.size > 1 || fate.detail === '' ? null : <p className="secondary fate-detail">{fate.detail}</p>}
        </>
      )}
      <p className="secondary">
        {count(evaluated)} of {count(rules)} rules evaluated;{' '}
        {matter === 0 ? 'none matters' : `${count(matter)} matter${matter === 1 ? 's' : ''}`}.
      </p>
      {trace.comparison ? <Agreement comparison={trace.comparison} passage={passage} /> : null}
    </header>
  );
}

function branchWords({ hooks, fates }: PassageView): string | null {
  const forked = hooks.some(({ entries }) => entries.some(({ kind }) => kind === 'fork'));
  if (!forked) return null;
  return fates.length === 2 ? 'both branches' : 'all branches';
}

function Fates({ fates, cut }: { readonly fates: readonly FateView[]; readonly cut: boolean }): ReactElement {
  return (
    <>
      <h3 className="t-heading">{fates.length} possible fates</h3>
      <ul className="fate-list">
        {fates.map((fate) => (
          <li key={`${fate.title} ${fate.detail} ${fate.when.join()}`}>
            <span className="fate-share mono">{share(fate.probability)}</span>
            <span>
              <strong>{fate.title}</strong>
              {fate.detail === '' ? null : <span className="secondary"> {fate.detail}</span>}
            </span>
          </li>
        ))}
      </ul>
      {cut ? <p className="warning-text">There are more courses than were followed.</p> : null}
    </>
  );
}

/** `50%`; `?` where nobody knows. */
export function share(probability: number | null): string {
  if (probability === null) return '?';
  const percent = probability * 100;
  return percent > 0 && percent < 1 ? '<1%' : `${Math.round(percent)}%`;
}

function ConnectionSwitch({ trace }: { readonly trace: TraceShown }): ReactElement {
  const connection = useStore((state) => state.trace.connection);
  const setTrace = useStore((state) => state.setTrace);
  const passages = trace.answer?.passages ?? [];
  return (
    <div className="fate-connection">
      <fieldset className="segmented" aria-label="What is traced">
        <button
          type="button"
          aria-pressed={!connection}
          onClick={() => setTrace({ connection: false, passage: 0, step: null })}
        >
          Packet
        </button>
        <button type="button" aria-pressed={connection} onClick={() => setTrace({ connection: true, step: null })}>
          Connection
        </button>
      </fieldset>
      {connection && passages.length > 0 ? (
        <fieldset className="segmented" aria-label="Packet of the connection">
          {passages.map((passage, at) => (
            <button
              // biome-ignore lint/suspicious/noArrayIndexKey: a connection's packets have nothing but their place
              key={at}
              type="button"
              aria-pressed={at === trace.passageIndex}
              title={passage.packet}
              onClick={() => store.getState().setTrace({ passage: at, step: null })}
            >
              {ROLE_WORDS[passage.role]}
            </button>
          ))}
        </fieldset>
      ) : null}
      {connection ? <p className="mono fate-packet">{passages[trace.passageIndex]?.packet}</p> : null}
    </div>
  );
}
