/** What the dump does not decide, each with yes, no and "unknown": to pin one is to know it. */
import type { ReactElement } from 'react';
import type { PassageView, UnknownView } from '../../worker/protocol.ts';
import { store } from '../use-store.ts';
import { share } from './FateHead.tsx';

export function Unknowns({ passage }: { readonly passage: PassageView }): ReactElement | null {
  const { unknowns } = passage;
  if (unknowns.length === 0) return null;
  const open = unknowns.some(
    ({ pinned, idle, values }) => pinned !== null || (!idle && values.some(({ probability }) => probability === null)),
  );
  return (
    <details className="unknowns" open={open && unknowns.length <= 6}>
      <summary>{unknowns.length === 1 ? 'One thing' : `${unknowns.length} things`} the dump does not decide</summary>
      <ul>
        {unknowns.map((unknown) => (
          <UnknownLine key={unknown.text} unknown={unknown} />
        ))}
      </ul>
    </details>
  );
}

function UnknownLine({ unknown }: { readonly unknown: UnknownView }): ReactElement {
  const { text, words, values, asks, pinned, idle } = unknown;
  const { pin, unpin, select } = store.getState();
  return (
    <li>
      <p className="mono unknown-text">
        {words}
        {idle ? <span className="quiet"> changes no fate</span> : null}
      </p>
      {asks ? (
        <button
          type="button"
          className="unknown-place"
          onClick={() => select({ kind: 'rule', chain: asks.chain, rule: asks.rule }, 'trace')}
        >
          {asks.place}
        </button>
      ) : null}
      <fieldset className="segmented" aria-label={text}>
        {values.map(({ value, label, probability }) => (
          <button
            key={label}
            type="button"
            aria-pressed={pinned === value}
            onClick={() => pin([{ unknown: text, value }])}
          >
            {label}
            {probability === null ? null : <span className="quiet"> {share(probability)}</span>}
          </button>
        ))}
        <button type="button" aria-pressed={pinned === null} onClick={() => unpin([text])}>
          unknown
        </button>
      </fieldset>
    </li>
  );
}
