/**
 * Options of ebtables rules. Follows ebtables-nft(8), libebt_*.c, and net/bridge/netfilter/ebt_*.c. 802_3, stp and gratuitous ARP compare fields of
 * iptables' own.
 */

import { LOG_LEVELS } from '../../../model/constants.ts';
import type { Expression, SetElement } from '../../../model/expression.ts';
import type { Limit, Log, Match, Statement } from '../../../model/statement.ts';
import { addressComparison, interfaceName, parseNumber, protocolNumber } from '../codecs.ts';
import type { Context } from '../extension.ts';
import { bitwise, field, match, value } from '../extension.ts';
import { rateOf } from '../extensions/other.ts';
import { icmpNames } from '../extensions/transport.ts';
import type { Word } from '../words.ts';
import { compared, type Piece, type ReadPiece, readPieces, type UnitState } from './pieces.ts';
import {
  etherType,
  type Found,
  hexNumber,
  looseMac,
  macComparison,
  maskedComparison,
  rangeComparison,
} from './values.ts';

/** Statements of one unit of an ebtables rule; null for what is no option at all. */
export function ebtablesStatements(text: string, words: readonly Word[], context: Context): Statement[] | null {
  return readPieces(text, words, context, readOption, groupOf);
}

type OneValue = (text: string, state: UnitState) => Found | null;

const nameOf =
  (name: string): OneValue =>
  (text, { context }) =>
    interfaceName.parse([text], field(name), context);
const mac =
  (name: string): OneValue =>
  (text) =>
    macComparison(field(name), text);
const address =
  (name: string, family: 'ip' | 'ip6'): OneValue =>
  (text) =>
    addressComparison(text, field(name), family);
const range =
  (name: string, max: number): OneValue =>
  (text) =>
    rangeComparison(field(name), text, max);
const hex =
  (name: string): OneValue =>
  (text) =>
    maskedComparison(field(name), text, 0xffff, hexNumber);

function number(name: string, max: number, names: readonly (readonly [string, number])[] = []): OneValue {
  return (text) => {
    const named = names.find(([spelled]) => spelled.toLowerCase() === text.toLowerCase())?.[1];
    const n = named ?? parseNumber(text, max);
    return n < 0 ? null : { left: field(name), right: value(n) };
  };
}

/** `--ip-proto`: the ports and types behind it are that protocol's. */
const protocol =
  (name: string): OneValue =>
  (text, state) => {
    state.protocol = protocolNumber(text);
    return state.protocol < 0 ? null : { left: field(name), right: value(state.protocol) };
  };

const PORT_HEADERS: ReadonlyMap<number, string> = new Map([
  [6, 'tcp'],
  [17, 'udp'],
  [33, 'dccp'],
  [132, 'sctp'],
  [136, 'udplite'],
]);

const port =
  (side: 'sport' | 'dport'): OneValue =>
  (text, state) =>
    rangeComparison(field(`${PORT_HEADERS.get(state.protocol) ?? 'th'} ${side}`), text, 0xffff);

const OPCODES = (
  'Request:1 Reply:2 Request_Reverse:3 Reply_Reverse:4 DRARP_Request:5 DRARP_Reply:6 DRARP_Error:7 InARP_Request:8 ' +
  'ARP_NAK:9'
)
  .split(' ')
  .map((pair) => [pair.slice(0, -2), Number(pair.slice(-1))] as const);
const IGMP = [
  ['membership-query', 0x11],
  ['membership-report-v1', 0x12],
  ['membership-report-v2', 0x16],
  ['leave-group', 0x17],
  ['membership-report-v3', 0x22],
] as const;
const PACKET_TYPES = 'host broadcast multicast otherhost outgoing loopback fastroute'
  .split(' ')
  .map((name, i) => [name, i] as const);

/** Options that each compare one field. `802_3 type` and the like are iptables' own. */
const OPTIONS: ReadonlyMap<string, OneValue> = new Map<string, OneValue>(
  [
    ['-i --in-interface --in-if', nameOf('meta iifname')],
    ['-o --out-interface --out-if', nameOf('meta oifname')],
    ['--logical-in', nameOf('meta ibrname')],
    ['--logical-out', nameOf('meta obrname')],
    ['-s --source --src', mac('ether saddr')],
    ['-d --destination --dst', mac('ether daddr')],
    ['--ip-src --ip-source', address('ip saddr', 'ip')],
    ['--ip-dst --ip-destination', address('ip daddr', 'ip')],
    ['--ip-tos', hex('@nh,8,8')],
    ['--ip-proto --ip-protocol', protocol('ip protocol')],
    ['--ip-sport --ip-source-port', port('sport')],
    ['--ip-dport --ip-destination-port', port('dport')],
    ['--ip6-src --ip6-source', address('ip6 saddr', 'ip6')],
    ['--ip6-dst --ip6-destination', address('ip6 daddr', 'ip6')],
    ['--ip6-tclass', hex('@nh,4,8')],
    ['--ip6-proto --ip6-protocol', protocol('meta l4proto')],
    ['--ip6-sport --ip6-source-port', port('sport')],
    ['--ip6-dport --ip6-destination-port', port('dport')],
    ['--arp-op --arp-opcode', number('arp operation', 0xffff, OPCODES)],
    ['--arp-htype', number('arp htype', 0xffff, [['Ethernet', 1]])],
    ['--arp-ptype', (text: string) => typeComparison('arp ptype', text)],
    ['--arp-ip-src', address('arp saddr ip', 'ip')],
    ['--arp-ip-dst', address('arp daddr ip', 'ip')],
    ['--arp-mac-src', mac('arp saddr ether')],
    ['--arp-mac-dst', mac('arp daddr ether')],
    ['--802_3-sap', hex('802_3 sap')],
    ['--802_3-type', hex('802_3 type')],
    ['--vlan-id', number('vlan id', 4095)],
    ['--vlan-prio', number('vlan pcp', 7)],
    ['--vlan-encap', (text: string) => typeComparison('vlan type', text)],
    ['--pkttype-type', number('meta pkttype', 6, PACKET_TYPES)],
    [
      '--stp-type',
      number('stp type', 255, [
        ['config', 0],
        ['tcn', 128],
      ]),
    ],
    [
      '--stp-flags',
      number('stp flags', 255, [
        ['topology-change', 1],
        ['topology-change-ack', 128],
      ]),
    ],
    ['--stp-root-prio', range('stp root-prio', 0xffff)],
    ['--stp-root-addr', mac('stp root-addr')],
    ['--stp-root-cost', range('stp root-cost', 0xffffffff)],
    ['--stp-sender-prio', range('stp sender-prio', 0xffff)],
    ['--stp-sender-addr', mac('stp sender-addr')],
    ['--stp-port', range('stp port', 0xffff)],
    ['--stp-msg-age', range('stp msg-age', 0xffff)],
    ['--stp-max-age', range('stp max-age', 0xffff)],
    ['--stp-hello-time', range('stp hello-time', 0xffff)],
    ['--stp-forward-delay', range('stp forward-delay', 0xffff)],
  ].flatMap(([names, read]) => (names as string).split(' ').map((name) => [name, read as OneValue] as const)),
);

function typeComparison(name: string, text: string): Found | null {
  const type = etherType(text);
  return type < 0 ? null : { left: field(name), right: value(type) };
}

const GROUPS = ['log', 'nflog', 'ulog', 'limit'];

/** Watchers and `--limit` have several options. */
function groupOf(option: string): string | null {
  return GROUPS.find((name) => option === `--${name}` || option.startsWith(`--${name}-`)) ?? null;
}

/** What is more than one comparison of one field. */
const SPECIAL: ReadonlyMap<string, ReadPiece> = new Map<string, ReadPiece>([
  ['-p', etherProtocol],
  ['--protocol', etherProtocol],
  ['--proto', etherProtocol],
  ['--ip-icmp-type', icmpType('icmp')],
  ['--ip6-icmp-type', icmpType('icmpv6')],
  ['--ip-igmp-type', igmpType],
  ['--arp-gratuitous', (piece) => compared(piece, { left: field('arp gratuitous'), right: value(1) })],
  ['--mark', mark],
  ['--among-src', among('saddr')],
  ['--among-dst', among('daddr')],
  ['limit', limit],
  ['log', log],
  ['nflog', nflog],
  // The packet goes to a program: neither it nor its way changes. No kernel has it any more.
  ['ulog', () => []],
]);

const readOption: ReadPiece = (piece, state) => {
  const special = SPECIAL.get(piece.name);
  if (special) return special(piece, state);
  const read = OPTIONS.get(piece.name);
  return compared(piece, read && piece.args.length === 1 ? read(piece.args[0] as string, state) : null);
};

/** `LENGTH`: the field is a length. */
function etherProtocol(piece: Piece): Match[] | null {
  const [text = ''] = piece.args;
  const type = field('ether type');
  if (text.toUpperCase() === 'LENGTH') return [match(type, piece.negated ? '>=' : '<', value(0x600))];
  return compared(piece, typeComparison('ether type', text));
}

/** `T[:T][/C[:C]]` or a name. Kernel: ebt_ip.c and ebt_ip6.c: negated, not both are in their ranges. */
function icmpType(header: 'icmp' | 'icmpv6'): ReadPiece {
  const names = icmpNames(header === 'icmpv6');
  return (piece) => {
    const named = names.get((piece.args[0] ?? '').toLowerCase());
    const [types = '', codes] = named
      ? [String(named.type), named.code === null ? undefined : String(named.code)]
      : (piece.args[0] ?? '').split('/');
    const type = rangeComparison(field(`${header} type`), types, 255);
    const code = codes === undefined ? null : rangeComparison(field(`${header} code`), codes, 255);
    if (!type || (codes !== undefined && !code)) return null;
    if (!code || isAll(code.right)) return compared(piece, type);
    if (!piece.negated) return [match(type.left, '==', type.right), match(code.left, '==', code.right)];
    const key: Expression = { kind: 'concat', parts: [type.right, code.right] };
    return [match({ kind: 'concat', parts: [type.left, code.left] }, '!=', key)];
  };
}

function isAll(right: Expression): boolean {
  return right.kind === 'range' && right.from === 0 && right.to === 255;
}

/** The first byte behind the IP header, as nft lists it. */
function igmpType(piece: Piece): Match[] | null {
  const [text = ''] = piece.args;
  const named = IGMP.find(([name]) => name === text)?.[1];
  return compared(piece, rangeComparison(field('@th,0,8'), named === undefined ? text : String(named), 255));
}

/** `V`, `V/M`, `/M` (some bit of M). Kernel: ebt_mark_m.c. */
function mark(piece: Piece): Match[] | null {
  const [text = ''] = piece.args;
  const target = field('meta mark');
  if (!text.startsWith('/')) return compared(piece, maskedComparison(target, text, 0xffffffff, parseNumber));
  const bits = parseNumber(text.slice(1));
  return bits < 0 ? null : [match(bitwise('and', target, bits), piece.negated ? '==' : '!=', value(0))];
}

const DEFAULT_BURST = 5;
/** libebt_log.c. */
const NOTICE = 5;

/** The value of an option of a group; undefined where it is not there. */
function valueIn({ parts }: Piece, option: string): string | undefined {
  return parts.find(({ name }) => name === option)?.args[0];
}

/** `--limit 5/sec --limit-burst 10`. */
function limit(piece: Piece): Limit[] | null {
  const rate = piece.parts.some(({ negated }) => negated) ? null : rateOf(valueIn(piece, '--limit') ?? '3/hour');
  const burst = parseNumber(valueIn(piece, '--limit-burst') ?? String(DEFAULT_BURST));
  if (!rate || burst < 0) return null;
  // Kernel: net/netfilter/nft_limit.c takes its default for 0.
  const told = burst === DEFAULT_BURST || burst === 0 ? null : burst;
  return [{ kind: 'limit', ...rate, burst: told, over: false, bytes: false }];
}

/** nft lists what `--log` always writes, the MAC header, as `flags ether`; the addresses of `--log-ip` it leaves out. */
function log(piece: Piece): Log[] | null {
  const written = valueIn(piece, '--log-level') ?? String(NOTICE);
  const level = LOG_LEVELS.byName.get(written.toLowerCase()) ?? parseNumber(written, 7);
  const name = LOG_LEVELS.byNumber.get(level);
  if (name === undefined) return null;
  const options = name === 'warn' ? ['flags ether'] : [`level ${name}`, 'flags ether'];
  return [{ kind: 'log', prefix: valueIn(piece, '--log-prefix') ?? null, group: null, options }];
}

function nflog(piece: Piece): Log[] | null {
  const group = parseNumber(valueIn(piece, '--nflog-group') ?? '1', 0xffff);
  if (group < 0) return null;
  const [size, threshold] = [valueIn(piece, '--nflog-range'), valueIn(piece, '--nflog-threshold')];
  const options: string[] = [];
  if (size !== undefined) options.push(`snaplen ${size}`);
  if (threshold !== undefined && threshold !== '1') options.push(`queue-threshold ${threshold}`);
  return [{ kind: 'log', prefix: valueIn(piece, '--nflog-prefix') ?? null, group, options }];
}

/** `MAC[=IP],...`: a set of either, or, with some IP addresses, pairs; without one, any address. */
function among(side: 'saddr' | 'daddr'): ReadPiece {
  return (piece) => {
    const entries = (piece.args[0] ?? '').replace(/,$/, '').split(',').map(amongEntry);
    if (piece.args.length !== 1 || entries.includes(null)) return null;
    const known = entries as { mac: bigint; ip: Expression | null }[];
    const pairs = known.some(({ ip }) => ip !== null);
    const ether = field(`ether ${side}`);
    const elements = known.map(({ mac: address, ip }): SetElement => {
      if (!pairs) return { key: value(address) };
      return { key: { kind: 'concat', parts: [value(address), ip ?? ANY_ADDRESS] } };
    });
    const left: Expression = pairs ? { kind: 'concat', parts: [ether, field(`ip ${side}`)] } : ether;
    return compared(piece, { left, right: { kind: 'set', elements } });
  };
}

const ANY_ADDRESS: Expression = { kind: 'prefix', address: 0, length: 0, width: 32 };

function amongEntry(text: string): { mac: bigint; ip: Expression | null } | null {
  const [macText = '', ipText, ...more] = text.split('=');
  const address = looseMac(macText);
  const ip = ipText === undefined ? null : addressComparison(ipText, field('ip saddr'), 'ip');
  if (address === null || more.length > 0 || (ipText !== undefined && !ip)) return null;
  return { mac: address, ip: ip?.right ?? null };
}
