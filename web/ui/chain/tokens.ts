/** Which match tokens a row shows, and what of its comment. Pure. */
import type { MatchToken, RuleRow } from '../../worker/protocol.ts';

/** Without `protocol tcp` where another token says `tcp dport`: iptables needs the first for the second, a reader does not. */
export function shownTokens(match: readonly MatchToken[]): readonly MatchToken[] {
  return match.filter(
    ({ field, op, value }) =>
      field !== 'protocol' || op !== '' || !match.some((other) => other.field.startsWith(`${value} `)),
  );
}

/** Without the Service’s name that a token says already: of `default/web:http cluster IP`, `cluster IP`. */
export function shownComment({ match, comment }: Pick<RuleRow, 'match' | 'comment'>): string {
  for (const { meaning } of match) {
    const name = /^(?:Service|endpoint of) (.+)$/.exec(meaning ?? '')?.[1];
    if (name !== undefined && (comment === name || comment.startsWith(`${name} `)))
      return comment.slice(name.length + 1);
  }
  return comment;
}
