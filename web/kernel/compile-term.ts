/**
 * The model's expressions as terms and values. Follows nft(8) "EXPRESSIONS"; field names are those of web/model/field-types.ts.
 */
import { type Expression, field, type SetElement, type Value } from '../model/expression.ts';
import { fieldType } from '../model/field-types.ts';
import type { Family } from '../model/hook.ts';
import type { NamedSet, Table } from '../model/ruleset.ts';
import { spellExpression } from '../model/spell.ts';
import { FACT, factsOf } from './facts.ts';
import { fieldUse } from './fields.ts';
import { keptElements } from './ipset-netmask.ts';
import { expressionValues, keyValues, type LookupSet } from './lookup-set.ts';
import { rawFields } from './raw-payload.ts';
import { bits, constant, type FibTerm, type Term } from './term.ts';
import { unionOf, type ValueSet } from './value-set.ts';

/** What the meaning of a rule's text depends on besides the text. */
export interface CompileContext {
  readonly table: Table;
  /** xtables semantics: iptables-legacy, and iptables-nft whatever lists it. */
  readonly xtables: boolean;
  /** A named set of the rule's table, or an ipset; null where the dump does not have it. */
  readonly setNamed: (name: string, ipset: boolean) => NamedSet | null;
  /** The lookup set of a named set: one for all rules, because its index is. */
  readonly lookupOf: (set: NamedSet) => LookupSet;
  /** What raw payload is read as, where the packet's header decides. */
  readonly rawTerm?: Term;
}

/** The term of an expression on the left of a comparison or written by a statement. Never fails: what it cannot read is an unknown term. */
export function termOf(expression: Expression, context: CompileContext): Term {
  switch (expression.kind) {
    case 'field':
      return fieldTerm(expression.name, context);
    case 'value':
      return constant(expression.value);
    case 'bitwise':
      return bitwiseTerm(expression, context);
    case 'map': {
      const set = setOf(expression.map, context);
      return { kind: 'map', key: keyTerms(expression.key, context), set };
    }
    case 'numgen':
      return {
        kind: 'choice',
        text: spellExpression(expression),
        modulus: expression.modulus,
        offset: expression.offset,
      };
    case 'hash':
      return hashTerm(expression, context);
    case 'sum': {
      const of = fieldTerm(expression.of.name, context);
      const most = of.kind === 'variable' ? 2 ** of.variable.width - 1 : 0;
      return { kind: 'add', of, by: expression.add, most };
    }
    default:
      return { kind: 'unknown', text: spellExpression(expression), needs: 0 };
  }
}

function bitwiseTerm(expression: Extract<Expression, { kind: 'bitwise' }>, context: CompileContext): Term {
  const left = termOf(expression.left, context);
  if (expression.op === 'lshift' || expression.op === 'rshift') {
    const by = expression.right.kind === 'value' ? Number(expression.right.value) : Number.NaN;
    if (!Number.isInteger(by)) return { kind: 'unknown', text: spellExpression(expression), needs: 0 };
    return {
      kind: 'shift',
      of: left,
      by: expression.op === 'lshift' ? by : -by,
      width: widthOf(expression.left) || 32,
    };
  }
  return bits(expression.op, left, termOf(expression.right, context));
}

/** Kernel: net/netfilter/nft_hash.c. Without a seed of its own the kernel draws one, which no dump tells; symhash has none that it tells either. */
function hashTerm(expression: Extract<Expression, { kind: 'hash' }>, context: CompileContext): Term {
  const { of, seed, modulus, offset } = expression;
  if (of && seed !== null) {
    const parts = of.kind === 'concat' ? of.parts : [of];
    const terms = parts.map((part) => ({ term: termOf(part, context), width: widthOf(part) }));
    if (terms.every(({ width }) => width > 0)) return { kind: 'hash', of: terms, seed, modulus, offset };
  }
  return { kind: 'choice', text: spellExpression(expression), modulus, offset };
}

/** In bits; 0 where nothing tells. */
function widthOf(expression: Expression): number {
  if (expression.kind === 'field') return fieldType(expression.name).width;
  return expression.kind === 'bitwise' ? widthOf(expression.left) : 0;
}

/** The terms of a key: one for each part of a concatenation. */
export function keyTerms(key: Expression, context: CompileContext): Term[] {
  return key.kind === 'concat' ? key.parts.map((part) => termOf(part, context)) : [termOf(key, context)];
}

const ABSENT: Term = { kind: 'absent' };

/** The term of a field by its name. */
export function fieldTerm(name: string, context: CompileContext): Term {
  const use = fieldUse(name);
  if (use) return { kind: 'variable', variable: use.variable, needs: use.needs };
  const words = name.split(' ');
  switch (words[0]) {
    case 'fib':
      return fibTerm(name, words);
    case 'ct':
      return ctTerm(name, context);
    case 'exthdr':
      // Assumption: packets have no extension headers and no IP options (the packet form has none).
      return constant(0);
    case 'ip':
      return words[1] === 'option' && words.length === 3 ? constant(0) : ABSENT;
    case 'frag':
    case 'rt0':
    case 'rt2':
    case 'srh':
    case 'hbh':
    case 'dst':
    case 'mh':
      return ABSENT;
    case 'rt':
      return /^rt (type|seg-left|nexthdr|hdrlength)$/.test(name) ? ABSENT : unknownField(name, 0);
    case 'tcp':
      return unknownField(name, FACT.TCP);
    case 'sctp':
      return unknownField(name, FACT.SCTP);
    case 'dccp':
      return unknownField(name, FACT.DCCP);
    default:
      return name.startsWith('@') ? rawTerm(name, context) : unknownField(name, 0);
  }
}

function unknownField(name: string, needs: number): Term {
  return { kind: 'unknown', text: name, needs };
}

function rawTerm(name: string, { table, rawTerm: chosen }: CompileContext): Term {
  if (chosen) return chosen;
  const [first, ...others] = rawFields(name, table.family);
  if (first && others.length === 0) return first.term;
  // Which header it is depends on the packet: see rawCondition in compile-match.ts for comparisons.
  return unknownField(name, 0);
}

/** `ct original saddr`, which older listings print without `ip`. */
function ctTerm(name: string, { table }: CompileContext): Term {
  const read = /^ct (original|reply) ([sd]addr)$/.exec(name);
  if (!read) return unknownField(name, FACT.ENTRY);
  const family = table.family === 'ip6' ? 'ip6' : 'ip';
  const use = fieldUse(`ct ${read[1]} ${family} ${read[2]}`);
  return use ? { kind: 'variable', variable: use.variable, needs: use.needs } : unknownField(name, FACT.ENTRY);
}

/** `fib saddr . iif oif`, `fib daddr type`. */
function fibTerm(name: string, words: readonly string[]): Term {
  const result = words[words.length - 1];
  const flags = words.slice(1, -1).filter((word) => word !== '.');
  const address = flags.find((flag) => flag === 'saddr' || flag === 'daddr');
  if (!address || (result !== 'type' && result !== 'oif' && result !== 'oifname' && result !== 'check')) {
    return unknownField(name, 0);
  }
  const through: FibTerm['through'] = flags.includes('iif') ? 'iif' : flags.includes('oif') ? 'oif' : null;
  return {
    kind: 'fib',
    address: address as FibTerm['address'],
    through,
    result: result === 'type' ? 'type' : 'device',
  };
}

// Sets -------------------------------------------------------------------------------------------------------------------------

/** The set or map of an expression. One that the dump does not have is empty and incomplete. */
export function setOf(
  map: Extract<Expression, { kind: 'set' | 'set-reference' }>,
  { setNamed, lookupOf }: CompileContext,
): LookupSet {
  if (map.kind === 'set') return literalSet(map.elements);
  const found = setNamed(map.name, map.ipset ?? false);
  if (found) return lookupOf(found);
  const name = map.ipset ? `ipset ${map.name}` : `@${map.name}`;
  return { name, named: null, parts: 1, elements: [], complete: false, order: 'first', stateful: false };
}

function literalSet(elements: readonly SetElement[]): LookupSet {
  const first = elements.find(({ key }) => key.kind === 'concat')?.key;
  return {
    name: '{ ... }',
    named: null,
    parts: first?.kind === 'concat' ? first.parts.length : 1,
    elements,
    complete: true,
    order: 'first',
    stateful: false,
  };
}

/** A named set as rules look keys up in it. */
export function namedLookup(set: NamedSet): LookupSet {
  const ipset = set.table === null;
  const type = set.key.types[0] ?? '';
  return {
    name: ipset ? `ipset ${set.name}` : `@${set.name}`,
    named: set,
    parts: ipset ? type.split(',').length : Math.max(set.key.types.length, 1),
    elements: keptElements(set),
    complete: set.complete && set.elements.every(({ key }) => key.kind !== 'opaque-expression'),
    order: ipset && type.includes('net') ? 'longest' : 'first',
    stateful:
      STATEFUL.test(set.options.join(' ')) ||
      set.elements.some(({ extras }) => extras?.state !== undefined && STATEFUL.test(extras.state)),
  };
}

/** Kernel: nft_lookup.c runs the statements of an element that is found; these can break off the rule. */
const STATEFUL = /\b(limit rate|quota|ct count)\b/;

// Values -----------------------------------------------------------------------------------------------------------------------

/** Users and groups that every system has under the same number. */
const ROOT = 0;
const ANY_NAME = new Set(['meta iif', 'meta oif', 'meta sdif']);

/** The values that `right` stands for beside `left`; null where it says none that can be told (a name of a node's own table, text). */
export function valuesOf(right: Expression, left: Expression): ValueSet | null {
  if (right.kind === 'set') {
    const parts: ValueSet[] = [];
    for (const element of right.elements) {
      const values = keyValues({ key: namedValue(element.key, left) });
      if (values?.length !== 1) return null;
      parts.push(values[0] as ValueSet);
    }
    return unionOf(parts);
  }
  return expressionValues(namedValue(right, left));
}

/** Numbers that have a name here: no interface is index 0 in nft's `iif`, `root` is user 0. */
function namedValue(right: Expression, left: Expression): Expression {
  if (right.kind !== 'value' || left.kind !== 'field') return right;
  if (ANY_NAME.has(left.name) && right.value === 0) return NO_NAME;
  if (right.value === 'root' && (left.name === 'meta skuid' || left.name === 'meta skgid')) {
    return { kind: 'value', value: ROOT };
  }
  return right;
}

const NO_NAME: Value = { kind: 'value', value: '' };

/** The packet's address field of a family. */
export function addressField(family: Family | 'ip' | 'ip6', side: 'saddr' | 'daddr'): Expression {
  return field(`${family === 'ip6' ? 'ip6' : 'ip'} ${side}`);
}

/** The facts of packets of an address family. */
export function familyFacts(family: 'ip' | 'ip6'): number {
  return factsOf(['IP', family === 'ip' ? 'IPV4' : 'IPV6']);
}
