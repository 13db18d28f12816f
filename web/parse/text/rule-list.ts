/** Lists of rules that take no more memory than they need. */
import type { Rule } from '../../model/ruleset.ts';

/**
 * `rules` with the rule at the end, or a longer copy of it. Cost: amortised constant. An array that is pushed to gets room for 17 at once, and most
 * chains of a large dump have one to three rules.
 */
export function withRule(rules: Rule[], rule: Rule): Rule[] {
  switch (rules.length) {
    case 0:
      return [rule];
    case 1:
      return [rules[0] as Rule, rule];
    case 2:
      return [rules[0] as Rule, rules[1] as Rule, rule];
    default:
      rules.push(rule);
      return rules;
  }
}
