/** Search over chains, sets, owners, findings and the text of rules. */
import { chainPath } from '../model/rule.ts';
import { rulePath } from './address.ts';
import type { SearchHit } from './answer.ts';
import { ruleAt, type ViewContext } from './context.ts';
import { ownerEntry } from './owner-entry.ts';

/** How many hits of one kind come before the other kinds get their turn. */
const PER_KIND = 20;

/** Hits in the order owners, chains, sets, findings, rules. Any case; cost: one scan of the text. */
export function search(context: ViewContext, query: string, limit: number): SearchHit[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return [];
  return [
    ...owners(context, wanted),
    ...chains(context, wanted),
    ...sets(context, wanted),
    ...findings(context, wanted),
    ...rules(context, wanted),
  ].slice(0, limit);
}

function owners(context: ViewContext, wanted: string): SearchHit[] {
  return context.analysis.attribution.owners
    .map((id) => ownerEntry(id))
    .filter(({ id, name }) => `${id} ${name}`.toLowerCase().includes(wanted))
    .map(({ id, name }) => ({ kind: 'owner', id, chain: null, title: name, detail: 'owner', owner: id }));
}

function chains(context: ViewContext, wanted: string): SearchHit[] {
  const hits: SearchHit[] = [];
  for (const chain of context.analysis.ruleset.chains) {
    if (hits.length >= PER_KIND) break;
    if (chain.implicit || !`${chainPath(chain)}`.toLowerCase().includes(wanted)) continue;
    hits.push({
      kind: 'chain',
      id: chain.id,
      chain: chain.id,
      title: chain.name,
      detail: `${chain.table.family} ${chain.table.name} · ${chain.rules.length} rules`,
      owner: context.ownerOfChain(chain),
    });
  }
  return hits.sort((a, b) => Number(b.title.toLowerCase() === wanted) - Number(a.title.toLowerCase() === wanted));
}

function sets(context: ViewContext, wanted: string): SearchHit[] {
  return context.analysis.ruleset.sets
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .slice(0, PER_KIND)
    .map((set) => ({
      kind: 'set',
      id: set.id,
      chain: null,
      title: set.name,
      detail: `${set.table ? `${set.table.family} ${set.table.name}` : 'ipset'} · ${set.elements.length} elements`,
      owner: context.ownerOfSet(set),
    }));
}

function findings(context: ViewContext, wanted: string): SearchHit[] {
  return context.analysis.findings
    .filter(({ title, why }) => `${title} ${why}`.toLowerCase().includes(wanted))
    .slice(0, PER_KIND)
    .map(({ id, title, mechanism, owners: [owner] }) => ({
      kind: 'finding',
      id,
      chain: null,
      title,
      detail: mechanism,
      owner: owner ?? 'unknown',
    }));
}

function rules(context: ViewContext, wanted: string): SearchHit[] {
  const hits: SearchHit[] = [];
  context.analysis.documents.forEach(({ text }, document) => {
    const lower = context.lowerText(document);
    for (let at = lower.indexOf(wanted); at !== -1 && hits.length < PER_KIND * 2; ) {
      const rule = ruleAt(context, document, at);
      if (rule) {
        const title = text.slice(rule.start, Math.min(rule.end, rule.start + 300));
        hits.push({
          kind: 'rule',
          id: rule.id,
          chain: rule.chain.id,
          title,
          detail: rulePath(rule),
          owner: context.ownerOfRule(rule),
        });
      }
      at = lower.indexOf(wanted, Math.max(at + wanted.length, rule?.end ?? 0));
    }
  });
  return hits;
}
