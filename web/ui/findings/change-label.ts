import type { OrderChange } from '../../findings/finding.ts';

/** What the other order is called in a word. */
export function changeLabel(change: OrderChange | null): string {
  switch (change?.kind) {
    case 'in-chain':
    case 'on-hook':
      return 'Swapped';
    case 'without':
    case 'without-rule':
      return 'Without it';
    default:
      return 'Moved';
  }
}
