/** A rule in words: its matches as tokens and what it does, as the chain view, the inspector and the hovers write them. */
import { assertNever } from '../base/assert.ts';
import type { Expression, SetReference } from '../model/expression.ts';
import type { Rule } from '../model/ruleset.ts';
import { spellExpression, spellStatement, spellVerdict } from '../model/spell.ts';
import type { Match, Statement } from '../model/statement.ts';
import { meaningOfMark } from '../owners/marks.ts';
import type { OwnerId } from '../owners/owner.ts';
import type { MatchToken, VerdictWords } from './answer.ts';
import type { ViewContext } from './context.ts';

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
  ['meta mark', 'mark'],
  ['ct mark', 'ct mark'],
  ['fib saddr type', 'src type'],
  ['fib daddr type', 'dst type'],
  ['meta skuid', 'uid'],
  ['meta skgid', 'gid'],
]);

/** The match tokens of a rule, and what it does. Statements with an effect before the end (`log`, `mark set`) are tokens too. */
export function describeRule(context: ViewContext, rule: Rule): { match: MatchToken[]; verdict: VerdictWords } {
  const owner = context.ownerOfRule(rule);
  const last = lastEffect(rule);
  const match: MatchToken[] = [];
  for (const statement of rule.body) {
    if (statement === last || statement.kind === 'comment' || statement.kind === 'counter') continue;
    const token = describeStatement(context, rule, statement, owner);
    if (token) match.push(token);
  }
  return { match, verdict: last ? describeVerdict(context, rule, last) : plain('continue', '') };
}

function lastEffect(rule: Rule): Statement | null {
  for (let i = rule.body.length - 1; i >= 0; i--) {
    const statement = rule.body[i] as Statement;
    if (statement.kind === 'comment' || statement.kind === 'counter') continue;
    if (
      statement.kind === 'match' ||
      statement.kind === 'limit' ||
      statement.kind === 'quota' ||
      statement.kind === 'connlimit'
    )
      return null;
    if (statement.kind === 'xt' && statement.role === 'match') return null;
    return statement;
  }
  return null;
}

function describeStatement(context: ViewContext, rule: Rule, statement: Statement, owner: OwnerId): MatchToken | null {
  if (statement.kind === 'match') return describeMatch(context, rule, statement, owner);
  if (statement.kind === 'xt') {
    if (statement.known && statement.options === '') return null;
    return { ...token(statement.name, statement.options || '(no options)'), opaque: true };
  }
  if (statement.kind === 'opaque') return { ...token('', statement.text), opaque: true };
  return token('', spellStatement(statement));
}

function token(field: string, value: string, op = '', meaning: string | null = null): MatchToken {
  return { field, op, value, meaning };
}

function describeMatch(context: ViewContext, rule: Rule, match: Match, owner: OwnerId): MatchToken {
  const bits = markBits(match);
  if (bits) return describeMark(bits, match, owner);
  const field = fieldWords(match.left);
  const found = describeOperator(match);
  const words = token(field, valueWords(rule, match), found);
  const set = setOf(context, rule, match.right);
  return set === null ? words : { ...words, set };
}

function fieldWords(left: Expression): string {
  if (left.kind === 'field') return FIELD_WORDS.get(left.name) ?? left.name.replace(/^meta /, '');
  if (left.kind === 'concat') return left.parts.map(fieldWords).join(' . ');
  return spellExpression(left);
}

function describeOperator({ op }: Match): string {
  switch (op) {
    case '==':
    case 'any-bit':
      return '';
    case '!=':
      return 'is not';
    case 'no-bit':
      return 'has none of';
    case '<':
    case '<=':
    case '>':
    case '>=':
      return op;
    default:
      return assertNever(op, 'operator');
  }
}

function valueWords(rule: Rule, { left, right }: Match): string {
  if (right.kind === 'wildcard') return `${right.stem}${rule.chain.table.listing === 'iptables' ? '+' : '*'}`;
  const text = spellExpression(right, left);
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

function setOf(context: ViewContext, rule: Rule, right: Expression): number | null {
  if (right.kind !== 'set-reference') return null;
  return findSet(context, rule, right)?.id ?? null;
}

/** The named set or ipset that a rule refers to, if a dump has it. */
export function findSet(context: ViewContext, rule: Rule, reference: SetReference) {
  if (reference.ipset) return context.analysis.ruleset.ipsets.get(reference.name) ?? null;
  return rule.chain.table.setNamed.get(reference.name) ?? null;
}

interface MarkBits {
  readonly field: string;
  readonly mask: number;
  readonly value: number;
}

/** `mark & M == V` and plain `mark == V`. */
function markBits({ left, right }: Match): MarkBits | null {
  if (right.kind !== 'value' || typeof right.value !== 'number') return null;
  if (left.kind === 'field' && isMark(left.name)) return { field: left.name, mask: 0xffffffff, value: right.value };
  if (left.kind !== 'bitwise' || left.op !== 'and' || left.left.kind !== 'field' || !isMark(left.left.name))
    return null;
  if (left.right.kind !== 'value' || typeof left.right.value !== 'number') return null;
  return { field: left.left.name, mask: left.right.value, value: right.value };
}

function isMark(name: string): boolean {
  return name === 'meta mark' || name === 'ct mark';
}

function describeMark({ field, mask, value }: MarkBits, { op }: Match, owner: OwnerId): MatchToken {
  const word = field === 'ct mark' ? 'ct mark' : 'mark';
  const meaning = meaningOfMark(owner, value === 0 ? mask : value, mask);
  const isSet = op === '==' || op === 'any-bit';
  if (mask !== 0xffffffff && (value === mask || value === 0)) {
    const one = (mask & (mask - 1)) === 0;
    const set = (value === mask) === isSet;
    // Several bits: "not all set" is weaker than "clear".
    const state = one || isSet ? (set ? 'set' : 'clear') : value === mask ? 'not all set' : 'not all clear';
    return token(`${word} ${one ? 'bit' : 'bits'}`, `${hex(mask)} ${state}`, '', meaning);
  }
  return token(word, mask === 0xffffffff ? hex(value) : `${hex(value)}/${hex(mask)}`, isSet ? '' : 'is not', meaning);
}

function hex(number: number): string {
  return `0x${(number >>> 0).toString(16)}`;
}

function plain(kind: string, detail: string): VerdictWords {
  return { kind, detail, target: null, below: 0 };
}

function describeVerdict(context: ViewContext, rule: Rule, statement: Statement): VerdictWords {
  switch (statement.kind) {
    case 'verdict': {
      const { verdict } = statement;
      if (verdict.kind === 'jump' || verdict.kind === 'goto') {
        const target = rule.chain.table.chainNamed.get(verdict.chain);
        const known = target && !target.implicit ? target.id : null;
        return {
          kind: verdict.kind,
          detail: verdict.chain,
          target: known,
          below: known === null ? 0 : context.analysis.graph.rulesFrom(known),
        };
      }
      return verdict.kind === 'queue' ? plain('queue', verdict.text) : plain(verdict.kind, '');
    }
    case 'vmap': {
      const below = context.analysis.graph.out(rule.chain.id).filter((jump) => jump.rule === rule.id);
      const map = statement.map.kind === 'set' ? `${statement.map.elements.length} ways` : `@${statement.map.name}`;
      return {
        kind: 'vmap',
        detail: `${fieldWords(statement.key)} in ${map}`,
        target: below.length === 1 ? (below[0]?.to ?? null) : null,
        below: 0,
      };
    }
    case 'nat': {
      const text = spellStatement(statement);
      return plain(
        statement.type,
        text
          .slice(statement.type.length)
          .replace(/^ (ip6? )?to /, '')
          .trim(),
      );
    }
    case 'reject':
      return plain('reject', [statement.with, statement.code].filter((part) => part !== null).join(' '));
    case 'mangle':
      return plain(`set ${FIELD_WORDS.get(statement.target.name) ?? statement.target.name}`, mangleWords(statement));
    case 'xt':
      return plain(statement.name, statement.options);
    case 'log':
      return plain('log', statement.prefix === null ? '' : `"${statement.prefix}"`);
    case 'opaque':
      return plain('?', statement.text);
    case 'notrack':
      return plain('notrack', '');
    default: {
      const text = spellStatement(statement);
      const space = text.indexOf(' ');
      return space === -1 ? plain(text, '') : plain(text.slice(0, space), text.slice(space + 1));
    }
  }
}

/** `mark | 0x4000` for a set bit, `mark & ~0x4000` as nft prints it, or the value. */
function mangleWords(statement: Extract<Statement, { kind: 'mangle' }>): string {
  return spellExpression(statement.value, statement.target);
}

/** Every statement of the rule in nft's words, in evaluation order: what the inspector lists. */
export function statementWords(rule: Rule): string[] {
  return rule.body.map((statement) =>
    statement.kind === 'verdict' ? spellVerdict(statement.verdict) : spellStatement(statement),
  );
}
