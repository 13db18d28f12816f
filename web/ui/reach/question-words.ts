/** A question about packets in words. Pure. */
import type { PacketsQuestion } from '../../worker/prover-protocol.ts';

const PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [1, 'ICMP'],
  [6, 'TCP'],
  [17, 'UDP'],
  [58, 'ICMPv6'],
  [132, 'SCTP'],
]);

/** `New TCP packets from 10.8.0.0/24 to port 22 of this node`. */
export function questionWords(question: PacketsQuestion): string {
  const { origin, addressed, protocol, iif, oif, state, src, dst, dport } = question;
  const kind = protocol === null ? '' : `${PROTOCOLS.get(protocol) ?? `protocol ${protocol}`} `;
  const head = state === null ? `${kind}packets` : `${state} ${kind}packets`;
  const ports = dport && (dport[0] === dport[1] ? `port ${dport[0]}` : `ports ${dport[0]} to ${dport[1]}`);
  const where = dst === null ? null : host(dst);
  const to =
    addressed === 'node' && origin === 'received'
      ? `${ports ? `${ports} of ` : ''}this node${where ? ` at ${where}` : ''}`
      : [where, ports].filter((part) => part !== null).join(' ');
  const parts = [
    head,
    ...(src === null ? [] : [`from ${host(src)}`]),
    ...(to === '' ? [] : [`to ${to}`]),
    ...(addressed === 'others' && dst === null ? ['to others'] : []),
    ...(origin === 'sent' ? ['that the node sends'] : []),
    ...(iif !== null
      ? [`that come in by ${iif}`]
      : origin === 'received' && addressed !== 'node'
        ? ['that come in']
        : []),
    ...(oif === null ? [] : [`and leave by ${oif}`]),
  ];
  const text = parts.join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A network of one is an address. */
function host(network: string): string {
  return network.replace(network.includes(':') ? /\/128$/ : /\/32$/, '');
}
