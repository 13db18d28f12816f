/**
 * Matches on IPv6 extension headers: frag, rt, mh, ipv6header, hbh, dst, srh, eui64. Follows libip6t_*.c and the kernel's
 * net/ipv6/netfilter/ip6t_*.c. Lengths are counted in bytes by iptables, in eights by nft's fields. Lists of options and of type 0 addresses are
 * text with a reading.
 */
import { MH_TYPES } from '../../../model/constants.ts';
import type { Expression } from '../../../model/expression.ts';
import type { Match, Statement } from '../../../model/statement.ts';
import { address, flag, number, numberRange, protocolNumber } from '../codecs.ts';
import {
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

/** `-m frag`, `-m rt` without options: the header is there. */
function header(name: string, more: Omit<MatchExtension, 'name' | 'parse' | 'print'>): MatchExtension {
  const exists = field(`exthdr ${name}`);
  return {
    ...more,
    name,
    printsFields: [exists.name],
    parse: (words, { family }) => (words.length === 0 && family === 'ip6' ? [match(exists, '==', value(1))] : null),
    print(body, index) {
      const one = body[index];
      const plain = one?.kind === 'match' && one.left === exists && one.op === '==' && isOne(one.right);
      return plain ? { text: '', used: 1 } : null;
    },
  };
}

function isOne(right: Expression): boolean {
  return right.kind === 'value' && right.value === 1;
}

/** The bytes of a header that its length field can say: null for other lengths, which no header has. */
export function eights(text: string): number | null {
  const bytes = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  return bytes >= 8 && bytes <= 2048 && bytes % 8 === 0 ? bytes / 8 - 1 : null;
}

const length: Codec = {
  arity: 1,
  parse([text = ''], left) {
    const count = eights(text);
    return count === null ? null : { left, right: value(count) };
  },
  print: ({ left, right }) =>
    left.kind === 'field' && right.kind === 'value' && typeof right.value === 'number'
      ? String((right.value + 1) * 8)
      : null,
};

/** `! --rt-len 42`: no header has that length. */
function notImpossible(name: string): (option: OptionWords) => boolean {
  return (one) => one.name === name && one.negated && one.args.length === 1 && eights(one.args[0] as string) === null;
}

const RESERVED = 'frag reserved';
const RESERVED2 = 'frag reserved2';

function isZero(statement: Statement | undefined, name: string): boolean {
  if (statement?.kind !== 'match' || statement.left.kind !== 'field' || statement.left.name !== name) return false;
  return statement.op === '==' && statement.right.kind === 'value' && statement.right.value === 0;
}

/**
 * `--fragres`: both reserved fields are zero; `--fraglen` is not looked at. Kernel: net/ipv6/netfilter/ip6t_frag.c.
 * A flag has no value: it comes as two matches where the codec would give one, so it is taken out and put back here.
 */
const plainFrag = header('frag', {
  idle: ({ name }) => name === '--fraglen',
  options: [
    option('--fragid', 'frag id', numberRange(0xffffffff)),
    option('--fragfirst', 'frag frag-off', flag(0), { negatable: false }),
    option('--fragmore', 'frag more-fragments', flag(1), { negatable: false }),
    option('--fraglast', 'frag more-fragments', flag(0), { negatable: false }),
  ],
});
export const FRAG: MatchExtension = {
  ...plainFrag,
  printsFields: [...(plainFrag.printsFields ?? []), RESERVED],
  parse(options, context) {
    const reserved = options.find(({ name }) => name === '--fragres');
    if (!reserved) return plainFrag.parse?.(options, context) ?? null;
    if (reserved.negated || reserved.args.length > 0 || context.family !== 'ip6') return null;
    const statements: Statement[] = [];
    for (const each of options) {
      const made = each === reserved ? bothReserved() : oneOption(plainFrag.options ?? [], each, context);
      if (!made) return null;
      statements.push(...made);
    }
    return statements;
  },
  print(body, index, context) {
    if (isZero(body[index], RESERVED) && isZero(body[index + 1], RESERVED2)) return { text: '--fragres', used: 2 };
    return plainFrag.print?.(body, index, context) ?? null;
  },
};

function bothReserved(): Match[] {
  return [match(field(RESERVED), '==', value(0), 'frag'), match(field(RESERVED2), '==', value(0), 'frag')];
}

function oneOption(
  options: readonly FieldOption[],
  { name, negated, args }: OptionWords,
  context: Context,
): Match[] | null {
  const option = options.find(({ names }) => names.includes(name));
  if (!option || typeof option.field !== 'string' || args.length !== option.codec.arity) return null;
  const read = negated && !option.negatable ? null : option.codec.parse(args, field(option.field), context);
  return read && [match(read.left, negated ? '!=' : '==', read.right, 'frag')];
}

/** Kernel: net/ipv6/netfilter/ip6t_rt.c. */
export const RT: MatchExtension = header('rt', {
  apart: ['--rt-0-res', '--rt-0-addrs', '--rt-0-not-strict'],
  idle: notImpossible('--rt-len'),
  options: [
    option('--rt-type', 'rt type', number(255)),
    option('--rt-segsleft', 'rt seg-left', numberRange(0xffffffff)),
    option('--rt-len', 'rt hdrlength', length),
  ],
});

/** Kernel: net/ipv6/netfilter/ip6t_hbh.c, for both. */
export const HBH: MatchExtension = header('hbh', {
  apart: ['--hbh-opts'],
  idle: notImpossible('--hbh-len'),
  options: [option('--hbh-len', 'hbh hdrlength', length)],
});
export const DST: MatchExtension = header('dst', {
  apart: ['--dst-opts'],
  idle: notImpossible('--dst-len'),
  options: [option('--dst-len', 'dst hdrlength', length)],
});

/**
 * Kernel: net/ipv6/netfilter/ip6t_mh.c also drops a header that something follows (RFC 6275).
 * Assumption: packets are well formed.
 */
export const MH: MatchExtension = {
  name: 'mh',
  emptyMatchesAll: true,
  options: [option('--mh-type', 'mh type', numberRange(255, ':', MH_TYPES))],
};

/** By name or number; libip6t_srh.c prints the number. */
const nextHeader: Codec = {
  ...number(255),
  parse([text = ''], left) {
    const n = protocolNumber(text);
    return n < 0 ? null : { left, right: value(n) };
  },
};

const byte = number(255);
/** libip6t_srh.c prints these with their length, also /128. */
const sid = address(true);

function srhNumber(optionName: string, fieldName: string): FieldOption[] {
  return [
    option(`--srh-${optionName}-eq`, fieldName, byte),
    option(`--srh-${optionName}-gt`, fieldName, byte, { op: '>' }),
    option(`--srh-${optionName}-lt`, fieldName, byte, { op: '<' }),
  ];
}

/**
 * Segment routing. `previous`, `next` and `last` SID are fields of iptables' own; a packet that has none of them does not match, negated or not.
 * Kernel: net/ipv6/netfilter/ip6t_srh.c.
 */
export const SRH: MatchExtension = {
  name: 'srh',
  printsFields: ['rt type'],
  parse: (options, { family }) =>
    options.length === 0 && family === 'ip6' ? [match(field('rt type'), '==', value(4), 'srh')] : null,
  print: (body, index) => ((body[index] as Match).via?.endsWith('srh') ? { text: '', used: 1 } : null),
  options: [
    option('--srh-next-hdr', 'srh nexthdr', nextHeader),
    ...srhNumber('hdr-len', 'srh hdrlength'),
    ...srhNumber('segs-left', 'srh seg-left'),
    ...srhNumber('last-entry', 'srh last-entry'),
    option('--srh-tag', 'srh tag', number(0xffff)),
    option('--srh-psid', 'srh previous-sid', sid),
    option('--srh-nsid', 'srh next-sid', sid),
    option('--srh-lsid', 'srh last-sid', sid),
  ],
};

/** The source address ends with the interface identifier that the source MAC gives. Kernel: net/ipv6/netfilter/ip6t_eui64.c. */
export const EUI64: MatchExtension = {
  name: 'eui64',
  printsFields: ['ip6 eui64'],
  parse: (options, { family }) =>
    options.length === 0 && family === 'ip6' ? [match(field('ip6 eui64'), '==', value(1))] : null,
  print: () => ({ text: '', used: 1 }),
};

/** libip6t_ipv6header.c, chain_flags, in the order of its printing: the header's field, and its names. The first name prints. */
const HEADERS: readonly (readonly [fieldName: string, ...names: string[]])[] = [
  ['exthdr hbh', 'hop-by-hop', 'hop', '0'],
  ['exthdr dst', 'ipv6-opts', 'dst', '60'],
  ['exthdr rt', 'ipv6-route', 'route', '43'],
  ['exthdr frag', 'ipv6-frag', 'frag', '44'],
  ['ipv6header auth', 'ah', 'auth', '51'],
  ['ipv6header esp', 'esp', '50'],
  ['ipv6header none', 'ipv6-nonxt', 'none', '59'],
  ['ipv6header protocol', 'protocol', 'prot', '255'],
];

interface HeaderList {
  readonly soft: boolean;
  readonly negated: boolean;
  /** Positions in HEADERS. */
  readonly listed: ReadonlySet<number>;
}

export function readHeaderList(options: readonly OptionWords[], { family }: Context): HeaderList | null {
  const list = options.find(({ name }) => name === '--header');
  const soft = options.find(({ name }) => name === '--soft');
  if (family !== 'ip6' || list?.args.length !== 1 || options.length !== (soft ? 2 : 1)) return null;
  if (soft && (soft.negated || soft.args.length > 0)) return null;
  const listed = new Set<number>();
  for (const each of (list.args[0] as string).toLowerCase().split(',')) {
    const at = HEADERS.findIndex(([, ...names]) => names.includes(each));
    if (at < 0) return null;
    listed.add(at);
  }
  return { soft: soft !== undefined, negated: list.negated, listed };
}

/** The comparisons that all hold for a list that is not negated. */
export function headerMatches({ soft, listed }: HeaderList, present = true): Match[] {
  const matches: Match[] = [];
  for (const [at, [name]] of HEADERS.entries()) {
    if (soft && !listed.has(at)) continue;
    const wanted = soft ? present : listed.has(at);
    matches.push(match(field(name), wanted ? '==' : '!=', value(1), soft ? 'ipv6header soft' : 'ipv6header'));
  }
  return matches;
}

/**
 * `--soft`: all of the listed headers are there (negated: none of them); otherwise these and no others. Negated, the latter is no row of
 * comparisons. Kernel: net/ipv6/netfilter/ip6t_ipv6header.c.
 */
export const IPV6HEADER: MatchExtension = {
  name: 'ipv6header',
  printsFields: HEADERS.map(([name]) => name),
  parse(options, context) {
    const list = readHeaderList(options, context);
    if (!list || (list.negated && !list.soft)) return null;
    return headerMatches(list, !list.negated);
  },
  print(body, index) {
    const first = body[index] as Match;
    const via = (first.via ?? '').replace(/^-m /, '');
    if (via !== 'ipv6header' && via !== 'ipv6header soft') return null;
    const present: string[] = [];
    const missing: string[] = [];
    let used = 0;
    for (let last = -1; ; used++) {
      const one = body[index + used];
      if (one?.kind !== 'match' || one.left.kind !== 'field' || (used > 0 && one.via !== via)) break;
      const { name } = one.left;
      const at = HEADERS.findIndex(([known]) => known === name);
      if (at <= last) break;
      last = at;
      (one.op === '==' ? present : missing).push(HEADERS[at]?.[1] as string);
    }
    if (via === 'ipv6header') return { text: `--header ${present.join()}`, used };
    const listed = present.length > 0 ? `--header ${present.join()}` : `! --header ${missing.join()}`;
    return { text: `${listed} --soft`, used };
  },
};
