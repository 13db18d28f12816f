/** Statements that write to sets, and the limits that elements and rules have. Kernel: net/netfilter/nft_dynset.c, xt_set.c. */
import { spellStatement } from '../model/spell.ts';
import type { Limit, SetUpdate, Statement } from '../model/statement.ts';
import type { SetAction } from './action.ts';
import { directionsOf, ipsetKeys } from './compile-ipset.ts';
import { hasTerm } from './compile-match.ts';
import { type CompileContext, keyTerms, setOf } from './compile-term.ts';
import { all, type Condition, unknown } from './condition.ts';

/** Kernel: nft_limit.c, nft_quota.c, nft_connlimit.c; their state is of the moment. */
export function limitCondition(limit: Limit | Extract<Statement, { kind: 'quota' | 'connlimit' }>): Condition {
  return unknown(spellStatement(limit), { fresh: true, likely: !limit.over });
}

export function setUpdate(update: SetUpdate, context: CompileContext): SetAction {
  const set = setOf(update.set, context);
  return {
    kind: 'set-update',
    op: update.op,
    set,
    keys: updateKeys(update, context),
    data: update.element.data ?? null,
    conditions: update.statements.flatMap((statement) =>
      statement.kind === 'limit' || statement.kind === 'quota' || statement.kind === 'connlimit'
        ? [limitCondition(statement)]
        : [],
    ),
    optional: context.xtables,
    source: update,
  };
}

function updateKeys(update: SetUpdate, context: CompileContext): SetAction['keys'] {
  if (!update.set.ipset) {
    const terms = keyTerms(update.element.key, context);
    return [{ when: all(terms.map(hasTerm)), terms }];
  }
  const named = context.setNamed(update.set.name, true);
  const directions = directionsOf(update.element.key);
  return named && directions ? ipsetKeys(named, directions, context, update) : [];
}
