/** A chain, or one segment of it: its place in the kernel's order, its writers, who calls it, what was found about it. */
import { type ReactElement, useState } from 'react';
import type { ChainDetail } from '../../worker/protocol.ts';
import { ReachButton, ReachPart } from '../reach/ReachPart.tsx';
import { count, plural } from '../shell/words.ts';
import { traceTo } from '../trace/trace-rule.ts';
import { useAnswer } from '../use-answer.ts';
import { store, useStoreShallow } from '../use-store.ts';
import { MoveSelect } from '../whatif/MoveSelect.tsx';
import { KnownOwnerTag, OwnerTag, useOwner } from './owners.tsx';
import { FindingLinks, OwnerLine, PageTitle, Part, Waiting } from './parts.tsx';
import { openChain, openRule, openSource } from './reveal.ts';

export interface ChainPageProps {
  readonly chain: number;
  /** From 0; null is the whole chain. */
  readonly segment: number | null;
}

export function ChainPage({ chain, segment }: ChainPageProps): ReactElement {
  const { status, answer, error } = useAnswer('chain', { chain });
  const findings = useStoreShallow((state) =>
    (state.overview?.findings ?? [])
      .filter(({ where, marks }) =>
        segment === null
          ? where.some((place) => place.chain === chain)
          : marks.some((mark) => mark.chain === chain && (mark.segment === segment || mark.segment === segment + 1)),
      )
      .map(({ id }) => id),
  );
  if (!answer || answer.chain !== chain) return <Waiting status={status} error={error} />;
  return (
    <>
      {segment === null ? <ChainTop detail={answer} /> : <SegmentTop detail={answer} segment={segment} />}
      <p className="inspector-actions">
        <button type="button" className="button" onClick={() => showChain(answer, segment)}>
          Show in chain
        </button>
        <button type="button" className="button" onClick={() => openSource(answer.document, answer.span.start)}>
          Line {answer.line}
        </button>
        {answer.rules === 0 ? null : (
          <button
            type="button"
            className="button"
            title={`Trace a packet that reaches ${segment === null ? 'this chain' : 'these rules'}`}
            onClick={() => traceTo({ chain, segment })}
          >
            Trace a packet
          </button>
        )}
        {segment === null && answer.rules > 0 ? <ReachButton place={{ kind: 'chain', chain }} /> : null}
        {segment === null && answer.base ? (
          <ReachButton place={{ kind: 'policy', chain }} words="Who reaches its policy?" />
        ) : null}
      </p>
      {segment === null ? (
        <ReachPart
          places={[
            { kind: 'chain', chain },
            { kind: 'policy', chain },
          ]}
        />
      ) : null}
      {segment === null ? <Place detail={answer} /> : null}
      <FindingLinks findings={findings} />
      {segment === null ? (
        <>
          <Segments detail={answer} />
          <Callers detail={answer} />
        </>
      ) : null}
    </>
  );
}

function showChain({ chain }: ChainDetail, segment: number | null): void {
  if (segment === null) {
    openChain(chain, 'inspector');
    return;
  }
  store.getState().select({ kind: 'segment', chain, segment }, 'inspector');
  store.getState().showChain(chain);
}

function ChainTop({ detail }: { readonly detail: ChainDetail }): ReactElement {
  const { table, backend, name, comment, owner, evidence } = detail;
  const what = `${table}${backend === 'iptables-legacy' ? ', iptables-legacy' : ''}`;
  return (
    <>
      <PageTitle what={what} name={name} {...(comment === null ? {} : { note: comment })} />
      <OwnerLine owner={owner} evidence={evidence} />
    </>
  );
}

function SegmentTop({ detail, segment }: { readonly detail: ChainDetail; readonly segment: number }): ReactElement {
  const part = detail.segments[segment];
  const look = useOwner(part?.owner ?? 'unknown');
  const before = detail.segments[segment - 1];
  const after = detail.segments[segment + 1];
  if (!part) return <p className="inspector-note">This part of {detail.name} is gone.</p>;
  const range = part.from === part.to ? `rule ${count(part.from)}` : `rules ${count(part.from)} to ${count(part.to)}`;
  return (
    <>
      <PageTitle what={`${detail.table} ${detail.name}, ${range}`} name={`${look.short} in ${detail.name}`} />
      <OwnerLine owner={part.owner} />
      <MoveSelect detail={detail} segment={segment} />
      <Part title="Neighbours">
        <p className="inspector-neighbours">
          {before ? (
            <>
              after <OwnerTag owner={before.owner} show="named" />
            </>
          ) : (
            'first in the chain'
          )}
          {after ? (
            <>
              , before <OwnerTag owner={after.owner} show="named" />
            </>
          ) : (
            ', last in the chain'
          )}
        </p>
      </Part>
    </>
  );
}

function Place({ detail }: { readonly detail: ChainDetail }): ReactElement {
  const { base, rules, below, worstCase, packets } = detail;
  return (
    <dl className="inspector-facts">
      {base ? (
        <>
          <dt>Hook</dt>
          <dd>{[base.hook, ...base.devices].join(' ')}</dd>
          <dt>Priority</dt>
          <dd className="mono">
            {base.effectivePriority}
            {base.priority === base.effectivePriority ? '' : ` (its own: ${base.priority})`}
          </dd>
          <dt>Policy</dt>
          <dd>
            {base.policy}
            {base.policyPackets === null ? '' : `, ${plural(base.policyPackets, 'packet')}`}
          </dd>
          <dt>Runs next</dt>
          <dd>{base.next ? <NextButton next={base.next} /> : 'nothing on this hook'}</dd>
        </>
      ) : null}
      <dt>Rules</dt>
      <dd>{below > 0 ? `${count(rules)} here, ${count(below)} below` : count(rules)}</dd>
      <dt>Worst case</dt>
      <dd>{plural(worstCase, 'evaluation')}</dd>
      {packets === null ? null : (
        <>
          <dt title="Sum over the rules: a packet that matches several is counted by each">Counted</dt>
          <dd>{plural(packets, 'packet')} by its rules</dd>
        </>
      )}
    </dl>
  );
}

function NextButton({ next }: { readonly next: NonNullable<NonNullable<ChainDetail['base']>['next']> }): ReactElement {
  return (
    <button type="button" className="inspector-link" onClick={() => openOrSelect(next.chain)}>
      <KnownOwnerTag owner={next.owner} />
      <span>{next.name}</span>
    </button>
  );
}

/** In the chain view the other chain opens; elsewhere it is selected, so that the map shows it. */
function openOrSelect(chain: number): void {
  if (store.getState().view === 'chain') openChain(chain, 'inspector');
  else store.getState().select({ kind: 'chain', chain }, 'inspector');
}

const SHOWN_SEGMENTS = 30;

function Segments({ detail }: { readonly detail: ChainDetail }): ReactElement | null {
  const { segments, chain } = detail;
  if (segments.length < 2) return null;
  return (
    <Part title="Writers, in the order of their rules">
      <ol className="inspector-list">
        {segments.slice(0, SHOWN_SEGMENTS).map(({ owner, from, to }, segment) => (
          <li key={from}>
            <button
              type="button"
              className="inspector-link"
              onClick={() => store.getState().select({ kind: 'segment', chain, segment }, 'inspector')}
            >
              <OwnerTag owner={owner} show="named" />
              <span className="quiet">
                {from === to ? `rule ${count(from)}` : `rules ${count(from)} to ${count(to)}`}
              </span>
            </button>
          </li>
        ))}
      </ol>
      {segments.length > SHOWN_SEGMENTS ? (
        <p className="quiet">{count(segments.length - SHOWN_SEGMENTS)} more</p>
      ) : null}
    </Part>
  );
}

const SHOWN_CALLERS = 20;

function Callers({ detail }: { readonly detail: ChainDetail }): ReactElement | null {
  const { callers, callerCount, base } = detail;
  const [all, setAll] = useState(false);
  if (base) return null;
  if (callerCount === 0) {
    return (
      <Part title="Called by">
        <p className="secondary">Nothing calls it: no packet gets here.</p>
      </Part>
    );
  }
  const shown = all ? callers : callers.slice(0, SHOWN_CALLERS);
  return (
    <Part title={`Called by ${plural(callerCount, 'rule')}`}>
      <ul className="inspector-list">
        {shown.map((caller) => (
          <li key={caller.rule}>
            <button type="button" className="inspector-link" onClick={() => openRule(caller, 'inspector')}>
              <span className="mono">{caller.name}</span>
              <span className="quiet">rule {count(caller.index)}</span>
            </button>
          </li>
        ))}
      </ul>
      {shown.length < callers.length ? (
        <button type="button" className="button" onClick={() => setAll(true)}>
          {callers.length - shown.length} more
        </button>
      ) : callers.length < callerCount ? (
        <p className="quiet">{count(callerCount - callers.length)} more</p>
      ) : null}
    </Part>
  );
}
