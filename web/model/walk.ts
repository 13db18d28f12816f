/**
 * Every expression of a rule, however deep: in concatenations, maps, hashes, set elements, NAT addresses, names of objects, meters. One
 * walker, so that "who uses this set?" has one answer. Text that a parser kept without understanding it has no expressions.
 */
import { assertNever } from '../base/assert.ts';
import { type Expression, isVerdict, type SetElement, type SetReference, type Verdict } from './expression.ts';
import type { Rule } from './ruleset.ts';
import type { Statement } from './statement.ts';

type Visit = (expression: Expression) => void;

/** Calls `visit` for `expression` and all in it, outermost first. Depth is bounded by the parser's; cost: linear in the nodes. */
export function eachExpression(expression: Expression, visit: Visit): void {
  visit(expression);
  switch (expression.kind) {
    case 'field':
    case 'value':
    case 'prefix':
    case 'range':
    case 'wildcard':
    case 'set-reference':
    case 'numgen':
    case 'opaque-expression':
      return;
    case 'concat':
      for (const part of expression.parts) eachExpression(part, visit);
      return;
    case 'bitwise':
      eachExpression(expression.left, visit);
      eachExpression(expression.right, visit);
      return;
    case 'set':
      for (const element of expression.elements) eachInElement(element, visit);
      return;
    case 'map':
      eachExpression(expression.key, visit);
      eachExpression(expression.map, visit);
      return;
    case 'sum':
      eachExpression(expression.of, visit);
      return;
    case 'hash':
      if (expression.of) eachExpression(expression.of, visit);
      return;
    default:
      assertNever(expression, 'expression');
  }
}

function eachInElement({ key, data }: SetElement, visit: Visit): void {
  eachExpression(key, visit);
  if (!data) return;
  if (isVerdict(data)) eachInVerdict(data, visit);
  else eachExpression(data, visit);
}

function eachInVerdict(verdict: Verdict, visit: Visit): void {
  if (verdict.kind === 'queue' && verdict.by) eachExpression(verdict.by, visit);
}

/** Calls `visit` for every expression of the statement. */
export function eachExpressionOf(statement: Statement, visit: Visit): void {
  const maybe = (expression: Expression | null | undefined): void => {
    if (expression) eachExpression(expression, visit);
  };
  switch (statement.kind) {
    case 'match':
      eachExpression(statement.left, visit);
      eachExpression(statement.right, visit);
      return;
    case 'vmap':
      eachExpression(statement.key, visit);
      eachExpression(statement.map, visit);
      return;
    case 'mangle':
      eachExpression(statement.target, visit);
      eachExpression(statement.value, visit);
      return;
    case 'nat':
    case 'tproxy':
      maybe(statement.address);
      maybe(statement.port);
      return;
    case 'dup':
    case 'fwd':
      maybe(statement.address);
      maybe(statement.device);
      return;
    case 'counter':
    case 'limit':
    case 'quota':
      maybe(statement.name);
      return;
    case 'object':
      eachExpression(statement.name, visit);
      return;
    case 'set-update':
      eachExpression(statement.set, visit);
      eachInElement(statement.element, visit);
      for (const inner of statement.statements) eachExpressionOf(inner, visit);
      return;
    case 'verdict':
      eachInVerdict(statement.verdict, visit);
      return;
    case 'comment':
    case 'reject':
    case 'log':
    case 'connlimit':
    case 'notrack':
    case 'synproxy':
    case 'flow':
    case 'xt':
    case 'opaque':
      return;
    default:
      assertNever(statement, 'statement');
  }
}

/** Calls `visit` for every set, map or ipset that the rule refers to by name, in the order of its text; once per mention. */
export function eachSetReference(rule: Rule, visit: (reference: SetReference) => void): void {
  const look: Visit = (expression) => {
    if (expression.kind === 'set-reference') visit(expression);
  };
  for (const statement of rule.body) eachExpressionOf(statement, look);
}
