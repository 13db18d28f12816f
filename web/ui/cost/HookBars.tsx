/** Each hook's worst case as a bar of owners, with the best of the packets traced here and the mean by the counters. */
import { scaleLinear } from 'd3';
import type { CSSProperties, ReactElement } from 'react';
import type { HookCost } from '../../worker/protocol.ts';
import { lookOf, useOwners } from '../inspector/owners.tsx';
import { count } from '../shell/words.ts';
import { useStore } from '../use-store.ts';
import { Scroll } from './Scroll.tsx';

/** Share of the bar's ground from which on a segment says who it is. */
const NAMED = 0.18;
const INITIALS = 0.07;

export function HookBars({ hooks }: { readonly hooks: readonly HookCost[] }): ReactElement {
  const most = Math.max(1, ...hooks.map(({ worst }) => worst));
  const scale = scaleLinear().domain([0, most]).nice(4);
  const end = scale.domain()[1] ?? most;
  return (
    <section className="cost-card cost-hooks" aria-labelledby="cost-hooks">
      <header className="cost-card-head">
        <h2 id="cost-hooks">Rules evaluated per hook</h2>
        <p className="cost-key" aria-hidden="true">
          <span className="cost-key-best" />
          best
          {hooks.some(({ mean }) => mean) ? (
            <>
              <span className="cost-key-mean" />
              by counters
            </>
          ) : null}
          <span>bar: worst</span>
        </p>
      </header>
      <div className="cost-bars" aria-hidden="true">
        <div className="cost-bar-axis">
          {scale.ticks(4).map((tick) => (
            <span key={tick} style={{ left: share(tick, end) }}>
              {count(tick)}
            </span>
          ))}
        </div>
        {hooks.map((hook) => (
          <Bar key={hook.hook} hook={hook} end={end} ticks={scale.ticks(4)} />
        ))}
      </div>
      <Notes hooks={hooks} />
      <details className="cost-numbers">
        <summary>The numbers</summary>
        <HookTable hooks={hooks} />
      </details>
    </section>
  );
}

function share(value: number, end: number): string {
  return `${Math.min(100, (100 * value) / end)}%`;
}

function Bar({
  hook,
  end,
  ticks,
}: {
  readonly hook: HookCost;
  readonly end: number;
  readonly ticks: readonly number[];
}): ReactElement {
  const owners = useOwners();
  const dimmed = useStore((state) => state.dimmed);
  return (
    <div className="cost-bar-row">
      <span className="cost-bar-name">{hook.hook}</span>
      <div className="cost-bar-ground">
        {ticks.map((tick) => (
          <i key={tick} className="cost-bar-grid" style={{ left: share(tick, end) }} />
        ))}
        <div className="cost-bar" style={{ width: share(hook.worst, end) }}>
          {hook.owners.map(({ owner, rules }) => {
            const look = lookOf(owners, owner);
            const part = rules / end;
            return (
              <span
                key={owner}
                className="cost-bar-part"
                data-slot={look.slot}
                data-barred={look.barred || undefined}
                data-dimmed={dimmed.includes(owner) || undefined}
                title={`${look.short}: ${count(rules)}`}
                style={{ flexGrow: rules } as CSSProperties}
              >
                {part > NAMED ? look.short : part > INITIALS ? look.initials : ''}
              </span>
            );
          })}
        </div>
        <span className="cost-bar-worst" style={{ left: share(hook.worst, end) }}>
          {count(hook.worst)}
        </span>
        {hook.best === null ? null : <i className="cost-best" style={{ left: share(hook.best, end) }} />}
        {hook.mean === null ? null : (
          <i
            className="cost-mean"
            data-partial={hook.without !== '' || undefined}
            style={{ left: share(hook.mean.connection, end) }}
          />
        )}
      </div>
    </div>
  );
}

function Notes({ hooks }: { readonly hooks: readonly HookCost[] }): ReactElement {
  const counted = hooks.filter(({ mean }) => mean);
  const partial = counted.filter(({ without }) => without !== '');
  const unknown = hooks.every(({ without }) => without === '')
    ? 'The counters of the dump are all 0: they tell no mean.'
    : 'The dump has no counters that tell a mean: save it with iptables-save -c, or give the rules counters.';
  return (
    <p className="cost-note">
      Worst: a packet that matches nothing until the end. Best: of the packets below.{' '}
      {counted.length === 0
        ? unknown
        : `By counters: the mean of a new connection${partial.length > 0 ? '; hollow where some chains have no counters, so that it is at least that' : ''}.`}
    </p>
  );
}

function HookTable({ hooks }: { readonly hooks: readonly HookCost[] }): ReactElement {
  return (
    <Scroll label="Rules evaluated per hook, as numbers">
      <table className="cost-table">
        <thead>
          <tr>
            <th scope="col">hook</th>
            <th scope="col">best</th>
            <th scope="col">worst</th>
            <th scope="col">as maps</th>
            <th scope="col">new connection</th>
            <th scope="col">any packet</th>
            <th scope="col">without counters</th>
          </tr>
        </thead>
        <tbody>
          {hooks.map(({ hook, best, worst, worstConverted, mean, without }) => (
            <tr key={hook}>
              <th scope="row">{hook}</th>
              <td>{best === null ? 'not met' : count(best)}</td>
              <td>{count(worst)}</td>
              <td>{count(worstConverted)}</td>
              <td>{mean ? mean.connection.toFixed(1) : 'not told'}</td>
              <td>{mean ? mean.packet.toFixed(1) : 'not told'}</td>
              <td>{without || 'none'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
