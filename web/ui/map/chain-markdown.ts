/** A chain, or a part of it, as Markdown. All text may come from a dump: it is escaped or fenced. */
import type { ChainDetail } from '../../worker/protocol.ts';
import { escapeMarkdown, inlineCode } from '../findings/markdown.ts';
import { plural } from '../shell/words.ts';

export interface ChainWords {
  readonly detail: Pick<ChainDetail, 'address' | 'base' | 'rules'>;
  /** Who the part is of; null: the whole chain. */
  readonly owner: string | null;
  /** From 1, both included. */
  readonly from: number;
  readonly to: number;
  /** Rules in the chains that the part jumps to. */
  readonly below: number;
  /** Their texts, from the first on; fewer than `from` to `to` where there are many. */
  readonly rules: readonly string[];
}

export function chainMarkdown({ detail, owner, from, to, below, rules }: ChainWords): string {
  const { address, base } = detail;
  const path = `${address.family} ${address.table} ${address.chain ?? ''}`.trim();
  const where = base ? `hook ${base.hook}, priority ${base.effectivePriority}, policy ${base.policy}, ` : '';
  const part =
    owner === null
      ? plural(detail.rules, 'rule')
      : `${escapeMarkdown(owner)}: ${from === to ? `rule ${from}` : `rules ${from} to ${to}`} of ${detail.rules}`;
  const left = to - from + 1 - rules.length;
  const parts = [`${inlineCode(path)}: ${where}${part}${below === 0 ? '' : `, ${below} below`}`];
  if (rules.length > 0) parts.push(fenced(rules));
  if (left > 0) parts.push(`and ${plural(left, 'more rule')}`);
  return `${parts.join('\n\n')}\n`;
}

/** A fence longer than any run of backticks at the beginning of a line inside. */
function fenced(lines: readonly string[]): string {
  let longest = 2;
  for (const line of lines) {
    for (const [, run] of line.matchAll(/^\s*(`+)/gm)) longest = Math.max(longest, run?.length ?? 0);
  }
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${lines.join('\n')}\n${fence}`;
}
