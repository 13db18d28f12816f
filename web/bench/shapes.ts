/**
 * Texts of about the same size and of many shapes, for `parse.ts --shapes`: each is what some tool prints, and none may be read much slower than the
 * others. Addresses and names are made up.
 */
import { linkRuleset } from '../model/link.ts';
import { printNft } from '../parse/nft/print.ts';
import { readDocument } from '../parse/read.ts';
import { generateKubeProxy } from './generate.ts';

export interface Shape {
  readonly name: string;
  /** The file's name: its ending says the format to people, not to nfscope. */
  readonly file: string;
  readonly text: string;
}

/** `size` is the number of Services, or of 50 elements. */
export function* shapes(size: number): Generator<Shape> {
  const saved = generateKubeProxy({ services: size, endpoints: 4, format: 'iptables' });
  const listed = generateKubeProxy({ services: size, endpoints: 4, format: 'nft' });
  const calico = { services: size, endpoints: 4, format: 'iptables', calico: true } as const;
  yield { name: 'iptables-save', file: 'a.save', text: saved };
  yield { name: 'iptables-save, Calico too', file: 'a.save', text: generateKubeProxy(calico) };
  yield { name: 'iptables-save -c', file: 'a.save', text: generateKubeProxy({ ...calico, counters: true }) };
  yield { name: 'ip6tables-save', file: 'a.save6', text: inIpv6(saved) };
  yield { name: 'nft list ruleset', file: 'a.nft', text: listed };
  yield { name: 'nft -a list ruleset', file: 'a.nft', text: withHandles(listed) };
  yield { name: 'nft list ruleset, iptables-nft', file: 'a.nft', text: asNftLists(saved) };
  const elements = size * 50;
  yield { name: 'nft, a set of addresses', file: 'a.nft', text: set('ipv4_addr', [], lines(elements, address)) };
  yield { name: 'nft, a set on one line', file: 'a.nft', text: set('ipv4_addr', [], list(elements, address)) };
  yield { name: 'nft, a set of intervals', file: 'a.nft', text: set('ipv4_addr', INTERVAL, lines(elements, interval)) };
  yield { name: 'nft, a set of IPv6 addresses', file: 'a.nft', text: set('ipv6_addr', [], lines(elements, address6)) };
  yield { name: 'nft, a set with state', file: 'a.nft', text: set('ipv4_addr', TIMEOUT, lines(elements, stateful)) };
  yield { name: 'nft, a map to verdicts', file: 'a.nft', text: map(lines(elements, toVerdict)) };
  yield { name: 'nft, rules by hand', file: 'a.nft', text: byHand(elements) };
  yield { name: 'nft -j, a set', file: 'a.json', text: json(elements) };
  yield { name: 'ipset save', file: 'a.ipset', text: ipset(elements) };
}

const INTERVAL = ['flags interval'];
const TIMEOUT = ['flags dynamic,timeout'];

function address(i: number): string {
  return `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
}

function address6(i: number): string {
  return `2001:db8:${(i >> 16).toString(16)}::${(i & 0xffff).toString(16)}`;
}

function interval(i: number): string {
  return i % 2 === 0 ? `10.${(i >> 8) & 255}.${i & 255}.0/25` : `${address(i << 4)}-${address((i << 4) + 9)}`;
}

function stateful(i: number): string {
  return `${address(i)} timeout 1d expires 5h${i % 60}m3s812ms counter packets ${i} bytes ${i * 60}`;
}

function toVerdict(i: number): string {
  return `${address(i)} . tcp . ${1024 + (i % 1000)} : goto service-${i}-ns-${i % 7}/app-${i}/tcp/http`;
}

function list(count: number, element: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => element(i)).join(', ');
}

/** Two on a line, as nft prints them. */
function lines(count: number, element: (i: number) => string): string {
  const pairs = Array.from({ length: count >> 1 }, (_, i) => `${element(2 * i)}, ${element(2 * i + 1)}`);
  return pairs.join(',\n\t\t\t     ');
}

function set(type: string, options: readonly string[], elements: string): string {
  const more = options.map((option) => `\t\t${option}\n`).join('');
  return `table inet t {\n\tset s {\n\t\ttype ${type}\n${more}\t\telements = { ${elements} }\n\t}\n}\n`;
}

function map(elements: string): string {
  const type = 'type ipv4_addr . inet_proto . inet_service : verdict';
  return `table ip t {\n\tmap m {\n\t\t${type}\n\t\telements = { ${elements} }\n\t}\n}\n`;
}

const BY_HAND: readonly ((i: number) => string)[] = [
  (i) => `iifname "eth${i % 9}" ip saddr ${address(i)} tcp dport { ${80 + (i % 5)}, 443, 8080-8090 } accept`,
  (i) => `ct state established,related counter packets ${i} bytes ${i * 80} accept`,
  (i) => `ip saddr ${address(i)} ip daddr 192.168.${i & 255}.0/24 udp dport ${i % 65536} drop`,
  (i) => `meta mark & 0x000000ff == 0x${(i & 255).toString(16).padStart(8, '0')} jump chain-${i % 100}`,
  (i) => `limit rate ${1 + (i % 90)}/second burst 5 packets log prefix "drop ${i}: " level info`,
  (i) => `ip6 saddr ${address6(i)} meta l4proto { tcp, udp } th dport 53 accept comment "rule ${i}"`,
  () => 'icmpv6 type { nd-neighbor-solicit, nd-router-advert, nd-neighbor-advert } accept',
];

function byHand(count: number): string {
  const rules = Array.from({ length: count >> 1 }, (_, i) => `\t\t${BY_HAND[i % BY_HAND.length]?.(i) ?? ''}\n`);
  return `table inet fw {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n${rules.join('')}\t}\n}\n`;
}

function json(count: number): string {
  const elem = Array.from({ length: count }, (_, i) => address(i));
  const declared = { family: 'inet', name: 's', table: 't', type: 'ipv4_addr', handle: 2, elem };
  const nftables = [
    { metainfo: { version: '1.0.6', json_schema_version: 1 } },
    { table: { family: 'inet', name: 't', handle: 1 } },
    { set: declared },
  ];
  return `${JSON.stringify({ nftables })}\n`;
}

function ipset(count: number): string {
  const header = `create s hash:ip family inet hashsize 1024 maxelem ${count} bucketsize 12 initval 0x12345678\n`;
  return header + Array.from({ length: count }, (_, i) => `add s ${address(i)}\n`).join('');
}

/** The same dump of an IPv6 cluster. */
function inIpv6(saved: string): string {
  const hex = (part: string): string => Number(part).toString(16);
  return saved
    .replaceAll('iptables-save', 'ip6tables-save')
    .replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?(:\d+)?/g, (_, a, b, c, d, length, port) => {
      const made = `fd00:${hex(a)}:${hex(b)}::${hex(c)}:${hex(d)}`;
      if (port !== undefined) return `[${made}]${port}`;
      return length === undefined ? made : `${made}/${Number(length) + 96}`;
    });
}

function withHandles(listed: string): string {
  let handle = 0;
  return listed.replace(
    /^(table .* \{|\t(?:chain|set|map) .* \{|\t\t(?!type|policy|comment|flags|elements|\t)[a-z].*[^,])$/gm,
    (line) => {
      return `${line} # handle ${++handle}`;
    },
  );
}

function asNftLists(saved: string): string {
  return printNft(linkRuleset(readDocument(0, 'a.save', saved))).text;
}
