/** An owner: what it is, which marks it uses, how it behaves, where that is known from, its chains here. */
import type { ReactElement } from 'react';
import type { OwnerMark, OwnerSource } from '../../owners/owner.ts';
import type { Overview } from '../../worker/protocol.ts';
import { ReachButton, ReachPart } from '../reach/ReachPart.tsx';
import { count, plural } from '../shell/words.ts';
import { Icon, OwnerChip } from '../theme/marks.tsx';
import { useAnswer } from '../use-answer.ts';
import { store, useStore } from '../use-store.ts';
import { programChoices } from '../whatif/choices.ts';
import { useOwner, useOwners } from './owners.tsx';
import { PageTitle, Part, Waiting } from './parts.tsx';
import { openChain } from './reveal.ts';

const SHOWN_CHAINS = 200;

export function OwnerPage({ owner }: { readonly owner: string }): ReactElement {
  const { status, answer, error } = useAnswer('owner', { owner });
  const look = useOwner(owner);
  const here = useOwners().find(({ id }) => id === owner);
  const program = useStore((state) => programInBaseChains(state.overview, owner));
  if (!answer || answer.id !== owner) return <Waiting status={status} error={error} />;
  const { name, what, marks, behaviour, sources, chains } = answer;
  return (
    <>
      <div className="inspector-owner-title">
        <OwnerChip slot={look.slot} initials={look.initials} barred={look.barred} />
        <PageTitle
          what={
            here
              ? `${plural(here.rules, 'rule')}, ${plural(here.chains, 'chain')}, ${plural(here.sets, 'set')}`
              : 'not in this dump'
          }
          name={name}
        />
      </div>
      {what === '' ? null : <p className="secondary">{what}</p>}
      {program === null ? null : (
        <>
          <p className="inspector-actions">
            <ReachButton place={{ kind: 'program', program }} words="Who reaches its rules?" />
            <button
              type="button"
              className="button"
              onClick={() => store.getState().suppose({ kind: 'without', program })}
            >
              What if it were gone?
            </button>
          </p>
          <ReachPart places={[{ kind: 'program', program }]} />
        </>
      )}
      {behaviour === null ? null : (
        <Part title="How it behaves">
          <p className="secondary">{behaviour}</p>
        </Part>
      )}
      {marks.length > 0 ? <Marks marks={marks} /> : null}
      {chains.length > 0 ? (
        <Part title={`Its chains here`}>
          <ul className="inspector-list">
            {chains.slice(0, SHOWN_CHAINS).map(({ chain, name: chainName, table, rules }) => (
              <li key={chain}>
                <button type="button" className="inspector-link" onClick={() => openChain(chain, 'inspector')}>
                  <span className="mono">{chainName}</span>
                  <span className="quiet">
                    {table}, {plural(rules, 'rule')}
                  </span>
                </button>
              </li>
            ))}
          </ul>
          {chains.length > SHOWN_CHAINS ? <p className="quiet">{count(chains.length - SHOWN_CHAINS)} more</p> : null}
        </Part>
      ) : null}
      {sources.length > 0 ? <Sources sources={sources} /> : null}
    </>
  );
}

/** The owner's program, where it has rules in base chains. */
function programInBaseChains(overview: Overview | null, owner: string): string | null {
  const program = overview?.owners.find(({ id }) => id === owner)?.program;
  const has = overview && programChoices(overview).some((choice) => choice.program === program);
  return has && program !== undefined ? program : null;
}

function Marks({ marks }: { readonly marks: readonly OwnerMark[] }): ReactElement {
  return (
    <Part title="Marks">
      <ul className="inspector-marks">
        {marks.map(({ kind, value, mask, meaning, configurable }) => (
          <li key={`${kind} ${value} ${mask} ${meaning}`}>
            <span className="mono">
              {value}
              {mask === '' ? '' : `/${mask}`}
            </span>{' '}
            <span className="secondary">
              {kind === 'packet' ? '' : `${kind} mark, `}
              {meaning}
              {configurable === undefined || configurable === '' ? '' : ` (set by ${configurable})`}
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Sources({ sources }: { readonly sources: readonly OwnerSource[] }): ReactElement {
  return (
    <Part title="Known from">
      <ul className="inspector-list">
        {sources.map(({ repo, path, status, note }) => (
          <li key={`${repo} ${path}`} title={note}>
            <SourceName repo={repo} path={path} />
            {status === 'verified' ? null : <span className="quiet"> ({status})</span>}
          </li>
        ))}
      </ul>
    </Part>
  );
}

function SourceName({ repo, path }: { readonly repo: string; readonly path: string }): ReactElement {
  const words = path === '' ? repo : `${repo}: ${path}`;
  if (!/^[\w.-]+\/[\w.-]+$/.test(repo)) return <span className="secondary">{words}</span>;
  return (
    <a href={`https://github.com/${repo}`} target="_blank" rel="noreferrer noopener">
      {words}
      <Icon name="external" size={12} />
      <span className="visually-hidden"> (opens in a new tab)</span>
    </a>
  );
}
