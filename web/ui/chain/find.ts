/** Finding words within one chain, a thousand rules at a time: a chain may have 150,000. Pure but for the rows that it asks for. */
import type { RuleRow } from '../../worker/protocol.ts';
import type { AskRows } from './row-pages.ts';

const STEP = 1_000;

/** What the table writes about a rule, in lower case. */
export function rowText({ match, verdict, comment }: RuleRow): string {
  const words = match.map(({ field, op, value, meaning }) => `${field} ${op} ${value} ${meaning ?? ''}`);
  return `${words.join(' ')} ${verdict.kind} ${verdict.detail} ${comment}`.replaceAll(/ +/g, ' ').toLowerCase();
}

export interface FindInput {
  readonly ask: AskRows;
  readonly chain: number;
  readonly rules: number;
  readonly query: string;
  /** Rule index (from 1) after which to begin; the search goes round to it. */
  readonly after: number;
  readonly signal: AbortSignal;
}

/** The next rule that has the words, going round at the end; null if none has. Rejects as `ask` does, and with the signal's reason. */
export async function findInChain({ ask, chain, rules, query, after, signal }: FindInput): Promise<RuleRow | null> {
  const wanted = query.trim().replaceAll(/\s+/g, ' ').toLowerCase();
  if (wanted === '' || rules === 0) return null;
  const start = after >= rules ? 1 : after + 1;
  return (await scan(start, rules)) ?? (start > 1 ? await scan(1, start - 1) : null);

  async function scan(from: number, to: number): Promise<RuleRow | null> {
    for (let at = from; at <= to; at += STEP) {
      signal.throwIfAborted();
      const rows = await ask({ chain, from: at, count: Math.min(STEP, to - at + 1) });
      const hit = rows.find((row) => rowText(row).includes(wanted));
      if (hit) return hit;
    }
    return null;
  }
}
