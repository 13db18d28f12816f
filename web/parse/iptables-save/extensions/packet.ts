/**
 * Matches on other parts of the packet and its metadata: mark, iprange, mac, physdev, owner, length, pkttype, ttl, hl, dscp,
 * tos, devgroup, realm, cpu, cgroup, rpfilter. Follows iptables-extensions(8).
 */
import { DEVICE_GROUPS, DSCP as DSCP_NAMES, PACKET_TYPES, REALMS, type Symbols } from '../../../model/constants.ts';
import type { Match } from '../../../model/statement.ts';
import { addressRange, flag, interfaceName, mac, masked, number, numberRange, quoteWord, symbol } from '../codecs.ts';
import {
  type Codec,
  type FieldOption,
  familyOption,
  field,
  type MatchExtension,
  match,
  option,
  value,
} from '../extension.ts';

export const MARK: MatchExtension = { name: 'mark', options: [option('--mark', 'meta mark', masked())] };

export const IPRANGE: MatchExtension = {
  name: 'iprange',
  options: [
    familyOption('--src-range', 'ip saddr', 'ip6 saddr', addressRange),
    familyOption('--dst-range', 'ip daddr', 'ip6 daddr', addressRange),
  ],
};

export const MAC: MatchExtension = { name: 'mac', options: [option('--mac-source', 'ether saddr', mac)] };

export const LENGTH: MatchExtension = {
  name: 'length',
  options: [option('--length', 'meta length', numberRange(0xffff))],
};

export const PKTTYPE: MatchExtension = {
  name: 'pkttype',
  options: [option('--pkt-type', 'meta pkttype', packetType())],
};

/** libxt_pkttype.c prints unicast for PACKET_HOST, where nft prints host. */
function packetType(): Codec {
  const names = symbol(PACKET_TYPES);
  return {
    ...names,
    print(comparison, context) {
      const name = names.print(comparison, context);
      return name === 'host' ? 'unicast' : name;
    },
  };
}

const byte = number(255);
function hopLimit(name: string, prefix: string, fieldName: string): MatchExtension {
  return {
    name,
    options: [
      option(`--${prefix}-eq --${prefix}`, fieldName, byte),
      option(`--${prefix}-lt`, fieldName, byte, { op: '<', negatable: false }),
      option(`--${prefix}-gt`, fieldName, byte, { op: '>', negatable: false }),
    ],
  };
}
export const TTL = hopLimit('ttl', 'ttl', 'ip ttl');
export const HL = hopLimit('hl', 'hl', 'ip6 hoplimit');

/** Printed as `0x%02x`. */
export const hex2 = (n: number): string => `0x${n.toString(16).padStart(2, '0')}`;

export const DSCP: MatchExtension = {
  name: 'dscp',
  options: [
    familyOption('--dscp', 'ip dscp', 'ip6 dscp', number(63, hex2)),
    { ...familyOption('--dscp-class', 'ip dscp', 'ip6 dscp', { ...symbol(DSCP_NAMES), print: () => null }) },
  ],
};

/** The whole type-of-service byte, or traffic class: nft has no name for it. */
export const TOS_FIELD: FieldOption['field'] = ({ family }) => (family === 'ip6' ? '@nh,4,8' : '@nh,8,8');
/** libxt_tos.c, tos_symbol_names. */
export const TOS_NAMES: ReadonlyMap<string, string> = new Map([
  ['minimize-delay', '0x10/0x3f'],
  ['maximize-throughput', '0x08/0x3f'],
  ['maximize-reliability', '0x04/0x3f'],
  ['minimize-cost', '0x02/0x3f'],
  ['normal-service', '0x00/0x3f'],
]);
const tosBits = masked(255, hex2);
const tos: Codec = {
  arity: 1,
  parse: ([text = ''], left, context) => tosBits.parse([TOS_NAMES.get(text.toLowerCase()) ?? text], left, context),
  print(comparison, context) {
    const printed = tosBits.print(comparison, context);
    return printed === null || printed.includes('/') ? printed : `${printed}/0xff`;
  },
};
export const TOS: MatchExtension = {
  name: 'tos',
  options: [{ ...option('--tos', '@nh,8,8', tos), field: TOS_FIELD, fields: ['@nh,8,8', '@nh,4,8'] }],
};

/** A number with or without a mask, or a name of iproute2, which is printed for a number without one. */
function namedMask(names: Symbols): Codec {
  const numbers = masked();
  return {
    arity: 1,
    parse([text = ''], left, context) {
      const named = names.byName.get(text);
      return numbers.parse([named === undefined ? text : String(named)], left, context);
    },
    print(comparison, context) {
      const { left, right } = comparison;
      const plain = left.kind === 'field' && right.kind === 'value' && typeof right.value === 'number';
      return (plain && names.byNumber.get(right.value as number)) || numbers.print(comparison, context);
    },
  };
}
const group = namedMask(DEVICE_GROUPS);
export const DEVGROUP: MatchExtension = {
  name: 'devgroup',
  options: [option('--src-group', 'meta iifgroup', group), option('--dst-group', 'meta oifgroup', group)],
};
export const REALM: MatchExtension = {
  name: 'realm',
  options: [option('--realm', 'meta rtclassid', namedMask(REALMS))],
};
export const CPU: MatchExtension = { name: 'cpu', options: [option('--cpu', 'meta cpu', number())] };

/**
 * Assumption: the group of `--path` is compared at the level of its depth, as nft's `socket cgroupv2 level N` does; the kernel
 * (net/netfilter/xt_cgroup.c) looks for the group among the socket's ancestors, which is the same.
 */
const cgroupPath: Codec = {
  arity: 1,
  parse([path = '']) {
    const parts = path.split('/').filter((part) => part !== '');
    return { left: field(`socket cgroupv2 level ${parts.length}`), right: value(path) };
  },
  print: ({ left, right }) =>
    left.kind === 'field' && right.kind === 'value' && typeof right.value === 'string' ? quoteWord(right.value) : null,
};
export const CGROUP: MatchExtension = {
  name: 'cgroup',
  options: [
    option('--cgroup', 'meta cgroup', number()),
    {
      ...option('--path', 'socket cgroupv2', cgroupPath),
      fields: Array.from({ length: 33 }, (_, level) => `socket cgroupv2 level ${level}`),
    },
  ],
};

/**
 * Kernel: net/netfilter/xt_physdev.c. The bridge's ports of a packet that passes a bridge; the empty name for one that does not, so that a negated
 * option matches it.
 */
export const PHYSDEV: MatchExtension = {
  name: 'physdev',
  options: [
    option('--physdev-in', 'physdev in', interfaceName),
    option('--physdev-is-in', 'physdev is-in', flag(1)),
    option('--physdev-out', 'physdev out', interfaceName),
    option('--physdev-is-out', 'physdev is-out', flag(1)),
    option('--physdev-is-bridged', 'physdev is-bridged', flag(1)),
  ],
};

const idNumbers = numberRange(0xffffffff, '-');
/** A number, a range, or a name: what number that is only its machine knows (root's is 0 on all). */
const ids: Codec = {
  arity: 1,
  parse([text = ''], left, context) {
    if (/^[0-9]/.test(text)) return idNumbers.parse([text], left, context);
    if (!/^[A-Za-z_][\w.$-]*$/.test(text)) return null;
    return { left, right: text === 'root' ? value(0, text) : value(text) };
  },
  print: (comparison, context) =>
    comparison.right.kind === 'value' && typeof comparison.right.value === 'string'
      ? comparison.right.value
      : idNumbers.print(comparison, context),
};
const ownerOptions: readonly FieldOption[] = [
  option('--socket-exists', 'socket exists', flag(1)),
  option('--uid-owner', 'meta skuid', ids, { absent: true }),
  option('--gid-owner', 'meta skgid', ids, { absent: true }),
];
const GROUPS = 'owner groups';

/**
 * Kernel: net/netfilter/xt_owner.c: without a socket, a negated uid or gid matches (golden cases n21, n22), unlike nft's `meta skuid !=`.
 * `--suppl-groups` makes `--gid-owner` ask for any group of the sender: a field of iptables' own.
 */
export const OWNER: MatchExtension = {
  name: 'owner',
  marked: true,
  options: ownerOptions,
  printsFields: [GROUPS],
  parse(options, context) {
    const all = options.find(({ name }) => name === '--suppl-groups');
    const one = options.find(({ name }) => name === '--gid-owner');
    if (!all || !one || all.negated || all.args.length > 0 || options.length > 3) return null;
    const matches: Match[] = [];
    for (const { name, negated, args } of options) {
      if (name === all.name) continue;
      const used = ownerOptions.find(({ names }) => names.includes(name));
      const left = name === one.name ? GROUPS : used?.field;
      if (!used || typeof left !== 'string' || args.length !== used.codec.arity) return null;
      const read = used.codec.parse(args, field(left), context);
      if (!read) return null;
      const made = match(read.left, negated ? '!=' : '==', read.right, 'owner');
      matches.push(negated && used.absent ? { ...made, orAbsent: true } : made);
    }
    return matches;
  },
  print(body, index, context) {
    const one = body[index] as Match;
    const text = one.left.kind === 'field' && one.left.name === GROUPS ? ids.print(one, context) : null;
    if (text === null || (one.op !== '==' && one.op !== '!=')) return null;
    return { text: `${one.op === '!=' ? '! ' : ''}--gid-owner ${text} --suppl-groups`, used: 1 };
  },
};

const RPFILTER_OPTIONS: ReadonlySet<string> = new Set(['--loose', '--validmark', '--invert']);

/**
 * Is the way back to the source through the incoming interface (loose: is there any)? As nft writes it, `fib saddr . iif oif != 0`.
 * Kernel: net/ipv4/netfilter/ipt_rpfilter.c.
 */
export const RPFILTER: MatchExtension = {
  name: 'rpfilter',
  printsFields: ['', ' . iif'].flatMap((iif) => ['', ' . mark'].map((mark) => `fib saddr${mark}${iif} oif`)),
  parse(options) {
    const has = (name: string) => options.some((each) => each.name === name);
    if (!options.every(({ name, negated, args }) => RPFILTER_OPTIONS.has(name) && !negated && args.length === 0))
      return null;
    const key = `fib saddr${has('--validmark') ? ' . mark' : ''}${has('--loose') ? '' : ' . iif'} oif`;
    return [match(field(key), has('--invert') ? '==' : '!=', value(0), 'rpfilter')];
  },
  print(body, index) {
    const one = body[index] as Match;
    if (one.left.kind !== 'field' || one.right.kind !== 'value' || one.right.value !== 0) return null;
    if (one.op !== '==' && one.op !== '!=') return null;
    const parts: string[] = [];
    if (!one.left.name.includes('iif')) parts.push('--loose');
    if (one.left.name.includes('mark')) parts.push('--validmark');
    if (one.op === '==') parts.push('--invert');
    return { text: parts.join(' '), used: 1 };
  },
};
