/**
 * Matches on the connection: conntrack, state, connmark, connbytes, helper. Follows libxt_conntrack.c and net/netfilter/xt_conntrack.c.
 * Where the kernel's answer for a packet without an entry is not that of nft's comparisons, the group stays text with a reading.
 */
import { CT_DIRECTION } from '../../../model/constants.ts';
import type { Match } from '../../../model/statement.ts';
import {
  address,
  flagBits,
  masked,
  number,
  numberRange,
  parseNumber,
  protocolNumber,
  quoteWord,
  symbol,
} from '../codecs.ts';
import {
  type Codec,
  type Context,
  type FieldOption,
  field,
  type MatchExtension,
  match,
  negate,
  option,
  value,
} from '../extension.ts';
import type { OptionWords } from '../words.ts';

/** nft's numbers, in the order in which libxt_conntrack.c prints the names. */
const states = flagBits('INVALID:1 NEW:8 RELATED:4 ESTABLISHED:2 UNTRACKED:64');
const translated = flagBits('SNAT:16 DNAT:32');
const statuses = flagBits('NONE:0 EXPECTED:1 SEEN_REPLY:2 ASSURED:4 CONFIRMED:8', 'NONE');
const NAT_BITS = 48;

const STATE = field('ct state');
const STATUS = field('ct status');

const state: Codec = {
  arity: 1,
  parse(args, left, context) {
    const plain = states.parse(args, left, context);
    if (plain) return plain;
    const nat = translated.parse(args, STATUS, context);
    return nat && { left: STATUS, right: nat.right };
  },
  print(comparison, context) {
    if (comparison.left === STATE) return states.print(comparison, context);
    return comparison.left === STATUS ? translated.print(comparison, context) : null;
  },
};

/** SNAT and DNAT belong to `--ctstate`. Kernel: `NONE` is a mask without bits: never true, and `! NONE` wherever there is an entry. */
const status: Codec = {
  ...statuses,
  print(comparison, context) {
    const { right } = comparison;
    if (right.kind === 'value' && typeof right.value === 'number' && (right.value & NAT_BITS) !== 0) return null;
    return statuses.print(comparison, context);
  },
};

function tuple(direction: 'original' | 'reply', prefix: string): FieldOption[] {
  const side = (optionName: string, key: string): FieldOption => ({
    names: [optionName],
    field: ({ family }) => `ct ${direction} ${family === 'ip6' ? 'ip6' : 'ip'} ${key}`,
    fields: [`ct ${direction} ip ${key}`, `ct ${direction} ip6 ${key}`],
    op: '==',
    codec: address(false),
    negatable: true,
  });
  return [
    side(`--ct${prefix}src`, 'saddr'),
    side(`--ct${prefix}dst`, 'daddr'),
    option(`--ct${prefix}srcport`, `ct ${direction} proto-src`, numberRange(0xffff)),
    option(`--ct${prefix}dstport`, `ct ${direction} proto-dst`, numberRange(0xffff)),
  ];
}

/** By name or number; libxt_conntrack.c prints the number. */
const protocol: Codec = {
  ...number(0xffff),
  parse([text = ''], left) {
    const n = protocolNumber(text);
    return n < 0 ? null : { left, right: value(n) };
  },
};

const CT_OPTIONS: readonly FieldOption[] = [
  { ...option('--ctstate', 'ct state', state, { op: 'any-bit' }), fields: ['ct state', 'ct status'] },
  option('--ctproto', 'ct original protocol', protocol),
  ...tuple('original', 'orig'),
  ...tuple('reply', 'repl'),
  option('--ctstatus', 'ct status', status, { op: 'any-bit' }),
  option('--ctexpire', 'ct expiration', expiration()),
  option('--ctdir', 'ct direction', symbol(CT_DIRECTION, true)),
];

/** Kernel: xt_conntrack.c divides by HZ before it compares, nft compares milliseconds: `--ctexpire 5` is 5000 to 5999 of them. */
function expiration(): Codec {
  const seconds = numberRange(0xffffffff);
  return {
    arity: 1,
    parse(args, left, context) {
      const read = seconds.parse(args, left, context)?.right;
      const from = read?.kind === 'value' ? read.value : read?.kind === 'range' ? read.from : null;
      const to = read?.kind === 'range' ? read.to : from;
      if (typeof from !== 'number' || typeof to !== 'number') return null;
      return { left, right: { kind: 'range', from: from * 1000, to: to * 1000 + 999 } };
    },
    print({ right }) {
      if (right.kind !== 'range' || typeof right.from !== 'number' || typeof right.to !== 'number') return null;
      if (right.from % 1000 !== 0 || right.to % 1000 !== 999) return null;
      const from = right.from / 1000;
      const to = (right.to - 999) / 1000;
      return from === to ? String(from) : `${from}:${to}`;
    },
  };
}

const STATE_BITS = flagBits('INVALID:1 NEW:8 RELATED:4 ESTABLISHED:2 UNTRACKED:64 SNAT:256 DNAT:512');
const NAT_SHIFT = 4;
/** The states of packets without an entry: invalid and untracked. */
const WITHOUT_ENTRY = 65;

/** The bits of `ct state` and of `ct status` that a `--ctstate` lists; null where a name is none of them. */
export function stateBits(list: string): { states: number; status: number } | null {
  const right = STATE_BITS.parse([list], STATE, { family: 'ip', protocol: -1, hook: () => null })?.right;
  if (right?.kind !== 'value') return null;
  const bits = Number(right.value);
  return { states: bits & 0xff, status: (bits >>> NAT_SHIFT) & NAT_BITS };
}

/** The comparisons of all options but `--ctstate`; null where one cannot be read. */
export function readConntrackRest(options: readonly OptionWords[], context: Context): Match[] | null {
  const matches: Match[] = [];
  for (const { name, negated, args } of options) {
    const option = CT_OPTIONS.find(({ names }) => names.includes(name));
    if (!option || args.length !== 1 || name === '--ctstate') return null;
    const compared = option.codec.parse(
      args,
      field(typeof option.field === 'string' ? option.field : (option.field(context) ?? '')),
      context,
    );
    if (!compared) return null;
    matches.push(match(compared.left, negated ? negate(option.op) : option.op, compared.right));
  }
  return matches;
}

/**
 * Kernel: conntrack_mt() takes a packet without an entry for invalid or untracked, compares its state and nothing more. So a negated SNAT or
 * DNAT, states beside them, and other options beside a state that such a packet has, are no conjunction of nft's comparisons.
 */
function statesAlone(options: readonly OptionWords[]): boolean {
  const state = options.find(({ name }) => name === '--ctstate');
  const bits = state && stateBits(state.args[0] ?? '');
  if (!state || !bits) return true;
  if (bits.status !== 0) return bits.states === 0 && !state.negated;
  const passes = state.negated ? (bits.states & WITHOUT_ENTRY) !== WITHOUT_ENTRY : (bits.states & WITHOUT_ENTRY) !== 0;
  return options.length === 1 || !passes;
}

export const CONNTRACK: MatchExtension = {
  name: 'conntrack',
  options: CT_OPTIONS,
  refuses: (options) => !statesAlone(options),
  parts: (printed, next) => !statesAlone(printedOptions(`${printed} ${next}`)),
};

/** Without quotes: no option of conntrack has any. */
function printedOptions(text: string): OptionWords[] {
  const options: OptionWords[] = [];
  for (const [all, not, name = '', argument = ''] of text.matchAll(/(! )?(--\S+) (\S+)/g)) {
    const start = text.indexOf(all);
    options.push({ name, negated: not !== undefined, args: [argument], start, end: start + all.length });
  }
  return options;
}

export const STATE_MATCH: MatchExtension = {
  name: 'state',
  options: [option('--state', 'ct state', states, { op: 'any-bit' })],
};
export const CONNMARK: MatchExtension = { name: 'connmark', options: [option('--mark', 'ct mark', masked())] };

const helperName: Codec = {
  arity: 1,
  parse: ([name = ''], left) => (name === '' ? null : { left, right: value(name) }),
  print: ({ left, right }) =>
    left.kind === 'field' && right.kind === 'value' && typeof right.value === 'string' ? quoteWord(right.value) : null,
};
/** Kernel: net/netfilter/xt_helper.c, the helper of the connection's master; negated, it also matches without one. */
export const HELPER: MatchExtension = {
  name: 'helper',
  options: [option('--helper', 'ct helper', helperName, { absent: true })],
};

/** A label by its bit; a name is in the node's connlabel.conf. libxt_connlabel.c quotes the number. */
const label: Codec = {
  arity: 1,
  parse([text = ''], left) {
    const bit = labelBit(text);
    return bit === null ? null : { left, right: value(1n << BigInt(bit)) };
  },
  print({ left, right }) {
    if (left.kind !== 'field' || right.kind !== 'value' || typeof right.value === 'string') return null;
    const digits = BigInt(right.value).toString(2);
    return digits.lastIndexOf('1') === 0 ? `"${digits.length - 1}"` : null;
  },
};

/** The bit of `--label N`; null for a name. */
export function labelBit(text: string): number | null {
  const bit = parseNumber(text, 127);
  return bit < 0 ? null : bit;
}

/** `--set` has an effect: text with a reading. Kernel: net/netfilter/xt_connlabel.c; negated, it also matches without a connection. */
export const CONNLABEL: MatchExtension = {
  name: 'connlabel',
  options: [option('--label', 'ct label', label, { op: 'any-bit', absent: true })],
};

const MODES: ReadonlyMap<string, string> = new Map([
  ['packets', 'packets'],
  ['bytes', 'bytes'],
  ['avgpkt', 'avgpkt'],
]);
const DIRECTIONS: ReadonlyMap<string, string> = new Map([
  ['both', ''],
  ['original', 'original '],
  ['reply', 'reply '],
]);
const MAX_COUNT = Number.MAX_SAFE_INTEGER;

/** 64-bit counters, hence bigint: `--connbytes A:B --connbytes-mode M --connbytes-dir D`: `ct [original|reply] packets|bytes|avgpkt` in a range. */
export const CONNBYTES: MatchExtension = {
  name: 'connbytes',
  printsFields: [...DIRECTIONS.values()].flatMap((way) => [...MODES.values()].map((mode) => `ct ${way}${mode}`)),
  parse(options) {
    const value_ = (name: string) => options.find((each) => each.name === name)?.args[0] ?? '';
    const negated = options.find(({ name }) => name === '--connbytes')?.negated ?? false;
    const mode = MODES.get(value_('--connbytes-mode'));
    const way = DIRECTIONS.get(value_('--connbytes-dir'));
    const [from, to] = value_('--connbytes').split(':');
    const low = from === '' ? 0 : parseNumber(from ?? '', MAX_COUNT);
    if (options.length !== 3 || mode === undefined || way === undefined || low < 0) return null;
    const counted = field(`ct ${way}${mode}`);
    if (to === undefined || to === '') return [match(counted, negated ? '<' : '>=', value(BigInt(low)))];
    const high = parseNumber(to, MAX_COUNT);
    if (high < 0) return null;
    return [match(counted, negated ? '!=' : '==', { kind: 'range', from: BigInt(low), to: BigInt(high) })];
  },
  print(body, index) {
    const { left, op, right } = body[index] as Match;
    const named = left.kind === 'field' ? /^ct (original |reply )?(packets|bytes|avgpkt)$/.exec(left.name) : null;
    if (!named) return null;
    const rest = `--connbytes-mode ${named[2]} --connbytes-dir ${(named[1] ?? 'both').trim()}`;
    if (right.kind === 'range' && (op === '==' || op === '!=')) {
      return { text: `${op === '!=' ? '! ' : ''}--connbytes ${right.from}:${right.to} ${rest}`, used: 1 };
    }
    if (right.kind !== 'value' || (op !== '>=' && op !== '<')) return null;
    return { text: `${op === '<' ? '! ' : ''}--connbytes ${right.value} ${rest}`, used: 1 };
  },
};
