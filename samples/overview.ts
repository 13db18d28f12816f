/** What is derived of a sample through the pipeline: the numbers of its card, and its golden overview. */

import type { CardModel, HookMapModel } from '../web/layout/hook-map-model.ts';
import type { Analysis } from '../web/pipeline.ts';
import type { Overview } from '../web/views/answer.ts';
import { createViewContext } from '../web/views/context.ts';
import { buildOverview } from '../web/views/overview.ts';
import type { SampleStripe, SampleSummary } from './index.ts';

export function overviewOf(analysis: Analysis): Overview {
  return buildOverview(
    createViewContext(
      analysis,
      1,
      analysis.documents.map(({ name }) => name),
    ),
  );
}

const cardsAt = (map: HookMapModel, hook: string): readonly CardModel[] =>
  map.hooks.find((one) => one.hook === hook)?.cards ?? [];

/** The segments of the forward chains in the order of the packet; of the chains for own traffic where the node forwards nothing. */
function stripes({ maps, owners }: Overview): SampleStripe[] {
  const map = maps[0] as HookMapModel;
  const pick = ['forward', 'prerouting', 'output']
    .map((hook) => cardsAt(map, hook))
    .find((cards) => cards.some(({ segments }) => segments.length > 0));
  return (pick ?? []).flatMap(({ segments }) =>
    segments.map(({ owner, from, to, below }) => {
      const entry = owners.find(({ id }) => id === owner);
      return { owner, slot: entry?.slot ?? 'unknown', initials: entry?.initials ?? '?', rules: to - from + 1 + below };
    }),
  );
}

function verdict({ findings }: Overview): SampleSummary['verdict'] {
  const count = (severity: string) => findings.filter((finding) => finding.severity === severity).length;
  const words = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`;
  if (count('error') > 0) return { severity: 'error', text: words(count('error'), 'error') };
  if (count('warning') > 0) return { severity: 'warning', text: words(count('warning'), 'warning') };
  if (count('info') > 0) return { severity: 'info', text: words(count('info'), 'note') };
  return { severity: 'benign', text: 'nothing in the way' };
}

export function summaryOf(overview: Overview): SampleSummary {
  return { rules: overview.counts.rules, stripes: stripes(overview), verdict: verdict(overview) };
}

/** A text that a reviewer can read: counts, owners, then each hook's base chains in the kernel's order with their segments. The findings have tests of their own. */
export function goldenOf(overview: Overview): string {
  const { tables, chains, rules, sets, elements } = overview.counts;
  const out = [`${tables} tables, ${chains} chains, ${rules} rules, ${sets} sets, ${elements} elements`];
  for (const { id, rules: written, chains: own } of overview.owners)
    out.push(`owner ${id}: ${written} rules, ${own} chains`);
  for (const map of overview.maps) {
    for (const hook of map.hooks) {
      if (hook.cards.length === 0) continue;
      out.push('', `${map.family} ${hook.hook}`);
      for (const card of hook.cards) out.push(...cardLines(card));
      for (const tie of hook.ties) {
        const names = tie.chains.map((id) => hook.cards.find(({ chain }) => chain === id)?.name ?? String(id));
        out.push(`  tie${tie.known ? '' : ', order unknown'}: ${names.join(', ')}`);
      }
    }
  }
  return `${out.join('\n')}\n`;
}

function cardLines(card: CardModel): string[] {
  const place =
    card.effectivePriority === card.priority ? `${card.priority}` : `${card.effectivePriority} (own ${card.priority})`;
  const head = `  ${place} ${card.table} ${card.name}${card.legacy ? ' legacy' : ''}, policy ${card.policy}, ${card.rules} rules`;
  return [
    head,
    ...card.segments.map(
      ({ owner, from, to, below }) => `    ${owner} ${from === to ? from : `${from}-${to}`} ▸ ${below}`,
    ),
  ];
}
