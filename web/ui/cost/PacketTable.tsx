/** The packets that were traced: rules evaluated at each hook. A row opens the packet in the Trace view. */
import type { ReactElement } from 'react';
import type { CostPacket, HookCost } from '../../worker/protocol.ts';
import { count } from '../shell/words.ts';
import { startTrace } from '../trace/use-trace.ts';
import { store } from '../use-store.ts';
import { Scroll } from './Scroll.tsx';
import { spread } from './words.ts';

export interface PacketTableProps {
  readonly packets: readonly CostPacket[];
  readonly hooks: readonly HookCost[];
}

export function PacketTable({ packets, hooks }: PacketTableProps): ReactElement {
  const shown = hooks.filter(({ hook }) => packets.some((packet) => packet.hooks.some((one) => one.hook === hook)));
  return (
    <section className="cost-card cost-packets" aria-labelledby="cost-packets">
      <header className="cost-card-head">
        <h2 id="cost-packets">Rules evaluated per packet</h2>
        <p className="cost-key">the first of its connection, traced</p>
      </header>
      <Scroll label="Packets and their rules">
        <table className="cost-table">
          <thead>
            <tr>
              <th scope="col">packet</th>
              {shown.map(({ hook }) => (
                <th key={hook} scope="col" className="cost-wide">
                  {hook}
                </th>
              ))}
              <th scope="col">in all</th>
              <th scope="col">as maps</th>
              <th scope="col" className="cost-left cost-wide">
                fate
              </th>
            </tr>
          </thead>
          <tbody>
            {packets.map((packet) => (
              <PacketRow key={packet.id} packet={packet} shown={shown} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function PacketRow({
  packet,
  shown,
}: {
  readonly packet: CostPacket;
  readonly shown: readonly HookCost[];
}): ReactElement {
  const open = (): void => {
    store.getState().setView('trace');
    startTrace(packet.form);
  };
  const ways = spread(packet);
  return (
    <tr>
      <th scope="row">
        <button
          type="button"
          className="cost-link"
          onClick={open}
          title={['Trace it', packet.line, ...packet.notes].join('\n')}
        >
          <span>{packet.title}</span>
          <span className="cost-second">{packet.detail}</span>
        </button>
      </th>
      {shown.map(({ hook }) => {
        const at = packet.hooks.find((one) => one.hook === hook);
        return (
          <td key={hook} className="cost-wide">
            {at ? count(at.evaluated) : <span className="visually-hidden">not met</span>}
          </td>
        );
      })}
      <td>
        <b>{count(packet.evaluated)}</b>
        {ways ? <span className="cost-second">{ways}</span> : null}
      </td>
      <td>{packet.converted < packet.evaluated ? count(packet.converted) : 'same'}</td>
      <td className="cost-left cost-wide">{packet.fate}</td>
    </tr>
  );
}
