/** What a query asks for besides its text: an address, a network, a port, or an address with a port. */
import { endsOf, formatIp, type IpNetwork, parseNetwork } from '../../base/ip.ts';

export interface AskedAddress {
  readonly family: 'ip' | 'ip6';
  readonly from: number | bigint;
  readonly to: number | bigint;
}

export interface AskedPort {
  readonly port: number;
  /** Null: of any. */
  readonly protocol: 'tcp' | 'udp' | 'sctp' | null;
}

export interface Asked {
  readonly address: AskedAddress | null;
  readonly port: AskedPort | null;
}

const NOTHING: Asked = { address: null, port: null };
const PROTOCOL = '(tcp|udp|sctp)';
const PORT_FIRST = new RegExp(`^(\\d{1,5})(?:\\s*/\\s*${PROTOCOL})?$`, 'i');
const PROTOCOL_FIRST = new RegExp(`^(?:port\\s+|${PROTOCOL}(?:\\s+port)?\\s*[/:\\s]\\s*|:)(\\d{1,5})$`, 'i');

/**
 * `10.96.0.10`, `10.96.0.0/12`, `fd00::1`, `10.96.0.10:53`, `[fd00::1]:53`, `:8080`, `8080`, `port 8080`, `8080/tcp`, `tcp/8080`. Both null where it is
 * none of these. A network with host bits asks for the network that the address is in.
 */
export function readAsked(query: string): Asked {
  const text = query.trim();
  const port = readPort(text);
  if (port) return { address: null, port };
  const whole = readAddress(text);
  if (whole) return { address: whole, port: null };
  const both = /^\[([0-9a-f:.]+)\]:(\d{1,5})$/i.exec(text) ?? /^(\d+(?:\.\d+){3}):(\d{1,5})$/.exec(text);
  const address = both ? readAddress(both[1] ?? '') : null;
  const number = both ? portNumber(both[2] ?? '') : null;
  return address && number !== null ? { address, port: { port: number, protocol: null } } : NOTHING;
}

function readPort(text: string): AskedPort | null {
  const first = PORT_FIRST.exec(text);
  const later = first ? null : PROTOCOL_FIRST.exec(text);
  const port = portNumber((first ? first[1] : later?.[2]) ?? '');
  if (port === null) return null;
  const protocol = ((first ? first[2] : later?.[1]) ?? '').toLowerCase();
  return { port, protocol: protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp' ? protocol : null };
}

function portNumber(digits: string): number | null {
  return digits !== '' && Number(digits) <= 0xffff ? Number(digits) : null;
}

function readAddress(text: string): AskedAddress | null {
  const network = parseNetwork(text);
  return network ? addressOf(network) : null;
}

function addressOf(network: IpNetwork): AskedAddress {
  const [from, to] = endsOf(network);
  return { family: network.family, from, to };
}

/** `10.0.0.1`, or `10.0.0.1 to 10.0.0.9`. */
export function intervalWords(from: number | bigint, to: number | bigint): string {
  const first = formatIp({ family: typeof from === 'number' ? 'ip' : 'ip6', value: from });
  if (from === to) return first;
  const length = prefixLength(BigInt(from), BigInt(to), typeof from === 'number' ? 32 : 128);
  if (length !== null) return `${first}/${length}`;
  return `${first} to ${formatIp({ family: typeof to === 'number' ? 'ip' : 'ip6', value: to })}`;
}

/** Of the network that is exactly these addresses; null where there is none. */
function prefixLength(from: bigint, to: bigint, width: number): number | null {
  const size = to - from + 1n;
  if (size <= 0n || (size & (size - 1n)) !== 0n || (from & (size - 1n)) !== 0n) return null;
  return width - (size.toString(2).length - 1);
}
