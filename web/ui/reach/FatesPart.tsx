/** The answer to a question about packets: what gets through, what does not, who decides. */
import type { ReactElement } from 'react';
import type { FateInWords, FatesAnswer } from '../../worker/prover-protocol.ts';
import { openRule } from '../inspector/reveal.ts';
import { CopyButton } from '../shell/CopyButton.tsx';
import { store, useStore } from '../use-store.ts';
import { AskedNote } from './AskedNote.tsx';
import { questionWords } from './question-words.ts';
import { ExampleButton, SetLines } from './SetLines.tsx';
import { familiesOf, fatesText, fateWords, wayWords } from './set-text.ts';

export function FatesPart(): ReactElement | null {
  const fates = useStore((state) => state.fates);
  if (!fates) return null;
  const { status, answer, message, question } = fates;
  return (
    <section className="reach-answer" aria-label="Answer" aria-busy={status === 'waiting'}>
      <h3 className="t-heading">{questionWords(question)}</h3>
      {status !== 'ready' || !answer ? (
        <AskedNote
          status={status === 'ready' ? 'failed' : status}
          message={message}
          onAgain={() => store.getState().askFates({ ...question })}
        />
      ) : (
        <Answer answer={answer} />
      )}
    </section>
  );
}

function Answer({ answer }: { readonly answer: FatesAnswer }): ReactElement {
  const { fates, undecided, question } = answer;
  const families = familiesOf(fates);
  const ways = new Set(fates.map((fate) => `${fate.family} ${fate.origin}`)).size;
  return (
    <div role="status">
      {fates.length === 0 && undecided.length === 0 ? (
        <p className="secondary">There are no such packets, or the node has no rules of their family.</p>
      ) : null}
      {fates.map((fate) => (
        <FatePart
          key={`${fate.family} ${fate.origin} ${fate.kind} ${fate.how}`}
          fate={fate}
          way={ways > 1 ? wayWords(fate, families) : null}
        />
      ))}
      {undecided.map((text) => (
        <p key={text} className="packets-beside">
          Undecided: {text}
        </p>
      ))}
      {fates.length > 0 ? (
        <p className="reach-actions">
          <CopyButton
            text={fatesText(questionWords(question), fates, undecided)}
            label="Copy the answer"
            words="Copy"
          />
        </p>
      ) : null}
    </div>
  );
}

function FatePart({ fate, way }: { readonly fate: FateInWords; readonly way: string | null }): ReactElement {
  const { packets, rewritten, example, kind } = fate;
  const close = (): void => store.getState().setPacketsOpen(false);
  return (
    <article className="reach-fate" data-fate={kind}>
      <header>
        <h4>{fateWords(fate)}</h4>
        {way === null ? null : <span className="quiet">{way}</span>}
        {example ? <ExampleButton example={example} words="Trace one" onTrace={close} /> : null}
      </header>
      <Deciders fate={fate} onOpen={close} />
      {rewritten.length > 0 ? (
        <p className="secondary">
          Some are rewritten, to <span className="mono">{rewritten.join('; ')}</span>
        </p>
      ) : null}
      <SetLines set={{ ...packets, addressed: null }} />
    </article>
  );
}

function Deciders({ fate, onOpen }: { readonly fate: FateInWords; readonly onOpen: () => void }): ReactElement | null {
  const { deciders, more, kind } = fate;
  if (deciders.length === 0) {
    return kind.startsWith('delivered') ? <p className="secondary">No rule and no policy refuses them</p> : null;
  }
  return (
    <p className="reach-deciders">
      by{' '}
      {deciders.map(({ words, chain, rule, program }, at) => (
        <span key={words}>
          {at > 0 ? ', ' : ''}
          <button
            type="button"
            className="link-button"
            onClick={() => {
              onOpen();
              openRule({ chain, rule }, 'inspector');
            }}
          >
            {words}
          </button>
          {program === null ? null : <span className="quiet"> ({program})</span>}
        </span>
      ))}
      {more > 0 ? <span className="quiet"> and {more} more</span> : null}
    </p>
  );
}
