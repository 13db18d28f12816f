/** What a hover says about a rule, chain or set, in Markdown. */
import type { Chain, NamedSet, Rule } from '../model/ruleset.ts';
import type { MatchToken } from './answer.ts';
import type { ViewContext } from './context.ts';
import { setType } from './details.ts';
import { escapeMarkdown } from './markdown.ts';
import { ownerEntry } from './owner-entry.ts';
import { plural } from './plural.ts';
import { buildRow } from './rows.ts';

/** Paragraphs: the named chain or set first, then the rule. Everything from the dump is escaped. */
export function buildHover(
  context: ViewContext,
  rule: Rule | null,
  chain: Chain | null,
  set: NamedSet | null,
): string[] {
  return [
    ...(chain ? [chainText(context, chain)] : []),
    ...(set ? [setText(context, set)] : []),
    ...(rule ? ruleTexts(context, rule) : []),
  ];
}

function chainText(context: ViewContext, chain: Chain): string {
  const below = context.analysis.graph.rulesFrom(chain.id) - chain.rules.length;
  const owner = ownerEntry(context.ownerOfChain(chain));
  const whose = owner.slot === 'unknown' ? '' : ` of ${owner.name}`;
  return `Chain **${escapeMarkdown(chain.name)}**${escapeMarkdown(whose)}: ${plural(chain.rules.length, 'rule')} here, ${below} below`;
}

function setText(context: ViewContext, set: NamedSet): string {
  const owner = ownerEntry(context.ownerOfSet(set));
  const whose = owner.slot === 'unknown' ? '' : ` of ${owner.name}`;
  const what = set.table === null ? 'Ipset' : set.data ? 'Map' : 'Set';
  const users = context.usersOf(set).length;
  const size = set.complete ? plural(set.elements.length, 'element') : 'elements not listed';
  return `${what} **${escapeMarkdown(set.name)}**${escapeMarkdown(whose)} (${escapeMarkdown(setType(set))}): ${size}, used by ${plural(users, 'rule')}`;
}

function ruleTexts(context: ViewContext, rule: Rule): string[] {
  const row = buildRow(context, rule);
  const evidence = context.analysis.attribution.evidenceOfRule(rule);
  const match = row.match.length === 0 ? 'any packet' : row.match.map(tokenText).join(', ');
  const verdict = `${row.verdict.kind} ${row.verdict.detail}`.trim();
  const texts = [
    `${escapeMarkdown(rule.chain.name)} rule ${rule.index} · **${escapeMarkdown(ownerEntry(row.owner).name)}** (${escapeMarkdown(evidence.text)})`,
    `${match} → **${escapeMarkdown(verdict)}**`,
  ];
  const meanings = row.match.flatMap(({ meaning, value }) => (meaning ? [`${value}: ${meaning}`] : []));
  if (meanings.length > 0) texts.push(escapeMarkdown(meanings.join('; ')));
  return texts;
}

function tokenText({ field, op, value }: MatchToken): string {
  return escapeMarkdown([field, op, value].filter((part) => part !== '').join(' '));
}
