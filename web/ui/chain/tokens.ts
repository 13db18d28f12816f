/** Which match tokens a row shows. Pure. */
import type { MatchToken } from '../../worker/protocol.ts';

/** Without `protocol tcp` where another token says `tcp dport`: iptables needs the first for the second, a reader does not. */
export function shownTokens(match: readonly MatchToken[]): readonly MatchToken[] {
  return match.filter(
    ({ field, op, value }) =>
      field !== 'protocol' || op !== '' || !match.some((other) => other.field.startsWith(`${value} `)),
  );
}
