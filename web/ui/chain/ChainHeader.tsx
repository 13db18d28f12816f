/** Where the chain hangs, its name (which opens the picker), its numbers, and what runs next for what it accepts. */
import { type ReactElement, useSyncExternalStore } from 'react';
import type { ChainDetail } from '../../worker/protocol.ts';
import { KnownOwnerTag } from '../inspector/owners.tsx';
import { openChain, openRule } from '../inspector/reveal.ts';
import { PHONE, useMedia } from '../shell/use-media.ts';
import { count, plural } from '../shell/words.ts';
import { Icon, Sign } from '../theme/marks.tsx';
import { WhatIfMenu } from '../whatif/WhatIfMenu.tsx';
import { Callers } from './Callers.tsx';
import { ChainPicker } from './ChainPicker.tsx';
import { useOverruling } from './chain-findings.ts';
import type { RowPages } from './row-pages.ts';
import type { Visits } from './shown-chain.ts';

export interface ChainHeaderProps {
  readonly detail: ChainDetail;
  readonly pages: RowPages;
  readonly visits: Visits;
}

export function ChainHeader({ detail, pages, visits }: ChainHeaderProps): ReactElement {
  const packets = useEnteringPackets(detail, pages);
  // Elsewhere it stands in the view bar.
  const phone = useMedia(PHONE);
  return (
    <header className="chain-header">
      {visits.canGoBack ? (
        <button
          type="button"
          className="button chain-back"
          onClick={visits.goBack}
          title="The chain before (Backspace)"
        >
          <Icon name="chevron-left" />
          Back
        </button>
      ) : null}
      <div className="chain-title">
        <Crumbs detail={detail} />
        <ChainPicker detail={detail} />
      </div>
      <dl className="chain-facts">
        {detail.base ? <Fact name="Policy" value={detail.base.policy} /> : null}
        <Fact
          name="Rules"
          value={detail.below > 0 ? `${count(detail.rules)} here, ${count(detail.below)} below` : count(detail.rules)}
        />
        <Fact
          name="Worst case"
          value={plural(detail.worstCase, 'evaluation')}
          title="Rules that a packet is tested against if it takes the longest way through this chain"
        />
        {packets ? <Fact name={packets.name} value={count(packets.value)} title={packets.title} /> : null}
      </dl>
      {detail.base && phone ? <WhatIfMenu /> : null}
      <Next detail={detail} />
    </header>
  );
}

function Fact({
  name,
  value,
  title,
}: {
  readonly name: string;
  readonly value: string;
  readonly title?: string;
}): ReactElement {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** A rule without a match counts every packet that enters; otherwise only the sum of the rules' counters is known. */
function useEnteringPackets(
  detail: ChainDetail,
  pages: RowPages,
): { readonly name: string; readonly value: number; readonly title: string } | null {
  useSyncExternalStore(pages.subscribe, pages.version);
  const first = pages.row(detail.chain, 1);
  if (first && first.match.length === 0 && first.packets !== null) {
    return { name: 'Packets', value: first.packets, title: 'Counted by rule 1, which every packet meets' };
  }
  if (detail.packets === null || detail.rules === 0) return null;
  return {
    name: 'Counted by rules',
    value: detail.packets,
    title: 'Sum over the rules: a packet that matches several is counted by each',
  };
}

function Crumbs({ detail }: { readonly detail: ChainDetail }): ReactElement {
  const { base, table, backend, evidence, callers, callerCount } = detail;
  const legacy = backend === 'iptables-legacy' ? ' (legacy)' : '';
  if (base) {
    const parts = [base.hook, ...base.devices, `priority ${base.effectivePriority}`, `${table}${legacy}`];
    const own = base.priority === base.effectivePriority ? null : base.priority;
    return (
      <p className="chain-crumbs">
        {parts.join(' / ')}
        {own === null ? null : (
          <span title="All nat chains of a hook run where the first of them hooks in">, own priority {own}</span>
        )}
      </p>
    );
  }
  const [caller] = callers;
  return (
    <p className="chain-crumbs" title={evidence.text}>
      {table}
      {legacy} /{' '}
      {caller ? (
        <>
          called by{' '}
          <button type="button" className="chain-link" onClick={() => openRule(caller, 'table')}>
            {caller.name} rule {count(caller.index)}
          </button>
          {callerCount > 1 ? (
            <>
              {' '}
              and <Callers detail={detail} />
            </>
          ) : null}
        </>
      ) : (
        'nothing calls it'
      )}
    </p>
  );
}

function Next({ detail }: { readonly detail: ChainDetail }): ReactElement | null {
  const overruling = useOverruling(detail);
  const next = detail.base?.next;
  if (!detail.base) return null;
  return (
    <div className="chain-next">
      <p>
        {next ? (
          <>
            <span className="chain-next-for">For what it accepts, </span>runs next
          </>
        ) : (
          'Last on this hook'
        )}
      </p>
      {next ? (
        <button type="button" className="chain-next-button" onClick={() => openChain(next.chain, 'table')}>
          <KnownOwnerTag owner={next.owner} />
          <span>{next.name}</span>
          <span className="mono quiet">{signed(next.effectivePriority)}</span>
          {overruling ? <Sign sign={overruling.sign} severity={overruling.severity} size={15} /> : null}
          <Icon name="arrow-right" />
        </button>
      ) : null}
    </div>
  );
}

export function signed(priority: number): string {
  return priority > 0 ? `+${priority}` : String(priority);
}
