/** What is supposed, how far the answer is, and which packets would have another fate. Over all views, as long as something is supposed. */
import { type ReactElement, useRef, useState } from 'react';
import { type AskedChange, canRedo, canUndo, supposedNow } from '../../state/asked.ts';
import type { WhatIf } from '../../worker/prover-protocol.ts';
import { shownChain } from '../chain/shown-chain.ts';
import { openChain } from '../inspector/reveal.ts';
import { proofs } from '../session.ts';
import { Sign } from '../theme/marks.tsx';
import { store, useStore } from '../use-store.ts';
import { changeWords } from './change-words.ts';
import { DifferenceCard } from './DifferenceCard.tsx';
import './whatif.css';

export function WhatIfBanner(): ReactElement | null {
  const supposed = useStore((state) => state.supposed);
  const [open, setOpen] = useState(true);
  const now = supposedNow(supposed);
  const question = now?.question ?? null;
  // Another question's packets are shown; folding is for one.
  const shown = useRef(question);
  if (shown.current !== question) {
    shown.current = question;
    if (!open) setOpen(true);
  }
  if (supposed.history.length === 0) return null;
  const hasMore = (now?.answer?.witnesses.length ?? 0) + (now?.answer?.unknowns.length ?? 0) > 0;
  return (
    <section className="whatif" aria-label="What if">
      <header className="whatif-head">
        <h2>What if:</h2>
        <p className="whatif-words">
          {now ? <SupposedWords now={now} /> : 'nothing is supposed, the node is as it is'}
        </p>
        <span className="whatif-buttons">
          {now && 'chain' in now.question && now.question.chain !== null ? (
            <ShowChain chain={now.question.chain} />
          ) : null}
          {hasMore ? (
            <button type="button" className="button button-quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
              {open ? 'Fold' : 'Unfold'}
            </button>
          ) : null}
          <button
            type="button"
            className="button"
            disabled={!canUndo(supposed)}
            onClick={() => store.getState().stepSupposed(-1)}
          >
            Undo
          </button>
          <button
            type="button"
            className="button"
            disabled={!canRedo(supposed)}
            onClick={() => store.getState().stepSupposed(1)}
          >
            Redo
          </button>
          <button type="button" className="button" onClick={() => store.getState().clearSupposed()}>
            Clear
          </button>
        </span>
      </header>
      {now ? <Result now={now} open={open} onFold={() => setOpen(false)} /> : null}
    </section>
  );
}

function ShowChain({ chain }: { readonly chain: number }): ReactElement | null {
  const shown = useStore((state) => state.view === 'chain' && shownChain(state) === chain);
  if (shown) return null;
  return (
    <button type="button" className="button button-quiet" onClick={() => openChain(chain, 'key')}>
      Show chain
    </button>
  );
}

function SupposedWords({ now }: { readonly now: AskedChange }): ReactElement {
  const overview = useStore((state) => state.overview);
  return <>{now.answer?.words ?? (overview ? changeWords(overview, now.question) : '')}</>;
}

interface ResultProps {
  readonly now: AskedChange;
  readonly open: boolean;
  readonly onFold: () => void;
}

function Result({ now, open, onFold }: ResultProps): ReactElement {
  const { status, answer } = now;
  return (
    <>
      <div className="whatif-result" role="status">
        {status === 'waiting' ? <Waiting /> : answer ? <Verdict answer={answer} /> : <NoAnswer now={now} />}
      </div>
      {open && answer ? (
        <>
          <Unknowns answer={answer} />
          {answer.witnesses.length > 0 ? (
            <div className="whatif-packets">
              {answer.witnesses.map((witness) => (
                <DifferenceCard key={witness.kind} witness={witness} onTrace={onFold} />
              ))}
            </div>
          ) : null}
        </>
      ) : null}
    </>
  );
}

function NoAnswer({ now: { status, message, question } }: { readonly now: AskedChange }): ReactElement {
  return (
    <>
      <p>{status === 'stopped' ? 'Stopped before there was an answer.' : `There is no answer: ${message ?? ''}`}</p>
      <button type="button" className="button" onClick={() => store.getState().suppose({ ...question })}>
        Ask again
      </button>
    </>
  );
}

/** Questions wait for the step of proving that is going on. */
function Waiting(): ReactElement {
  const { status, fraction } = useStore((state) => state.proof);
  const proving = status === 'working';
  return (
    <>
      <p>{proving ? 'Waiting for the proofs that go on' : 'Trying it for all packets…'}</p>
      {proving ? (
        <span className="whatif-bar" aria-hidden="true">
          <span style={{ transform: `scaleX(${fraction})` }} />
        </span>
      ) : null}
      <button type="button" className="button button-quiet" onClick={proofs.stop}>
        Stop
      </button>
    </>
  );
}

const KINDS: Readonly<Record<string, string>> = {
  verdict: 'another verdict',
  dnat: 'another destination',
  snat: 'another source',
  mark: 'another mark',
};

function Verdict({ answer }: { readonly answer: WhatIf }): ReactElement {
  const { state, witnesses, unknowns, reason } = answer;
  switch (state) {
    case 'differs': {
      const kinds = witnesses.map(({ kind }) => KINDS[kind] ?? kind);
      const onlyMark = witnesses.every(({ kind }) => kind === 'mark');
      return (
        <>
          <Sign
            sign={onlyMark ? 'mark-only' : 'order-sensitive'}
            severity={onlyMark ? 'info' : 'warning'}
            size={15}
            label=""
          />
          <p>
            <strong>Packets have another fate</strong>: {joined(kinds)}
          </p>
        </>
      );
    }
    case 'same':
      return (
        <>
          <Sign sign="benign" severity="info" size={15} label="" />
          <p>
            <strong>No packet has another fate</strong>: proved
            {unknowns.length > 0 ? ', whatever the answer is to what is not known' : ' for all packets'}
          </p>
        </>
      );
    case 'nothing-moves':
      return <p>The rules are in that order already.</p>;
    default:
      return (
        <>
          <Sign sign="undecided" severity="info" size={15} label="" />
          <p>
            <strong>Undecided</strong>: {reason ?? 'no reason is known'}
          </p>
        </>
      );
  }
}

function joined(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function Unknowns({ answer: { unknowns, state } }: { readonly answer: WhatIf }): ReactElement | null {
  if (unknowns.length === 0) return null;
  return (
    <p className="whatif-unknowns">
      {state === 'same' ? 'Not known, and without influence: ' : 'Depends on what the dump does not tell: '}
      {unknowns.map((text, at) => (
        <span key={text}>
          {at > 0 ? ', ' : ''}
          <span className="mono">{text}</span>
        </span>
      ))}
    </p>
  );
}
