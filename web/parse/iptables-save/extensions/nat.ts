/**
 * Address translation: DNAT, SNAT, MASQUERADE, REDIRECT, NETMAP, TPROXY. Follows libxt_NAT.c, libipt_NETMAP.c, libxt_TPROXY.c.
 * Not modelled: several `--to-destination` in one rule (kernels before 2.6.11), which stay text.
 */
import type { Expression, Prefix } from '../../../model/expression.ts';
import type { Mangle, Nat, Tproxy } from '../../../model/statement.ts';
import { formatAddress, hex, masked, network, parseAddress, parseNumber, portNumber } from '../codecs.ts';
import { type Context, field, type SaveFamily, type TargetExtension, value } from '../extension.ts';
import type { OptionWords } from '../words.ts';
import { markValue, printXmark } from './mangle.ts';
import { arities, plainOptions } from './options.ts';

const FLAGS: readonly (readonly [string, string])[] = [
  ['--random', 'random'],
  ['--random-fully', 'fully-random'],
  ['--persistent', 'persistent'],
];

function flagsOf(found: ReadonlyMap<string, string>): string[] {
  return FLAGS.filter(([option]) => found.has(option)).map(([, name]) => name);
}

function parsePorts(text: string, separator: string): Expression | null {
  const whole = portNumber(text);
  const cut = whole < 0 ? text.indexOf(separator) : -1;
  const from = cut < 0 ? whole : portNumber(text.slice(0, cut));
  const to = cut < 0 ? from : portNumber(text.slice(cut + 1));
  if (from < 0 || to < 0) return null;
  return cut < 0 ? value(from) : { kind: 'range', from, to };
}

function parseAddresses(text: string, family: SaveFamily): Expression | null {
  const cut = text.indexOf('-');
  const from = parseAddress(cut < 0 ? text : text.slice(0, cut), family);
  if (from === null) return null;
  if (cut < 0) return value(from);
  const to = parseAddress(text.slice(cut + 1), family);
  return to === null ? null : { kind: 'range', from, to };
}

type Target = Pick<Nat, 'address' | 'port' | 'portBase'>;

/** `1.2.3.4-1.2.3.9:80-90`, `[2001:db8::1]:80`, `:80`, `:8000-8010/9000`. Null where it is none of these. */
function parseTarget(text: string, family: SaveFamily): Target | null {
  let addresses = text;
  let ports = '';
  if (text.startsWith('[')) {
    const close = text.indexOf(']');
    if (close < 0) return null;
    addresses = text.slice(1, close);
    ports = text.slice(close + 1);
  } else {
    const cut = text.indexOf(':');
    if (cut === 0 || (cut > 0 && family !== 'ip6')) {
      addresses = text.slice(0, cut);
      ports = text.slice(cut);
    }
  }
  const address = addresses === '' ? null : parseAddresses(addresses, family);
  const [range = '', base, ...more] = ports.slice(1).split('/');
  const port = ports.startsWith(':') ? parsePorts(range, '-') : null;
  if ((addresses !== '' && !address) || (ports !== '' && !port) || more.length > 0) return null;
  if (base === undefined) return address || port ? { address, port } : null;
  const portBase = portNumber(base);
  return portBase < 0 || port?.kind !== 'range' ? null : { address, port, portBase };
}

const TO_ARITIES = arities(
  '--to-destination= --to-source= --to-ports= --to-port= --random --random-fully --persistent',
);

function translation(name: string, type: Nat['type'], to: string): TargetExtension {
  return {
    name,
    parse(options, { family }) {
      const found = plainOptions(options, TO_ARITIES);
      const written = found?.get(to);
      const target = written === undefined ? null : parseTarget(written, family);
      if (!found || !target) return null;
      return [{ kind: 'nat', type, ...target, flags: flagsOf(found) }];
    },
  };
}
export const DNAT = translation('DNAT', 'dnat', '--to-destination');
export const SNAT = translation('SNAT', 'snat', '--to-source');

function toPorts(name: string, type: Nat['type']): TargetExtension {
  return {
    name,
    parse(options) {
      const found = plainOptions(options, TO_ARITIES);
      if (!found || found.has('--to-destination') || found.has('--to-source')) return null;
      const written = found.get('--to-ports') ?? found.get('--to-port');
      const port = written === undefined ? null : parsePorts(written, '-');
      if (written !== undefined && !port) return null;
      return [{ kind: 'nat', type, address: null, port, flags: flagsOf(found) }];
    },
  };
}
export const MASQUERADE = toPorts('MASQUERADE', 'masquerade');
export const REDIRECT = toPorts('REDIRECT', 'redirect');

const NETMAP_ARITIES = arities('--to=');

/** Kernel: net/netfilter/xt_NETMAP.c rewrites the destination at prerouting and output, the source elsewhere; so a user's chain does not tell. */
export const NETMAP: TargetExtension = {
  name: 'NETMAP',
  parse(options, context) {
    const to = netmapNetwork(options, context);
    const hook = context.hook();
    if (hook === null || !to) return null;
    const type = hook === 'prerouting' || hook === 'output' ? 'dnat' : 'snat';
    return [{ kind: 'nat', type, address: to, port: null, flags: [], prefix: true }];
  },
};

/** The network of `--to`; null where it has none, or a mask with holes. */
export function netmapNetwork(options: readonly OptionWords[], { family }: Context): Prefix | null {
  const written = plainOptions(options, NETMAP_ARITIES)?.get('--to');
  return written === undefined ? null : network(written, family);
}

const TPROXY_ARITIES = arities('--on-port= --on-ip= --tproxy-mark=');

/** Kernel: net/netfilter/xt_TPROXY.c sets the mark once it has found the socket, and drops the packet if there is none. */
export const TPROXY: TargetExtension = {
  name: 'TPROXY',
  parse(options, context) {
    const found = plainOptions(options, TPROXY_ARITIES);
    const port = parseNumber(found?.get('--on-port') ?? '', 0xffff);
    if (!found || port < 0) return null;
    const written = found.get('--on-ip');
    const address = written === undefined ? null : parseAddress(written, context.family);
    if (written !== undefined && address === null) return null;
    const marked = proxyMark(found.get('--tproxy-mark'), context);
    if (!marked) return null;
    const any = address === null || address === 0 || address === 0n;
    const proxy: Tproxy = {
      kind: 'tproxy',
      address: any ? null : value(address),
      port: port === 0 ? null : value(port),
    };
    return [...marked, proxy];
  },
};

function proxyMark(text: string | undefined, context: Context): Mangle[] | null {
  if (text === undefined) return [];
  const mark = field('meta mark');
  const read = masked().parse([text], mark, context);
  if (read?.right.kind !== 'value') return null;
  const number = read.right.value as number;
  const mask =
    read.left.kind === 'bitwise' && read.left.right.kind === 'value' ? (read.left.right.value as number) : 0xffffffff;
  if (number === 0 && mask === 0) return [];
  return [{ kind: 'mangle', target: mark, value: markValue(mark, number, mask), via: 'TPROXY' }];
}

export function printTproxy(mark: Mangle | null, proxy: Tproxy, family: SaveFamily): string | null {
  if (proxy.address && (proxy.address.kind !== 'value' || typeof proxy.address.value === 'string')) return null;
  if (proxy.port && proxy.port.kind !== 'value') return null;
  const address = proxy.address ? formatAddress(proxy.address.value as number) : family === 'ip6' ? '::' : '0.0.0.0';
  const mask = mark ? printXmark(mark.target, mark.value) : `${hex(0)}/${hex(0)}`;
  return mask && `TPROXY --on-port ${proxy.port?.value ?? 0} --on-ip ${address} --tproxy-mark ${mask}`;
}

function printPorts(port: Expression): string | null {
  if (port.kind === 'range') return `${port.from}-${port.to}`;
  return port.kind === 'value' && typeof port.value === 'number' ? String(port.value) : null;
}

function printAddresses(address: Expression): string | null {
  if (address.kind === 'range' && typeof address.from !== 'string' && typeof address.to !== 'string') {
    return `${formatAddress(address.from)}-${formatAddress(address.to)}`;
  }
  return address.kind === 'value' && typeof address.value !== 'string' ? formatAddress(address.value) : null;
}

/** The target of a NAT statement, or null for maps and what else nft alone can say. */
export function printNat(nat: Nat): string | null {
  if (nat.concat) return null;
  if (nat.prefix) {
    return nat.address?.kind === 'prefix'
      ? `NETMAP --to ${formatAddress(nat.address.address)}/${nat.address.length}`
      : null;
  }
  const flags = FLAGS.filter(([, name]) => nat.flags.includes(name)).map(([option]) => ` ${option}`);
  const shift = nat.portBase === undefined ? '' : `/${nat.portBase}`;
  const ports = nat.port ? printPorts(nat.port) : '';
  const addresses = nat.address ? printAddresses(nat.address) : '';
  if (ports === null || addresses === null) return null;
  if (nat.type === 'masquerade' || nat.type === 'redirect') {
    return `${nat.type.toUpperCase()}${ports ? ` --to-ports ${ports}` : ''}${flags.join('')}`;
  }
  const bracketed = ports && addresses.includes(':') ? `[${addresses}]` : addresses;
  const to = nat.type === 'dnat' ? '--to-destination' : '--to-source';
  return `${nat.type.toUpperCase()} ${to} ${bracketed}${ports ? `:${ports}${shift}` : ''}${flags.join('')}`;
}
