/**
 * The same node with two owners in the other order: within a base chain the rules of the one before those of the other, or on a hook the base chains. Each
 * one's own order stays, and whatever belongs to others stays where it is.
 */
import type { HookOrder, OrderedChain } from '../../kernel/order.ts';
import type { Chain, Rule } from '../../model/ruleset.ts';

/** Whose a rule (a chain) is; owners are compared by identity. */
export type OwnerOf<T> = (of: T) => unknown;

/**
 * The base chain with the rules of `first` before those of `second`, in the places that both have; null where that is the order that they are in, or one
 * of them has none.
 */
export function chainInOrder(chain: Chain, first: unknown, second: unknown, ownerOf: OwnerOf<Rule>): Chain | null {
  const ofFirst = chain.rules.filter((rule) => ownerOf(rule) === first);
  const ofSecond = chain.rules.filter((rule) => ownerOf(rule) === second);
  if (ofFirst.length === 0 || ofSecond.length === 0) return null;
  const wanted = [...ofFirst, ...ofSecond];
  let next = 0;
  const rules = chain.rules.map((rule) => {
    const owner = ownerOf(rule);
    return owner === first || owner === second ? (wanted[next++] as Rule) : rule;
  });
  return rules.every((rule, i) => rule === chain.rules[i]) ? null : { ...chain, rules };
}

/** The order of all hooks with one base chain in place of another. */
export function withChain(order: readonly HookOrder[], chain: Chain, instead: Chain): HookOrder[] {
  return order.map((hook) => ({
    ...hook,
    chains: hook.chains.map((each) => (each.chain === chain ? { ...each, chain: instead } : each)),
  }));
}

/**
 * As chainInOrder, of the base chains of a hook: they change places, and with them the priorities at which they run. nat chains change places with nat
 * chains only: one dispatcher runs them together, at its own priority. Null: nothing changes.
 */
export function hookInOrder(
  order: readonly HookOrder[],
  hook: HookOrder,
  first: unknown,
  second: unknown,
  ownerOf: OwnerOf<Chain>,
): HookOrder[] | null {
  const chains = [true, false].reduce(
    (places, dispatcher) =>
      inOrder(places, first, second, (place) => (place.dispatcher === dispatcher ? ownerOf(place.chain) : NOBODY)),
    hook.chains,
  );
  return chains.every((place, i) => place === hook.chains[i])
    ? null
    : order.map((each) => (each === hook ? { ...hook, chains } : each));
}

/** No owner at all. */
const NOBODY = Symbol('nobody');

/** The places with the chains of `first` before those of `second`. */
function inOrder(
  places: readonly OrderedChain[],
  first: unknown,
  second: unknown,
  ownerOf: OwnerOf<OrderedChain>,
): readonly OrderedChain[] {
  const of = (owner: unknown) => places.filter((place) => ownerOf(place) === owner);
  const wanted = [...of(first), ...of(second)];
  let next = 0;
  return places.map((place) => {
    if (ownerOf(place) !== first && ownerOf(place) !== second) return place;
    const moved = wanted[next++] as OrderedChain;
    const { position, effectivePriority } = place;
    return moved === place ? place : { ...moved, position, effectivePriority };
  });
}
