/** Rule rows: a page of a chain's rules, as the rules table shows them. */
import { ruleComments, ruleCounter } from '../model/rule.ts';
import type { Rule } from '../model/ruleset.ts';
import type { RuleRow } from './answer.ts';
import { documentOfChain, lineOf, type ViewContext } from './context.ts';
import { describeRule } from './words.ts';

/** Rows are asked for in pages; one answer never holds more. */
const MAX_ROWS = 1000;

/** `from` counts from 1. Rows beyond the chain's end are left out. */
export function buildRows(context: ViewContext, chain: number, from: number, count: number): RuleRow[] {
  const rules = context.analysis.ruleset.chains[chain]?.rules ?? [];
  const first = Math.max(0, from - 1);
  return rules.slice(first, first + Math.min(count, MAX_ROWS)).map((rule) => buildRow(context, rule));
}

export function buildRow(context: ViewContext, rule: Rule): RuleRow {
  const counter = ruleCounter(rule);
  const document = documentOfChain(context.analysis, rule.chain);
  return {
    rule: rule.id,
    chain: rule.chain.id,
    index: rule.index,
    owner: context.ownerOfRule(rule),
    packets: counter?.packets ?? null,
    bytes: counter?.bytes ?? null,
    ...describeRule(context, rule),
    comment: ruleComments(rule).join(' · '),
    document: context.documentIds[document] ?? '',
    line: lineOf(context, document, rule.start),
    span: { start: rule.start, end: rule.end },
  };
}
