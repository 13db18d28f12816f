/**
 * A packet from JSON: read, checked, completed. The fields are those of the command line's `--packet` and of recorded cases; what is impossible (a port
 * on ICMP, an IPv6 address in an IPv4 packet) is said at its field, what was filled in is told as a note.
 */
import { parseIpv4, parseIpv6, parseMac } from '../base/address.ts';
import { ICMP_TYPES, ICMPV6_TYPES, PROTOCOLS, type Symbols, TCP_FLAGS } from '../model/constants.ts';
import { hasPorts } from './facts.ts';
import { type AddressFamily, type ConnectionState, NOTHING_OPEN, PROTOCOL, type TracePacket } from './packet.ts';
import { packetLength } from './packet-bytes.ts';
import { isLoopback, isMulticast } from './routing.ts';

export interface PacketProblem {
  readonly severity: 'error' | 'note';
  /** The JSON field. */
  readonly field: string;
  readonly message: string;
}

export interface PacketReading {
  /** null where a problem is an error. */
  readonly packet: TracePacket | null;
  readonly problems: readonly PacketProblem[];
}

export type PacketJson = Readonly<Record<string, unknown>>;

const STATES: readonly ConnectionState[] = ['new', 'established', 'related', 'invalid', 'untracked'];

/** Never throws. Cost: constant. */
export function readPacket(json: PacketJson): PacketReading {
  const reader = new PacketReader(json);
  const packet = reader.read();
  const failed = reader.problems.some(({ severity }) => severity === 'error');
  return { packet: failed ? null : packet, problems: reader.problems };
}

class PacketReader {
  readonly problems: PacketProblem[] = [];

  constructor(private readonly json: PacketJson) {}

  read(): TracePacket {
    const family = this.family();
    const protocol = this.protocol(family);
    const dst = this.address('dst', family) ?? 0;
    const path = this.path(dst);
    const own = path === 'output';
    const state = this.state();
    const packet: TracePacket = {
      family,
      path,
      iif: own ? null : this.name('iif'),
      oif: this.outgoing(path, dst),
      bridge: this.name('bridge'),
      src: this.source(family, own, dst),
      dst,
      protocol,
      ...this.transport(protocol, state),
      mark: this.number('mark', 0xffffffff) ?? 0,
      ttl: this.number('ttl', 255) ?? 64,
      ...this.trafficClass(),
      length: null,
      fragmentOffset: this.number('fragmentOffset', 0x1fff) ?? 0,
      mss: this.number('mss', 0xffff),
      smac: this.mac('smac'),
      dmac: this.mac('dmac'),
      vlan: this.number('vlan', 4095),
      uid: this.number('uid', 0xffffffff),
      gid: this.number('gid', 0xffffffff),
      state,
      direction: this.text('ctDirection') === 'reply' ? 'reply' : 'original',
      ctMark: this.number('ctMark', 0xffffffff),
      badChecksum: this.json['badChecksum'] === true,
      open: NOTHING_OPEN,
    };
    this.checkInterfaces(packet);
    const payload = this.payloadLength();
    const length = this.number('length', 0xffff) ?? packetLength(packet, payload);
    return { ...packet, length, mss: packet.mss ?? defaultMss(packet) };
  }

  // Fields ---------------------------------------------------------------------------------------------------------------------

  private error(field: string, message: string): null {
    this.problems.push({ severity: 'error', field, message });
    return null;
  }

  private note(field: string, message: string): void {
    this.problems.push({ severity: 'note', field, message });
  }

  private given(field: string): unknown {
    const value = this.json[field];
    return value === null || value === '' ? undefined : value;
  }

  private text(field: string): string | null {
    const value = this.given(field);
    if (value === undefined) return null;
    return typeof value === 'string' || typeof value === 'number'
      ? String(value)
      : this.error(field, `${field} is no text.`);
  }

  /** Decimal or 0x; null where it is not given. */
  private number(field: string, max: number): number | null {
    const text = this.text(field);
    if (text === null) return null;
    const number = /^(0x[0-9a-f]+|[0-9]+)$/i.test(text) ? Number(text) : Number.NaN;
    if (Number.isInteger(number) && number <= max) return number;
    return this.error(field, `${field} is “${text}”: a whole number from 0 to ${max} is wanted.`);
  }

  private name(field: string): string | null {
    const name = this.text(field);
    if (name === null) return null;
    if (/^[^\s/]{1,15}$/.test(name)) return name;
    return this.error(field, `“${name}” is no name of an interface (1 to 15 characters, no blank, no /).`);
  }

  private mac(field: string): bigint | null {
    const text = this.text(field);
    if (text === null) return null;
    return parseMac(text) ?? this.error(field, `“${text}” is no MAC address.`);
  }

  // What the packet is ---------------------------------------------------------------------------------------------------------

  private family(): AddressFamily {
    const written = this.text('family');
    if (written !== null) {
      if (/^(4|ip|ipv4)$/i.test(written)) return 'ip';
      if (/^(6|ip6|ipv6)$/i.test(written)) return 'ip6';
      this.error('family', `“${written}” is no address family: 4 and 6 are.`);
    }
    const sample = this.text('dst') ?? this.text('src') ?? '';
    return sample.includes(':') ? 'ip6' : 'ip';
  }

  private address(field: string, family: AddressFamily): number | bigint | null {
    const text = this.text(field);
    if (text === null) {
      return this.error(
        field,
        `${field} is needed: the packet’s ${field === 'dst' ? 'destination' : 'source'} address.`,
      );
    }
    const v4 = parseIpv4(text);
    const v6 = v4 < 0 ? parseIpv6(text) : null;
    if (v4 < 0 && v6 === null) return this.error(field, `“${text}” is no address.`);
    if (family === 'ip' && v4 < 0) return this.error(field, `${text} is an IPv6 address in an IPv4 packet.`);
    if (family === 'ip6' && v4 >= 0) return this.error(field, `${text} is an IPv4 address in an IPv6 packet.`);
    return v4 >= 0 ? v4 : v6;
  }

  private source(family: AddressFamily, own: boolean, dst: number | bigint): number | bigint {
    if (this.text('src') === null && own && isLoopback(dst)) {
      this.note('src', 'The source is taken to be the loopback address.');
      return family === 'ip' ? 0x7f000001 : 1n;
    }
    const src = this.address('src', family) ?? (family === 'ip' ? 0 : 0n);
    if (isMulticast(src)) this.error('src', 'A multicast address is no source.');
    return src;
  }

  private protocol(family: AddressFamily): number {
    const written = this.text('proto') ?? this.text('protocol');
    if (written === null) {
      this.note('proto', 'The protocol is taken to be tcp.');
      return PROTOCOL.tcp;
    }
    const number = /^[0-9]+$/.test(written) ? Number(written) : PROTOCOLS.byName.get(written.toLowerCase());
    if (number === undefined || number > 255) {
      this.error('proto', `“${written}” is no IP protocol that nfscope knows by name.`);
      return PROTOCOL.tcp;
    }
    if (number === PROTOCOL.icmp && family === 'ip6') this.error('proto', 'An IPv6 packet has icmpv6, not icmp.');
    if (number === PROTOCOL.icmpv6 && family === 'ip') this.error('proto', 'An IPv4 packet has icmp, not icmpv6.');
    return number;
  }

  private state(): ConnectionState {
    const written = (this.text('ctstate') ?? 'new').toLowerCase();
    const state = STATES.find((each) => each === written);
    if (!state) this.error('ctstate', `“${written}” is no connection state: ${STATES.join(', ')}.`);
    return state ?? 'new';
  }

  private path(dst: number | bigint): TracePacket['path'] {
    const written = this.text('path');
    const { iif, oif } = { iif: this.text('iif'), oif: this.text('oif') };
    const loops = (written === 'input' && iif === 'lo') || (written === null && iif === 'lo');
    if (loops) return 'output';
    if (written === 'input' || written === 'forward' || written === 'output' || written === 'bridge') return written;
    if (written !== null) {
      this.error('path', `“${written}” is no path: input, forward, output and bridge are.`);
      return 'forward';
    }
    const guess =
      iif !== null && oif !== null ? 'forward' : iif !== null ? 'input' : oif !== null ? 'output' : 'forward';
    const path = guess === 'forward' && isLoopback(dst) ? 'output' : guess;
    this.note('path', `The path is taken to be ${path}, from the interfaces and addresses that are given.`);
    return path;
  }

  private outgoing(path: TracePacket['path'], dst: number | bigint): string | null {
    const looped = this.text('path') === 'input' && this.text('iif') === 'lo';
    if (looped || (path === 'output' && this.text('oif') === null && isLoopback(dst))) return 'lo';
    return this.name('oif');
  }

  private checkInterfaces({ path, iif, oif }: TracePacket): void {
    if ((path === 'forward' || path === 'bridge') && iif === null) {
      this.note('iif', 'The incoming interface is not given: rules that ask for it cannot be decided.');
    }
    if (path === 'input' && iif === null) {
      this.note('iif', 'The incoming interface is not given: rules that ask for it cannot be decided.');
    }
    if (path !== 'input' && oif === null) {
      this.note('oif', 'The outgoing interface is not given: rules that ask for it cannot be decided.');
    }
  }

  // Transport ------------------------------------------------------------------------------------------------------------------

  private transport(protocol: number, state: ConnectionState) {
    const tcp = protocol === PROTOCOL.tcp;
    const icmp = protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6;
    return {
      sport: this.port('sport', protocol, 40000),
      dport: this.port('dport', protocol, 80),
      tcpFlags: tcp ? this.tcpFlags(state) : this.only('tcpFlags', 'TCP'),
      icmpType: icmp ? this.icmpType(protocol) : this.only('icmpType', 'ICMP'),
      icmpCode: icmp ? (this.number('icmpCode', 255) ?? 0) : this.only('icmpCode', 'ICMP'),
      icmpId: icmp ? (this.number('icmpId', 0xffff) ?? 0x1234) : null,
      sctpChunk: protocol === PROTOCOL.sctp ? this.chunk(state) : this.only('sctpChunk', 'SCTP'),
    };
  }

  private only(field: string, protocol: string): null {
    if (this.given(field) !== undefined) this.error(field, `Only ${protocol} packets have ${field}.`);
    return null;
  }

  private port(field: string, protocol: number, fallback: number): number | null {
    const port = this.number(field, 0xffff);
    if (hasPorts(protocol)) {
      if (port === null && this.given(field) === undefined) this.note(field, `${field} is taken to be ${fallback}.`);
      return port ?? fallback;
    }
    if (port !== null) {
      const name = PROTOCOLS.byNumber.get(protocol) ?? `protocol ${protocol}`;
      this.error(field, `${name} has no ports: ${field} cannot be given.`);
    }
    return null;
  }

  private tcpFlags(state: ConnectionState): number {
    const written = this.given('tcpFlags');
    if (written === undefined || (Array.isArray(written) && written.length === 0))
      return state === 'established' ? 16 : 2;
    if (typeof written === 'number' && Number.isInteger(written) && written >= 0 && written < 256) return written;
    const flags = readFlags(Array.isArray(written) ? written.join(',') : String(written));
    return flags ?? this.error('tcpFlags', `“${String(written)}” are no TCP flags.`) ?? 2;
  }

  private icmpType(protocol: number): number {
    const written = this.text('icmpType') ?? 'echo-request';
    const number = numberOrName(written, protocol === PROTOCOL.icmp ? ICMP_TYPES : ICMPV6_TYPES);
    if (number !== null && number < 256) return number;
    this.error('icmpType', `“${written}” is no ICMP type.`);
    return 0;
  }

  private chunk(state: ConnectionState): number {
    const written = this.text('sctpChunk') ?? this.text('chunk');
    if (written === null) return state === 'established' ? 0 : 1;
    const number = /^[0-9]+$/.test(written) ? Number(written) : SCTP_CHUNKS.indexOf(written);
    if (number >= 0 && number < 256) return number;
    this.error('sctpChunk', `“${written}” is no SCTP chunk.`);
    return 1;
  }

  private trafficClass(): { dscp: number; ecn: number } {
    const tos = this.number('tos', 255);
    if (tos !== null) return { dscp: tos >> 2, ecn: tos & 3 };
    return { dscp: this.number('dscp', 63) ?? 0, ecn: this.number('ecn', 3) ?? 0 };
  }

  private payloadLength(): number {
    const payload = this.text('payload');
    return payload !== null ? payload.length / 2 : (this.number('payloadLen', 0xffff) ?? 0);
  }
}

const SCTP_CHUNKS =
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

/** A SYN says the usual segment size; other packets have no such option. */
function defaultMss({ protocol, tcpFlags }: TracePacket): number | null {
  if (protocol !== PROTOCOL.tcp) return null;
  return ((tcpFlags ?? 0) & 2) !== 0 ? 1460 : 0;
}
