/** A supposed order in words, before the prover has answered: as the answer will have them. Pure. */
import { assertNever } from '../../base/assert.ts';
import type { OrderChange } from '../../findings/finding.ts';
import type { CardModel, Overview } from '../../worker/protocol.ts';

type Known = Pick<Overview, 'owners' | 'maps'>;

/** `with rules 3 to 5 moved above rule 1 in ip filter FORWARD`. */
export function changeWords(overview: Known, change: OrderChange): string {
  const nameOf = (program: string) =>
    overview.owners.find((owner) => owner.program === program)?.programName ?? program;
  const placeOf = (chain: number) => {
    const card = cardOf(overview, chain);
    return card ? `${card.table} ${card.name}` : 'a chain';
  };
  switch (change.kind) {
    case 'place': {
      const where = change.chain === null ? 'all of its base chains' : placeOf(change.chain);
      return `with ${nameOf(change.program)}'s rules at the ${change.at} of ${where}`;
    }
    case 'without':
      return `without ${nameOf(change.program)}`;
    case 'without-rule':
      return `without one rule of ${placeOf(change.chain)}`;
    case 'move':
      return `with ${moveWords(cardOf(overview, change.chain), change)} in ${placeOf(change.chain)}`;
    case 'in-chain':
      return `with ${nameOf(change.first)}'s rules before ${nameOf(change.second)}'s in ${placeOf(change.chain)}`;
    case 'on-hook':
      return 'with base chains in another order';
    default:
      return assertNever(change, 'change');
  }
}

export function cardOf({ maps }: Pick<Overview, 'maps'>, chain: number): CardModel | null {
  for (const { cards } of maps.flatMap(({ hooks }) => hooks)) {
    const found = cards.find((card) => card.chain === chain);
    if (found) return found;
  }
  return null;
}

/** `rules 3 to 5 moved above rule 1`. */
function moveWords(card: CardModel | null, { segment, to }: Extract<OrderChange, { kind: 'move' }>): string {
  const own = card?.segments[segment];
  const next = card?.segments[to];
  const rules = own ? rangeWords(own) : 'rules';
  return `${rules} moved ${next ? `above rule ${next.from}` : 'to the end'}`;
}

/** `rule 4`, `rules 3 to 5`. */
export function rangeWords({ from, to }: { readonly from: number; readonly to: number }): string {
  return from === to ? `rule ${from}` : `rules ${from} to ${to}`;
}
