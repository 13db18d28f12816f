/** In the inspector: who reaches this rule, chain, policy or owner. Asked on demand: the node is gone through once more for it. */
import type { ReactElement } from 'react';
import type { Place, ReachAnswer } from '../../worker/prover-protocol.ts';
import { Part } from '../inspector/parts.tsx';
import { CopyButton } from '../shell/CopyButton.tsx';
import { store, useStore } from '../use-store.ts';
import { AskedNote } from './AskedNote.tsx';
import { ExampleButton, SetLines } from './SetLines.tsx';
import { familiesOf, reachText, sameSet, wayWords } from './set-text.ts';
import './reach.css';

export interface ReachButtonProps {
  readonly place: Place;
  readonly words?: string;
  readonly title?: string;
}

/** The button that asks. */
export function ReachButton({ place, words = 'Who reaches this?', title }: ReachButtonProps): ReactElement {
  return (
    <button type="button" className="button" title={title} onClick={() => store.getState().askReach(place)}>
      {words}
    </button>
  );
}

/** The answer, where one of `places` is what was asked last. */
export function ReachPart({ places }: { readonly places: readonly Place[] }): ReactElement | null {
  const reach = useStore((state) => state.reach);
  if (!reach || !places.some((place) => JSON.stringify(place) === JSON.stringify(reach.question))) return null;
  const { status, answer, message, question } = reach;
  return (
    <Part title="Who reaches it">
      {status !== 'ready' ? (
        <AskedNote status={status} message={message} onAgain={() => store.getState().askReach({ ...question })} />
      ) : answer ? (
        <Answer answer={answer} />
      ) : (
        <p className="secondary">Nothing to reach: there is no rule.</p>
      )}
    </Part>
  );
}

function Answer({ answer }: { readonly answer: ReachAnswer }): ReactElement {
  const { ways, words, undecided } = answer;
  const families = familiesOf(ways);
  return (
    <div className="reach" role="status">
      {ways.length === 0 ? (
        <p>
          <strong>No packet reaches {words}</strong>
          {undecided.length === 0 ? ': proved for all packets.' : ', as far as could be followed.'}
        </p>
      ) : null}
      {ways.map((way) => (
        <WayPart key={`${way.family} ${way.origin}`} way={way} words={words} head={wayWords(way, families)} />
      ))}
      {undecided.map((text) => (
        <p key={text} className="packets-beside">
          Undecided: {text}
        </p>
      ))}
      <p className="reach-actions">
        {ways.flatMap((way) =>
          way.example ? (
            <ExampleButton
              key={`${way.family} ${way.origin}`}
              example={way.example}
              words={ways.length > 1 ? `Trace one: ${wayWords(way, families)}` : 'Trace one'}
            />
          ) : (
            []
          ),
        )}
        <CopyButton text={reachText(answer)} label="Copy the answer" />
      </p>
    </div>
  );
}

interface WayPartProps {
  readonly way: ReachAnswer['ways'][number];
  readonly words: string;
  /** `comes in`. */
  readonly head: string;
}

function WayPart({ way: { reached, matched }, words, head }: WayPartProps): ReactElement {
  const origin = head.charAt(0).toUpperCase() + head.slice(1);
  if (!matched) {
    return (
      <>
        <h5>{origin}</h5>
        <SetLines set={reached} />
      </>
    );
  }
  if (sameSet(matched, reached)) {
    return (
      <>
        <h5>{origin}: reached and matched</h5>
        <SetLines set={reached} />
      </>
    );
  }
  return (
    <>
      <h5>{origin}: matched</h5>
      {matched.lines.length === 0 ? <p>Nothing of what comes by matches {words}.</p> : <SetLines set={matched} />}
      <details>
        <summary>All that comes by, matched or not</summary>
        <SetLines set={reached} />
      </details>
    </>
  );
}
