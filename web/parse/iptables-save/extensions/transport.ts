/**
 * Matches on the transport header: tcp, udp, udplite, dccp, icmp, icmp6, esp, ah, multiport, tcpmss, ecn. sctp is in sctp.ts.
 * Follows iptables-extensions(8) and libxt_tcp.c, libxt_multiport.c, libipt_icmp.c, libip6t_icmp6.c.
 * Kernel: the matches of tcp, udp, sctp, dccp, icmp, esp, ah, comp and tcpmss drop a packet whose header is cut off; nft's comparisons fail.
 */
import { DCCP_TYPES, PROTOCOLS } from '../../../model/constants.ts';
import type { Expression, Range, SetElement, SetLiteral } from '../../../model/expression.ts';
import type { Match, Statement } from '../../../model/statement.ts';
import { flag, flagBits, number, numberRange, oneOf, parseNumber, port } from '../codecs.ts';
import {
  bitwise,
  type Codec,
  type Context,
  type FieldOption,
  field,
  type MatchExtension,
  match,
  option,
  value,
} from '../extension.ts';
import type { OptionWords } from '../words.ts';
import { TCP_OPTION_FIELDS, tcpOptionKind, tcpOptionName } from './tcp-options.ts';

/** The two ports of a header. */
export function ports(protocol: string): FieldOption[] {
  return [
    option('--sport --source-port', `${protocol} sport`, port),
    option('--dport --destination-port', `${protocol} dport`, port),
  ];
}

/** libxt_tcp.c, tcp_flag_names, in its printing order; ALL and NONE are read only (NONE is printed for no flag). */
const flags = flagBits('FIN:1 SYN:2 RST:4 PSH:8 ACK:16 URG:32 ALL:63 NONE:0', 'NONE');

/** `--tcp-flags MASK COMP`: `tcp flags & MASK == COMP`. */
const tcpFlags: Codec = {
  arity: 2,
  parse(args, left, context) {
    const mask = flags.parse([args[0] ?? ''], left, context);
    const comp = flags.parse([args[1] ?? ''], left, context);
    return mask && comp && { left: bitwise('and', left, mask.right), right: comp.right };
  },
  print({ left, right }, context) {
    if (left.kind !== 'bitwise' || left.op !== 'and') return null;
    const mask = flags.print({ left: left.left, right: left.right }, context);
    const comp = flags.print({ left: left.left, right }, context);
    return mask === null || comp === null ? null : `${mask} ${comp}`;
  },
};

const SYN = { mask: 0x17, comp: 2 };
const syn: Codec = {
  arity: 0,
  parse: (_args, left) => ({ left: bitwise('and', left, SYN.mask), right: value(SYN.comp) }),
  print: () => null,
};

/** `--tcp-option N`: nft's `tcp option NAME exists`. */
const tcpOption: Codec = {
  arity: 1,
  parse([text = '']) {
    const kind = parseNumber(text, 255);
    return kind < 1 ? null : { left: field(`tcp option ${tcpOptionName(kind)}`), right: value(1) };
  },
  print({ left, right }) {
    if (left.kind !== 'field' || right.kind !== 'value' || right.value !== 1) return null;
    const kind = tcpOptionKind(left.name.replace(/^tcp option /, ''));
    return kind < 1 ? null : String(kind);
  },
};

/** `--dccp-option N`: nft's `dccp option N exists`. */
function numberedOption(header: string): Codec {
  const prefix = `${header} option `;
  return {
    arity: 1,
    parse([text = '']) {
      const n = parseNumber(text, 255);
      return n < 1 ? null : { left: field(`${prefix}${n}`), right: value(1) };
    },
    print({ left, right }) {
      if (left.kind !== 'field' || right.kind !== 'value' || right.value !== 1) return null;
      const n = left.name.startsWith(prefix) ? left.name.slice(prefix.length) : '';
      return /^[0-9]+$/.test(n) ? n : null;
    },
  };
}

export const TCP: MatchExtension = {
  name: 'tcp',
  emptyMatchesAll: true,
  options: [
    ...ports('tcp'),
    option('--tcp-flags', 'tcp flags', tcpFlags),
    option('--syn', 'tcp flags', syn),
    {
      ...option('--tcp-option', 'tcp option', tcpOption),
      fields: TCP_OPTION_FIELDS,
    },
  ],
};

/** udplite's is kept where a text has it. */
const portsOnly = (name: string): MatchExtension => ({ name, emptyMatchesAll: true, options: ports(name) });
export const UDP = portsOnly('udp');
export const UDPLITE = portsOnly('udplite');

/** Kernel: xt_dccp.c, match_types() takes the reserved types from 10 on for INVALID. */
const INVALID_TYPES: Range = { kind: 'range', from: 10, to: 15 };
const namedTypes = oneOf(DCCP_TYPES);
const dccpTypes: Codec = {
  arity: 1,
  parse([text = ''], left, context) {
    const names = text.split(',');
    const named = names.filter((name) => name.toUpperCase() !== 'INVALID');
    if (named.length === names.length) return namedTypes.parse([text], left, context);
    if (named.length === 0) return { left, right: INVALID_TYPES };
    const right = namedTypes.parse([named.join()], left, context)?.right;
    const keys = right?.kind === 'set' ? right.elements : right && [{ key: right }];
    return keys ? { left, right: { kind: 'set', elements: [...keys, { key: INVALID_TYPES }] } } : null;
  },
  print({ left, right }, context) {
    const keys = right.kind === 'set' ? right.elements.map(({ key }) => key) : [right];
    const [last] = keys.slice(-1);
    if (last?.kind !== 'range') return namedTypes.print({ left, right }, context);
    if (last.from !== INVALID_TYPES.from || last.to !== INVALID_TYPES.to) return null;
    if (keys.length === 1) return 'INVALID';
    const elements = keys.slice(0, -1).map((key) => ({ key }));
    const names = namedTypes.print({ left, right: { kind: 'set', elements } }, context);
    return names && `${names},INVALID`;
  },
};

export const DCCP: MatchExtension = {
  name: 'dccp',
  emptyMatchesAll: true,
  options: [
    ...ports('dccp'),
    option('--dccp-types', 'dccp type', dccpTypes),
    {
      ...option('--dccp-option', 'dccp option', numberedOption('dccp')),
      fields: Array.from({ length: 255 }, (_, n) => `dccp option ${n + 1}`),
    },
  ],
};

export const ESP: MatchExtension = {
  name: 'esp',
  emptyMatchesAll: true,
  options: [option('--espspi', 'esp spi', numberRange(0xffffffff))],
};
/**
 * In IPv6 it is an extension header, which nft's `ah` does not find: fields of its own, the length in bytes.
 * Kernel: net/ipv6/netfilter/ip6t_ah.c.
 */
export const AH: MatchExtension = {
  name: 'ah',
  printsFields: ['ipv6header auth'],
  parse: (options, { family }) =>
    options.length === 0 && family === 'ip6' ? [match(field('ipv6header auth'), '==', value(1), 'ah')] : null,
  print: (body, index) => ((body[index] as Match).via?.endsWith('ah') ? { text: '', used: 1 } : null),
  emptyMatchesAll: true,
  options: [
    {
      ...option('--ahspi', 'ah spi', numberRange(0xffffffff)),
      field: ({ family }) => (family === 'ip6' ? 'ah6 spi' : 'ah spi'),
      fields: ['ah spi', 'ah6 spi'],
    },
    { ...option('--ahlen', 'ah6 length', number()), field: onlyIp6('ah6 length') },
    { ...option('--ahres', 'ah6 reserved', flag(0), { negatable: false }), field: onlyIp6('ah6 reserved') },
  ],
};

function onlyIp6(name: string): FieldOption['field'] {
  return ({ family }) => (family === 'ip6' ? name : null);
}

/** Kernel: xt_ipcomp.c never looks at the reserved bits that `--compres` asks for. */
export const IPCOMP: MatchExtension = {
  name: 'ipcomp',
  emptyMatchesAll: true,
  idle: ({ name }) => name === '--compres',
  options: [option('--ipcompspi', 'comp cpi', numberRange(0xffffffff))],
};
/** Kernel: net/netfilter/xt_tcpmss.c, `! --mss` matches packets without the option too. */
export const TCPMSS: MatchExtension = {
  name: 'tcpmss',
  options: [option('--mss', 'tcp option maxseg size', numberRange(0xffff), { absent: true })],
};

/** Kernel: net/netfilter/xt_ecn.c. The IP half is the ECN field, the TCP half are the header's two flags. */
const ecnFlag = (bit: number): Codec => ({
  arity: 0,
  parse: (_args, left) => ({ left, right: value(bit) }),
  print: ({ left, right }) => (left.kind === 'field' && right.kind === 'value' && right.value === bit ? '' : null),
});
export const ECN: MatchExtension = {
  name: 'ecn',
  options: [
    option('--ecn-tcp-cwr', 'tcp flags', ecnFlag(0x80), { op: 'any-bit' }),
    option('--ecn-tcp-ece', 'tcp flags', ecnFlag(0x40), { op: 'any-bit' }),
    {
      ...option('--ecn-ip-ect', 'ip ecn', number(3)),
      field: ({ family }) => (family === 'ip6' ? 'ip6 ecn' : 'ip ecn'),
      fields: ['ip ecn', 'ip6 ecn'],
    },
  ],
};

/** `name=type` or `name=type/code`. libipt_icmp.c, icmp_codes. */
const ICMP_NAMES = namesOf(
  `any=255 echo-reply=0 pong=0 destination-unreachable=3 network-unreachable=3/0 host-unreachable=3/1 protocol-unreachable=3/2
  port-unreachable=3/3 fragmentation-needed=3/4 source-route-failed=3/5 network-unknown=3/6 host-unknown=3/7 network-prohibited=3/9
  host-prohibited=3/10 TOS-network-unreachable=3/11 TOS-host-unreachable=3/12 communication-prohibited=3/13
  host-precedence-violation=3/14 precedence-cutoff=3/15 source-quench=4 redirect=5 network-redirect=5/0 host-redirect=5/1
  TOS-network-redirect=5/2 TOS-host-redirect=5/3 echo-request=8 ping=8 router-advertisement=9 router-solicitation=10 time-exceeded=11
  ttl-exceeded=11 ttl-zero-during-transit=11/0 ttl-zero-during-reassembly=11/1 parameter-problem=12 ip-header-bad=12/0
  required-option-missing=12/1 timestamp-request=13 timestamp-reply=14 address-mask-request=17 address-mask-reply=18`,
);
/** libip6t_icmp6.c, icmpv6_codes. */
const ICMP6_NAMES = namesOf(
  `destination-unreachable=1 no-route=1/0 communication-prohibited=1/1 beyond-scope=1/2 address-unreachable=1/3 port-unreachable=1/4
  failed-policy=1/5 reject-route=1/6 packet-too-big=2 time-exceeded=3 ttl-exceeded=3 ttl-zero-during-transit=3/0
  ttl-zero-during-reassembly=3/1 parameter-problem=4 bad-header=4/0 unknown-header-type=4/1 unknown-option=4/2 echo-request=128 ping=128
  echo-reply=129 pong=129 mld-listener-query=130 mld-listener-report=131 mld-listener-done=132 mld-listener-reduction=132
  router-solicitation=133 router-advertisement=134 neighbour-solicitation=135 neighbor-solicitation=135 neighbour-advertisement=136
  neighbor-advertisement=136 redirect=137`,
);

function namesOf(list: string): ReadonlyMap<string, { type: number; code: number | null }> {
  const names = new Map<string, { type: number; code: number | null }>();
  for (const pair of list.split(/\s+/)) {
    const [name = '', numbers = ''] = pair.split('=');
    names.set(name.toLowerCase(), icmpNumbers(numbers) ?? { type: 255, code: null });
  }
  return names;
}

function icmpNumbers(text: string): { type: number; code: number | null } | null {
  const cut = text.indexOf('/');
  const type = parseNumber(cut < 0 ? text : text.slice(0, cut), 255);
  const code = cut < 0 ? null : parseNumber(text.slice(cut + 1), 255);
  return type < 0 || (code !== null && code < 0) ? null : { type, code };
}

/** The names of types and codes that the tools of one family know. */
export function icmpNames(ip6: boolean): typeof ICMP_NAMES {
  return ip6 ? ICMP6_NAMES : ICMP_NAMES;
}

/** Type 255 stands for any, whatever the code. Kernel: icmp_type_code_match(). */
export function isAnyIcmp(text: string): boolean {
  return (ICMP_NAMES.get(text.toLowerCase()) ?? icmpNumbers(text))?.type === 255;
}

/** `echo-request`, `3/1`: type * 256 + code, as an ipset's port has it; null where it is neither. */
export function icmpTypeCode(text: string, ip6: boolean): number | null {
  const numbers = (ip6 ? ICMP6_NAMES : ICMP_NAMES).get(text.toLowerCase()) ?? icmpNumbers(text);
  return numbers && numbers.type * 256 + (numbers.code ?? 0);
}

/**
 * `--icmp-type T[/C]`: a type is one comparison, type and code are two (or, negated, one of both together).
 * Kernel: net/netfilter/xt_tcpudp.c and ip_tables.c, icmp_type_code_match(): type 255 matches any.
 */
function icmp(name: string, optionName: string, header: string, names: typeof ICMP_NAMES): MatchExtension {
  const type = field(`${header} type`);
  const code = field(`${header} code`);
  return {
    name,
    emptyMatchesAll: true,
    printsFields: [type.name],
    parse(options) {
      const [only, ...rest] = options;
      if (!only || rest.length > 0 || only.name !== optionName || only.args.length !== 1) return null;
      const numbers = names.get((only.args[0] as string).toLowerCase()) ?? icmpNumbers(only.args[0] as string);
      if (!numbers || (numbers.type === 255 && header === 'icmp')) return null;
      const op = only.negated ? '!=' : '==';
      if (numbers.code === null) return [match(type, op, value(numbers.type))];
      if (op === '==') return [match(type, op, value(numbers.type)), match(code, op, value(numbers.code), name)];
      const both = { kind: 'concat', parts: [value(numbers.type), value(numbers.code)] } as const;
      return [match({ kind: 'concat', parts: [type, code] }, op, both)];
    },
    print(body, index) {
      const first = body[index] as Match;
      if (first.op !== '==' && first.op !== '!=') return null;
      const not = first.op === '!=' ? '! ' : '';
      const { left, right } = first;
      if (left === type && right.kind === 'value') {
        const next = body[index + 1];
        if (next?.kind === 'match' && next.left === code && next.op === '==' && next.right.kind === 'value' && !not) {
          return { text: `${optionName} ${right.value}/${next.right.value}`, used: 2 };
        }
        return { text: `${not}${optionName} ${right.value}`, used: 1 };
      }
      if (left.kind !== 'concat' || left.parts[1] !== code || left.parts.length !== 2 || right.kind !== 'concat')
        return null;
      const [t, c] = right.parts;
      return t?.kind === 'value' && c?.kind === 'value'
        ? { text: `${not}${optionName} ${t.value}/${c.value}`, used: 1 }
        : null;
    },
  };
}

export const ICMP = icmp('icmp', '--icmp-type', 'icmp', ICMP_NAMES);
export const ICMP6 = icmp('icmp6', '--icmpv6-type', 'icmpv6', ICMP6_NAMES);

const MULTIPORT_HEADERS: ReadonlyMap<number, string> = new Map(
  ['tcp', 'udp', 'udplite', 'sctp', 'dccp'].map((name) => [PROTOCOLS.byName.get(name) as number, name]),
);
const ANY_PORT: Range = { kind: 'range', from: 0, to: 0xffff };

function isAnyPort(key: Expression | undefined): boolean {
  return key?.kind === 'range' && key.from === 0 && key.to === 0xffff;
}

function portSet(list: string, context: Context): Expression[] | null {
  const keys: Expression[] = [];
  for (const part of list.split(',')) {
    const one = port.parse([part], field('th dport'), context);
    if (!one) return null;
    keys.push(one.right);
  }
  return keys;
}

function setOf(keys: readonly Expression[]): SetLiteral {
  return { kind: 'set', elements: keys.map((key): SetElement => ({ key })) };
}

function multiport({ name, negated, args }: OptionWords, header: string, context: Context): Match | null {
  const keys = args.length === 1 ? portSet(args[0] as string, context) : null;
  if (!keys) return null;
  const op = negated ? '!=' : '==';
  const source = field(`${header} sport`);
  const destination = field(`${header} dport`);
  if (name === '--sports' || name === '--source-ports') return match(source, op, setOf(keys), 'multiport');
  if (name === '--dports' || name === '--destination-ports') return match(destination, op, setOf(keys), 'multiport');
  if (name !== '--ports') return null;
  // Either port: as nft lists it, a set of pairs in which the other port is any.
  const pairs = keys.flatMap((key): Expression[] => [
    { kind: 'concat', parts: [ANY_PORT, key] },
    { kind: 'concat', parts: [key, ANY_PORT] },
  ]);
  return match({ kind: 'concat', parts: [source, destination] }, op, setOf(pairs), 'multiport');
}

function printPorts(keys: readonly Expression[], context: Context): string | null {
  const parts = keys.map((right) => port.print({ left: field('th dport'), right }, context));
  return parts.length > 0 && parts.length <= 15 && !parts.includes(null) ? parts.join(',') : null;
}

function printMultiport({ left, right, op }: Match, context: Context): string | null {
  if (op !== '==' && op !== '!=') return null;
  const not = op === '!=' ? '! ' : '';
  // There is no libxt_udplite.c.
  if (right.kind !== 'set') {
    if (left.kind !== 'field' || !left.name.startsWith('udplite ')) return null;
    const list = printPorts([right], context);
    return list && `${not}${left.name.endsWith('sport') ? '--sports' : '--dports'} ${list}`;
  }
  const keys = right.elements.map(({ key }) => key);
  if (left.kind === 'field') {
    const list = printPorts(keys, context);
    return list && `${not}${left.name.endsWith('sport') ? '--sports' : '--dports'} ${list}`;
  }
  const second: Expression[] = [];
  for (let i = 0; i < keys.length; i += 2) {
    const key = keys[i];
    if (key?.kind !== 'concat' || !isAnyPort(key.parts[0])) return null;
    second.push(key.parts[1] as Expression);
  }
  const list = printPorts(second, context);
  return list && `${not}--ports ${list}`;
}

export const MULTIPORT: MatchExtension = {
  name: 'multiport',
  printsFields: [...MULTIPORT_HEADERS.values()].flatMap((header) => [`${header} sport`, `${header} dport`]),
  parse(options, context) {
    const header = MULTIPORT_HEADERS.get(context.protocol);
    if (!header || options.length === 0) return null;
    const matches: Statement[] = [];
    for (const each of options) {
      const one = multiport(each, header, context);
      if (!one) return null;
      matches.push(one);
    }
    return matches;
  },
  print(body, index, context) {
    const text = printMultiport(body[index] as Match, context);
    return text === null ? null : { text, used: 1 };
  },
};
