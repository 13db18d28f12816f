/** What a kernel told beside what was predicted: as predicted, or each place where it is not. */
import type { ReactElement } from 'react';
import type { ComparisonAnswer, Difference, PassageView } from '../../worker/protocol.ts';
import { plural } from '../shell/words.ts';
import { store } from '../use-store.ts';
import { lookAtStep, startTrace } from './use-trace.ts';

/** Back to what is predicted. */
export function KernelSwitch(): ReactElement {
  const { setTrace, trace } = store.getState();
  return (
    <div className="fate-connection">
      <fieldset className="segmented" aria-label="What is shown">
        <button
          type="button"
          aria-pressed={false}
          onClick={() => setTrace({ recorded: { ...trace.recorded, packet: null }, step: null })}
        >
          Prediction
        </button>
        <button type="button" aria-pressed={true}>
          Kernel
        </button>
      </fieldset>
    </div>
  );
}

export function Agreement({
  comparison,
  passage,
}: {
  readonly comparison: ComparisonAnswer;
  readonly passage: PassageView;
}): ReactElement {
  const { predicted, agreed, told, differences, form } = comparison;
  const alike = predicted !== null && differences.length === 0;
  return (
    <div className="agreement">
      <p className={alike || !predicted ? 'secondary' : 'error-text'} role="status">
        {predicted === null
          ? 'Nothing was predicted.'
          : alike
            ? `As predicted: ${told === 1 ? 'its one step' : `all ${told} steps`}.`
            : `${agreed} of ${plural(told, 'step')} as predicted. ${predicted.title} was predicted.`}
      </p>
      {differences.length === 0 ? null : (
        <ul className="differences">
          {differences.map((difference) => (
            <li key={`${difference.text} ${difference.rule}`}>
              <button type="button" className="difference" onClick={() => lookAt(difference, passage)}>
                {difference.text}
              </button>
            </li>
          ))}
        </ul>
      )}
      {form === null ? null : (
        <button type="button" className="button" onClick={() => startTrace(form)}>
          Trace this packet
        </button>
      )}
    </div>
  );
}

function lookAt({ step, chain, rule }: Difference, passage: PassageView): void {
  if (step !== null) lookAtStep(passage, step);
  else if (chain !== null) {
    store.getState().select(rule === null ? { kind: 'chain', chain } : { kind: 'rule', chain, rule }, 'trace');
  }
}
