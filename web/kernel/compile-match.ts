/**
 * Comparisons as conditions: the table of match semantics. Follows nft(8) and the kernel's nft_cmp.c, nft_lookup.c, nft_bitwise.c; where iptables'
 * extension answers otherwise, its net/netfilter/xt_*.c is named.
 */
import type { Expression } from '../model/expression.ts';
import { fieldType } from '../model/field-types.ts';
import { spellStatement } from '../model/spell.ts';
import type { Match } from '../model/statement.ts';
import { directionsOf, ipsetCondition } from './compile-ipset.ts';
import { type CompileContext, keyTerms, setOf, termOf, valuesOf } from './compile-term.ts';
import { all, any, type Condition, FALSE, facts, not, TRUE, test, unknown } from './condition.ts';
import { FACT } from './facts.ts';
import { fieldUse, PHYSDEV_IN, PHYSDEV_OUT, SCTP_CHUNK } from './fields.ts';
import { rawFields } from './raw-payload.ts';
import type { ChoiceTerm, Term } from './term.ts';
import { complementOf, hasValue, type NameSet, numberRange, type ValueSet } from './value-set.ts';

/** The condition of a comparison. Never fails: what it cannot read is an unknown of the comparison's text. */
export function matchCondition(match: Match, context: CompileContext): Condition {
  const { left, right, op } = match;
  if (match.orAbsent) return orAbsent(match, context);
  if (op === '==' && left.kind === 'field' && right.kind === 'value' && typeof right.value === 'number') {
    const use = fieldUse(left.name);
    if (use?.variable.kind === 'number') return test(use, null, numberRange(right.value, right.value), match);
  }
  const special = specialCondition(match, context);
  if (special) return special;
  if (right.kind === 'set-reference' || left.kind === 'concat') return lookupCondition(match, context);
  const raw = rawCondition(match, context);
  if (raw) return raw;
  if (context.xtables && op === '!=' && negationHoldsWithout(left)) {
    return not(matchCondition({ ...match, op: '==' }, context));
  }
  return compare(termOf(left, context), match);
}

function orAbsent({ orAbsent: _orAbsent, ...match }: Match, context: CompileContext): Condition {
  return any([not(hasTerm(termOf(match.left, context))), matchCondition(match, context)]);
}

/**
 * Kernel: fields whose negation in iptables holds where the field is missing: xt_owner.c (no socket: golden cases n21, n22), xt_physdev.c (no bridge),
 * xt_helper.c (no helper).
 */
function negationHoldsWithout(left: Expression): boolean {
  return (
    left.kind === 'field' &&
    (left.name === 'meta skuid' ||
      left.name === 'meta skgid' ||
      left.name === 'physdev in' ||
      left.name === 'ct helper')
  );
}

/** `term` compared as the match says. */
function compare(term: Term, match: Match): Condition {
  const values = comparedValues(match, widthOf(term, match.left));
  if (!values) return undecided(term, match);
  if (match.op === 'any-bit' || match.op === 'no-bit') return bitTest(term, match, values);
  return conditionOn(term, values, match);
}

/** Where the value to compare with is not known, or not of this sort. */
function undecided(term: Term, match: Match): Condition {
  if (term.kind === 'absent') return FALSE;
  const needs = term.kind === 'variable' || term.kind === 'unknown' ? term.needs : 0;
  return all([facts(needs), unknown(spellStatement(match))]);
}

function widthOf(term: Term, left: Expression): number {
  if (term.kind === 'variable') return term.variable.width;
  if (left.kind === 'field') return fieldType(left.name).width || 32;
  return left.kind === 'bitwise' ? widthOf(term, left.left) : 32;
}

/** The values of the compared field for which the comparison holds (of a bit test: the bits); null where they cannot be told. */
function comparedValues({ left, op, right }: Match, width: number): ValueSet | null {
  const values = sorted(valuesOf(right, left), width);
  if (!values) return null;
  switch (op) {
    case '==':
    case 'any-bit':
    case 'no-bit':
      return values;
    case '!=':
      return complementOf(values, width);
    default:
      return ordered(values, op, width);
  }
}

/** Numbers as bigints where the field is wide. */
function sorted(values: ValueSet | null, width: number): ValueSet | null {
  if (values?.kind === 'numbers' && width > 32) return { kind: 'wides', ranges: values.ranges.map(BigInt) };
  if (values?.kind === 'wides' && width <= 32 && width > 0) {
    return { kind: 'numbers', ranges: values.ranges.map(Number) };
  }
  return values;
}

function ordered(values: ValueSet, op: '<' | '<=' | '>' | '>=', width: number): ValueSet | null {
  if (values.kind === 'names' || values.ranges.length !== 2) return null;
  const upTo: ValueSet =
    values.kind === 'numbers'
      ? numberRange(0, (values.ranges[0] as number) - (op === '<' || op === '>=' ? 1 : 0))
      : wideUpTo((values.ranges[0] as bigint) - (op === '<' || op === '>=' ? 1n : 0n));
  return op === '<' || op === '<=' ? upTo : complementOf(upTo, width);
}

function wideUpTo(to: bigint): ValueSet {
  return { kind: 'wides', ranges: to >= 0n ? [0n, to] : [] };
}

/** Some bit (no bit) of a number is set. */
function bitTest(term: Term, match: Match, values: ValueSet): Condition {
  if (values.kind === 'names' || values.ranges.length !== 2 || values.ranges[0] !== values.ranges[1]) {
    return undecided(term, match);
  }
  const mask = values.ranges[0] as number | bigint;
  const width = values.kind === 'wides' ? 128 : 32;
  const none: ValueSet =
    values.kind === 'wides' ? { kind: 'wides', ranges: [0n, 0n] } : { kind: 'numbers', ranges: [0, 0] };
  const wanted = match.op === 'no-bit' ? none : complementOf(none, width);
  return conditionOn({ kind: 'bits', op: 'and', left: term, right: { kind: 'constant', value: mask } }, wanted, match);
}

/** `term` is one of `values`. */
function conditionOn(term: Term, values: ValueSet, source: Match): Condition {
  switch (term.kind) {
    case 'constant':
      return hasValue(values, term.value) ? TRUE : FALSE;
    case 'absent':
      return FALSE;
    case 'unknown':
      return undecided(term, source);
    case 'variable':
      return test(term, null, values, source);
    case 'bits':
      if (term.op === 'and' && term.left.kind === 'variable' && term.right.kind === 'constant') {
        const mask = term.right.value;
        if (typeof mask !== 'string') return test(term.left, maskFor(mask, term.left.variable.width), values, source);
      }
      return { kind: 'term', term, values, source };
    case 'choice':
      return choiceCondition(term, values, source);
    default:
      return { kind: 'term', term, values, source };
  }
}

function maskFor(mask: number | bigint, width: number): number | bigint {
  return width > 32 ? BigInt(mask) : Number(mask);
}

/** A number drawn from `modulus`: how many of them fit tells the probability. */
function choiceCondition(term: ChoiceTerm, values: ValueSet, source: Match): Condition {
  if (values.kind !== 'numbers') return unknown(spellStatement(source), { fresh: true });
  let count = 0;
  for (let i = 0; i < values.ranges.length; i += 2) {
    const from = Math.max(values.ranges[i] as number, term.offset);
    const to = Math.min(values.ranges[i + 1] as number, term.offset + term.modulus - 1);
    if (to >= from) count += to - from + 1;
  }
  const probability = count / term.modulus;
  if (probability === 0 || probability === 1) return probability === 1 ? TRUE : FALSE;
  return unknown(spellStatement(source), { fresh: true, likely: probability > 0.5, probability });
}

// Sets -------------------------------------------------------------------------------------------------------------------------

function lookupCondition(match: Match, context: CompileContext): Condition {
  const { left, right, op } = match;
  const negated = op === '!=';
  if (op !== '==' && op !== '!=') return unknown(spellStatement(match));
  if (right.kind === 'set-reference' && right.ipset) {
    const directions = directionsOf(left);
    const found = directions ? ipsetCondition(right.name, directions, context, match) : unknown(spellStatement(match));
    return negated ? not(found) : found;
  }
  const key = keyTerms(left, context);
  if (right.kind === 'set' || right.kind === 'set-reference') {
    const set = setOf(right, context);
    return inSet(key, negated, { kind: 'lookup', key, set, source: match });
  }
  // One key: `tcp dport . ip daddr 80 . 10.0.0.1`.
  const set = setOf({ kind: 'set', elements: [{ key: right }] }, context);
  return inSet(key, negated, { kind: 'lookup', key, set, source: match });
}

/** Kernel: nft_lookup.c: a key that cannot be read breaks off the rule, whatever the comparison. */
function inSet(key: readonly Term[], negated: boolean, lookup: Condition): Condition {
  return negated ? all([...key.map(hasTerm), not(lookup)]) : lookup;
}

/** The term has a value. */
export function hasTerm(term: Term): Condition {
  switch (term.kind) {
    case 'variable':
    case 'unknown':
      return facts(term.needs);
    case 'absent':
      return FALSE;
    case 'bits':
      return all([hasTerm(term.left), hasTerm(term.right)]);
    case 'shift':
    case 'add':
      return hasTerm(term.of);
    case 'hash':
      return all(term.of.map(({ term: part }) => hasTerm(part)));
    case 'map':
      return all(term.key.map(hasTerm));
    case 'constant':
    case 'fib':
    case 'choice':
      return TRUE;
  }
}

// Fields with a meaning of their own -------------------------------------------------------------------------------------------

/** Bytes of a header that is another one for other packets; null where there is one way at most to read them. */
function rawCondition(match: Match, context: CompileContext): Condition | null {
  const name = rawFieldIn(match.left);
  const ways = name === null ? [] : rawFields(name, context.table.family);
  if (ways.length < 2) return null;
  return any(
    ways.map(({ needs, term }) =>
      all([facts(needs), compare(termOf(match.left, { ...context, rawTerm: term }), match)]),
    ),
  );
}

/** `@th,0,16` itself, masked or shifted. */
function rawFieldIn(expression: Expression): string | null {
  if (expression.kind === 'bitwise') return rawFieldIn(expression.left);
  return expression.kind === 'field' && expression.name.startsWith('@') ? expression.name : null;
}

const CHUNKS: ReadonlyMap<string, number> = new Map(
  'data init init-ack sack heartbeat heartbeat-ack abort shutdown shutdown-ack error cookie-echo cookie-ack ecne cwr shutdown-complete'
    .split(' ')
    .map((name, number) => [name, number] as const),
);

/** `sctp chunk init exists`, `physdev is-in`, `socket exists`: facts and variables under another name; null for any other field. */
function specialCondition(match: Match, context: CompileContext): Condition | null {
  const { left, op, right } = match;
  if (left.kind !== 'field' || right.kind !== 'value' || (op !== '==' && op !== '!=')) return null;
  const holds = (right.value === 1) === (op === '==');
  const asked = (condition: Condition) => (holds ? condition : not(condition));
  switch (left.name) {
    case 'socket exists':
      return asked(facts(FACT.SOCKET));
    case 'physdev is-in':
      return asked(bridgePort(PHYSDEV_IN, match));
    case 'physdev is-out':
    case 'physdev is-bridged':
      return asked(bridgePort(PHYSDEV_OUT, match));
    default:
      if (left.name.startsWith('socket ')) return socketCondition(match);
      return partCondition(left.name, asked, match) ?? routeCondition(match, context);
  }
}

/** Kernel: net/netfilter/nft_socket.c, xt_socket.c: the packet's own socket, or the one of the node that would take it. */
function socketCondition(match: Match): Condition {
  const open = unknown('a socket of the node takes the packet', { program: true });
  return all([any([facts(FACT.SOCKET), open]), unknown(spellStatement(match))]);
}

const PARTS: ReadonlyMap<string, number> = new Map([
  ['tcp option', FACT.TCP],
  ['sctp chunk', FACT.SCTP],
  ['dccp option', FACT.DCCP],
]);

/**
 * `tcp option sack-perm exists`, `sctp chunk init missing`: kernel: nft_exthdr.c: asked for their presence alone, parts that are not there are missing,
 * also in packets of another protocol.
 */
function partCondition(name: string, asked: (is: Condition) => Condition, source: Match): Condition | null {
  const words = name.split(' ');
  const fact = words.length === 3 ? PARTS.get(`${words[0]} ${words[1]}`) : undefined;
  if (fact === undefined) return null;
  return asked(all([facts(fact), partThere(name, source)]));
}

function partThere(name: string, source: Match): Condition {
  if (name === 'tcp option maxseg' || name === 'tcp option 2') return facts(FACT.MSS);
  const chunk = name.startsWith('sctp chunk ') ? CHUNKS.get(name.slice('sctp chunk '.length)) : undefined;
  if (chunk === undefined) return unknown(`${name} exists`);
  // Assumption: an SCTP packet has one chunk.
  return test({ variable: SCTP_CHUNK, needs: FACT.SCTP }, null, numberRange(chunk, chunk), source);
}

const FIB_DEVICE = /^fib .*(oif|oifname|check)$/;

/** `fib saddr . iif oif missing`: whether there is a route, told by 0 and 1. */
function routeCondition(match: Match, context: CompileContext): Condition | null {
  const { left, op, right } = match;
  if (left.kind !== 'field' || !FIB_DEVICE.test(left.name) || right.kind !== 'value') return null;
  if (right.value !== 0 && right.value !== 1) return null;
  const exists = (right.value === 1) === (op === '==');
  const values: NameSet = { kind: 'names', exact: new Set(['']), stems: [], complement: exists };
  return { kind: 'term', term: termOf(left, context), values, source: match };
}

/** Kernel: net/netfilter/xt_physdev.c: the port of the bridge is known. */
function bridgePort(variable: typeof PHYSDEV_IN, source: Match): Condition {
  const some: NameSet = { kind: 'names', exact: new Set(['']), stems: [], complement: true };
  return test({ variable, needs: FACT.BRIDGED }, null, some, source);
}
