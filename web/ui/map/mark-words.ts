/** What a mark's hover card says of its finding besides the title: what kind, and how that is known. */
import { assertNever } from '../../base/assert.ts';
import type { Finding } from '../findings/finding.ts';
import { wordOf } from '../findings/list.ts';
import { plural } from '../shell/words.ts';

type Told = Pick<Finding, 'sign' | 'severity' | 'proof'>;

/** `order-sensitive · 2 packets show it`, `proved benign · for all packets`. */
export function markKind(finding: Finding): string {
  return `${wordOf(finding)} · ${knownBy(finding)}`;
}

function knownBy({ proof }: Told): string {
  if (proof === null) return 'seen in the rules, no packet tried';
  switch (proof.state) {
    case 'benign':
      return 'for all packets';
    case 'undecided':
      return 'not proved';
    case 'order-sensitive':
    case 'mark-only':
    case 'shown':
      return proof.witnesses.length === 0
        ? 'proved'
        : `${plural(proof.witnesses.length, 'packet')} ${proof.witnesses.length === 1 ? 'shows' : 'show'} it`;
    default:
      return assertNever(proof.state, 'proof state');
  }
}
