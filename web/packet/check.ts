/**
 * What is wrong with a packet, said at the field: errors keep it from being traced, notes say what is unusual. Pure and immediate, so that it runs
 * while somebody types.
 */
import { formatIp, type IpAddress, isLoopback, isNobody, parseIp, parseNetwork } from '../base/ip.ts';
import { PROTOCOLS } from '../model/constants.ts';
import {
  applies,
  CT_STATES,
  effective,
  familyOf,
  hasPorts,
  ICMP,
  ICMPV6,
  PACKET_FIELDS,
  PACKET_PATHS,
  type PacketField,
  type PacketForm,
  pathOf,
  protocolOf,
  TCP,
  textOf,
} from './form.ts';
import { nearest } from './nearest.ts';
import { readDscp, readFlags, readIcmpType, readMark, readNumber, readPort } from './read.ts';

export interface FieldNote {
  readonly field: PacketField;
  readonly severity: 'error' | 'note';
  readonly message: string;
  /** What would mend it, if one thing would. */
  readonly fix?: { readonly label: string; readonly form: PacketForm };
}

/** What the dump knows that a field may be compared with. */
export interface CheckFacts {
  /** Names, and stems of wildcards with `*` behind them. */
  readonly interfaces: readonly string[];
  readonly addresses: readonly IpAddress[];
}

export const NO_FACTS: CheckFacts = { interfaces: [], addresses: [] };

type Check = (form: PacketForm, text: string, facts: CheckFacts) => Omit<FieldNote, 'field'> | null;

const error = (message: string, fix?: FieldNote['fix']): Omit<FieldNote, 'field'> =>
  fix ? { severity: 'error', message, fix } : { severity: 'error', message };
const note = (message: string): Omit<FieldNote, 'field'> => ({ severity: 'note', message });

/** Errors and notes in the order of the fields, at most one per field. An empty address is an error: there is no packet without. */
export function checkForm(form: PacketForm, facts: CheckFacts = NO_FACTS): readonly FieldNote[] {
  return PACKET_FIELDS.flatMap((field) => {
    const text = textOf(form, field);
    const needed = field === 'src' || field === 'dst';
    if (text === '' && !needed) return [];
    const found = applies(field, form) ? CHECKS[field](form, text, facts) : misplaced(field, form);
    return found ? [{ field, ...found }] : [];
  });
}

export function hasErrors(notes: readonly FieldNote[]): boolean {
  return notes.some(({ severity }) => severity === 'error');
}

function misplaced(field: PacketField, form: PacketForm): Omit<FieldNote, 'field'> | null {
  const protocol = PROTOCOLS.byNumber.get(protocolOf(form) ?? -1)?.toUpperCase() ?? textOf(form, 'proto');
  const without: PacketForm = { ...form, [field]: '' };
  const fix = { label: 'Clear it', form: without };
  switch (field) {
    case 'sport':
    case 'dport':
      return error(`${protocol} has no ports.`, fix);
    case 'icmpType':
    case 'icmpCode':
      return error(`${protocol} has no type or code: only ICMP has.`, fix);
    case 'tcpFlags':
      return error(`${protocol} has no flags: only TCP has.`, fix);
    case 'iif':
      return error('A packet that the node sends comes in by no interface.', fix);
    case 'uid':
      return error('Only packets that the node sends have a user.', fix);
    default:
      return null;
  }
}

const address =
  (side: 'src' | 'dst'): Check =>
  (form, text, facts) => {
    if (text === '') return error(side === 'src' ? 'Where does it come from?' : 'Where does it go?');
    const read = parseIp(text);
    if (!read) return error(notAnAddress(text));
    const family = familyOf(form);
    if ((read.family === 'ip') !== (family === 4)) {
      const other = family === 4 ? 6 : 4;
      const fix = { label: `Make it IPv${other}`, form: { ...form, family: String(other) } };
      return error(`${text} is an IPv${other} address, and the packet is IPv${family}.`, fix);
    }
    return side === 'src' ? unusualSource(form, read, facts) : unusualDestination(form, read, facts);
  };

function notAnAddress(text: string): string {
  if (text.includes('/') && parseNetwork(text)) return 'One address is needed here, not a prefix.';
  if (/^[a-z0-9-]+\/[a-z0-9.-]*/.test(text)) return `No Service of the dump is called ${text}.`;
  if (/%\w+$/.test(text)) return 'Leave the zone (%…) out: the interface has a field of its own.';
  if (/^\[?[0-9a-f:.]+\]?:\d+$/i.test(text)) return 'The port has a field of its own.';
  return `${text} is no IP address.`;
}

/** Kernel: net/ipv4/route.c, ip_route_input_slow(): martian sources are dropped after prerouting. */
function unusualSource(form: PacketForm, source: IpAddress, facts: CheckFacts): Omit<FieldNote, 'field'> | null {
  const outside = pathOf(form) !== 'output' && textOf(form, 'iif') !== 'lo';
  if (isNobody(source)) return note(`${formatIp(source)} is nobody’s address: the kernel takes no such source.`);
  if (outside && isLoopback(source)) return note('Loopback addresses from outside are dropped by routing.');
  if (pathOf(form) === 'forward' && isOwn(source, facts)) {
    return note('By the dump this is the node’s own address: from others the kernel refuses it.');
  }
  if (pathOf(form) === 'output' && facts.addresses.length > 0 && !isOwn(source, facts) && !isLoopback(source)) {
    return note('The dump does not say that the node has this address; it is taken for its own.');
  }
  return null;
}

function unusualDestination(form: PacketForm, to: IpAddress, facts: CheckFacts): Omit<FieldNote, 'field'> | null {
  if (pathOf(form) === 'forward' && isOwn(to, facts)) {
    return note('By the dump this is the node’s own address: without a translation the packet goes to the node.');
  }
  if (pathOf(form) === 'input' && facts.addresses.length > 0 && !isOwn(to, facts) && !isLoopback(to)) {
    return note('The dump does not say that the node has this address; it is taken for its own.');
  }
  return null;
}

function isOwn(one: IpAddress, { addresses }: CheckFacts): boolean {
  return addresses.some(({ value }) => value === one.value);
}

const port: Check = (_form, text) => {
  if (readPort(text) !== null) return null;
  if (/^\d+$/.test(text)) return error('Ports end at 65535.');
  if (/^\d+\s*[-:,]\s*\d+$/.test(text)) return error('A packet has one port.');
  return error(`${text} is no port, and no service that /etc/services usually has.`);
};

const number =
  (what: string, least: number, most: number): Check =>
  (_form, text) => {
    const value = readNumber(text, most);
    return value === null || value < least ? error(`${what}: ${least} to ${most.toLocaleString('en-US')}.`) : null;
  };

/** Kernel: IFNAMSIZ is 16, with the zero at the end. */
const device: Check = (_form, text, { interfaces }) => {
  if (text.length > 15) return error('Interface names have at most 15 characters.');
  if (/[\s/]/.test(text)) return error('Interface names have neither blanks nor slashes.');
  if (/[*+]$/.test(text)) return error('One interface is needed here, not a pattern.');
  const known = interfaces.some((name) => (name.endsWith('*') ? text.startsWith(name.slice(0, -1)) : name === text));
  if (known || text === 'lo' || interfaces.length === 0) return null;
  const near = nearest(
    text,
    interfaces.filter((name) => !name.endsWith('*')),
  );
  const hint = near.length === 0 ? '' : ` Near: ${near.join(', ')}.`;
  return note(`No rule of the dump names ${text}.${hint}`);
};

const CHECKS: Readonly<Record<PacketField, Check>> = {
  family: (_form, text) => (text === '4' || text === '6' ? null : error('IPv4 or IPv6.')),
  path: (_form, text) => (PACKET_PATHS.some((path) => path === text) ? null : error('Through, to or from the node.')),
  proto: (form, text) => {
    const protocol = protocolOf(form);
    if (protocol === null) return error(`${text} is no IP protocol (a name of /etc/protocols, or 0 to 255).`);
    const family = familyOf(form);
    if (protocol === ICMP && family === 6) {
      return error('ICMP belongs to IPv4.', { label: 'Use ICMPv6', form: { ...form, proto: 'icmpv6' } });
    }
    if (protocol === ICMPV6 && family === 4) {
      return error('ICMPv6 belongs to IPv6.', { label: 'Use ICMP', form: { ...form, proto: 'icmp' } });
    }
    return null;
  },
  src: address('src'),
  dst: address('dst'),
  sport: port,
  dport: port,
  icmpType: (form, text) =>
    readIcmpType(text, protocolOf(form)) === null ? error(`${text} is no type of this protocol.`) : null,
  icmpCode: number('A code', 0, 255),
  tcpFlags: (form, text) => {
    const flags = readFlags(text);
    if (flags === null) return error('Flags: fin, syn, rst, psh, ack, urg, ecn, cwr, or none.');
    return effective(form, 'ctstate') === 'new' && !opensConnection(flags)
      ? note('Conntrack takes no such packet for the first of a connection.')
      : null;
  },
  iif: device,
  oif: device,
  mark: (_form, text) => {
    if (readMark(text) !== null) return null;
    return error(/^(0x[0-9a-f]+|\d+)$/i.test(text) ? 'A mark has 32 bits.' : 'A mark: 0x4000, or a decimal number.');
  },
  ctstate: (_form, text) => (CT_STATES.some((one) => one === text) ? null : error(`One of ${CT_STATES.join(', ')}.`)),
  ttl: (form, text) => {
    const value = readNumber(text, 255);
    if (value === null) return error('0 to 255.');
    return value < 2 && pathOf(form) === 'forward' ? note('With so short a life it is not forwarded.') : null;
  },
  length: (form, text) => {
    const value = readNumber(text, 65_535);
    if (value === null) return error('Bytes of the IP packet, up to 65,535.');
    const least = leastLength(form);
    return value < least ? error(`Its headers alone have ${least} bytes.`) : null;
  },
  dscp: (_form, text) => (readDscp(text) === null ? error('A class (cs1, af11, ef) or 0 to 63.') : null),
  uid: number('A user’s number', 0, 0xffffffff),
};

/** Kernel: net/netfilter/nf_conntrack_proto_tcp.c with nf_conntrack_tcp_loose=1 [o1-*]. */
function opensConnection(flags: number): boolean {
  const [fin, syn, rst, ack] = [1, 2, 4, 16];
  if ((flags & rst) !== 0 || (flags & fin) !== 0) return false;
  const sync = (flags & syn) !== 0;
  return sync ? (flags & ack) === 0 : (flags & ack) !== 0;
}

function leastLength(form: PacketForm): number {
  const protocol = protocolOf(form);
  const transport = protocol === TCP ? 20 : protocol !== null && (hasPorts(protocol) || protocol === ICMP) ? 8 : 0;
  return (familyOf(form) === 4 ? 20 : 40) + transport;
}
