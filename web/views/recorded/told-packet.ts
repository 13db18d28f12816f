/** The packet of a kernel trace as a form: what its first line tells. */
import { formatIp, ipAddress } from '../../base/ip.ts';
import { ICMP_TYPES, ICMPV6_TYPES, PROTOCOLS } from '../../model/constants.ts';
import { askedTransport } from '../../model/dependencies.ts';
import type { Scalar } from '../../model/expression.ts';
import type { Statement } from '../../model/statement.ts';
import type { PacketFields, Trace, TraceEvent } from '../../model/trace.ts';
import { type PacketForm, tidyForm } from '../../packet/form.ts';
import { plainPacketLine } from '../../packet/line.ts';
import { flagsText } from '../../packet/read.ts';

/** The fields that an event tells of the packet; null where it tells none. */
export function fieldsOf(event: TraceEvent): PacketFields | null {
  return (event.kind === 'packet' || event.kind === 'number') && event.fields.size > 0 ? event.fields : null;
}

/** All that is told before the packet changes; null where nothing is. */
export function firstFields({ events }: Trace): PacketFields | null {
  for (const event of events) {
    const fields = fieldsOf(event);
    if (fields) return fields;
  }
  return null;
}

/**
 * Without the packet's way and its connection's state, which no line tells for certain. Null where it is no IP packet (a bridge's frame that is not
 * read, ARP) or its addresses are not told. `protocol`: taken where the trace tells none.
 */
export function toldForm(trace: Trace, protocol = protocolsOf(trace)[0] ?? RAW): PacketForm | null {
  const fields = firstFields(trace);
  if (!fields) return null;
  const six = fields.has('ip6 saddr');
  const [src, dst] = [
    addressIn(fields, six ? 'ip6 saddr' : 'ip saddr'),
    addressIn(fields, six ? 'ip6 daddr' : 'ip daddr'),
  ];
  if (src === null || dst === null) return null;
  const form: Record<string, string | undefined> = {
    family: six ? '6' : '4',
    proto: PROTOCOLS.byNumber.get(protocol) ?? String(protocol),
    src,
    dst,
    ...transportIn(fields, protocol),
    iif: textIn(fields, 'meta iifname'),
    mark: hexIn(fields, 'meta mark'),
    ttl: textIn(fields, six ? 'ip6 hoplimit' : 'ip ttl'),
    dscp:
      numberIn(fields, six ? 'ip6 dscp' : 'ip dscp') === 0 ? undefined : textIn(fields, six ? 'ip6 dscp' : 'ip dscp'),
    length: lengthIn(fields, six),
  };
  return tidyForm(
    Object.fromEntries(Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  );
}

/** The interface that it leaves by, as soon as that is told. */
export function toldOutgoing({ events }: Trace): string | null {
  for (const event of events) {
    const name = fieldsOf(event)?.get('meta oifname');
    if (typeof name === 'string' && name !== '') return name;
  }
  return null;
}

export function toldLine(trace: Trace): string {
  const form = toldForm(trace);
  if (form) return plainPacketLine(form);
  const fields = firstFields(trace);
  const words = fields ? [...fields].slice(0, 4).map(([name, value]) => `${name} ${String(value)}`) : [];
  return words.length === 0 ? 'a packet of which nothing is told' : words.join(' ');
}

function transportIn(fields: PacketFields, protocol: number): Record<string, string | undefined> {
  if (protocol === 1 || protocol === 58) {
    const name = protocol === 1 ? 'icmp' : 'icmpv6';
    const type = numberIn(fields, `${name} type`);
    const names = protocol === 1 ? ICMP_TYPES : ICMPV6_TYPES;
    return {
      icmpType: type === null ? undefined : (names.byNumber.get(type) ?? String(type)),
      icmpCode: textIn(fields, `${name} code`),
    };
  }
  const flags = numberIn(fields, 'tcp flags');
  return {
    sport: portIn(fields, 'sport'),
    dport: portIn(fields, 'dport'),
    tcpFlags: protocol === 6 && flags !== null ? flagsText(flags) : undefined,
  };
}

const TRANSPORTS = ['tcp', 'udp', 'sctp', 'dccp', 'udplite', 'th'];

/** Protocols with ports but without flags, and those without ports; what is met most comes first. */
const FLAGLESS = [17, 132, 136, 33];
const PORTLESS = { ip: [1, 4, 47, 50, 2], ip6: [58, 4, 47, 50] } as const;
/** Kernel: IPPROTO_RAW, which no packet has. */
const RAW = 255;

/**
 * Protocols that the packet may have, the likeliest first; one where it is told. xtables-monitor tells none, but TCP's flags and the ports of those that
 * have some: a rule that the packet matched may have asked for it.
 */
export function protocolsOf(trace: Trace): readonly number[] {
  const fields = firstFields(trace);
  const said = fields ? protocolIn(fields) : null;
  if (!fields || said !== null) return [said ?? RAW];
  for (const event of trace.events) {
    const asked = event.kind === 'rule' && event.body ? askedBy(event.body, event.place.family) : null;
    if (asked !== null) return [asked];
  }
  return fields.has('th dport') ? FLAGLESS : PORTLESS[fields.has('ip6 saddr') ? 'ip6' : 'ip'];
}

function askedBy(body: readonly Statement[], family: string): number | null {
  for (const statement of body) {
    const asked = statement.kind === 'match' ? askedTransport(statement, family) : null;
    if (asked !== null) return asked;
  }
  return null;
}

/** As the fields tell it; null where they do not. */
export function protocolIn(fields: PacketFields): number | null {
  const said = numberIn(fields, 'meta l4proto') ?? numberIn(fields, 'ip protocol') ?? numberIn(fields, 'ip6 nexthdr');
  if (said !== null) return said;
  for (const [word, protocol] of [
    ['tcp ', 6],
    ['udp ', 17],
    ['icmp ', 1],
    ['icmpv6 ', 58],
    ['sctp ', 132],
  ] as const) {
    if ([...fields.keys()].some((name) => name.startsWith(word))) return protocol;
  }
  return null;
}

function portIn(fields: PacketFields, which: 'sport' | 'dport'): string | undefined {
  for (const transport of TRANSPORTS) {
    const port = textIn(fields, `${transport} ${which}`);
    if (port !== undefined) return port;
  }
  return undefined;
}

export function addressIn(fields: PacketFields, name: string): string | null {
  const value = fields.get(name);
  return typeof value === 'number' || typeof value === 'bigint' ? formatIp(ipAddress(asAddress(value, name))) : null;
}

/** IPv6 addresses are bigints also where they are small. */
export function asAddress(value: number | bigint, name: string): number | bigint {
  return name.startsWith('ip6') ? BigInt(value) : Number(value);
}

export function numberIn(fields: PacketFields, name: string): number | null {
  const value: Scalar | undefined = fields.get(name);
  return typeof value === 'number' ? value : null;
}

function textIn(fields: PacketFields, name: string): string | undefined {
  const value = fields.get(name);
  return value === undefined || value === '' ? undefined : String(value);
}

function hexIn(fields: PacketFields, name: string): string | undefined {
  const value = numberIn(fields, name);
  return value === null || value === 0 ? undefined : `0x${value.toString(16)}`;
}

/** Of the whole packet: an IPv6 header tells what follows it. */
function lengthIn(fields: PacketFields, six: boolean): string | undefined {
  const length = numberIn(fields, six ? 'ip6 length' : 'ip length');
  return length === null ? undefined : String(six ? length + 40 : length);
}
