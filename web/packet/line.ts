/** A packet in one line, as lists and headings write it. */
import { PROTOCOLS } from '../model/constants.ts';
import { applies, effective, hasPorts, isIcmp, type PacketForm, protocolOf, textOf } from './form.ts';

/** `TCP 10.244.1.7:40000 → 10.96.41.9:443 SYN, ct new in cali1234`; `?` for an address that is missing. */
export function packetLine(form: PacketForm): string {
  return lineOf(form, ['ct', effective(form, 'ctstate')]);
}

/** As packetLine, of a packet whose connection nobody knows. */
export function plainPacketLine(form: PacketForm): string {
  return lineOf(form, []);
}

function lineOf(form: PacketForm, state: readonly string[]): string {
  const protocol = protocolOf(form);
  const name = (PROTOCOLS.byNumber.get(protocol ?? -1) ?? effective(form, 'proto')).toUpperCase();
  const words = [
    name === 'IPV6-ICMP' ? 'ICMPv6' : name,
    endPoint(form, 'src', 'sport'),
    '→',
    endPoint(form, 'dst', 'dport'),
  ];
  const comma = state.length > 0 ? ',' : '';
  if (protocol === 6) words.push(`${effective(form, 'tcpFlags').toUpperCase()}${comma}`);
  else if (protocol !== null && isIcmp(protocol)) words.push(`${effective(form, 'icmpType')}${comma}`);
  words.push(...state);
  for (const [field, word] of [
    ['iif', 'in'],
    ['oif', 'out'],
  ] as const) {
    if (applies(field, form) && textOf(form, field) !== '') words.push(word, textOf(form, field));
  }
  if (textOf(form, 'mark') !== '') words.push('mark', textOf(form, 'mark'));
  return words.join(' ');
}

function endPoint(form: PacketForm, address: 'src' | 'dst', port: 'sport' | 'dport'): string {
  const text = textOf(form, address) || '?';
  const protocol = protocolOf(form);
  const number = protocol !== null && hasPorts(protocol) ? effective(form, port) : '';
  if (number === '') return text;
  return text.includes(':') ? `[${text}]:${number}` : `${text}:${number}`;
}
