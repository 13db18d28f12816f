/** One line of the list of steps: a rule that mattered, a policy, a fork with its branches, or what was folded. */
import { type ReactElement, useState } from 'react';
import { assertNever } from '../../base/assert.ts';
import type {
  Change,
  FoldedSteps,
  ForkStep,
  HitStep,
  PassageView,
  PolicyStep,
  StepEntry,
} from '../../worker/protocol.ts';
import { OwnerTag } from '../inspector/owners.tsx';
import { openRule } from '../inspector/reveal.ts';
import { store } from '../use-store.ts';
import { shortChain } from './chain-words.ts';
import { share } from './FateHead.tsx';
import { lookAtStep } from './use-trace.ts';

export interface StepLineProps {
  readonly entry: StepEntry;
  readonly passage: PassageView;
  readonly current: boolean;
  /** The one stop of the Tab key in the list. */
  readonly tabStop: boolean;
}

export function StepLine(props: StepLineProps): ReactElement {
  const { entry } = props;
  switch (entry.kind) {
    case 'hit':
      return <HitLine {...props} entry={entry} />;
    case 'policy':
      return <PolicyLine {...props} entry={entry} />;
    case 'fork':
      return <ForkLine {...props} entry={entry} />;
    case 'folded':
      return <FoldLine entry={entry} />;
    default:
      return assertNever(entry, 'step');
  }
}

type Of<E> = Omit<StepLineProps, 'entry'> & { readonly entry: E };

function HitLine({ entry, passage, current, tabStop }: Of<HitStep>): ReactElement {
  const { number, owner, title, verdict, changes, decides, differs } = entry;
  return (
    <li
      className="step row"
      data-number={number}
      aria-current={current ? 'step' : undefined}
      data-decides={decides !== null || undefined}
      data-differs={differs || undefined}
    >
      <button
        type="button"
        className="step-main"
        tabIndex={tabStop ? 0 : -1}
        onClick={() => lookAtStep(passage, number)}
        onDoubleClick={() => openRule({ chain: entry.chain, rule: entry.rule }, 'trace')}
      >
        <span className="step-number">{number}</span>
        <OwnerTag owner={owner} />
        <span className="step-title">{title}</span>
        <span className="step-verdict">{verdict}</span>
        <span className="step-way" title={entry.way.map(({ name, index }) => `${name} ${index}`).join(' ▸ ')}>
          {wayWords(entry)}
        </span>
        <Changes changes={changes} />
        {decides === null ? null : <span className="step-decides">Decides. {decides}</span>}
        {differs ? <span className="step-differs">Not predicted.</span> : null}
      </button>
    </li>
  );
}

/** `ip nat PREROUTING 2 ▸ KUBE-SERVICES 418 · line 3266`: the first and the last of a long way. */
function wayWords({ table, way, line }: HitStep): string {
  const shown = way.length > 3 ? [way[0], null, way[way.length - 1]] : way;
  const words = shown.map((one) => (one ? `${shortChain(one.name)} ${one.index}` : '…')).join(' ▸ ');
  return `${table} ${words} · line ${line}`;
}

function Changes({ changes }: { readonly changes: readonly Change[] }): ReactElement | null {
  if (changes.length === 0) return null;
  return (
    <span className="step-changes">
      {changes.map(({ field, before, after }) => (
        <span key={field} className="change">
          {field}
          {before === null ? null : (
            <>
              {' '}
              <del className="mono">{before}</del>
            </>
          )}{' '}
          <ins className="mono">{after}</ins>
        </span>
      ))}
    </span>
  );
}

function PolicyLine({ entry, passage, current, tabStop }: Of<PolicyStep>): ReactElement {
  const { number, owner, title, verdict, table, line, decides, differs } = entry;
  return (
    <li
      className="step row"
      data-number={number}
      aria-current={current ? 'step' : undefined}
      data-decides={decides !== null || undefined}
      data-differs={differs || undefined}
    >
      <button
        type="button"
        className="step-main"
        tabIndex={tabStop ? 0 : -1}
        onClick={() => lookAtStep(passage, number)}
      >
        <span className="step-number">{number}</span>
        <OwnerTag owner={owner} />
        <span className="step-title">{title}</span>
        <span className="step-verdict">{verdict}</span>
        <span className="step-way">
          {table} · line {line}
        </span>
        {decides === null ? null : <span className="step-decides">Decides. {decides}</span>}
        {differs ? <span className="step-differs">Not predicted.</span> : null}
      </button>
    </li>
  );
}

/** Characters; more than that is a line of its own. */
const LONG_PLACE = 26;

function ForkLine({ entry, passage, current, tabStop }: Of<ForkStep>): ReactElement {
  const { number, title, place, branches, rejoins } = entry;
  return (
    <li className="step step-fork row" data-number={number} aria-current={current ? 'step' : undefined}>
      <button
        type="button"
        className="step-main"
        tabIndex={tabStop ? 0 : -1}
        onClick={() => lookAtStep(passage, number)}
      >
        <span className="step-number">{number}</span>
        <svg className="step-diamond" width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true">
          <path d="M0 -6.5L6.5 0L0 6.5L-6.5 0Z" />
        </svg>
        <span className="step-title">{title}</span>
        <span className={place.length > LONG_PLACE ? 'step-way' : 'step-verdict step-place'} title={place}>
          {place.split(' ').map(shortChain).join(' ')}
        </span>
      </button>
      <ul className="fork">
        {branches.map((branch) => (
          <li key={branch.letter} data-followed={branch.followed || undefined}>
            <button
              type="button"
              className="fork-branch"
              aria-pressed={branch.followed}
              title={branch.followed ? 'Its steps are listed below' : 'Follow this branch'}
              onClick={() => store.getState().pin(branch.pins)}
            >
              <span className="fork-head">
                <strong>{branch.letter}</strong> {share(branch.probability)}
              </span>
              <span className="fork-title">
                {branch.owner === null ? null : <OwnerTag owner={branch.owner} />}
                {branch.title}
              </span>
              <Changes changes={branch.changes.map((change) => ({ ...change, before: null }))} />
              <span className="quiet">{branch.fate}</span>
            </button>
          </li>
        ))}
      </ul>
      {rejoins ? <p className="fork-rejoins quiet">All branches meet the same rules after it.</p> : null}
    </li>
  );
}

function FoldLine({ entry }: { readonly entry: FoldedSteps }): ReactElement {
  const [open, setOpen] = useState(false);
  return (
    <li className="step-fold">
      <button type="button" className="fold-main" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="fold-owners">
          {entry.owners.map((owner) => (
            <OwnerTag key={owner} owner={owner} />
          ))}
        </span>
        <span>{entry.title}</span>
      </button>
      {open ? (
        <ul className="fold-places">
          {entry.places.map((place, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a chain may be met twice in one fold; places never move
            <li key={at}>
              <button
                type="button"
                className="link-button"
                onClick={() =>
                  store
                    .getState()
                    .select(
                      place.rule === null
                        ? { kind: 'chain', chain: place.chain }
                        : { kind: 'rule', chain: place.chain, rule: place.rule },
                      'trace',
                    )
                }
              >
                {place.text}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </li>
  );
}
