/** What the view of the hook map asks of targets and geometries. Pure but for reading an event's target. */
import { assertNever } from '../base/assert.ts';
import type { CardGeometry, HookMapGeometry } from '../layout/hook-map-geometry.ts';
import type { MapTarget } from './hook-map-target.ts';

export function canOpen(target: MapTarget): boolean {
  return target.kind === 'card' || (target.kind === 'rule' && target.opens);
}

/** What the chain view shows of a target: where a jump leads, else its own chain. */
export function chainBehind(target: MapTarget): number {
  switch (target.kind) {
    case 'rule':
      return target.jump ?? target.own;
    case 'more':
    case 'note':
      return target.own;
    case 'card':
    case 'segment':
    case 'mark':
      return target.chain;
    default:
      return assertNever(target, 'map target');
  }
}

/** How far `after` has what `before` has at this place: the stripe or card at or nearest above it in the nearest column. */
export function movedBy(before: HookMapGeometry, after: HookMapGeometry, x: number, y: number): number {
  const distance = ({ rect }: CardGeometry): number =>
    Math.max(rect.x - x, x - rect.x - rect.width, 0) + Math.max(rect.y - y, y - rect.y - rect.height, 0);
  const [first] = before.cards;
  if (!first) return 0;
  const near = before.cards.reduce((best, card) => (distance(card) < distance(best) ? card : best), first);
  const then = after.cards[before.cards.indexOf(near)];
  if (then?.id !== near.id) return 0;
  const at = near.stripes.findLastIndex(({ rect }) => rect.y <= y);
  const [from, to] = at < 0 ? [near.rect, then.rect] : [near.stripes[at]?.rect, then.stripes[at]?.rect];
  return from && to ? to.y - from.y : 0;
}

export function stepAt(node: EventTarget | null): number | null {
  const step = node instanceof Element ? node.closest('[data-step]')?.getAttribute('data-step') : null;
  return step === null || step === undefined ? null : Number(step);
}

export function mapOf(geometry: HookMapGeometry): string {
  return `${geometry.family} ${geometry.columns.map((column) => column.id).join(' ')}`;
}

/** How far `[from, to]` must move to lie within `[low, high]`; what does not fit is aligned at `low`. */
export function nudge(from: number, to: number, low: number, high: number): number {
  if (from < low || to - from > high - low) return low - from;
  return to > high ? high - to : 0;
}
