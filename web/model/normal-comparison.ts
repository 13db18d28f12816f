/** The normal form of one comparison: what it compares, whichever way it was written. */
import { PROTOCOLS, TCP_OPTIONS } from './constants.ts';
import { EXTENSION_HEADERS, IPV4, IPV6, TRANSPORT_HEADERS } from './dependencies.ts';
import { type Expression, field, value } from './expression.ts';
import { fieldType } from './field-types.ts';
import { alone, expressionForm, prefixForm } from './normal-expression.ts';
import { maskLength, normalMatch } from './normal-match.ts';
import { namedField } from './raw-fields.ts';
import type { Match } from './statement.ts';

/** What is known of the packets that a rule's comparisons see. */
export interface Surroundings {
  /** The table's. */
  readonly family: string;
  /** The EtherType of every packet that the rule can match, where it tells. */
  readonly network: number | null;
  /** Likewise the transport protocol. */
  readonly transport: number | null;
}

/**
 * `ip ttl < 5` is 0 to 4, and all but 0 to 7 is 8 and more: comparisons of order, and negated ranges that reach an end of the field, are ranges.
 * Only for numbers of known width.
 */
function rangeForm(left: Expression, op: Match['op'], right: Expression): Pick<Match, 'op' | 'right'> {
  const type = left.kind === 'field' ? fieldType(left.name) : null;
  if (!type || type.width === 0 || type.width > 32 || type.bitmask || type.form === 'string') return { op, right };
  const last = 2 ** type.width - 1;
  const between = (from: number, to: number): Pick<Match, 'op' | 'right'> =>
    from > to || from < 0 || to > last
      ? { op, right }
      : { op: '==', right: expressionForm({ kind: 'range', from, to }) };
  if (right.kind === 'value' && typeof right.value === 'number') {
    if (op === '<') return between(0, right.value - 1);
    if (op === '<=') return between(0, right.value);
    if (op === '>') return between(right.value + 1, last);
    return op === '>=' ? between(right.value, last) : { op, right };
  }
  if (op !== '!=' || right.kind !== 'range' || typeof right.from !== 'number' || typeof right.to !== 'number')
    return { op, right };
  if (right.from === 0) return between(right.to + 1, last);
  return right.to === last ? between(0, right.from - 1) : { op, right };
}

/** null: every packet matches. */
export function matchForm(match: Match, around: Surroundings): Match | null {
  const form = comparisonForm(match, around);
  return form && match.orAbsent ? { ...form, orAbsent: true } : form;
}

function comparisonForm(match: Match, around: Surroundings): Match | null {
  const { family } = around;
  const { left, op: o, right } = comparedForm(match, around);
  if (right.kind === 'wildcard' && right.stem === '' && o === '==') return null;
  // What iptables-nft loads for `! -i +`: a name that no interface can have.
  if (right.kind === 'wildcard' && right.stem === '' && o === '!=') {
    return { kind: 'match', left, op: '==', right: value('INVAL/D') };
  }
  if (o === '==' && left.kind === 'field' && isWhole(left.name, right)) return wholeForm(left.name, family);
  if (left.kind === 'numgen' && o === '<' && right.kind === 'value' && Number(right.value) >= left.modulus) return null;
  if (left.kind !== 'field') {
    const prefix = markPrefix(left, o, right);
    return prefix
      ? { ...prefix, ...rangeForm(prefix.left, prefix.op, prefix.right) }
      : { kind: 'match', left, op: o, right };
  }
  if (left.name === 'meta time' && isAllTime(o, right)) return null;
  if (left.name === 'meta hour' && o === '==' && right.kind === 'range' && right.from === 0 && right.to === LAST_SECOND)
    return null;
  // Over midnight: everything but the middle of the day.
  if (left.name === 'meta hour' && o === '==' && right.kind === 'range' && Number(right.from) > Number(right.to)) {
    const day: Expression = { kind: 'range', from: Number(right.to) + 1, to: Number(right.from) - 1 };
    return { kind: 'match', left, op: '!=', right: day };
  }
  if (o === '==' && right.kind === 'value' && saysFamily(left.name, right.value, family)) return null;
  if (o === '!=' && right.kind === 'value' && isBoolean(left.name)) {
    return { kind: 'match', left, op: '==', right: value(right.value === 0 ? 1 : 0) };
  }
  return { kind: 'match', left, op: o, right };
}

/** The normal forms of the sides, and what follows from both. */
function comparedForm(match: Match, around: Surroundings): Match {
  const { left: l, op, right: r } = normalMatch(match);
  const equality = op === '==' || op === '!=';
  const sides = { left: expressionForm(l), right: equality ? alone(expressionForm(r)) : expressionForm(r) };
  const narrow = equality ? (withoutXor(sides) ?? rawBits(sides) ?? sides) : sides;
  const left = drawn(fieldForm(narrow.left, around));
  return { kind: 'match', left, ...rangeForm(left, op, maskedForm(left, narrow.right)) };
}

interface Sides {
  readonly left: Expression;
  readonly right: Expression;
}

/** `meta mark ^ 3 == 1` is `meta mark == 2`. */
function withoutXor({ left, right }: Sides): Sides | null {
  if (left.kind !== 'bitwise' || left.op !== 'xor' || left.right.kind !== 'value' || right.kind !== 'value')
    return null;
  const [bits, wanted] = [left.right.value, right.value];
  if (typeof bits !== 'number' || typeof wanted !== 'number') return null;
  return { left: left.left, right: value((bits ^ wanted) >>> 0) };
}

/** `@ll,0,8 & 0x80 == 0x80` is `@ll,0,1 == 1`. */
function rawBits({ left, right }: Sides): Sides | null {
  if (left.kind !== 'bitwise' || left.op !== 'and' || left.left.kind !== 'field') return null;
  const raw = /^@(\w+),(\d+),(\d+)$/.exec(left.left.name);
  if (!raw || left.right.kind !== 'value' || right.kind !== 'value') return null;
  const [mask, wanted] = [left.right.value, right.value];
  if (typeof mask !== 'number' || mask === 0 || typeof wanted !== 'number' || (wanted & ~mask) !== 0) return null;
  const low = 31 - Math.clz32(mask & -mask);
  const bits = (mask >>> low).toString(2);
  if (bits.includes('0')) return null;
  const at = Number(raw[2]) + Number(raw[3]) - low - bits.length;
  return { left: field(`@${raw[1]},${at},${bits.length}`), right: value(wanted >>> low) };
}

/** `meta mark & 0x80000000 == 0x80000000`, which nft lists as `meta mark 0x80000000/1`: a range. */
function markPrefix(left: Expression, op: Match['op'], right: Expression): Match | null {
  if (left.kind !== 'bitwise' || left.op !== 'and' || left.left.kind !== 'field' || (op !== '==' && op !== '!='))
    return null;
  if (left.right.kind !== 'value' || typeof left.right.value !== 'number') return null;
  if (right.kind !== 'value' || typeof right.value !== 'number') return null;
  const mask = left.right.value;
  const length = fieldType(left.left.name).width === 32 ? maskLength(BigInt(mask), 32) : null;
  if (length === null || length === 0 || (right.value & ~mask) !== 0) return null;
  return { kind: 'match', left: left.left, op, right: prefixForm(BigInt(right.value), length, 32) };
}

/** `-m statistic --mode random` as nft lists it: 31 random bits. */
function drawn(left: Expression): Expression {
  if (left.kind !== 'bitwise' || left.op !== 'and' || left.right.kind !== 'value') return left;
  const random = left.left.kind === 'field' && left.left.name === 'meta random' && left.right.value === 0x7fffffff;
  return random ? { kind: 'numgen', mode: 'random', modulus: 0x80000000, offset: 0 } : left;
}

const LAST_SECOND = 86_399;

/** The first and last dates of `-m time`, which some versions of iptables-save print and others leave out. */
function isAllTime(op: Match['op'], right: Expression): boolean {
  if (op !== '==' || right.kind !== 'range') return false;
  return right.from === '1970-01-01 00:00:00' && right.to === '2038-01-19 03:14:07';
}

/** The bits outside of the mask say nothing. */
function maskedForm(left: Expression, right: Expression): Expression {
  if (left.kind !== 'bitwise' || left.op !== 'and' || left.right.kind !== 'value' || right.kind !== 'value')
    return right;
  const [mask, bits] = [left.right.value, right.value];
  if (typeof mask === 'string' || typeof bits === 'string') return right;
  // A comparison with bits outside of the mask is never true: iptables' addresses are masked, marks are not.
  const isAddress = left.left.kind === 'field' && / [sd]addr$/.test(left.left.name);
  if (!isAddress) return right;
  return value(typeof bits === 'bigint' ? bits & BigInt(mask) : (bits & Number(mask)) >>> 0);
}

const COUNTED: ReadonlySet<string> = new Set([...TRANSPORT_HEADERS, ...EXTENSION_HEADERS, 'ip', 'ip6', 'ah6']);

/** A range over all values of the field: `--sport 0:65535`, `0.0.0.0/0`. */
function isWhole(name: string, right: Expression): boolean {
  if (right.kind !== 'range' || typeof right.to === 'string' || typeof right.from === 'string') return false;
  const { width } = fieldType(name);
  if (!COUNTED.has(name.slice(0, name.indexOf(' ')))) return false;
  return width > 0 && width <= 128 && Number(right.from) === 0 && BigInt(right.to) >= (1n << BigInt(width)) - 1n;
}

/** What such a comparison still says: the header is there. null: nothing. */
function wholeForm(name: string, family: string): Match | null {
  const header = name.slice(0, name.indexOf(' '));
  const protocol = TRANSPORT_HEADERS.has(header) ? PROTOCOLS.byName.get(header) : undefined;
  if (protocol !== undefined) return { kind: 'match', left: field('meta l4proto'), op: '==', right: value(protocol) };
  if (header === 'ah6') return { kind: 'match', left: field('ipv6header auth'), op: '==', right: value(1) };
  if (EXTENSION_HEADERS.has(header)) {
    return { kind: 'match', left: field(`exthdr ${header}`), op: '==', right: value(1) };
  }
  return header === family
    ? null
    : { kind: 'match', left: field('meta nfproto'), op: '==', right: value(header === 'ip' ? 2 : 10) };
}

function isBoolean(name: string): boolean {
  return fieldType(name).type === 'boolean';
}

const FAMILIES: ReadonlyMap<number | null, string> = new Map([
  [IPV4, 'ip'],
  [IPV6, 'ip6'],
]);
/** Other names of one field. */
const ALIASES: ReadonlyMap<string, string> = new Map([['vlan cfi', 'vlan dei']]);
const WITH_PORTS = 'tcp udp udplite sctp dccp'.split(' ');
const PORT_HEADERS: ReadonlyMap<number | null, string> = new Map(
  WITH_PORTS.map((header) => [PROTOCOLS.byName.get(header) as number, header]),
);

/** Other names of one field, and what the surroundings tell of it. */
export function fieldForm(left: Expression, { family, network, transport }: Surroundings): Expression {
  if (left.kind !== 'field') return left;
  const name = ALIASES.get(left.name) ?? namedField(left.name, network, transport);
  // Kernel: nft_set_pktinfo_ipv4() sets the transport protocol from this field.
  if (name === 'ip protocol' && family === 'ip') return field('meta l4proto');
  const header = PORT_HEADERS.get(transport);
  if (header !== undefined && /^th [sd]port$/.test(name)) return field(`${header}${name.slice(2)}`);
  const internet = FAMILIES.get(network);
  const side = /^ct (original|reply) ([sd]addr)$/.exec(name);
  if (side && internet !== undefined) return field(`ct ${side[1]} ${internet} ${side[2]}`);
  if (name === 'rt nexthop' && internet !== undefined) return field(`rt ${internet} nexthop`);
  const option = /^tcp option (\d+)$/.exec(name);
  if (option) return field(`tcp option ${TCP_OPTIONS.byNumber.get(Number(option[1])) ?? option[1]}`);
  // A connection has one protocol, whichever its direction.
  return field(/^ct (?:original|reply) (?:l3proto|protocol)$/.test(name) ? name.replace(/ \w+/, '') : name);
}

function saysFamily(name: string, scalar: unknown, family: string): boolean {
  if (name === 'meta nfproto') return (family === 'ip' && scalar === 2) || (family === 'ip6' && scalar === 10);
  return (
    name === 'meta protocol' && ((family === 'ip' && scalar === 0x0800) || (family === 'ip6' && scalar === 0x86dd))
  );
}
