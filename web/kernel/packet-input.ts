/**
 * A packet from JSON: read, checked, completed. The fields are those of the command line's `--packet` and of recorded cases; what is impossible (a port
 * on ICMP, an IPv6 address in an IPv4 packet) is said at its field, what was filled in is told as a note.
 */
import { PROTOCOLS } from '../model/constants.ts';
import { stateOfLonePacket } from './conntrack.ts';
import { type AddressFamily, type ConnectionState, NOTHING_OPEN, PROTOCOL, type TracePacket } from './packet.ts';
import { packetLength } from './packet-bytes.ts';
import { FieldReader, type PacketJson, type PacketProblem } from './packet-fields.ts';
import { readTransport } from './packet-transport.ts';
import { isLoopback, isMulticast } from './routing.ts';
import { readPrefix, readTopology } from './topology-input.ts';

export interface PacketReading {
  /** null where a problem is an error. */
  readonly packet: TracePacket | null;
  readonly problems: readonly PacketProblem[];
}

const STATES: readonly ConnectionState[] = ['new', 'established', 'related', 'invalid', 'untracked'];

/** Never throws. Cost: constant. */
export function readPacket(json: PacketJson): PacketReading {
  const reader = new FieldReader(json);
  const arp = /^arp$/i.test(String(json['family'] ?? '')) || /^arp$/i.test(String(json['proto'] ?? ''));
  const packet = arp ? readArp(reader) : readIp(reader);
  const failed = reader.problems.some(({ severity }) => severity === 'error');
  return { packet: failed ? null : packet, problems: reader.problems };
}

/** What all packets have alike where nothing is said. */
function plain(reader: FieldReader) {
  return {
    bridge: reader.interfaceName('bridge'),
    mark: reader.number('mark', 0xffffffff) ?? 0,
    smac: reader.mac('smac'),
    dmac: reader.mac('dmac'),
    vlan: reader.number('vlan', 4095),
    uid: reader.number('uid', 0xffffffff),
    gid: reader.number('gid', 0xffffffff),
    ctMark: reader.number('ctMark', 0xffffffff),
    open: NOTHING_OPEN,
  } as const;
}

function readIp(reader: FieldReader): TracePacket {
  const family = familyOf(reader);
  const protocol = protocolOf(reader, family);
  const dst = reader.address('dst', family) ?? 0;
  const path = pathOf(reader, dst);
  const own = path === 'output';
  const state = stateOf(reader);
  const packet: TracePacket = {
    ...plain(reader),
    family,
    path,
    iif: own ? null : reader.interfaceName('iif'),
    oif: outgoing(reader, path, dst),
    src: source(reader, family, own, dst),
    dst,
    arp: null,
    protocol,
    ...readTransport(reader, protocol, state),
    ttl: reader.number('ttl', 255) ?? 64,
    ...trafficClass(reader),
    length: null,
    fragmentOffset: reader.number('fragmentOffset', 0x1fff) ?? 0,
    mss: reader.number('mss', 0xffff),
    state,
    direction: reader.text('ctDirection') === 'reply' ? 'reply' : 'original',
    badChecksum: reader.json['badChecksum'] === true,
  };
  checkInterfaces(reader, packet);
  const length = reader.number('length', 0xffff) ?? packetLength(packet, payloadLength(reader));
  const badChecksum = packet.badChecksum || isInvalidByChecksum(packet);
  return { ...packet, length, mss: packet.mss ?? defaultMss(packet), badChecksum };
}

/** What would open a connection, and keeps no account of where it is in one, is invalid only where its checksum is wrong. */
function isInvalidByChecksum(packet: TracePacket): boolean {
  if (packet.state !== 'invalid' || packet.path === 'output' || packet.protocol === PROTOCOL.tcp) return false;
  return packet.protocol !== PROTOCOL.sctp && stateOfLonePacket(packet, 'prerouting') === 'new';
}

const ARP_OPERATIONS = ['', 'request', 'reply'];

/** RFC 826, of IPv4 addresses. */
function readArp(reader: FieldReader): TracePacket {
  const written = reader.text('arp') ?? 'request';
  const operation = ARP_OPERATIONS.indexOf(written) > 0 ? ARP_OPERATIONS.indexOf(written) : Number(written);
  if (!(operation >= 1 && operation <= 0xffff)) {
    reader.error('arp', `“${written}” is no ARP operation: request and reply are.`);
  }
  for (const field of ['sport', 'dport', 'tcpFlags', 'icmpType', 'ttl', 'ctstate']) reader.only(field, 'IP');
  const own = reader.text('path') === 'output' || (reader.text('path') === null && reader.text('iif') === null);
  return {
    ...plain(reader),
    family: 'ip',
    path: own ? 'output' : 'input',
    iif: own ? null : reader.interfaceName('iif'),
    oif: own ? reader.interfaceName('oif') : null,
    src: reader.address('src', 'ip') ?? 0,
    dst: reader.address('dst', 'ip') ?? 0,
    arp: operation,
    protocol: 0,
    sport: null,
    dport: null,
    tcpFlags: null,
    icmpType: null,
    icmpCode: null,
    icmpId: null,
    sctpChunk: null,
    ttl: 0,
    dscp: 0,
    ecn: 0,
    length: null,
    fragmentOffset: 0,
    mss: null,
    state: 'untracked',
    direction: 'original',
    badChecksum: false,
  };
}

// What the packet is -----------------------------------------------------------------------------------------------------------

function familyOf(reader: FieldReader): AddressFamily {
  const written = reader.text('family');
  if (written !== null) {
    if (/^(4|ip|ipv4)$/i.test(written)) return 'ip';
    if (/^(6|ip6|ipv6)$/i.test(written)) return 'ip6';
    reader.error('family', `“${written}” is no address family: 4 and 6 are.`);
  }
  const sample = reader.text('dst') ?? reader.text('src') ?? '';
  return sample.includes(':') ? 'ip6' : 'ip';
}

function source(reader: FieldReader, family: AddressFamily, own: boolean, dst: number | bigint): number | bigint {
  if (reader.text('src') === null && own && isLoopback(dst)) {
    reader.note('src', 'The source is taken to be the loopback address.');
    return family === 'ip' ? 0x7f000001 : 1n;
  }
  const src = reader.address('src', family) ?? (family === 'ip' ? 0 : 0n);
  if (isMulticast(src)) reader.error('src', 'A multicast address is no source.');
  return src;
}

function protocolOf(reader: FieldReader, family: AddressFamily): number {
  const written = reader.text('proto') ?? reader.text('protocol');
  if (written === null) {
    reader.note('proto', 'The protocol is taken to be tcp.');
    return PROTOCOL.tcp;
  }
  const number = /^[0-9]+$/.test(written) ? Number(written) : PROTOCOLS.byName.get(written.toLowerCase());
  if (number === undefined || number > 255) {
    reader.error('proto', `“${written}” is no IP protocol that nfscope knows by name.`);
    return PROTOCOL.tcp;
  }
  if (number === PROTOCOL.icmp && family === 'ip6') reader.error('proto', 'An IPv6 packet has icmpv6, not icmp.');
  if (number === PROTOCOL.icmpv6 && family === 'ip') reader.error('proto', 'An IPv4 packet has icmp, not icmpv6.');
  return number;
}

function stateOf(reader: FieldReader): ConnectionState {
  const written = (reader.text('ctstate') ?? 'new').toLowerCase();
  const state = STATES.find((each) => each === written);
  if (!state) reader.error('ctstate', `“${written}” is no connection state: ${STATES.join(', ')}.`);
  return state ?? 'new';
}

// Where it goes ----------------------------------------------------------------------------------------------------------------

function pathOf(reader: FieldReader, dst: number | bigint): TracePacket['path'] {
  const written = reader.text('path');
  const { iif, oif } = { iif: reader.text('iif'), oif: reader.text('oif') };
  const loops = (written === 'input' && iif === 'lo') || (written === null && iif === 'lo');
  if (loops) return 'output';
  if (written === 'input' || written === 'forward' || written === 'output' || written === 'bridge') return written;
  if (written !== null) {
    reader.error('path', `“${written}” is no path: input, forward, output and bridge are.`);
    return 'forward';
  }
  const path = guessedPath(reader, dst, iif, oif);
  reader.note('path', `The path is taken to be ${path}, from the interfaces and addresses that are given.`);
  return path;
}

/** The node's own addresses decide where they are given, then the interfaces. */
function guessedPath(
  reader: FieldReader,
  dst: number | bigint,
  iif: string | null,
  oif: string | null,
): 'input' | 'forward' | 'output' {
  const own = ownAddresses(reader.json);
  if (own.has(addressIn(reader.text('src')))) return 'output';
  if (own.has(dst)) return 'input';
  if (iif !== null) return oif === null ? 'input' : 'forward';
  return oif !== null || isLoopback(dst) ? 'output' : 'forward';
}

/** What `topology` and `local` say; whoever reads them in earnest says what is wrong with them. */
function ownAddresses({ topology, local }: PacketJson): ReadonlySet<number | bigint | null> {
  const listed: unknown[] = Array.isArray(local) ? local : [local];
  const given = listed.map((each) => (typeof each === 'string' ? addressIn(each) : null));
  const known = readTopology(topology)?.addresses.map(({ address }) => address) ?? [];
  return new Set([...given.filter((each) => each !== null), ...known]);
}

function addressIn(text: string | null): number | bigint | null {
  return text === null ? null : (readPrefix(text)?.address ?? null);
}

function outgoing(reader: FieldReader, path: TracePacket['path'], dst: number | bigint): string | null {
  const looped = reader.text('path') === 'input' && reader.text('iif') === 'lo';
  if (looped || (path === 'output' && reader.text('oif') === null && isLoopback(dst))) return 'lo';
  return reader.interfaceName('oif');
}

function checkInterfaces(reader: FieldReader, { path, iif, oif }: TracePacket): void {
  const missing = (field: string, which: string) =>
    reader.note(field, `The ${which} interface is not given: rules that ask for it cannot be decided.`);
  if (path !== 'output' && iif === null) missing('iif', 'incoming');
  if (path !== 'input' && oif === null) missing('oif', 'outgoing');
  const given = reader.text('iif');
  if (path === 'output' && given !== null && given !== 'lo') {
    reader.note('iif', 'A packet that the node sends has no incoming interface: it is not used.');
  }
  if (path !== 'output' && (reader.given('uid') !== undefined || reader.given('gid') !== undefined)) {
    reader.note('uid', 'Only packets that the node sends have a sender’s user: it is not used.');
  }
}

function trafficClass(reader: FieldReader): { dscp: number; ecn: number } {
  const tos = reader.number('tos', 255);
  if (tos !== null) return { dscp: tos >> 2, ecn: tos & 3 };
  return { dscp: reader.number('dscp', 63) ?? 0, ecn: reader.number('ecn', 3) ?? 0 };
}

function payloadLength(reader: FieldReader): number {
  const payload = reader.text('payload');
  return payload !== null ? payload.length / 2 : (reader.number('payloadLen', 0xffff) ?? 0);
}

/** A SYN says the usual segment size; other packets have no such option. */
function defaultMss({ protocol, tcpFlags }: TracePacket): number | null {
  if (protocol !== PROTOCOL.tcp) return null;
  return ((tcpFlags ?? 0) & 2) !== 0 ? 1460 : 0;
}
