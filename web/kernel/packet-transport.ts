/** The transport header of a packet's JSON: ports, TCP's flags, ICMP's type, SCTP's chunk. */
import { ICMP_TYPES, ICMPV6_TYPES, PROTOCOLS, type Symbols, TCP_FLAGS } from '../model/constants.ts';
import { hasPorts } from './facts.ts';
import { type ConnectionState, PROTOCOL, type TracePacket } from './packet.ts';
import type { FieldReader } from './packet-fields.ts';

type Transport = Pick<TracePacket, 'sport' | 'dport' | 'tcpFlags' | 'icmpType' | 'icmpCode' | 'icmpId' | 'sctpChunk'>;

const FIRST_PORT = 40000;
const HTTP = 80;
const ECHO_ID = 0x1234;

/** What is missing is filled in as a client's first packet would have it. */
export function readTransport(reader: FieldReader, protocol: number, state: ConnectionState): Transport {
  const tcp = protocol === PROTOCOL.tcp;
  const icmp = protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6;
  return {
    sport: port(reader, 'sport', protocol, FIRST_PORT),
    dport: port(reader, 'dport', protocol, HTTP),
    tcpFlags: tcp ? tcpFlags(reader, state) : reader.only('tcpFlags', 'TCP'),
    icmpType: icmp ? icmpType(reader, protocol) : reader.only('icmpType', 'ICMP'),
    icmpCode: icmp ? (reader.number('icmpCode', 255) ?? 0) : reader.only('icmpCode', 'ICMP'),
    icmpId: icmp ? (reader.number('icmpId', 0xffff) ?? ECHO_ID) : reader.only('icmpId', 'ICMP'),
    sctpChunk: protocol === PROTOCOL.sctp ? chunk(reader, state) : reader.only('sctpChunk', 'SCTP'),
  };
}

function port(reader: FieldReader, field: string, protocol: number, fallback: number): number | null {
  const given = reader.number(field, 0xffff);
  if (hasPorts(protocol)) {
    if (given === null && reader.given(field) === undefined) {
      reader.note(field, `${field} is taken to be ${fallback}.`);
    }
    return given ?? fallback;
  }
  if (given !== null) {
    const name = PROTOCOLS.byNumber.get(protocol) ?? `protocol ${protocol}`;
    reader.error(field, `${name} has no ports: ${field} cannot be given.`);
  }
  return null;
}

const SYN = 2;
const ACK = 16;

function tcpFlags(reader: FieldReader, state: ConnectionState): number {
  const written = reader.given('tcpFlags');
  if (written === undefined || (Array.isArray(written) && written.length === 0)) {
    return state === 'established' ? ACK : SYN;
  }
  if (typeof written === 'number' && Number.isInteger(written) && written >= 0 && written < 256) return written;
  const flags = readFlags(Array.isArray(written) ? written.join(',') : String(written));
  return flags ?? reader.error('tcpFlags', `“${String(written)}” are no TCP flags.`) ?? SYN;
}

function icmpType(reader: FieldReader, protocol: number): number {
  const written = reader.text('icmpType') ?? 'echo-request';
  const number = numberOrName(written, protocol === PROTOCOL.icmp ? ICMP_TYPES : ICMPV6_TYPES);
  if (number !== null && number < 256) return number;
  reader.error('icmpType', `“${written}” is no ICMP type.`);
  return 0;
}

function chunk(reader: FieldReader, state: ConnectionState): number {
  const written = reader.text('sctpChunk') ?? reader.text('chunk');
  if (written === null) return state === 'established' ? 0 : 1;
  const number = /^[0-9]+$/.test(written) ? Number(written) : SCTP_CHUNKS.indexOf(written);
  if (number >= 0 && number < 256) return number;
  reader.error('sctpChunk', `“${written}” is no SCTP chunk.`);
  return 1;
}

/** RFC 9260, by number. */
export const SCTP_CHUNKS: readonly string[] =
  'data init init-ack sack heartbeat heartbeat-ack abort shutdown shutdown-ack error cookie-echo cookie-ack ecne cwr shutdown-complete'.split(
    ' ',
  );

function numberOrName(text: string, symbols: Symbols): number | null {
  if (/^[0-9]+$/.test(text)) return Number(text);
  return symbols.byName.get(text) ?? null;
}

const FLAG_LETTERS = 'FSRPAUEC';
const MORE_FLAGS: ReadonlyMap<string, number> = new Map([
  ['none', 0],
  ['ece', 64],
]);

/** `syn,ack`, `SA`, `syn|ack`; null where a word is no flag. */
function readFlags(text: string): number | null {
  if (/^[FSRPAUEC]+$/.test(text)) {
    let flags = 0;
    for (const letter of text) flags |= 1 << FLAG_LETTERS.indexOf(letter);
    return flags;
  }
  let flags = 0;
  for (const word of text.toLowerCase().split(/[,|+ ]+/)) {
    if (word === '') continue;
    const flag = TCP_FLAGS.byName.get(word) ?? MORE_FLAGS.get(word);
    if (flag === undefined) return null;
    flags |= flag;
  }
  return flags;
}
