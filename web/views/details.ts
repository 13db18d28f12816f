/** Details of one rule, set or owner: what the inspector shows. */

import type { SetElement } from '../model/expression.ts';
import { ruleText } from '../model/rule.ts';
import type { NamedSet, Rule } from '../model/ruleset.ts';
import { spellElement, typesOfSet } from '../model/spell.ts';
import { OWNERS } from '../owners/catalogue/index.ts';
import type { OwnerId } from '../owners/owner.ts';
import { ipsetElementText } from '../parse/ipset-save/print.ts';
import { addressOfRule, addressOfSet } from './address.ts';
import type { OwnerDetail, RuleDetail, SetDetail } from './answer.ts';
import { documentOfSet, type ViewContext } from './context.ts';
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
  };
}

export function buildSet(context: ViewContext, set: NamedSet): SetDetail {
  const users = context.usersOf(set);
  const document = documentOfSet(context.analysis, set);
  return {
    set: set.id,
    address: addressOfSet(set),
    name: set.name,
    type: setType(set),
    owner: context.ownerOfSet(set),
    flags: set.flags,
    elementCount: set.elements.length,
    elements: set.elements.slice(0, MAX_SHOWN).map((element) => elementText(set, element)),
    users: users.slice(0, MAX_SHOWN).map((rule) => buildRow(context, rule)),
    userCount: users.length,
    document: context.documentIds[document] ?? '',
    span: set.span,
  };
}

/** `ipv4_addr . inet_service : verdict`, `hash:net`. */
export function setType({ key, data }: NamedSet): string {
  return data ? `${typeText(key)} : ${typeText(data)}` : typeText(key);
}

/** As the set's own dump writes it. */
function elementText(set: NamedSet, element: SetElement): string {
  if (set.table === null) return ipsetElementText(set, element);
  return spellElement(element, typesOfSet(set.key), set.data ? typesOfSet(set.data) : []);
}

function typeText({ types, typeof: of }: NamedSet['key']): string {
  return of ?? types.join(' . ');
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
