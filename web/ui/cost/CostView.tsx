/** The cost view (design picture 4): what packets cost, what sets and maps would save, what a reload costs. Each part comes as soon as it is known. */
import { type ReactElement, useMemo } from 'react';
import { familyOf } from '../../packet/form.ts';
import type { CostCurve, Requests } from '../../worker/protocol.ts';
import { useOwner } from '../inspector/owners.tsx';
import { count } from '../shell/words.ts';
import { type AnswerState, useAnswer } from '../use-answer.ts';
import { useStore } from '../use-store.ts';
import { ChainTable } from './ChainTable.tsx';
import { ChartFigure } from './ChartFigure.tsx';
import './cost.css';
import { evaluationChart, linearAt, lookupOf, meanAt, subjectOf } from './charts.ts';
import { HookBars } from './HookBars.tsx';
import { PacketTable } from './PacketTable.tsx';
import { Programming } from './Programming.tsx';
import { Scroll } from './Scroll.tsx';
import { headline } from './words.ts';

const NOTHING: Record<string, never> = {};

export function CostView(): ReactElement {
  // In the order in which the worker answers: what is quick comes first.
  const programming = useAnswer('costProgramming', NOTHING);
  const chains = useAnswer('costChains', NOTHING);
  const cost = useAnswer('cost', useCostRequest());
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard
    <section className="cost" aria-label="Cost" tabIndex={0}>
      <div className="cost-page">
        <Evaluation cost={cost} />
        {chains.answer ? (
          <ChainTable chains={chains.answer} />
        ) : (
          <Waiting state={chains} what="Looking at the longest chains" />
        )}
        {programming.answer ? (
          <Programming cost={programming.answer} />
        ) : (
          <Waiting state={programming} what="Counting what there is to program" />
        )}
      </div>
    </section>
  );
}

function useCostRequest(): Requests['cost'] {
  const shown = useStore((state) => state.family);
  const traced = useStore((state) => state.trace.traced);
  const pins = useStore((state) => state.trace.pins);
  const family = shown === 'ip6' ? 'ip6' : 'ip';
  const own = traced && familyOf(traced) === (family === 'ip6' ? 6 : 4) ? { form: traced, pins } : null;
  return { family, own };
}

function Evaluation({ cost }: { readonly cost: AnswerState<'cost'> }): ReactElement {
  const { answer } = cost;
  if (!answer) return <Waiting state={cost} what="Tracing packets to the Services" />;
  const { title, detail } = headline(answer);
  return (
    <>
      <header className="cost-headline">
        <h1>{title}</h1>
        <p>{detail}</p>
      </header>
      <div className="cost-pair">
        {answer.curve ? <CurveCard curve={answer.curve} /> : null}
        <HookBars hooks={answer.hooks} />
      </div>
      <PacketTable packets={answer.packets} hooks={answer.hooks} />
    </>
  );
}

function CurveCard({ curve }: { readonly curve: CostCurve }): ReactElement {
  const { slot } = useOwner(curve.owner);
  const chart = useMemo(() => evaluationChart(curve, slot), [curve, slot]);
  return (
    <section className="cost-card cost-curve" aria-labelledby="cost-curve">
      <header className="cost-card-head">
        <h2 id="cost-curve">Linear chain against {lookupOf(curve)}</h2>
        {curve.points.length > 0 ? (
          <p className="cost-key">{count(curve.points.length)} of them traced: small dots</p>
        ) : null}
      </header>
      <ChartFigure
        chart={chart}
        label={`Rules evaluated over ${subjectOf(curve)}: one by one ${Math.round(linearAt(curve, curve.count))} at ${curve.count}, by ${curve.mode === 'ipset' ? 'an' : 'a'} ${lookupOf(curve)} ${Math.round(curve.map)} at any number.`}
        table={<CurveTable curve={curve} />}
      />
    </section>
  );
}

/** Powers and the dump's own number. */
function CurveTable({ curve }: { readonly curve: CostCurve }): ReactElement {
  const sizes = [...new Set([10, 100, 1000, 5000, 10_000, curve.count])].sort((a, b) => a - b);
  return (
    <Scroll label="The curve, as numbers">
      <table className="cost-table">
        <thead>
          <tr>
            <th scope="col">{subjectOf(curve)}</th>
            <th scope="col">last, one by one</th>
            <th scope="col">mean, one by one</th>
            <th scope="col">{lookupOf(curve)}</th>
          </tr>
        </thead>
        <tbody>
          {sizes.map((n) => (
            <tr key={n}>
              <th scope="row">
                {count(n)}
                {n === curve.count ? ' (this dump)' : ''}
              </th>
              <td>{count(Math.round(linearAt(curve, n)))}</td>
              <td>{count(Math.round(meanAt(curve, n)))}</td>
              <td>{count(Math.round(curve.map))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {curve.points.length > 0 ? (
        <table className="cost-table">
          <thead>
            <tr>
              <th scope="col">traced: place of the Service</th>
              <th scope="col">rules evaluated</th>
            </tr>
          </thead>
          <tbody>
            {curve.points.map(({ at, evaluated }) => (
              <tr key={at}>
                <th scope="row">{count(at)}</th>
                <td>{count(evaluated)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </Scroll>
  );
}

type Asked = Pick<AnswerState<'cost'>, 'status' | 'error'>;

function Waiting({ state, what }: { readonly state: Asked; readonly what: string }): ReactElement {
  return (
    <section className="cost-card cost-waiting" role="status">
      {state.status === 'failed' ? (
        <p className="error-text">{state.error?.message}</p>
      ) : (
        <p className="quiet">{what}…</p>
      )}
    </section>
  );
}
