/** A witness packet in a few short lines, for a card. */

const FLAGS: readonly [number, string][] = [
  [2, 'SYN'],
  [16, 'ACK'],
  [1, 'FIN'],
  [4, 'RST'],
  [8, 'PSH'],
  [32, 'URG'],
];

/** `TCP 10.244.1.7:40000`, `→ 10.244.2.9:8080 SYN, ct new`, `in cali1234 out eth0`. */
export function witnessLines(packet: Readonly<Record<string, unknown>>): string[] {
  const text = (field: string): string => {
    const value = packet[field];
    return value === undefined || value === null ? '' : String(value);
  };
  const end = (address: string, port: string) =>
    port === '' ? address : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  const flags = text('tcpFlags') === '' ? '' : flagWords(text('tcpFlags'));
  const icmp =
    text('icmpType') === ''
      ? ''
      : `type ${text('icmpType')}${text('icmpCode') === '' ? '' : ` code ${text('icmpCode')}`}`;
  const state = `ct ${text('ctstate') === '' ? 'new' : text('ctstate')}`;
  const mark = text('mark') === '' || Number(text('mark')) === 0 ? '' : `mark 0x${Number(text('mark')).toString(16)}`;
  const ctMark = text('ctMark') === '' ? '' : `ct mark 0x${Number(text('ctMark')).toString(16)}`;
  const ways = [
    text('iif') === '' ? 'from the node' : `in ${text('iif')}`,
    text('path') === 'input' ? 'to the node' : text('oif') === '' ? '' : `out ${text('oif')}`,
    mark,
    ctMark,
  ];
  return [
    `${protocolWords(text('proto'))} ${end(text('src'), text('sport'))}`,
    `→ ${end(text('dst'), text('dport'))} ${[flags, icmp, state].filter((part) => part !== '').join(', ')}`,
    ways.filter((part) => part !== '').join(' '),
  ];
}

function protocolWords(proto: string): string {
  return /^\d+$/.test(proto) ? `protocol ${proto}` : proto.toUpperCase();
}

function flagWords(text: string): string {
  const flags = Number(text);
  if (!Number.isInteger(flags)) return text.toUpperCase();
  const names = FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  return names.length === 0 ? 'no flags' : names.join('+');
}
