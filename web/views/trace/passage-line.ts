/** A packet of the tracer in one line, as packet/line.ts writes a form. */
import type { TracePacket } from '../../kernel/packet.ts';
import { PROTOCOLS } from '../../model/constants.ts';
import { flagsText } from '../../packet/read.ts';
import { endText } from './changes.ts';

export function passageLine(packet: TracePacket): string {
  const { protocol, src, sport, dst, dport, tcpFlags, state, iif, oif, mark } = packet;
  const name = (PROTOCOLS.byNumber.get(protocol) ?? `protocol ${protocol}`).toUpperCase();
  const words = [name === 'IPV6-ICMP' ? 'ICMPv6' : name, endText(src, sport), '→', endText(dst, dport)];
  if (tcpFlags !== null) words.push(`${flagsText(tcpFlags).toUpperCase()},`);
  words.push('ct', state);
  if (iif !== null) words.push('in', iif);
  if (oif !== null) words.push('out', oif);
  if (mark !== 0) words.push('mark', `0x${mark.toString(16)}`);
  return words.join(' ');
}
