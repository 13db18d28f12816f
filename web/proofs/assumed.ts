/**
 * What proofs take for granted of routes, which no dump tells: a packet comes in by the interface that leads back to its source (kernel/routing.ts,
 * AssumedTables). Rules that ask just that (reverse-path filters) therefore let everything pass there, and no more may be said of them.
 */
import type { Rule, Ruleset } from '../model/ruleset.ts';
import { eachExpressionOf } from '../model/walk.ts';

/** `fib saddr . iif oif`, rpfilter. */
export function asksWayBack({ body }: Rule): boolean {
  return body.some((statement) => {
    if (statement.kind === 'xt') return statement.name === 'rpfilter';
    // Most statements are neither: no closure for them.
    if (statement.kind !== 'match' && statement.kind !== 'vmap') return false;
    let found = false;
    eachExpressionOf(statement, (expression) => {
      if (expression.kind === 'field' && WAY_BACK.test(expression.name)) found = true;
    });
    return found;
  });
}

const WAY_BACK = /^fib saddr\b.* oif(name)?$/;

const known = new WeakMap<Ruleset, boolean>();

/** Whether any rule does. Cost: linear in the rules, once. */
export function anyAsksWayBack(ruleset: Ruleset): boolean {
  const before = known.get(ruleset);
  if (before !== undefined) return before;
  const found = ruleset.rules.some(asksWayBack);
  known.set(ruleset, found);
  return found;
}
