/** A match in words: the field as people call it, the comparison, and the value without the quotes and braces of nft's grammar. */
import { assertNever } from '../base/assert.ts';
import type { Expression, SetElement, SetReference } from '../model/expression.ts';
import { ipsetParts, resolveIpsetKey } from '../model/ipset.ts';
import type { NamedSet, Rule } from '../model/ruleset.ts';
import { flagNames, spellElement, spellExpression, spellStatement, typesOf } from '../model/spell.ts';
import type { Match, Xt } from '../model/statement.ts';
import type { MatchToken } from './answer.ts';
import type { ViewContext } from './context.ts';
import { markToken } from './mark-words.ts';

const FIELD_WORDS: ReadonlyMap<string, string> = new Map([
  ['ip saddr', 'src'],
  ['ip6 saddr', 'src'],
  ['ip daddr', 'dst'],
  ['ip6 daddr', 'dst'],
  ['meta iifname', 'in'],
  ['meta oifname', 'out'],
  ['meta iif', 'in'],
  ['meta oif', 'out'],
  ['meta l4proto', 'protocol'],
  ['ip protocol', 'protocol'],
  ['ip6 nexthdr', 'next header'],
  ['meta nfproto', 'family'],
  ['fib saddr type', 'src type'],
  ['fib daddr type', 'dst type'],
  ['fib saddr . iif type', 'src type on in'],
  ['fib daddr . iif type', 'dst type on in'],
  ['fib saddr . oif type', 'src type on out'],
  ['fib daddr . oif type', 'dst type on out'],
  ['meta skuid', 'uid'],
  ['meta skgid', 'gid'],
]);

/** Elements of an anonymous set that a token shows: the rest is counted. */
const MAX_ELEMENTS = 12;

/** Every rule's matches go through here: constant cost apart from the length of the words. */
export function matchToken(context: ViewContext, rule: Rule, match: Match): MatchToken {
  const special =
    markToken(match, context.ownerOfRule(rule), context.owners) ??
    chanceToken(match) ??
    routeToken(match) ??
    flagsToken(match);
  if (special) return special;
  const set = match.right.kind === 'set-reference' ? findSet(context, rule, match.right) : null;
  const field = match.right.kind === 'set-reference' && match.right.ipset ? ipsetField(rule, match, set) : null;
  const compared = valueWords(rule, match.right, match.left);
  const words = token(
    field ?? fieldWords(match.left),
    operatorWords(match),
    match.orAbsent ? `${compared} (or none)` : compared,
  );
  return set === null ? words : { ...words, set: set.id };
}

function token(field: string, op: string, value: string): MatchToken {
  return { field, op, value, meaning: null };
}

/** `src`, `tcp dport`, `dst . tcp dport`, `ip6 dst & ::ffff`. */
export function fieldWords(left: Expression): string {
  switch (left.kind) {
    case 'field':
      return FIELD_WORDS.get(left.name) ?? left.name.replace(/^meta /, '');
    case 'concat':
      return left.parts.map(fieldWords).join(' . ');
    case 'bitwise':
      if (left.left.kind !== 'field' || left.right.kind !== 'value') return spellExpression(left);
      return spellExpression(left).replace(spellExpression(left.left), () => fieldWords(left.left));
    case 'numgen':
      return `${left.mode === 'random' ? 'random' : 'counting'} mod ${left.modulus}${left.offset === 0 ? '' : ` offset ${left.offset}`}`;
    default:
      return spellExpression(left);
  }
}

/** What the directions compare, if the set is in a dump and tells; else the directions. */
function ipsetField(rule: Rule, { left }: Match, set: NamedSet | null): string {
  const { family } = rule.chain.table;
  const parts = set ? ipsetParts(set.key.types[0] ?? '').length : 0;
  const directions = left.kind === 'concat' ? left.parts : [left];
  // Kernel: more directions than the type has parts are ignored.
  const key = set && directions.length >= parts ? resolveIpsetKey(left, set, family === 'ip6' ? 'ip6' : 'ip') : null;
  if (key) return fieldWords(key);
  const words = directions.map((part) => fieldWords(part).replace(/^ipset /, ''));
  return words.length === 1 ? (words[0] as string) : `ipset ${words.join(',')}`;
}

function operatorWords({ left, op, right }: Match): string {
  const negated = op === '!=' || op === 'no-bit';
  switch (op) {
    case '==':
    case '!=':
      // `in @lan`, where the field itself is called so.
      if (right.kind === 'set-reference' && !isInterface(left)) return negated ? 'not in' : 'in';
      if (right.kind === 'set' && right.elements.length > 1) return negated ? 'is none of' : '';
      if (right.kind === 'value' && left.kind === 'field' && isFlagSet(left)) {
        return negated ? 'is not exactly' : 'is exactly';
      }
      return negated ? 'is not' : '';
    case 'any-bit':
      return '';
    case 'no-bit':
      return 'is not';
    case '<':
    case '<=':
    case '>':
    case '>=':
      return op;
    default:
      return assertNever(op, 'operator');
  }
}

function isInterface(left: Expression): boolean {
  return left.kind === 'field' && /^meta [io]if(name)?$/.test(left.name);
}

/** Fields of which several bits may be set at once; a packet has one `ct state`. */
function isFlagSet(left: Expression): boolean {
  return typesOf(left)[0]?.bitmask === true && !(left.kind === 'field' && left.name === 'ct state');
}

/** The value without quotes: `eth0`, `cali+`, `80, 443`, `07:00-22:00`. */
function valueWords(rule: Rule, right: Expression, left: Expression): string {
  switch (right.kind) {
    case 'wildcard':
      return `${right.stem}${rule.chain.table.listing === 'iptables' ? '+' : '*'}`;
    case 'value':
      return typeof right.value === 'string' ? right.value : unquoted(spellExpression(right, left));
    case 'set':
      return elementWords(rule, right.elements, left);
    default:
      return unquoted(spellExpression(right, left));
  }
}

function unquoted(text: string): string {
  return text.replaceAll('"', '');
}

function elementWords(rule: Rule, elements: readonly SetElement[], left: Expression): string {
  const shown = elements.slice(0, MAX_ELEMENTS).map((element) => {
    const bare = !element.data && !element.extras && !element.except;
    return bare ? valueWords(rule, element.key, left) : spellElement(element, typesOf(left));
  });
  const more = elements.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? `, ... ${more} more` : ''}`;
}

/** The named set or ipset that a rule refers to, if a dump has it. */
export function findSet(context: ViewContext, rule: Rule, reference: SetReference): NamedSet | null {
  if (reference.ipset) return context.analysis.ruleset.ipsets.get(reference.name) ?? null;
  return rule.chain.table.setNamed.get(reference.name) ?? null;
}

/** iptables' `statistic`, as it and nft write it: a probability, or one packet of every so many. */
function chanceToken({ left, op, right }: Match): MatchToken | null {
  if (right.kind !== 'value' || typeof right.value !== 'number') return null;
  if (left.kind === 'numgen' && left.offset === 0) {
    if (left.mode === 'random' && op === '<') return probability(right.value / left.modulus);
    if (left.mode === 'inc' && op === '==') return token('packet', '', `${right.value + 1} of every ${left.modulus}`);
  }
  // How nft lists iptables-nft's `statistic --mode random`.
  if (left.kind !== 'bitwise' || left.op !== 'and' || op !== '<' || left.left.kind !== 'field') return null;
  if (left.left.name !== 'meta random' || left.right.kind !== 'value' || left.right.value !== 0x7fffffff) return null;
  return probability(right.value / 0x80000000);
}

function probability(chance: number): MatchToken {
  return token('probability', '', `${Number(chance.toPrecision(5))}`);
}

/** Reverse path filters: is there a route to the source over that interface? */
function routeToken({ left, op, right }: Match): MatchToken | null {
  if (left.kind !== 'field' || !left.name.startsWith('fib ') || !/ oif(name)?$/.test(left.name)) return null;
  if (right.kind !== 'value' || right.value !== 0 || (op !== '==' && op !== '!=')) return null;
  return token(left.name, '', op === '==' ? 'missing' : 'exists');
}

/** Bit tests: `tcp flags syn / fin,syn,rst,ack`, `tcp flags any of fin, syn`, `ct state established, related`. */
function flagsToken(match: Match): MatchToken | null {
  const { left, op, right } = match;
  if (left.kind === 'bitwise') return maskedFlags(match);
  const type = typesOf(left)[0];
  if ((op !== 'any-bit' && op !== 'no-bit') || !type?.bitmask || left.kind !== 'field') return null;
  if (right.kind !== 'value' || typeof right.value !== 'number') return null;
  const names = flagNames(right.value, type);
  if (!names) return null;
  const several = names.length > 1;
  const any = several && isFlagSet(left) ? 'any of' : '';
  return token(fieldWords(left), op === 'any-bit' ? any : several ? 'is none of' : 'is not', names.join(', '));
}

function maskedFlags(match: Match): MatchToken | null {
  const { left, op, right } = match;
  if (left.kind !== 'bitwise' || left.op !== 'and' || left.left.kind !== 'field') return null;
  const type = typesOf(left.left)[0];
  if (!type?.bitmask || (op !== '==' && op !== '!=')) return null;
  if (left.right.kind !== 'value' || typeof left.right.value !== 'number' || right.kind !== 'value') return null;
  const mask = flagNames(left.right.value, type);
  if (!mask || typeof right.value !== 'number') return null;
  const field = fieldWords(left.left);
  if (mask.length === 1 && (right.value === 0 || right.value === left.right.value)) {
    return token(field, (right.value === 0) === (op === '==') ? 'is not' : '', mask[0] as string);
  }
  const set = right.value === 0 ? ['none'] : flagNames(right.value, type);
  if (!set) return null;
  return token(field, op === '==' ? '' : 'is not', `${set.join(',')} / ${mask.join(',')}`);
}

/** An extension that is kept as text. nft lists some as placeholders without their options. */
export function extensionToken(rule: Rule, statement: Xt): MatchToken {
  const { name, options } = statement;
  const state = name === 'conntrack' ? /^(! )?--ctstate ([A-Z]+(?:,[A-Z]+)*)$/.exec(options) : null;
  if (state) {
    const states = (state[2] as string).toLowerCase().split(',');
    const op = state[1] ? (states.length > 1 ? 'is none of' : 'is not') : '';
    return { ...token('ct state', op, states.join(', ')), opaque: true };
  }
  const listed = options !== '' || rule.chain.table.listing === 'iptables';
  return { ...token(name, '', listed ? brief(name, options) : '(options not listed)'), opaque: true };
}

/** Without what `recent` always prints and nobody sets. */
function brief(name: string, options: string): string {
  if (name !== 'recent') return options;
  return options.replace(' --mask 255.255.255.255', '').replace(' --rsource', '');
}

/** The match of a statement that is none, in nft's words without its keyword. */
export function afterKeyword(text: string): string {
  const space = text.indexOf(' ');
  return space === -1 ? '' : text.slice(space + 1);
}

/** Rate limits, quotas and connection counts: they match, or not, by what came before. */
export function meterToken(statement: Parameters<typeof spellStatement>[0]): MatchToken | null {
  switch (statement.kind) {
    case 'limit':
      if (statement.name) return token('limit', '', afterKeyword(spellStatement(statement)));
      return token(
        statement.over ? 'rate over' : 'rate up to',
        '',
        spellStatement(statement)
          .replace(/^limit rate (over )?/, '')
          .replace(/ packets$/, ''),
      );
    case 'quota':
      return token('quota', '', afterKeyword(spellStatement(statement)));
    case 'connlimit':
      return token('connections', statement.over ? '>' : '<=', `${statement.count}`);
    default:
      return null;
  }
}
