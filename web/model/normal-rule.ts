/**
 * One meaning, one text: the normal form of a rule, so that rules read from `iptables-save` and from `nft list ruleset` (or from two dumps) can be
 * compared. Kernel: comparisons without side effects may change places (net/netfilter/nf_tables_core.c breaks off at the first that fails).
 *
 * Left out of the comparison: anonymous counters, comments (nft 1.0 does not list those of iptables-nft), `via` and `spelled`, matches that say
 * nothing (`-m tcp`, `-i +`), and `meta l4proto tcp` beside `tcp dport 80`, which nft does not print.
 * Not done: joining ranges of a set, reasoning about several matches of one field.
 */
import { assertNever } from '../base/assert.ts';
import { PROTOCOLS, TCP_OPTIONS } from './constants.ts';
import {
  ACCEPT,
  type Bitwise,
  type Expression,
  field,
  isVerdict,
  type SetElement,
  type SetLiteral,
  type Verdict,
  value,
} from './expression.ts';
import { fieldType } from './field-types.ts';
import { maskLength, normalMatch } from './normal-match.ts';
import type { Rule } from './ruleset.ts';
import type { Log, Match, Nat, Statement, Xt } from './statement.ts';
import type { Condition, XtReading } from './xt-reading.ts';

const ALL = 0xffffffff;

/** Two rules have the same normal text exactly if their normal bodies are equal. Cost: linear in the rule, sets are sorted. */
export function normalRuleText(rule: Rule): string {
  const { family, listing } = rule.chain.table;
  return normalBodyText(listing === 'iptables' ? finishedProxy(rule.body) : rule.body, family);
}

/**
 * A rule of iptables whose TPROXY is said as nft does. Kernel: xt_TPROXY.c takes the socket, writes the mark and accepts, in one; nft's `tproxy` goes
 * on with the rule.
 */
export function finishedProxy(body: readonly Statement[]): readonly Statement[] {
  const at = body.findIndex(({ kind }) => kind === 'tproxy');
  if (at < 0) return body;
  const mark = body[at - 1]?.kind === 'mangle' ? 1 : 0;
  return [
    ...body.slice(0, at - mark),
    ...body.slice(at),
    ...body.slice(at - mark, at),
    { kind: 'verdict', verdict: ACCEPT },
  ];
}

export function normalBodyText(body: readonly Statement[], family: string): string {
  return normalBody(body, family).map(textOf).join('\n');
}

/** The statements of the normal form. `family` is the table's: `ip` and `ip6` make some comparisons redundant. */
export function normalBody(body: readonly Statement[], family: string): Statement[] {
  const kept: Statement[] = [];
  const implied = impliedProtocols(body.filter((each) => each.kind !== 'match' || needsHeader(each)));
  const compared = comparedHeaders(body);
  let run: Match[] = [];
  const flush = () => {
    const texts = new Map(run.map((each) => [textOf(each), each]));
    kept.push(...[...texts.keys()].sort().map((text) => texts.get(text) as Match));
    run = [];
  };
  for (const statement of body) {
    if (statement.kind === 'match') {
      const normal = matchForm(statement, family);
      if (normal === null || isImplied(normal, implied) || asksForHeader(normal, compared)) continue;
      if (isPure(normal.left)) {
        run.push(normal);
        continue;
      }
      flush();
      kept.push(normal);
      continue;
    }
    const normal = statementForm(statement, family);
    if (normal === null) continue;
    flush();
    kept.push(normal);
  }
  flush();
  return kept;
}

/** Keys in a fixed order, because the parsers may build a node in any. */
function textOf(node: unknown): string {
  return JSON.stringify(node, (_key, part: unknown) => {
    if (typeof part === 'bigint') return `${part}n`;
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** numgen and hashes count or draw: their place matters. */
function isPure(expression: Expression): boolean {
  switch (expression.kind) {
    case 'numgen':
    case 'hash':
    case 'opaque-expression':
      return false;
    case 'bitwise':
      return isPure(expression.left) && isPure(expression.right);
    case 'concat':
      return expression.parts.every(isPure);
    case 'map':
      return isPure(expression.key);
    default:
      return true;
  }
}

/**
 * Whether nft asks for the header's protocol where the comparison stands, and so leaves it out of the listing. `udp sport 0-65535` becomes
 * `meta l4proto udp`, and so implies nothing.
 */
function needsHeader({ left, op, right, orAbsent }: Match): boolean {
  if (orAbsent) return false;
  return !(op === '==' && left.kind === 'field' && isWhole(left.name, right));
}

/** The protocols whose headers the rule compares. */
function impliedProtocols(body: readonly Statement[]): ReadonlySet<number> {
  const found = new Set<number>();
  for (const statement of body) {
    if (statement.kind === 'match') addHeader(statement.left, found);
    else if (statement.kind === 'vmap') addHeader(statement.key, found);
  }
  return found;
}

const HEADERS: ReadonlySet<string> = new Set('icmp igmp tcp udp udplite dccp sctp esp ah comp icmpv6 mh'.split(' '));

const EXTENSION_HEADERS: ReadonlySet<string> = new Set('frag rt hbh dst'.split(' '));
const COUNTED: ReadonlySet<string> = new Set([...HEADERS, ...EXTENSION_HEADERS, 'ip', 'ip6', 'ah6']);

function addHeader(expression: Expression, found: Set<number>): void {
  switch (expression.kind) {
    case 'field': {
      const header = expression.name.slice(0, expression.name.indexOf(' '));
      const number = HEADERS.has(header) ? PROTOCOLS.byName.get(header) : undefined;
      if (number !== undefined) found.add(number);
      return;
    }
    case 'bitwise':
      addHeader(expression.left, found);
      return;
    case 'concat':
      for (const part of expression.parts) addHeader(part, found);
      return;
    case 'map':
      addHeader(expression.key, found);
      return;
    default:
      return;
  }
}

/** The IPv6 extension headers of which the rule compares a field. */
function comparedHeaders(body: readonly Statement[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const statement of body) {
    if (statement.kind !== 'match' || statement.orAbsent || !needsHeader(statement)) continue;
    const left = statement.left.kind === 'bitwise' ? statement.left.left : statement.left;
    if (left.kind === 'field') found.add(left.name.slice(0, left.name.indexOf(' ')));
  }
  return found;
}

/** `exthdr frag exists` beside `frag id 5`. */
function asksForHeader({ left, op, right }: Match, compared: ReadonlySet<string>): boolean {
  if (left.kind !== 'field' || op !== '==' || right.kind !== 'value' || right.value !== 1) return false;
  if (left.name === 'ipv6header auth') return compared.has('ah6');
  const header = left.name.startsWith('exthdr ') ? left.name.slice('exthdr '.length) : '';
  return EXTENSION_HEADERS.has(header) && compared.has(header);
}

function isImplied({ left, op, right }: Match, implied: ReadonlySet<number>): boolean {
  if (left.kind !== 'field' || left.name !== 'meta l4proto' || op !== '==') return false;
  return right.kind === 'value' && typeof right.value === 'number' && implied.has(right.value);
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
function matchForm(match: Match, family: string): Match | null {
  const form = comparisonForm(match, family);
  return form && match.orAbsent ? { ...form, orAbsent: true } : form;
}

function comparisonForm(match: Match, family: string): Match | null {
  const { left: l, op: operator, right: r } = normalMatch(match);
  const left = drawn(fieldForm(expressionForm(l), family));
  const compared = maskedForm(
    left,
    operator === '==' || operator === '!=' ? alone(expressionForm(r)) : expressionForm(r),
  );
  const { op: o, right } = rangeForm(left, operator, compared);
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
  const protocol = HEADERS.has(header) ? PROTOCOLS.byName.get(header) : undefined;
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

/** Kernel: nft_set_pktinfo_ipv4() sets the transport protocol from this field. */
function fieldForm(left: Expression, family: string): Expression {
  if (left.kind !== 'field') return left;
  if (left.name === 'ip protocol' && family === 'ip') return field('meta l4proto');
  const side = /^ct (original|reply) ([sd]addr)$/.exec(left.name);
  if (side && (family === 'ip' || family === 'ip6')) return field(`ct ${side[1]} ${family} ${side[2]}`);
  const option = /^tcp option (\d+)$/.exec(left.name);
  if (option) return field(`tcp option ${TCP_OPTIONS.byNumber.get(Number(option[1])) ?? option[1]}`);
  // A connection has one protocol, whichever its direction.
  return /^ct (?:original|reply) (?:l3proto|protocol)$/.test(left.name) ? field(left.name.replace(/ \w+/, '')) : left;
}

function saysFamily(name: string, scalar: unknown, family: string): boolean {
  if (name === 'meta nfproto') return (family === 'ip' && scalar === 2) || (family === 'ip6' && scalar === 10);
  return (
    name === 'meta protocol' && ((family === 'ip' && scalar === 0x0800) || (family === 'ip6' && scalar === 0x86dd))
  );
}

/** A set of one element is that element. */
function alone(expression: Expression): Expression {
  const [only, ...more] = expression.kind === 'set' ? expression.elements : [];
  return only && more.length === 0 && only.data === undefined && only.extras === undefined ? only.key : expression;
}

function expressionForm(expression: Expression): Expression {
  switch (expression.kind) {
    case 'value':
      return value(expression.value);
    case 'range':
      return expression.from === expression.to
        ? value(expression.from)
        : { kind: 'range', from: expression.from, to: expression.to };
    case 'prefix':
      return prefixForm(BigInt(expression.address), expression.length, expression.width);
    case 'concat':
      return { kind: 'concat', parts: expression.parts.map(expressionForm) };
    case 'bitwise':
      return bitwiseForm(expression);
    case 'set':
      return setForm(expression);
    case 'map': {
      const map = expression.map.kind === 'set' ? setForm(expression.map) : expression.map;
      return { kind: 'map', key: expressionForm(expression.key), map };
    }
    case 'hash':
      return { ...expression, of: expression.of && expressionForm(expression.of) };
    case 'field':
    case 'wildcard':
    case 'set-reference':
    case 'numgen':
    case 'sum':
    case 'opaque-expression':
      return expression;
    default:
      return assertNever(expression, 'expression');
  }
}

/** All addresses of a prefix as a range: nft prints one and the same range either way. */
function prefixForm(address: bigint, length: number, width: number): Expression {
  const host = (1n << BigInt(width - length)) - 1n;
  const from = address & ~host;
  const to = from | host;
  const scalar = (n: bigint) => (width === 32 ? Number(n) : n);
  return from === to ? value(scalar(from)) : { kind: 'range', from: scalar(from), to: scalar(to) };
}

function setForm(set: SetLiteral): SetLiteral {
  const elements = set.elements.map(elementForm);
  const sorted = elements.map((element) => ({ element, text: textOf(element) }));
  sorted.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  const once = sorted.filter(({ text }, i) => text !== sorted[i - 1]?.text);
  return { kind: 'set', elements: once.map(({ element }) => element) };
}

function elementForm({ key, data, except }: SetElement): SetElement {
  const made: { -readonly [name in keyof SetElement]: SetElement[name] } = { key: expressionForm(key) };
  if (data) made.data = isVerdict(data) ? verdictForm(data) : expressionForm(data);
  if (except) made.except = except;
  return made;
}

/** `((x & a) ^ b)` for any nesting of and, or, xor with numbers; the bits outside of the field do not count. */
function bitwiseForm(expression: Bitwise): Expression {
  const chain = affine(expression);
  if (!chain) return { ...expression, left: expressionForm(expression.left), right: expressionForm(expression.right) };
  const { of, and, xor } = chain;
  if (and === 0) return value(xor);
  const all = bitsOf(of);
  const kept: Expression = and === all ? of : { kind: 'bitwise', op: 'and', left: of, right: value(and) };
  return xor === 0 ? kept : { kind: 'bitwise', op: 'xor', left: kept, right: value(xor) };
}

function bitsOf(expression: Expression): number {
  const width = expression.kind === 'field' ? fieldType(expression.name).width : 32;
  return width > 0 && width < 32 ? 2 ** width - 1 : ALL;
}

/** `xor` keeps all its bits: a narrow field may be written to a wide one. */
function affine(expression: Bitwise): { of: Expression; and: number; xor: number } | null {
  const { op } = expression;
  if (op === 'lshift' || op === 'rshift') return null;
  const [left, right] = [expression.left, expression.right].map(expressionForm) as [Expression, Expression];
  const [operand, mask] =
    right.kind === 'value' ? [left, right.value] : [right, left.kind === 'value' ? left.value : ''];
  if (typeof mask !== 'number') return null;
  const inner = chainOf(operand);
  if (!inner) return null;
  const all = bitsOf(inner.of);
  if (op === 'and') return { of: inner.of, and: (inner.and & mask & all) >>> 0, xor: (inner.xor & mask) >>> 0 };
  if (op === 'xor') return { of: inner.of, and: (inner.and & all) >>> 0, xor: (inner.xor ^ mask) >>> 0 };
  return { of: inner.of, and: (inner.and & ~mask & all) >>> 0, xor: ((inner.xor & ~mask) | mask) >>> 0 };
}

function chainOf(operand: Expression): { of: Expression; and: number; xor: number } | null {
  if (operand.kind === 'value')
    return typeof operand.value === 'number' ? { of: operand, and: 0, xor: operand.value } : null;
  return operand.kind === 'bitwise' ? affine(operand) : { of: operand, and: ALL, xor: 0 };
}

function verdictForm(verdict: Verdict): Verdict {
  if (verdict.kind !== 'queue') return verdict;
  // `num 3 bypass`, `flags bypass,fanout to 3`, `3-5`: maps and hashes stay as they are.
  const plain = /^(?:flags [a-z,]+ )?(?:(?:num|to) )?(?:\d+(?:-\d+)?)?(?:[ ,](?:bypass|fanout))*$/.test(verdict.text);
  const numbers = /\d+(?:-\d+)?/.exec(verdict.text)?.[0] ?? '0';
  const fanout = verdict.text.includes('fanout') ? ' fanout' : '';
  return { ...verdict, text: plain ? `${numbers}${fanout}` : verdict.text };
}

/** null: the statement does not count. */
function statementForm(statement: Exclude<Statement, Match>, family: string): Statement | null {
  switch (statement.kind) {
    case 'counter':
      return statement.name
        ? { kind: 'counter', packets: null, bytes: null, name: expressionForm(statement.name) }
        : null;
    case 'comment':
      return null;
    case 'verdict':
      return { kind: 'verdict', verdict: verdictForm(statement.verdict) };
    case 'vmap': {
      const map = statement.map.kind === 'set' ? setForm(statement.map) : statement.map;
      return { kind: 'vmap', key: expressionForm(statement.key), map };
    }
    case 'mangle':
      return { kind: 'mangle', target: statement.target, value: expressionForm(statement.value) };
    case 'nat':
      return natForm(statement, family);
    case 'reject':
      return statement.with !== 'tcp reset' && statement.code === 'port-unreachable'
        ? { kind: 'reject', with: null, code: null }
        : statement;
    case 'log':
      return logForm(statement);
    case 'limit': {
      const { spelled: _, ...limit } = statement;
      return limit.burst === 5 && !limit.bytes ? { ...limit, burst: null } : limit;
    }
    case 'quota': {
      const { spelled, ...quota } = statement;
      // Beyond 53 bits the digits tell, rounded in one way.
      const digits = Number.isSafeInteger(quota.bytes) ? null : /\d+/.exec(spelled ?? '');
      return { ...quota, bytes: digits ? Number(digits[0]) : quota.bytes, used: null };
    }
    case 'notrack':
      return { kind: 'notrack' };
    case 'tproxy':
      return { kind: 'tproxy', address: optional(statement.address), port: portForm(statement.port) };
    case 'dup':
    case 'fwd':
      return { kind: statement.kind, address: optional(statement.address), device: optional(statement.device) };
    case 'synproxy':
      return { kind: 'synproxy', text: statement.text.split(' ').sort().join(' ') };
    case 'set-update':
      return {
        ...statement,
        element: { ...statement.element, key: expressionForm(statement.element.key) },
        statements: statement.statements.flatMap((each) => normalBody([each], family)),
      };
    case 'xt':
      if (statement.known && statement.role === 'match') return null;
      if (statement.reading) return readingForm(statement, statement.reading, family);
      return {
        kind: 'xt',
        role: statement.role,
        name: statement.name,
        options: statement.options,
        known: statement.known,
      };
    case 'object':
      return { ...statement, name: expressionForm(statement.name) };
    case 'connlimit':
    case 'flow':
    case 'opaque':
      return statement;
    default:
      return assertNever(statement, 'statement');
  }
}

/** Port 0 is the packet's own. */
function portForm(port: Expression | null): Expression | null {
  return port?.kind === 'value' && port.value === 0 ? null : optional(port);
}

/** The reading instead of the text: options in another order, or with their defaults, mean the same. */
function readingForm({ role, name, known }: Xt, reading: XtReading, family: string): Xt {
  return { kind: 'xt', role, name, known, options: '', reading: saidForm(reading, family) };
}

function saidForm(reading: XtReading, family: string): XtReading {
  const matches = (all: readonly Match[]) => normalBody(all, family).filter((each) => each.kind === 'match');
  switch (reading.kind) {
    case 'hashlimit':
      // libxt_hashlimit.c: the burst is 5 where none is given.
      return { ...reading, burst: reading.burst ?? '5' };
    case 'conntrack':
      return { ...reading, rest: matches(reading.rest) };
    case 'time':
      return { ...reading, matches: matches(reading.matches) };
    case 'condition':
      return { ...reading, condition: conditionForm(reading.condition, family) };
    default:
      return reading;
  }
}

function conditionForm(condition: Condition, family: string): Condition {
  switch (condition.kind) {
    case 'match':
      return matchForm(condition, family) ?? { kind: 'all', of: [] };
    case 'not':
      return { kind: 'not', of: conditionForm(condition.of, family) };
    case 'all':
    case 'any':
      return { kind: condition.kind, of: condition.of.map((each) => conditionForm(each, family)) };
    default:
      return assertNever(condition, 'condition');
  }
}

function optional(expression: Expression | null): Expression | null {
  return expression && expressionForm(expression);
}

/** The words that every nft listing leaves out in tables of one family. */
function natForm(nat: Nat, family: string): Nat {
  const { family: own, ...rest } = nat;
  const address = rest.prefix ? rest.address : optional(rest.address);
  const form: Nat = { ...rest, address, port: optional(rest.port), flags: [...rest.flags].sort() };
  return own === undefined || family === own ? form : { ...form, family: own };
}

const ALL_FLAGS = ['flags tcp sequence', 'flags tcp options', 'flags ip options', 'flags skuid', 'flags ether'];

/** `flags tcp sequence,options` as two, `flags all` as all. */
function singleFlags(option: string): string[] {
  if (option === 'flags all') return ALL_FLAGS;
  const list = /^flags tcp (\w+),(\w+)$/.exec(option);
  return list ? [`flags tcp ${list[1]}`, `flags tcp ${list[2]}`] : [option];
}

function logForm({ prefix, group, options }: Log): Log {
  const told = options.filter((option) => option !== 'level warn' && option !== 'queue-threshold 1');
  return { kind: 'log', prefix, group, options: told.flatMap(singleFlags).sort() };
}
