/** What a kernel told beside what was predicted: as predicted, or each place where it is not. */
import type { ReactElement } from 'react';
import type { ComparisonAnswer, Difference, PassageView } from '../../worker/protocol.ts';
import { plural } from '../shell/words.ts';
import { store } from '../use-store.ts';
import { lookAtStep, startTrace } from './use-trace.ts';

/** Over to what is predicted of the same packet, or back to what was traced before where nothing is. */
export function KernelSwitch({ comparison }: { readonly comparison: ComparisonAnswer }): ReactElement {
  const { setTrace, trace } = store.getState();
  const { form } = comparison;
  return (
    <div className="fate-connection">
      <fieldset className="segmented" aria-label="What is shown">
        <button
          type="button"
          aria-pressed={false}
          onClick={() => {
            if (form) startTrace(form);
            else setTrace({ recorded: { ...trace.recorded, packet: null }, step: null });
          }}
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
  const { predicted, agreed, told, differences, notes } = comparison;
  const alike = predicted !== null && differences.length === 0;
  return (
    <div className="agreement">
      <p className={alike || !predicted ? 'secondary' : 'error-text'} role="status">
        {predicted === null
          ? 'Nothing was predicted.'
          : alike
            ? `As predicted: ${told === 1 ? 'its one step' : `all ${told} steps`}.`
            : `${told === 0 ? 'Not' : `${agreed} of ${plural(told, 'step')}`} as predicted. ${predicted.title} was predicted.`}
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
      {notes.map((note) => (
        <p key={note} className="quiet agreement-note">
          {note}
        </p>
      ))}
    </div>
  );
}

function lookAt({ step, chain, rule }: Difference, passage: PassageView): void {
  if (step !== null) lookAtStep(passage, step);
  else if (chain !== null) {
    store.getState().select(rule === null ? { kind: 'chain', chain } : { kind: 'rule', chain, rule }, 'trace');
  }
}
