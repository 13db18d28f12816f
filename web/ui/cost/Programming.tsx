/** What there is to program, by owner, and what a full reload costs: the dump on the recorded curve of its tool. */
import { type ReactElement, useMemo } from 'react';
import type { ProgrammingCost } from '../../worker/protocol.ts';
import { OwnerTag } from '../inspector/owners.tsx';
import { count } from '../shell/words.ts';
import { ChartFigure } from './ChartFigure.tsx';
import { reloadChart, sizeOf } from './charts.ts';
import { Scroll } from './Scroll.tsx';
import { reloadHeadline, reloadReason } from './words.ts';

export function Programming({ cost }: { readonly cost: ProgrammingCost }): ReactElement {
  const chart = useMemo(() => reloadChart(cost), [cost]);
  const { recorded } = cost;
  const title = reloadHeadline(cost);
  return (
    <>
      <header className="cost-headline">
        <h2>{title}</h2>
        <p>{reloadReason(cost)}</p>
      </header>
      <div className="cost-pair">
        <section className="cost-card" aria-labelledby="cost-reload">
          <header className="cost-card-head">
            <h3 id="cost-reload">Programming cost</h3>
            <p className="cost-key">rings: this dump; both axes logarithmic</p>
          </header>
          <ChartFigure
            chart={chart}
            label={`Seconds of a full reload by size. ${title}`}
            table={<ReloadTable cost={cost} />}
          />
          <p className="cost-note">
            Recorded on {recorded.cores} cores with nft {recorded.nft.replace(/^v/, '')}, iptables{' '}
            {recorded.iptables.replace(/^v/, '')} and Linux {recorded.kernel}: nft -c -f and iptables-nft-restore --test
            of kube-proxy’s rules, {recorded.endpoints} endpoints for each Service. Seconds differ between machines; the
            shape does not.
          </p>
        </section>
        <OwnerCounts cost={cost} />
      </div>
    </>
  );
}

function ReloadTable({ cost: { recorded } }: { readonly cost: ProgrammingCost }): ReactElement {
  return (
    <Scroll label="Recorded reloads">
      <table className="cost-table">
        <thead>
          <tr>
            <th scope="col">what</th>
            <th scope="col">Services</th>
            <th scope="col">size</th>
            <th scope="col">seconds</th>
          </tr>
        </thead>
        <tbody>
          {recorded.curves.flatMap(({ id, points }) =>
            points.map((point) => (
              <tr key={`${id} ${point.size}`}>
                <th scope="row">{CURVE_NAMES[id]}</th>
                <td>{id === 'nft' || id === 'nft-plain' || id === 'iptables' ? count(point.size) : ''}</td>
                <td>
                  {count(id === 'nft' || id === 'nft-plain' || id === 'iptables' ? sizeOf(id, point) : point.size)}
                </td>
                <td>{point.seconds}</td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </Scroll>
  );
}

const CURVE_NAMES = {
  nft: 'nft, kube-proxy',
  'nft-plain': 'nft, without anonymous maps',
  iptables: 'iptables-restore, kube-proxy',
  chains: 'nft, chains alone',
  anonymous: 'nft, anonymous maps alone',
  rules: 'nft, rules alone',
  elements: 'nft, elements of one map alone',
} as const;

const COLUMNS = [
  ['chains', 'chains'],
  ['rules', 'rules'],
  ['namedSets', 'sets'],
  ['namedMaps', 'maps'],
  ['anonymous', 'anonymous'],
  ['elements', 'elements'],
] as const;

function OwnerCounts({ cost: { owners, total } }: { readonly cost: ProgrammingCost }): ReactElement {
  const all = valuesOf(total);
  // What nobody has says nothing.
  const columns = COLUMNS.filter(([key]) => key === 'chains' || key === 'rules' || all[key] > 0);
  return (
    <section className="cost-card" aria-labelledby="cost-objects">
      <header className="cost-card-head">
        <h3 id="cost-objects">What there is to program</h3>
        <p className="cost-key">anonymous: sets and maps inside of rules</p>
      </header>
      <Scroll label="Objects by owner">
        <table className="cost-table">
          <thead>
            <tr>
              <th scope="col">owner</th>
              {columns.map(([key, name]) => (
                <th key={key} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {owners.map((owner) => (
              <tr key={owner.owner}>
                <th scope="row">
                  <OwnerTag owner={owner.owner} show="named" />
                </th>
                <Counts counts={owner} columns={columns} />
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">all</th>
              <Counts counts={total} columns={columns} />
            </tr>
          </tfoot>
        </table>
      </Scroll>
    </section>
  );
}

type Column = (typeof COLUMNS)[number];
type Counted = ProgrammingCost['total'];

function valuesOf(counts: Counted): Record<Column[0], number> {
  return { ...counts, anonymous: counts.anonymousSets + counts.anonymousMaps };
}

function Counts({ counts, columns }: { readonly counts: Counted; readonly columns: readonly Column[] }): ReactElement {
  const values = valuesOf(counts);
  return (
    <>
      {columns.map(([key]) => (
        <td key={key}>{values[key] === 0 ? <span className="quiet">0</span> : count(values[key])}</td>
      ))}
    </>
  );
}
