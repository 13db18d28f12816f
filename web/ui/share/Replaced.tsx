/** What anonymising replaced, what stays, and what reads otherwise: to be looked at before anything is shared. */
import type { ReactElement } from 'react';
import { plural } from '../shell/words.ts';
import type { Replacements } from './share-choice.ts';

/** Lines of each list. */
const SHOWN = 300;

const WHY: Readonly<Record<Replacements['kept'][number]['why'], string>> = {
  bound: 'the end of a range cannot move',
  wildcard: 'a wildcard needs it',
  opaque: 'a match in a language of its own',
  number: 'a number that is also a replaced address',
  hash: 'chooses by a hash of addresses',
  comment: 'a number in a comment; comments can be left out',
};

export function Replaced({
  answer,
  failed,
}: {
  readonly answer: Replacements | null;
  readonly failed: boolean;
}): ReactElement | null {
  if (!answer) return failed ? null : <p role="status">Replacing addresses and names…</p>;
  const { replaced, kept, differences } = answer;
  const replacements = replaced.length;
  return (
    <section className="share-replaced" aria-label="Replaced">
      {differences.length > 0 ? (
        <div role="alert">
          <p className="error-text">It is not the same ruleset any more:</p>
          <ul>
            {differences.slice(0, SHOWN).map((difference) => (
              <li key={difference}>{difference}</li>
            ))}
          </ul>
        </div>
      ) : null}
      <details open>
        <summary>
          {plural(replacements, 'address or name', 'addresses and names')} replaced; ports, protocols and marks stay
        </summary>
        <ul className="share-pairs mono">
          {replaced.slice(0, SHOWN).map(({ kind, from, to }) => (
            <li key={`${kind} ${from}`}>
              <span>{from}</span> → <span>{to}</span>
            </li>
          ))}
          {replacements > SHOWN ? <li className="quiet">and {replacements - SHOWN} more</li> : null}
        </ul>
      </details>
      {kept.length > 0 ? (
        <details>
          <summary>{plural(kept.length, 'thing')} left as it is, which may tell something</summary>
          <ul className="share-pairs">
            {kept.slice(0, SHOWN).map(({ text, why, line }) => (
              <li key={`${text} ${why}`}>
                <span className="mono">{text}</span>: {WHY[why]}
                {line === null ? '' : `, line ${line}`}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </section>
  );
}
