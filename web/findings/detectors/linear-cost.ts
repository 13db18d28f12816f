/**
 * Long runs of rules that compare the same fields with one value each: work that grows with every Service, and that a verdict map does in
 * one lookup.
 */
import type { Rule } from '../../model/ruleset.ts';
import type { Match } from '../../model/statement.ts';
import type { Scene } from '../context.ts';
import { type Draft, rulePlace } from '../draft.ts';
import { verdictsOf } from '../rule-facts.ts';
import { chainKey, chainName, programName, thousands } from '../words.ts';

const LONG = 200;
/** kube-proxy's rules beyond this number are what the catalogue's entry speaks of. */
const VERY_LONG = 1_000;

interface Run {
  readonly field: string;
  readonly from: Rule;
  readonly to: Rule;
  readonly length: number;
}

export function findLinearCost(scene: Scene): Draft[] {
  return scene.ruleset.chains.flatMap((chain) => {
    if (chain.rules.length < LONG || scene.graph.reached[chain.id] !== 1) return [];
    const run = longestRun(chain.rules);
    return run && run.length >= LONG ? [draft(scene, run)] : [];
  });
}

function longestRun(rules: readonly Rule[]): Run | null {
  let best: Run | null = null;
  let start = 0;
  let field: string | null = null;
  rules.forEach((rule, i) => {
    const next = dispatchField(rule);
    if (next === null || next !== field) {
      start = i;
      field = next;
    }
    const length = i - start + 1;
    if (field !== null && (best === null || length > best.length)) {
      best = { field, from: rules[start] as Rule, to: rule, length };
    }
  });
  return best;
}

/** The most telling field that the rule compares with a constant, if it ends in a verdict that a map could hold. */
function dispatchField(rule: Rule): string | null {
  let field: string | null = null;
  for (const statement of rule.body) {
    if (statement.kind === 'match') {
      const own = constantField(statement);
      if (own === null) return null;
      if (rank(own) > rank(field)) field = own;
    } else if (statement.kind !== 'verdict' && statement.kind !== 'comment' && statement.kind !== 'counter')
      return null;
  }
  if (rank(field) === 0) return null;
  const verdict = verdictsOf(rule).next().value;
  return verdict && verdict.kind !== 'queue' ? field : null;
}

function constantField({ left, op, right }: Match): string | null {
  if (left.kind !== 'field') return null;
  if (op === '!=') return right.kind === 'value' || right.kind === 'prefix' ? 'other' : null;
  if (op !== '==' && op !== 'any-bit') return null;
  return right.kind === 'value' || right.kind === 'prefix' || right.kind === 'wildcard' ? left.name : null;
}

const RANKS: readonly RegExp[] = [/ daddr$/, / saddr$/, / dport$/, / sport$/, /^meta [io]if(name)?$/];

function rank(field: string | null): number {
  if (field === null) return 0;
  const at = RANKS.findIndex((pattern) => pattern.test(field));
  return at === -1 ? 0 : RANKS.length - at;
}

function draft(scene: Scene, run: Run): Draft {
  const { chain } = run.from;
  const program = scene.programOfRule(run.from);
  const known = program === 'kube-proxy' && run.length > VERY_LONG;
  return {
    mechanism: 'linear-cost',
    severity: 'info',
    key: [chainKey(chain)],
    title: `${chainName(chain)} compares ${run.field} in ${thousands(run.length)} rules, one after the other`,
    why: `A packet that matches none of them is compared ${thousands(run.length)} times, one that matches ${thousands(Math.ceil(run.length / 2))} times on average if all are equally likely. A verdict map over ${run.field} would take one lookup, whatever their number.${chain.table.name === 'nat' || chain.base?.type === 'nat' ? ' nat chains see only the first packet of each connection.' : ''}`,
    owners: [scene.ownerOf(run.from)],
    where: [
      rulePlace(run.from, `first of ${thousands(run.length)} (${programName(program)})`),
      rulePlace(run.to, 'last of them'),
    ],
    sign: 'note',
    catalogue: known ? ['kube-proxy-linear'] : [],
    ...(known
      ? {}
      : {
          remedy:
            chain.table.listing === 'nft' && chain.table.backend === 'nft'
              ? 'Replace the rules by one verdict map.'
              : null,
        }),
  };
}
