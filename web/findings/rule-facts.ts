/**
 * What a rule does, as far as its own text tells: whether it can fail to match, what it ends in, what effects it has. No evaluation.
 *
 * Kernel: nft breaks off a rule when a match fails, a map has no element, a set cannot be updated or a datum is missing (`ct mark` of an
 * untracked packet [n11]); all of these count as conditions here.
 */
import type { Expression, SetElement, Verdict } from '../model/expression.ts';
import { isVerdict } from '../model/expression.ts';
import type { Rule, Table } from '../model/ruleset.ts';
import type { Statement } from '../model/statement.ts';

export const ACCEPTS = 1;
export const DROPS = 2;
export const REJECTS = 4;
export const TRANSLATES_DESTINATION = 8;
export const TRANSLATES_SOURCE = 16;
/** Ends in a target that nfscope does not know. */
export const UNKNOWN_TARGET = 32;

/** A bit set of the constants above. */
export type Effects = number;

export const REFUSES: Effects = DROPS | REJECTS;
export const TRANSLATES: Effects = TRANSLATES_DESTINATION | TRANSLATES_SOURCE;

/** What ends the rule's evaluation, if something does. */
export type Outcome =
  | { readonly kind: 'accept' | 'drop' | 'reject' | 'return' | 'queue' | 'nat' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string };

/** True if no packet that reaches the rule can fail to match it. */
export function isUnconditional(rule: Rule): boolean {
  for (const statement of rule.body) if (!alwaysMatches(statement)) return false;
  return true;
}

function alwaysMatches(statement: Statement): boolean {
  switch (statement.kind) {
    case 'comment':
    case 'counter':
    case 'verdict':
    case 'log':
    case 'reject':
    case 'notrack':
      return true;
    case 'nat':
      return isConstant(statement.address) && isConstant(statement.port);
    case 'mangle':
      return isConstant(statement.value);
    case 'xt':
      return statement.known && statement.role !== 'match' ? true : statement.known;
    default:
      return false;
  }
}

function isConstant(expression: Expression | null): boolean {
  return expression === null || expression.kind === 'value' || expression.kind === 'range';
}

/** The verdict, NAT or reject that the rule ends in; null for verdict maps, rules with effects only, and unknown targets. */
export function outcomeOf(rule: Rule): Outcome | null {
  for (let i = rule.body.length - 1; i >= 0; i--) {
    const statement = rule.body[i] as Statement;
    if (statement.kind === 'reject' || statement.kind === 'nat') return { kind: statement.kind };
    if (statement.kind !== 'verdict') continue;
    const { verdict } = statement;
    if (verdict.kind === 'continue') return null;
    if (verdict.kind === 'queue' && verdict.bypass) return null;
    return verdict;
  }
  return null;
}

/** All verdicts that the rule may give: its own and those of its verdict maps. Stops after `most` map elements. */
export function* verdictsOf(rule: Rule, most = 5_000): Generator<Verdict> {
  for (const statement of rule.body) {
    if (statement.kind === 'verdict') yield statement.verdict;
    if (statement.kind !== 'vmap') continue;
    let left = most;
    for (const { data } of elementsOf(rule.chain.table, statement.map)) {
      if (left-- === 0) break;
      if (data && isVerdict(data)) yield data;
    }
  }
}

/** The elements of an anonymous or named set or map; none if the dump does not have it. */
export function elementsOf(
  table: Table,
  set: Extract<Expression, { kind: 'set' | 'set-reference' }>,
): readonly SetElement[] {
  if (set.kind === 'set') return set.elements;
  return set.ipset ? [] : (table.setNamed.get(set.name)?.elements ?? []);
}

/** What the rule itself may do to a packet, jumps not followed. */
export function effectsOf(rule: Rule): Effects {
  let effects = 0;
  for (const statement of rule.body) {
    switch (statement.kind) {
      case 'verdict':
        effects |= verdictEffect(statement.verdict);
        break;
      case 'vmap':
        for (const verdict of verdictsOf(rule, 64)) effects |= verdictEffect(verdict);
        break;
      case 'reject':
        effects |= REJECTS;
        break;
      case 'nat':
        effects |=
          statement.type === 'dnat' || statement.type === 'redirect' ? TRANSLATES_DESTINATION : TRANSLATES_SOURCE;
        break;
      case 'xt':
        if (statement.role === 'target' && !statement.known) effects |= UNKNOWN_TARGET;
        break;
      default:
        break;
    }
  }
  return effects;
}

function verdictEffect(verdict: Verdict): Effects {
  if (verdict.kind === 'accept') return ACCEPTS;
  return verdict.kind === 'drop' ? DROPS : 0;
}

/** Whether the rule compares the field anywhere, in matches and in the keys of verdict maps. */
export function testsField(rule: Rule, test: (name: string) => boolean): boolean {
  return rule.body.some((statement) => {
    if (statement.kind === 'match') return mentions(statement.left, test);
    return statement.kind === 'vmap' && mentions(statement.key, test);
  });
}

function mentions(expression: Expression, test: (name: string) => boolean): boolean {
  switch (expression.kind) {
    case 'field':
      return test(expression.name);
    case 'concat':
      return expression.parts.some((part) => mentions(part, test));
    case 'bitwise':
      return mentions(expression.left, test) || mentions(expression.right, test);
    default:
      return false;
  }
}

/** True if the only thing that the rule tests is that the connection tracker calls the packet invalid, or established. */
export function testsStateOnly(rule: Rule): boolean {
  let state = false;
  for (const statement of rule.body) {
    if (statement.kind === 'match') {
      if (statement.left.kind !== 'field' || statement.left.name !== 'ct state') return false;
      state = true;
    } else if (!alwaysMatches(statement)) return false;
  }
  return state;
}
