/** Details of one rule, set or owner: what the inspector shows. */

import type { Expression } from '../model/expression.ts';
import { ruleText } from '../model/rule.ts';
import type { NamedSet, Rule } from '../model/ruleset.ts';
import { spellElement } from '../model/spell.ts';
import type { Statement } from '../model/statement.ts';
import { OWNERS } from '../owners/catalogue/index.ts';
import type { OwnerId } from '../owners/owner.ts';
import { addressOfRule, addressOfSet } from './address.ts';
import type { OwnerDetail, RuleDetail, SetDetail } from './answer.ts';
import type { ViewContext } from './context.ts';
import { pathsTo } from './paths.ts';
import { buildRow } from './rows.ts';
import { statementWords } from './words.ts';

const MAX_PATHS = 20;
const MAX_SHOWN = 200;

export function buildRule(context: ViewContext, rule: Rule): RuleDetail {
  const { analysis } = context;
  return {
    row: buildRow(context, rule),
    address: addressOfRule(rule),
    text: ruleText(analysis.ruleset, rule),
    evidence: analysis.attribution.evidenceOfRule(rule),
    words: statementWords(rule),
    paths: pathsTo(context, rule.chain, MAX_PATHS),
    findings: analysis.findings
      .filter(({ where }) => where.some((place) => place.rule === rule.id))
      .map(({ id }) => id),
  };
}

export function buildSet(context: ViewContext, set: NamedSet): SetDetail {
  const users = usersOf(context, set);
  const { dumps } = context.analysis.ruleset;
  const document = set.table
    ? (dumps[set.table.dump]?.document ?? 0)
    : (dumps.find(({ ipsets }) => ipsets.includes(set))?.document ?? 0);
  return {
    set: set.id,
    address: addressOfSet(set),
    name: set.name,
    type: set.data ? `${typeText(set.key)} : ${typeText(set.data)}` : typeText(set.key),
    owner: context.ownerOfSet(set),
    flags: set.flags,
    elementCount: set.elements.length,
    elements: set.elements.slice(0, MAX_SHOWN).map((element) => spellElement(element)),
    users: users.slice(0, MAX_SHOWN).map((rule) => buildRow(context, rule)),
    userCount: users.length,
    document: context.documentIds[document] ?? '',
    span: set.span,
  };
}

function typeText({ types, typeof: of }: NamedSet['key']): string {
  return of ?? types.join(' . ');
}

/** Rules that refer to the set. */
export function usersOf(context: ViewContext, set: NamedSet): Rule[] {
  return context.analysis.ruleset.rules.filter(
    (rule) =>
      (set.table === null || rule.chain.table === set.table) && rule.body.some((statement) => refersTo(statement, set)),
  );
}

function refersTo(statement: Statement, set: NamedSet): boolean {
  switch (statement.kind) {
    case 'match':
      return isReference(statement.right, set) || isReference(statement.left, set);
    case 'vmap':
      return isReference(statement.map, set);
    case 'mangle':
      return isReference(statement.value, set);
    case 'nat':
      return [statement.address, statement.port].some((part) => part !== null && isReference(part, set));
    case 'set-update':
      return isReference(statement.set, set);
    default:
      return false;
  }
}

function isReference(expression: Expression, set: NamedSet): boolean {
  if (expression.kind === 'set-reference')
    return expression.name === set.name && (expression.ipset === true) === (set.table === null);
  if (expression.kind === 'map') return isReference(expression.map, set);
  if (expression.kind === 'bitwise') return isReference(expression.left, set) || isReference(expression.right, set);
  return false;
}

/** `id` must be an owner of the catalogue; null for `unknown` and others. */
export function buildOwner(context: ViewContext, id: OwnerId): OwnerDetail | null {
  const owner = OWNERS.get(id);
  if (!owner) return null;
  const chains = context.analysis.ruleset.chains.filter((chain) => context.ownerOfChain(chain) === id);
  return {
    id,
    name: owner.name,
    what: owner.what,
    marks: owner.marks,
    behaviour: owner.behaviour,
    sources: owner.sources,
    chains: chains.slice(0, MAX_SHOWN).map((chain) => ({
      chain: chain.id,
      name: chain.name,
      table: `${chain.table.family} ${chain.table.name}`,
      owner: id,
      rules: chain.rules.length,
      base: chain.base !== null,
    })),
  };
}
