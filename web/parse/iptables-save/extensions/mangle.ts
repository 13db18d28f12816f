/**
 * Targets that write to the packet or its metadata: MARK, CONNMARK, TCPMSS, TEE, CLASSIFY, DSCP, TOS, TTL, HL, SET, TCPOPTSTRIP, and
 * those that stay text.
 * Follows iptables-extensions(8) and net/netfilter/xt_mark.c, xt_connmark.c, xt_DSCP.c, xt_HL.c, xt_TCPMSS.c, xt_set.c.
 */
import { DSCP as DSCP_NAMES } from '../../../model/constants.ts';
import type { Expression, Field } from '../../../model/expression.ts';
import type { Mangle, ObjectReference, SetUpdate, Statement } from '../../../model/statement.ts';
import { hex, parseAddress, parseNumber } from '../codecs.ts';
import { bitwise, field, type TargetExtension, value } from '../extension.ts';
import type { OptionWords } from '../words.ts';
import { arities, plainOptions } from './options.ts';
import { ipsetKey, printIpsetKey } from './other.ts';
import { hex2, TOS_NAMES } from './packet.ts';
import { strippedOption, tcpOptionKind, tcpOptionName } from './tcp-options.ts';

const ALL = 0xffffffff;
const MARK_FIELD = field('meta mark');
const CT_MARK = field('ct mark');

/** `(old & ~mask) ^ number` in its shortest form: what nft prints for the same. All are unsigned 32 bit. */
export function markValue(old: Expression, number: number, mask: number, all = ALL): Expression {
  if (mask === all) return value(number);
  if (mask === 0) return bitwise('xor', old, number);
  if (number === mask) return bitwise('or', old, number);
  const kept = bitwise('and', old, (~mask & all) >>> 0);
  return number === 0 ? kept : bitwise('xor', kept, number);
}

/** `V/M` of a value that markValue made of `target` itself (and of nft's like forms), or null. */
export function printXmark(target: Field, written: Expression, print = hex, all = ALL): string | null {
  const numberIn = (expression: Expression) =>
    expression.kind === 'value' && typeof expression.value === 'number' ? expression.value : null;
  const plain = numberIn(written);
  if (plain !== null) return `${print(plain)}/${print(all)}`;
  if (written.kind !== 'bitwise') return null;
  const number = numberIn(written.right);
  if (number === null) return null;
  if (written.left === target) {
    if (written.op === 'or') return `${print(number)}/${print(number)}`;
    if (written.op === 'xor') return `${print(number)}/${print(0)}`;
    return written.op === 'and' ? `${print(0)}/${print((~number & all) >>> 0)}` : null;
  }
  if (written.left.kind !== 'bitwise' || written.left.op !== 'and' || written.left.left !== target) return null;
  const kept = numberIn(written.left.right);
  if (kept === null) return null;
  const mask = (~kept & all) >>> 0;
  if (written.op === 'xor') return `${print(number)}/${print(mask)}`;
  // (old & kept) | number: the bits of number are overwritten too.
  return written.op === 'or' ? `${print(number)}/${print((mask | number) >>> 0)}` : null;
}

function numberAndMask(text: string, max = ALL): { number: number; mask: number | null } | null {
  const cut = text.indexOf('/');
  const number = parseNumber(cut < 0 ? text : text.slice(0, cut), max);
  const mask = cut < 0 ? null : parseNumber(text.slice(cut + 1), max);
  return number < 0 || (mask !== null && mask < 0) ? null : { number, mask };
}

/** One of `--set-xmark --set-mark --and-mark --or-mark --xor-mark` for `target`; null for any other option. */
function setMark(target: Field, { name, args, negated }: OptionWords): Expression | null {
  const read = args.length === 1 && !negated ? numberAndMask(args[0] as string) : null;
  if (!read) return null;
  const { number, mask } = read;
  switch (name) {
    case '--set-xmark':
      return markValue(target, number, mask ?? ALL);
    case '--set-mark':
      // Bits of the value outside of the mask are set too: libxt_MARK.c, `mask | value`.
      return markValue(target, number, mask === null ? ALL : (mask | number) >>> 0);
    case '--and-mark':
      return mask === null ? markValue(target, 0, ~number >>> 0) : null;
    case '--or-mark':
      return mask === null ? markValue(target, number, number) : null;
    case '--xor-mark':
      return mask === null ? markValue(target, number, 0) : null;
    default:
      return null;
  }
}

export const MARK: TargetExtension = {
  name: 'MARK',
  parse([one, ...rest], _context, via) {
    const written = one && rest.length === 0 ? setMark(MARK_FIELD, one) : null;
    return written && [{ kind: 'mangle', target: MARK_FIELD, value: written, via }];
  },
};

const COPY_ARITIES = arities('--save-mark --restore-mark --mask= --nfmask= --ctmask=');
const SHIFTS: ReadonlyMap<string, 'lshift' | 'rshift'> = new Map([
  ['--left-shift-mark', 'lshift'],
  ['--right-shift-mark', 'rshift'],
] as const);

type Shift = (shifted: Expression) => Expression;

/** The options without `--left-shift-mark N` or `--right-shift-mark N`, and what that does; null where it has no number. */
function takeShift(options: readonly OptionWords[]): { rest: readonly OptionWords[]; shift: Shift } | null {
  const one = options.find(({ name }) => SHIFTS.has(name));
  if (!one) return { rest: options, shift: (shifted) => shifted };
  const op = SHIFTS.get(one.name) as 'lshift' | 'rshift';
  const bits = one.args.length === 1 && !one.negated ? parseNumber(one.args[0] as string, 31) : -1;
  if (bits < 0) return null;
  return {
    rest: options.filter((each) => each !== one),
    shift: (shifted) => shiftedBy(shifted, op, bits),
  };
}

function shiftedBy(shifted: Expression, op: 'lshift' | 'rshift', bits: number): Expression {
  if (bits === 0) return shifted;
  if (shifted.kind !== 'value' || typeof shifted.value !== 'number') return bitwise(op, shifted, bits);
  return value((op === 'lshift' ? shifted.value << bits : shifted.value >>> bits) >>> 0);
}

/** `--save-mark`: `ct mark = (ct mark & ~ctmask) ^ (mark & nfmask)`; `--restore-mark` the other way. */
function copyMark(options: readonly OptionWords[], shift: Shift, via: string): Mangle | null {
  const found = plainOptions(options, COPY_ARITIES);
  if (!found || found.has('--save-mark') === found.has('--restore-mark')) return null;
  const both = found.get('--mask') ?? hex(ALL);
  const nfmask = parseNumber(found.get('--nfmask') ?? both);
  const ctmask = parseNumber(found.get('--ctmask') ?? both);
  if (nfmask < 0 || ctmask < 0) return null;
  const saving = found.has('--save-mark');
  const [target, source] = saving ? [CT_MARK, MARK_FIELD] : [MARK_FIELD, CT_MARK];
  const [cleared, taken] = saving ? [ctmask, nfmask] : [nfmask, ctmask];
  const part = shift(taken === ALL ? source : bitwise('and', source, taken));
  const kept = bitwise('and', target, ~cleared >>> 0);
  return { kind: 'mangle', target, value: cleared === ALL ? part : bitwise('xor', kept, part), via };
}

/** Kernel: net/netfilter/xt_connmark.c, connmark_tg_shift(): `--set-...` shifts the whole new mark, the copies what is taken. */
export const CONNMARK: TargetExtension = {
  name: 'CONNMARK',
  parse(options, _context, via) {
    const taken = takeShift(options);
    const copied = taken && copyMark(taken.rest, taken.shift, via);
    if (copied) return [copied];
    const [one, ...rest] = taken?.rest ?? [];
    const written = one && rest.length === 0 ? setMark(CT_MARK, one) : null;
    return written && taken && [{ kind: 'mangle', target: CT_MARK, value: taken.shift(written), via }];
  },
};

const MSS = field('tcp option maxseg size');
export const TCPMSS: TargetExtension = {
  name: 'TCPMSS',
  parse([one, ...rest], _context, via) {
    if (!one || rest.length > 0 || one.negated) return null;
    if (one.name === '--clamp-mss-to-pmtu' && one.args.length === 0) {
      return [{ kind: 'mangle', target: MSS, value: field('rt mtu'), via }];
    }
    const size = one.name === '--set-mss' && one.args.length === 1 ? parseNumber(one.args[0] as string, 0xffff) : -1;
    return size < 0 ? null : [{ kind: 'mangle', target: MSS, value: value(size), via }];
  },
};

/** `--ecn-tcp-remove` clears the two bits. Kernel: net/ipv4/netfilter/ipt_ECN.c. */
export const ECN: TargetExtension = {
  name: 'ECN',
  parse([one, ...rest], { family }, via) {
    if (!one || rest.length > 0 || one.negated || one.args.length > 0 || family !== 'ip') return null;
    if (one.name !== '--ecn-tcp-remove') return null;
    const flags = field('tcp flags');
    return [{ kind: 'mangle', target: flags, value: bitwise('and', flags, 0x3f), via }];
  },
};

const TEE_ARITIES = arities('--gateway= --oif=');
export const TEE: TargetExtension = {
  name: 'TEE',
  parse(options, context, via) {
    const found = plainOptions(options, TEE_ARITIES);
    const address = parseAddress(found?.get('--gateway') ?? '', context.family);
    if (!found || address === null) return null;
    const oif = found.get('--oif');
    return [{ kind: 'dup', address: value(address), device: oif === undefined ? null : value(oif), via }];
  },
};

export const CLASSIFY: TargetExtension = {
  name: 'CLASSIFY',
  parse([one, ...rest], _context, via) {
    const read =
      one?.name === '--set-class' && rest.length === 0
        ? /^([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(one.args[0] ?? '')
        : null;
    if (!read) return null;
    const priority = Number.parseInt(read[1] as string, 16) * 0x10000 + Number.parseInt(read[2] as string, 16);
    return [{ kind: 'mangle', target: field('meta priority'), value: value(priority), via }];
  },
};

export const DSCP: TargetExtension = {
  name: 'DSCP',
  parse([one, ...rest], { family }, via) {
    if (!one || rest.length > 0 || one.args.length !== 1 || one.negated) return null;
    const written = one.args[0] as string;
    let code = -1;
    if (one.name === '--set-dscp') code = parseNumber(written, 63);
    else if (one.name === '--set-dscp-class') code = DSCP_NAMES.byName.get(written.toLowerCase()) ?? -1;
    if (code < 0) return null;
    return [{ kind: 'mangle', target: field(family === 'ip6' ? 'ip6 dscp' : 'ip dscp'), value: value(code), via }];
  },
};

/** The whole type-of-service byte: raw payload, as nft has no name for it. */
export const TOS: TargetExtension = {
  name: 'TOS',
  parse([one, ...rest], { family }, via) {
    const spelled = one?.args.length === 1 && rest.length === 0 ? (one.args[0] as string) : '';
    const read = numberAndMask(TOS_NAMES.get(spelled.toLowerCase()) ?? spelled, 255);
    if (!read || one?.negated) return null;
    const target = field(family === 'ip6' ? '@nh,4,8' : '@nh,8,8');
    const { number, mask } = read;
    let written: Expression | null = null;
    if (one?.name === '--set-tos') written = markValue(target, number, mask ?? 255, 255);
    else if (mask !== null) written = null;
    else if (one?.name === '--and-tos') written = markValue(target, 0, ~number & 255, 255);
    else if (one?.name === '--or-tos') written = markValue(target, number, number, 255);
    else if (one?.name === '--xor-tos') written = markValue(target, number, 0, 255);
    return written && [{ kind: 'mangle', target, value: written, via }];
  },
};

/** Kernel: net/netfilter/xt_HL.c does not count beyond 255 nor below 0. */
function hopLimit(name: string, prefix: string, target: Field): TargetExtension {
  return {
    name,
    parse([one, ...rest], _context, via) {
      const amount =
        one?.args.length === 1 && rest.length === 0 && !one.negated ? parseNumber(one.args[0] as string, 255) : -1;
      if (!one || amount < 0) return null;
      const sign = one.name === `--${prefix}-inc` ? '+' : one.name === `--${prefix}-dec` ? '-' : null;
      if (sign === null && one.name !== `--${prefix}-set`) return null;
      const written: Expression =
        sign === null ? value(amount) : { kind: 'sum', of: target, add: sign === '+' ? amount : -amount };
      return [{ kind: 'mangle', target, value: written, via }];
    },
  };
}
export const TTL = hopLimit('TTL', 'ttl', field('ip ttl'));
export const HL = hopLimit('HL', 'hl', field('ip6 hoplimit'));

/** `--add-set` with `--exist` renews the element: nft's `update`. */
export const SET: TargetExtension = { name: 'SET', parse: readSetUpdates };

/** What is added and deleted; null where an option is neither. */
export function readSetUpdates(options: readonly OptionWords[]): SetUpdate[] | null {
  const updates: SetUpdate[] = [];
  const exist = options.some(({ name }) => name === '--exist');
  const seconds = options.find(({ name }) => name === '--timeout')?.args[0];
  const timeout = seconds === undefined ? -1 : parseNumber(seconds);
  if (seconds !== undefined && timeout < 0) return null;
  for (const { name, args, negated } of options) {
    if (negated) return null;
    if (name === '--exist' || name === '--timeout') continue;
    const key = args.length === 2 ? ipsetKey(args[1] as string) : null;
    if (!key || (name !== '--add-set' && name !== '--del-set')) return null;
    const adding = name === '--add-set';
    const element = adding && timeout >= 0 ? { key, extras: { timeout: timeout * 1000 } } : { key };
    const op = adding ? (exist ? 'update' : 'add') : 'delete';
    updates.push({
      kind: 'set-update',
      op,
      set: { kind: 'set-reference', name: args[0] as string, ipset: true },
      element,
      statements: [],
    });
  }
  return updates.length > 0 ? updates : null;
}

export function printSetTarget(updates: readonly SetUpdate[]): string | null {
  const parts: string[] = [];
  for (const { op, set, element } of updates) {
    const directions = set.ipset ? printIpsetKey(element.key) : null;
    if (directions === null) return null;
    parts.push(`${op === 'delete' ? '--del-set' : '--add-set'} ${set.name} ${directions}`);
  }
  const added = updates.find(({ op }) => op !== 'delete');
  if (updates.some(({ op }) => op === 'update')) parts.push('--exist');
  const timeout = added?.element.extras?.timeout;
  if (timeout !== undefined) parts.push(`--timeout ${timeout / 1000}`);
  return `SET ${parts.join(' ')}`;
}

const MANGLE_PRINTERS: ReadonlyMap<string, (mangle: Mangle) => string | null> = new Map([
  ['meta mark', printMark],
  ['ct mark', printMark],
  ['meta nftrace', ({ value }: Mangle) => (value.kind === 'value' && value.value === 1 ? 'TRACE' : null)],
  ['ct zone', ({ value }: Mangle) => printNumber('CT --zone', value, String)],
  ['ct original zone', ({ value }: Mangle) => printNumber('CT --zone-orig', value, String)],
  ['ct reply zone', ({ value }: Mangle) => printNumber('CT --zone-reply', value, String)],
  ['ip dscp', ({ value }: Mangle) => printNumber('DSCP --set-dscp', value, hex2)],
  ['ip6 dscp', ({ value }: Mangle) => printNumber('DSCP --set-dscp', value, hex2)],
  ['ip ttl', printTtl],
  ['ip6 hoplimit', printTtl],
  ['tcp flags', printEcn],
  ['@nh,8,8', printTos],
  ['@nh,4,8', printTos],
  ['meta priority', ({ value }: Mangle) => printNumber('CLASSIFY --set-class', value, classId)],
  ['tcp option maxseg size', printMss],
]);

function classId(n: number): string {
  return `${(n >>> 16).toString(16).padStart(4, '0')}:${(n & 0xffff).toString(16).padStart(4, '0')}`;
}

function printNumber(option: string, written: Expression, print: (n: number) => string): string | null {
  return written.kind === 'value' && typeof written.value === 'number' ? `${option} ${print(written.value)}` : null;
}

function printTtl({ target, value: written }: Mangle): string | null {
  const [name, option] = target.name === 'ip ttl' ? ['TTL', '--ttl'] : ['HL', '--hl'];
  if (written.kind !== 'sum' || written.of !== target) return printNumber(`${name} ${option}-set`, written, String);
  return `${name} ${option}-${written.add < 0 ? 'dec' : 'inc'} ${Math.abs(written.add)}`;
}

function printEcn({ target, value: written }: Mangle): string | null {
  return printXmark(target, written, String, 0xff) === '0/192' ? 'ECN --ecn-tcp-remove' : null;
}

function printTos({ target, value: written }: Mangle): string | null {
  const tos = printXmark(target, written, hex2, 0xff);
  return tos && `TOS --set-tos ${tos}`;
}

function printMss({ value: written }: Mangle): string | null {
  if (written.kind === 'field' && written.name === 'rt mtu') return 'TCPMSS --clamp-mss-to-pmtu';
  return printNumber('TCPMSS --set-mss', written, String);
}

function printMark({ target, value: written }: Mangle): string | null {
  const name = target === CT_MARK ? 'CONNMARK' : 'MARK';
  const [other, copy] = target === CT_MARK ? [MARK_FIELD, '--save-mark'] : [CT_MARK, '--restore-mark'];
  if (written === other) return `CONNMARK ${copy} --nfmask ${hex(ALL)} --ctmask ${hex(ALL)}`;
  const xmark = printXmark(target, written);
  return xmark && `${name} --set-xmark ${xmark}`;
}

/** The target that does what a `... set ...` statement does: as written where an iptables dump wrote it; null where none can. */
export function printMangle(mangle: Mangle): string | null {
  return mangle.via ?? MANGLE_PRINTERS.get(mangle.target.name)?.(mangle) ?? null;
}

/** Both write NOPs over each option. Kernel: net/netfilter/xt_TCPOPTSTRIP.c, nft_exthdr.c nft_exthdr_tcp_strip_eval(). */
export const TCPOPTSTRIP: TargetExtension = {
  name: 'TCPOPTSTRIP',
  parse([one, ...rest]) {
    if (!one) return [{ kind: 'xt', role: 'target', name: 'TCPOPTSTRIP', options: '', known: true }];
    if (one.name !== '--strip-options' || one.negated || one.args.length !== 1 || rest.length > 0) return null;
    const kinds = new Set<number>();
    for (const part of (one.args[0] as string).split(',')) {
      const named = strippedOption(part);
      const kind = named < 0 ? parseNumber(part, 255) : named;
      if (kind < 2) return null;
      kinds.add(kind);
    }
    return [...kinds]
      .sort((a, b) => a - b)
      .map(
        (kind): ObjectReference => ({
          kind: 'object',
          type: 'reset',
          name: field(`tcp option ${tcpOptionName(kind)}`),
        }),
      );
  },
};

/** `TCPOPTSTRIP --strip-options 2,3`, or null where a statement is no `reset tcp option`. */
export function printResets(statements: readonly Statement[]): string | null {
  const kinds: string[] = [];
  for (const statement of statements) {
    if (statement.kind !== 'object' || statement.type !== 'reset' || statement.name.kind !== 'field') return null;
    const name = /^tcp option (\S+)$/.exec(statement.name.name)?.[1];
    if (name === undefined) return null;
    const kind = tcpOptionKind(name);
    if (kind < 2) return null;
    kinds.push(String(kind));
  }
  return `TCPOPTSTRIP --strip-options ${kinds.join(',')}`;
}

/** Kept as text; the packet, its marks and its fate do not depend on them. */
export const HARMLESS_TARGETS: readonly TargetExtension[] = 'CHECKSUM CONNSECMARK IDLETIMER LED RATEEST SECMARK ULOG'
  .split(' ')
  .map((name) => ({ name, harmless: true }));

/** Kept as text with a reading, or by decision: web/parse/README.md says why for each. */
export const OPAQUE_TARGETS: readonly TargetExtension[] = 'CLUSTERIP DNPT SNPT HMARK MIRROR SAME TARPIT'
  .split(' ')
  .map((name) => ({ name }));
